"""Rule tables: typed decision tables, their evaluation, explanation and static checks."""
