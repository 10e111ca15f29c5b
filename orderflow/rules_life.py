"""`orderflow rules`: looking at versions and taking one from draft to publication."""

from datetime import UTC, datetime
from pathlib import Path

import typer
from sqlalchemy import Connection

from api.permissions import Permission
from database import rule_history, rules
from domain.rules.diff import diff
from domain.rules.findings import RuleFinding, errors
from domain.rules.ruleset import RuleSet
from orderflow.console import out
from orderflow.persons import acting
from orderflow.rules_desk import (
    FINDINGS,
    UsageError,
    at_the_desk,
    checked_lang,
    findings_in_file,
    in_file,
    is_file,
    known,
    opened_file,
    saying_what_is_wrong,
)
from orderflow.rules_show import (
    diff_table,
    findings_table,
    history_table,
    rules_table,
    versions_table,
)


def list_versions() -> None:
    """Print every version."""
    with at_the_desk() as c:
        out.print(versions_table(rules.overview(c)))


def show(version: str, table: str, lang: str) -> None:
    """Print the tables of a version, or one of them."""
    with at_the_desk() as c:
        found = known(c, version)
        tables = found.rule_set.tables
        if table and table not in tables:
            raise UsageError(
                f"{found.rule_set_id} has no table {table!r}; it has {', '.join(tables)}.",
                f"{found.rule_set_id} 没有表 {table!r}；现有：{'、'.join(tables)}。",
            )
        out.print(versions_table([found]))
        for each in (tables[table],) if table else tables.values():
            out.print(rules_table(each, checked_lang(lang)))


def check(what: str, person: str) -> None:
    """Print what is wrong with a file or version; a draft without an error is checked then."""
    if is_file(what):
        with saying_what_is_wrong():
            found = findings_in_file(Path(what))
        _tell(what, found)
        return
    with at_the_desk() as c:
        who = acting(c, person, Permission.RULES_EDIT)
        found = rules.check(c, what, who, datetime.now(UTC))
    _tell(what, found)


def _tell(what: str, found: tuple[RuleFinding, ...]) -> None:
    if found:
        out.print(findings_table(found))
    wrong = len(errors(found))
    if wrong:
        out.print(f"{what}: {wrong} errors, to be corrected. 有 {wrong} 处错误,请更正。")
        raise typer.Exit(FINDINGS)
    out.print(f"{what}: no error. 没有错误。", style="green", highlight=False)


def publish(version: str, person: str, note: str) -> None:
    """Put a checked draft into force."""
    with at_the_desk() as c:
        who = acting(c, person, Permission.RULES_PUBLISH)
        rules.publish(c, version, who, datetime.now(UTC), note)
    _say(f"{version} is in force for orders admitted from now on. 已发布,对新准入的订单生效。")


def discard(version: str, person: str, note: str) -> None:
    """Give a draft up."""
    with at_the_desk() as c:
        who = acting(c, person, Permission.RULES_EDIT)
        rules.discard(c, version, who, datetime.now(UTC), note)
    _say(f"{version} is discarded. 已作废。")


def rebase(version: str, person: str) -> None:
    """Put a draft on top of the version in force."""
    with at_the_desk() as c:
        who = acting(c, person, Permission.RULES_EDIT)
        before = rule_history.rebase(c, version, who, datetime.now(UTC))
        after = known(c, version).based_on
    _say(f"{version}: based on {before} → {after}; check it again. 请重新检查。")


def history(version: str) -> None:
    """Print who did what to a version, or to all of them."""
    with at_the_desk() as c:
        if version:
            known(c, version)
        out.print(history_table(rule_history.history(c, version)))


def show_diff(before: str, after: str) -> None:
    """Print what the second file or version says differently."""
    with at_the_desk() as c:
        found = diff(_either(c, before), _either(c, after))
    if found.is_empty:
        _say(f"{before} and {after} say the same. 两者相同。")
    else:
        out.print(diff_table(found))


def _either(c: Connection, what: str) -> RuleSet:
    if not is_file(what):
        return known(c, what).rule_set
    file = opened_file(Path(what))
    return in_file(file, known(c, "").rule_set, what)[0]


def _say(text: str) -> None:
    out.print(text, highlight=False, markup=False)
