"""What two rule sets have changed since they were one, and both changes put together."""

from dataclasses import dataclass

from domain.rules.ruleset import RuleSet

# Stands for the base currency where changed tables are named.
BASE_CURRENCY_FIELD = "base_currency"


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes in one, or the names of the tables that both sides changed differently."""

    rule_set: RuleSet | None
    conflicts: tuple[str, ...] = ()


def changed_tables(before: RuleSet, after: RuleSet) -> list[str]:
    """Names of the tables that were added, removed or changed, sorted."""
    names = sorted({*before.tables, *after.tables})
    changed = [name for name in names if before.tables.get(name) != after.tables.get(name)]
    same_currency = before.base_currency == after.base_currency
    return changed if same_currency else [BASE_CURRENCY_FIELD, *changed]


def merged(base: RuleSet, mine: RuleSet, theirs: RuleSet) -> Merged:
    """Three-way merge, table by table, under my version.

    A table that only one side changed is taken from there, one that both changed alike as well;
    different changes of one table are a conflict, because two halves of two sensible tables need
    not be one.
    """
    by_me, by_them = changed_tables(base, mine), changed_tables(base, theirs)
    apart = set(changed_tables(mine, theirs))
    conflicts = tuple(name for name in by_me if name in by_them and name in apart)
    if conflicts:
        return Merged(None, conflicts)
    tables = dict(theirs.tables)
    for name in by_me:
        tables.pop(name, None)
        if name in mine.tables:
            tables[name] = mine.tables[name]
    order = dict.fromkeys([*mine.tables, *theirs.tables])
    kept = {name: tables[name] for name in order if name in tables}
    changed = BASE_CURRENCY_FIELD in by_me
    currency = mine.base_currency if changed else theirs.base_currency
    return Merged(RuleSet(mine.version, kept, currency))
