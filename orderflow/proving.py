"""What `orderflow rules backtest|whatif|preview|shadow` do, and how it looks on a terminal."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Connection, Engine

from api.backtest_workbook import workbook as workbook_of
from api.permissions import Permission
from database import audit, backtests, past_cases, previews, shadows
from database.backtests import FAILED, Backtest
from database.counterfactuals import Counterfactual, counterfactual
from database.encoding import json_text
from database.engine import create_engine
from database.rule_refusals import not_a_draft
from domain.backtest.changes import changed, read_change
from domain.backtest.preview import Deadline
from domain.backtest.tables import Sheet, sheets
from domain.rules.evaluation import RuleError
from domain.rules.ruleset import RuleSet
from intake.backtest_run import PROCESSES, Job, Outcome, Told, run
from intake.backtests import LEASE_SECONDS, run_kept
from intake.one_by_one import new_owner
from orderflow.console import err, out
from orderflow.errors import OperatorError
from orderflow.persons import acting
from orderflow.rules_desk import (
    at_the_desk,
    in_file,
    is_file,
    known,
    opened_file,
    saying_what_is_wrong,
)
from orderflow.servers import database_url
from orderflow.settings import load_settings


class ProofError(OperatorError):
    """A proof that cannot be given as it was asked for."""


@dataclass(frozen=True)
class Asked:
    """Which backtest was asked for, and by whom."""

    what: str
    orders: int
    against: str
    repeat: str
    person: str


def backtest(asked: Asked, *, as_json: bool, workbook: Path | None) -> None:
    """Run a backtest here and now and show its result; that of a version is kept."""
    with saying_what_is_wrong(), _engine() as engine, _bar(quiet=as_json) as told:
        judged = _of_file if is_file(asked.what) else _of_version
        outcome = judged(engine, asked, told)
    if workbook is not None:
        workbook.write_bytes(workbook_of(outcome.result, outcome.digest))
    if as_json:
        print(json.dumps({"digest": outcome.digest, "result": outcome.result}, ensure_ascii=False))
        return
    for sheet in sheets(outcome.result):
        out.print(_shown(sheet))
    out.print(f"digest 摘要 {outcome.digest}", highlight=False)


@contextmanager
def _engine() -> Iterator[Engine]:
    engine = create_engine(database_url(load_settings()), pool_size=4)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Told]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, disable=quiet) as progress:
        task = progress.add_task("judging 回测", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _of_version(engine: Engine, asked: Asked, told: Told) -> Outcome:
    owner, now = new_owner(), datetime.now(UTC)
    with engine.begin() as c:
        who = acting(c, asked.person, Permission.RULES_EDIT)
        for version in {asked.what, asked.against} - {""}:
            known(c, version)
        made = backtests.create(
            c,
            asked.what,
            against=asked.against,
            orders=asked.orders,
            started_by=who,
            now=now,
            repeats=_repeated(c, asked.repeat),
        )
        taken = backtests.claim(c, owner, now, LEASE_SECONDS, made.backtest_id)
    if taken is None:
        raise LookupError(made.backtest_id)
    with _said_as_error():
        run_kept(engine, taken, owner, told=told, processes=PROCESSES)
    return _kept(engine, taken)


def _kept(engine: Engine, taken: Backtest) -> Outcome:
    with engine.connect() as c:
        found = backtests.get(c, taken.backtest_id)
    if found is None or found.result is None:
        if found is not None and found.state == FAILED:
            raise ProofError(found.error_en, found.error_zh)
        raise ProofError(
            f"Backtest {taken.backtest_id} was given back to the workers; look at it there.",
            f"回测 {taken.backtest_id} 已交还工作进程，请稍后查看。",
        )
    err.print(f"backtest 回测 {found.backtest_id}", highlight=False)
    return Outcome(dict(found.result), found.digest)


def _repeated(c: Connection, backtest_id: str) -> Backtest | None:
    found = backtests.get(c, backtest_id) if backtest_id else None
    if backtest_id and found is None:
        raise ProofError(
            f"There is no backtest {backtest_id!r} to repeat.",
            f"没有可重复的回测 {backtest_id!r}。",
        )
    return found


def _of_file(engine: Engine, asked: Asked, told: Told) -> Outcome:
    """A file is judged without keeping anything of it."""
    with engine.connect() as c:
        acting(c, asked.person, Permission.RULES_EDIT)
        path = Path(asked.what)
        draft, _ = in_file(opened_file(path), known(c, "").rule_set, path.stem)
        against = known(c, asked.against).rule_set if asked.against else None
        repeats = _repeated(c, asked.repeat)
        as_of = repeats.as_of if repeats else datetime.now(UTC) - past_cases.SETTLING
        upto = repeats.upto if repeats else past_cases.newest(c, as_of)
    wanted = repeats.orders_wanted if repeats else asked.orders
    with _said_as_error():
        return run(engine, Job(draft, against, wanted, upto, as_of), told=told)


@contextmanager
def _said_as_error() -> Iterator[None]:
    try:
        yield
    except RuleError as error:
        raise ProofError(error.en, error.zh) from None


def _shown(sheet: Sheet) -> Table:
    table = Table(title=sheet.title, caption=sheet.note or None, caption_justify="left")
    for heading in sheet.headings:
        table.add_column(heading, overflow="fold")
    for row in sheet.rows:
        table.add_row(*(_short(cell) for cell in row))
    return table


def _short(cell: str | int) -> str:
    """Numbers with separators; of a long list of orders the first few."""
    if isinstance(cell, int):
        return f"{cell:,}"
    names = cell.split(", ")
    return ", ".join([*names[:3], "…"]) if len(names) > 4 else cell


def whatif(order_id: str, changes: list[str], version: str, *, as_json: bool) -> None:
    """Print what would be different for one order."""
    with at_the_desk() as c, _said_as_error():
        if bool(changes) == bool(version):
            raise ProofError(
                "Give either --set TABLE.ROW.COLUMN=VALUE or --rule-set VERSION.",
                "请提供 --set 表.行.列=值 或 --rule-set 版本号，二者择一。",
            )
        cells = [read_change(text) for text in changes]
        other = known(c, version).rule_set if version else None

        def under(own: RuleSet) -> RuleSet:
            return other or changed(own, cells)

        found = counterfactual(c, order_id, under, datetime.now(UTC))
    if as_json:
        print(json_text(asdict(found)))
        return
    out.print(_compared(found))
    for side in (found.before, found.after):
        out.print(f"\n{side.rule_set}", style="bold", highlight=False)
        for each in side.explanation:
            for line in (*each["sentences"]["en"], *each["sentences"]["zh"]):
                out.print(f"  {line}", highlight=False, markup=False)


def _compared(found: Counterfactual) -> Table:
    table = Table(title=f"{found.order_id}: what if 假设分析")
    for heading in ("", found.before.rule_set, found.after.rule_set):
        table.add_column(heading, overflow="fold")
    before, after = _lines(found.before), _lines(found.after)
    for name, value in before.items():
        style = "bold yellow" if value != after[name] else ""
        table.add_row(name, value, after[name], style=style)
    return table


def _lines(side: Any) -> dict[str, str]:
    verdict = side.verdict
    people = "; ".join(f"{role}: {', '.join(who) or '–'}" for role, who in side.people.items())
    return {
        "tier 档位": verdict.tier,
        "signatures 签核": verdict.signing,
        "people 人员": people or "–",
        "confirmation 确认": verdict.confirmation,
        "group 作业组": verdict.route,
        "priority 优先级": str(verdict.priority),
        "due 截止": _due(side.deadline),
        **{f"limit 时限 {stage}": str(limit or "–") for stage, limit in side.limits.items()},
    }


def _due(deadline: Deadline | None) -> str:
    if deadline is None or deadline.due_at is None:
        return "–"
    return f"{deadline.stage} {deadline.due_at.isoformat(timespec='seconds')}"


def preview(version: str, wanted: previews.Wanted, *, as_json: bool) -> None:
    """Print what a version would change for open orders."""
    with at_the_desk() as c, _said_as_error():
        rule_set = known(c, version).rule_set
        ids, matching = previews.chosen(c, wanted, version)
        found = list(previews.preview(c, rule_set, ids, datetime.now(UTC)))
    by_table = Counter(table for each in found for table in each.tables)
    if as_json:
        orders = [asdict(each) for each in found]
        print(json_text({"matching": matching, "by_table": by_table, "orders": orders}))
        return
    table = Table(title=f"{version}: {len(found):,} / {matching:,} open orders 未完成订单")
    for heading in (
        "order 订单",
        "tier 档位",
        "signatures 签核",
        "lost 失效",
        "group 组",
        "due 截止",
    ):
        table.add_column(heading, overflow="fold")
    for each in found:
        if each.changes and each.before and each.after:
            old, new = each.before, each.after
            table.add_row(
                each.order_id,
                _arrow(old.tier, new.tier),
                _arrow(old.signing, new.signing),
                ", ".join(each.lost),
                _arrow(old.route, new.route),
                _arrow(_due(each.deadline_before), _due(each.deadline_after)),
            )
    out.print(table)
    counted = ", ".join(f"{name} {count}" for name, count in sorted(by_table.items()))
    out.print(f"changes 变化: {counted or '–'}", highlight=False)


_PREVIEWED = ("order 订单", "tier 档位", "signatures 签核", "lost 失效", "group 组", "due 截止")


def _arrow(old: str, new: str) -> str:
    return old if old == new else f"{old} → {new}"


def start_shadow(version: str, ends_at: datetime, person: str) -> None:
    """Let a draft be asked from now on."""
    now = datetime.now(UTC)
    with at_the_desk() as c:
        who = acting(c, person, Permission.RULES_EDIT)
        if not known(c, version).is_open:
            raise not_a_draft(version)
        found = shadows.start(c, version, started_by=who, ends_at=ends_at, now=now)
        _note(c, who, "shadow_started", version, now)
    out.print(
        f"{version}: in shadow until 影子评估至 {found.ends_at.isoformat(timespec='minutes')}"
    )


def stop_shadow(version: str, person: str) -> None:
    """End the shadow of a version."""
    now = datetime.now(UTC)
    with at_the_desk() as c:
        who = acting(c, person, Permission.RULES_EDIT)
        if shadows.stop(c, version, who, now) is None:
            raise _no_shadow(version)
        _note(c, who, "shadow_stopped", version, now)
    out.print(f"{version}: stopped 已停止")


def show_shadow(version: str, *, as_json: bool) -> None:
    """Print what the newest shadow of a version found."""
    with at_the_desk() as c:
        currency = known(c, version).rule_set.base_currency
        found = shadows.newest(c, version)
        if found is None:
            raise _no_shadow(version)
        report = shadows.report(c, found)
    if as_json:
        print(json_text(asdict(report)))
        return
    title = f"{version}: {report.differing:,} / {report.looked_at:,} differ 不同"
    table = Table(title=title)
    for heading in ("table 表", "admissions 受理", f"amount 金额 {currency}", "examples 示例"):
        table.add_column(heading, overflow="fold")
    for each in report.differences:
        amount = f"{each.amount:,.2f}"
        table.add_row(each.table, f"{each.admissions:,}", amount, _short(", ".join(each.examples)))
    out.print(table)


def _no_shadow(version: str) -> ProofError:
    return ProofError(
        f"{version!r} does not run in shadow; start it with `orderflow rules shadow start`.",
        f"{version!r} 未在影子评估中，可用 `orderflow rules shadow start` 启动。",
    )


def _note(c: Connection, person: str, action: str, version: str, now: datetime) -> None:
    entry = audit.Entry(person, action, {"rule_set_id": version})
    audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
