"""SQLAlchemy tables, migrations and queries, one module per aggregate."""
