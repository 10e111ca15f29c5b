#!/bin/sh
# Runs once, on an empty volume: Temporal gets a role of its own, so that its server can never read
# a name or an address, which lie in the database `orderflow`.
set -eu

psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set ON_ERROR_STOP=1 --set password="$TEMPORAL_POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE temporal LOGIN CREATEDB PASSWORD :'password';
REVOKE CONNECT ON DATABASE orderflow FROM PUBLIC;
SQL
