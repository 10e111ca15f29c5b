"""The real servers that run on one machine without Docker: Postgres and Temporal's dev server."""
