"""How fast past orders are judged again, and that twice is the same.

A past of so many orders is laid down in a real Postgres, then a draft with another threshold is
judged on all of it, twice, by the code that a backtest runs.
"""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import psutil
from sqlalchemy import Engine, text

from bench.past_orders import COLUMNS, Past, Row
from database import past_cases, rules
from domain.rules.cells import above
from domain.rules.defaults import default_rule_set
from domain.rules.ruleset import RuleSet
from intake.backtest_run import PROCESSES, Job, Outcome, run

PIECE = 5_000
THRESHOLD = Decimal(5000)
MIB = 1024 * 1024
# The generated past lies before this.
_LATER = datetime(2030, 1, 1, tzinfo=UTC)

Progress = Callable[[str], None]


def measure(engine: Engine, orders: int, progress: Progress) -> dict[str, float]:
    """Return seconds and orders per second of two backtests, and whether they were equal."""
    begun = time.perf_counter()
    lay_down(engine, orders, progress)
    laid = time.perf_counter() - begun
    seconds, outcomes = [], []
    for number in (1, 2):
        begun = time.perf_counter()
        outcomes.append(_judged(engine, orders, PROCESSES, progress))
        seconds.append(time.perf_counter() - begun)
        progress(f"backtest {number}: {seconds[-1]:.1f} s")
    begun = time.perf_counter()
    outcomes.append(_judged(engine, orders, 1, progress))
    alone = time.perf_counter() - begun
    changed = outcomes[0].result["orders"]["changed"]["orders"]
    return {
        "backtest.orders": orders,
        "backtest.laid_down_seconds": round(laid, 1),
        "backtest.seconds": round(max(seconds), 1),
        "backtest.per_second": round(orders / max(seconds)),
        "backtest.one_process_seconds": round(alone, 1),
        "backtest.changed": changed,
        "backtest.digests_equal": float(len({each.digest for each in outcomes}) == 1),
        "backtest.memory_mib": round(psutil.Process().memory_info().rss / MIB),
    }


def lay_down(engine: Engine, orders: int, progress: Progress) -> None:
    """Fill a migrated database without orders with a past of so many."""
    base = replace(default_rule_set(), version="bench-past")
    with engine.begin() as c:
        if rules.published_id(c) is None:
            now = datetime.now(UTC)
            rules.put_in_force(c, base, "bench", "referee", "the past", now)
    past = Past(base)
    for first in range(1, orders + 1, PIECE):
        piece = past.rows(range(first, min(first + PIECE, orders + 1)))
        _copy(engine, piece)
        progress(f"past: {min(first + PIECE - 1, orders):,} of {orders:,} orders")
    with engine.connect() as c:
        c.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _copy(engine: Engine, rows: dict[str, list[Row]]) -> None:
    connection = engine.raw_connection()
    try:
        cursor = cast(Any, connection.cursor())
        for table, columns in COLUMNS.items():
            file = io.StringIO()
            csv.writer(file).writerows(rows[table])
            file.seek(0)
            statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '\\N')"
            cursor.copy_expert(statement, file)
        connection.commit()
    finally:
        connection.close()


def draft() -> RuleSet:
    """Return the default rules with a manager from 5,000 on instead of 2,000."""
    base = default_rule_set()
    approval = base.tables["approval"]
    changed = tuple(
        replace(rule, when={"amount": above(THRESHOLD)}) if rule.id == "above_2000" else rule
        for rule in approval.rules
    )
    tables = {**base.tables, "approval": replace(approval, rules=changed)}
    return RuleSet("bench-draft", tables, base.base_currency)


def _judged(engine: Engine, orders: int, processes: int, progress: Progress) -> Outcome:
    with engine.connect() as c:
        upto = past_cases.newest(c, _LATER)
    job = Job(draft(), None, orders, upto, _LATER)

    def told(done: int, total: int) -> None:
        progress(f"judged {done:,} of {total:,}")

    return run(engine, job, told=told, processes=processes)
