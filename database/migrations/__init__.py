"""The history of the schema; revisions are written by hand and stand on no table definition."""
