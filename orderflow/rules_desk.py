"""What every `orderflow rules` command needs: the database, a version or file, an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from api.rule_files import RuleFile, opened
from channels.spreadsheet.grids import GridError
from database import rules
from database.engine import create_engine
from database.refusals import Refused
from database.rule_checks import rule_findings
from database.rule_refusals import FoundWrong, unknown_version
from database.rule_versions import StoredRuleSet
from domain.rules.defaults import default_rule_set
from domain.rules.findings import RuleFinding, errors
from domain.rules.ruleset import RuleSet, check_rule_set
from orderflow.console import err
from orderflow.errors import OperatorError
from orderflow.rules_show import findings_table
from orderflow.servers import NoServerError, database_url
from orderflow.settings import load_settings

FINDINGS, USAGE = 1, 2
SUFFIXES = (".xlsx", ".json")


class UsageError(OperatorError):
    """A command that was not asked for properly."""


@contextmanager
def at_the_desk() -> Iterator[Connection]:
    """Lend one transaction; what is refused ends with 1, what was asked wrongly with 2."""
    with saying_what_is_wrong():
        engine = create_engine(database_url(load_settings()), pool_size=2)
        try:
            with engine.begin() as c:
                yield c
        finally:
            engine.dispose()


@contextmanager
def saying_what_is_wrong() -> Iterator[None]:
    """Say refusals in words, without a traceback, and end with an exit code."""
    try:
        yield
    except FoundWrong as refused:
        err.print(findings_table(refused.findings))
        _end(refused.message_en, refused.message_zh, FINDINGS)
    except Refused as refused:
        _end(refused.message_en, refused.message_zh, FINDINGS)
    except GridError as error:
        _end(error.en, error.zh, FINDINGS)
    except OperatorError as error:
        _end(error.en, error.zh, USAGE)
    except OperationalError:
        _end(
            "Postgres does not answer; start it with `orderflow up` or check its URL.",
            "Postgres 无响应,请用 `orderflow up` 启动或检查连接地址。",
            USAGE,
        )


def _end(english: str, chinese: str, code: int) -> None:
    err.print(f"{english}\n{chinese}", style="red", highlight=False, markup=False)
    raise typer.Exit(code)


def known(c: Connection, version: str) -> StoredRuleSet:
    """Return a version, the one in force for an empty name; raises Refused when there is none."""
    found = rules.stored(c, version) if version else rules.in_force(c)
    if found is None:
        raise unknown_version(version or "published")
    return found


def is_file(what: str) -> bool:
    """Tell whether this names a file rather than a version."""
    return Path(what).suffix.lower() in SUFFIXES


def opened_file(path: Path) -> RuleFile:
    """Open a workbook or JSON; raises UsageError when it can't be read, GridError for its form."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} can't be read ({error.strerror}); name a workbook or JSON that is there.",
            f"无法读取 {path}（{error.strerror}）；请指定存在的工作簿或 JSON 文件。",
        ) from None
    return opened(data, path.name)


def in_file(file: RuleFile, base: RuleSet, version: str) -> tuple[RuleSet, tuple[RuleFinding, ...]]:
    """Return the rule set of a file, with warnings; raises FoundWrong with what is wrong in it."""
    rule_set, findings = file.rule_set(base, version)
    if rule_set is None:
        raise FoundWrong(version, errors(findings) or findings)
    return rule_set, findings


def findings_in_file(path: Path) -> tuple[RuleFinding, ...]:
    """Check a file against the tables and people in force; without a database, by itself.

    Raises FoundWrong for what is no rule set at all.
    """
    file = opened_file(path)
    try:
        engine = create_engine(database_url(load_settings()), pool_size=1)
        with engine.connect() as c:
            base = rules.published(c) or default_rule_set()
            rule_set, warnings = in_file(file, base, path.stem)
            found = rule_findings(c, rule_set)
    except (OperationalError, NoServerError):
        err.print("without a database: people are not looked at 未连接数据库,不检查人员")
        base = default_rule_set()
        rule_set, warnings = in_file(file, base, path.stem)
        found = check_rule_set(rule_set)
    return (*warnings, *file.placed(found, base))


def checked_lang(lang: str) -> str:
    """Return the language; raises UsageError for another one."""
    if lang not in ("en", "zh"):
        raise UsageError(
            f"--lang is en or zh, not {lang!r}.", f"--lang 须为 en 或 zh，而非 {lang!r}。"
        )
    return lang
