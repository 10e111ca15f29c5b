"""Backtests of rule sets: asked for, taken by one runner at a time, and their results."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    Table,
    Text,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.metadata import Instant, metadata
from database.past_cases import SETTLING, Place, newest

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

backtests = Table(
    "backtests",
    metadata,
    Column("backtest_id", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=False), nullable=False, unique=True),
    Column("rule_set_id", Text, ForeignKey("rule_sets.rule_set_id"), nullable=False),
    Column("against", Text, nullable=False),
    Column("orders_wanted", Integer, nullable=False),
    Column("upto_at", Instant),
    Column("upto_id", Text, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    Column("taken_until", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("orders_done", Integer, nullable=False, server_default="0"),
    Column("orders_total", Integer),
    Column("result", JSONB(none_as_null=True)),
    Column("digest", Text, nullable=False),
    Column("error_en", Text, nullable=False, server_default=""),
    Column("error_zh", Text, nullable=False, server_default=""),
    Column("started_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
    CheckConstraint("orders_wanted >= 1", name="orders_wanted"),
    CheckConstraint("(finished_at IS NOT NULL) = (state IN ('done', 'failed'))", name="finished"),
    CheckConstraint(
        "(result IS NOT NULL) = (state = 'done') AND (digest <> '') = (state = 'done')",
        name="result",
    ),
    Index("ix_backtests_rule_set_id", "rule_set_id", "number"),
    Index("ix_backtests_open", "number", postgresql_where=text("finished_at IS NULL")),
)


@dataclass(frozen=True)
class Backtest:
    """One backtest as it stands; instants are UTC.

    `against` is a version, empty for what was decided then. The orders are pinned: the last
    `orders_wanted` up to the place (`upto_at`, `upto_id`), as they were at `as_of`.
    """

    backtest_id: str
    number: int
    rule_set_id: str
    against: str
    orders_wanted: int
    upto_at: datetime | None
    upto_id: str
    as_of: datetime
    state: str
    attempts: int
    orders_done: int
    orders_total: int | None
    result: Mapping[str, Any] | None
    digest: str
    error_en: str
    error_zh: str
    started_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def upto(self) -> Place | None:
        """The newest of its orders, None when there was none."""
        return Place(self.upto_at, self.upto_id) if self.upto_at is not None else None


class BacktestLost(Exception):
    """The backtest is no longer the caller's: somebody else took it over."""


_COLUMNS = [backtests.c[name] for name in Backtest.__dataclass_fields__]
# A list shows how far each has come, not the whole result.
_SHORT = [column for column in _COLUMNS if column.name != "result"]


def create(
    c: Connection,
    rule_set_id: str,
    *,
    against: str,
    orders: int,
    started_by: str,
    now: datetime,
    repeats: Backtest | None = None,
    backtest_id: str = "",
) -> Backtest:
    """Ask for a backtest; a repetition is pinned to the very orders of the one before.

    Asking again under the same `backtest_id` changes nothing; without one it is a new one.
    """
    backtest_id = backtest_id or f"bt_{uuid.uuid4().hex}"
    as_of = repeats.as_of if repeats else now - SETTLING
    upto = repeats.upto if repeats else newest(c, as_of)
    values = {
        "backtest_id": backtest_id,
        "rule_set_id": rule_set_id,
        "against": against,
        "orders_wanted": repeats.orders_wanted if repeats else orders,
        "upto_at": upto.received_at if upto else None,
        "upto_id": upto.order_id if upto else "",
        "as_of": as_of,
        "state": WAITING,
        "digest": "",
        "started_by": started_by,
        "created_at": now,
    }
    c.execute(insert(backtests).values(values).on_conflict_do_nothing())
    query = select(*_COLUMNS).where(backtests.c.backtest_id == backtest_id)
    return _backtest(c.execute(query).one())


def get(c: Connection, backtest_id: str) -> Backtest | None:
    """Return one backtest with its result."""
    query = select(*_COLUMNS).where(backtests.c.backtest_id == backtest_id)
    row = c.execute(query).one_or_none()
    return _backtest(row) if row else None


def of_rule_set(c: Connection, rule_set_id: str, limit: int = 50) -> list[Backtest]:
    """Return the backtests of a version, the newest first, without their results."""
    query = select(*_SHORT).where(backtests.c.rule_set_id == rule_set_id)
    rows = c.execute(query.order_by(backtests.c.number.desc()).limit(limit))
    return [Backtest(**row._asdict(), result=None) for row in rows]


def _backtest(row: Row[Any]) -> Backtest:
    return Backtest(**row._asdict())


# One at a time in the whole house: it is heavy reading, and nobody waits at a counter for it.
_CLAIM = text("""
UPDATE backtests SET state = 'running', owner = :owner, taken_until = :until,
    attempts = attempts + 1, started_at = :now, orders_done = 0
WHERE backtest_id = (
    SELECT backtest_id FROM backtests
    WHERE finished_at IS NULL AND (state = 'waiting' OR taken_until <= :now)
        AND (CAST(:wanted AS text) = backtest_id OR (CAST(:wanted AS text) IS NULL AND NOT EXISTS (
            SELECT 1 FROM backtests b WHERE b.state = 'running' AND b.taken_until > :now)))
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING backtest_id
""")
_CLAIMING = text("SELECT pg_advisory_xact_lock(hashtextextended('orderflow.backtests', 0))")


def claim(
    c: Connection, owner: str, now: datetime, lease_seconds: float, wanted: str | None = None
) -> Backtest | None:
    """Take the oldest backtest that waits when none is running, or just the wanted one.

    It is nobody else's for `lease_seconds`, which `advance` extends; whoever takes it over begins
    anew. None when there is nothing to take.
    """
    c.execute(_CLAIMING)
    until = now + timedelta(seconds=lease_seconds)
    values = {"owner": owner, "now": now, "until": until, "wanted": wanted}
    taken = c.execute(_CLAIM, values).scalar_one_or_none()
    return get(c, taken) if taken else None


def advance(
    c: Connection, backtest_id: str, owner: str, done: int, total: int, until: datetime
) -> None:
    """Note how far it has come and keep it until then; raises BacktestLost."""
    values = {"orders_done": done, "orders_total": total, "taken_until": until}
    _change(c, backtest_id, owner, values)


def finish(
    c: Connection,
    backtest_id: str,
    owner: str,
    result: Mapping[str, Any],
    digest: str,
    now: datetime,
) -> None:
    """Keep the result; raises BacktestLost."""
    ended = {"state": DONE, "result": dict(result), "digest": digest}
    _change(c, backtest_id, owner, ended | {"finished_at": now, "taken_until": None})


def fail(
    c: Connection, backtest_id: str, owner: str, error: tuple[str, str], now: datetime
) -> None:
    """End it without a result, with what to do about it in English and Chinese."""
    ended = {"state": FAILED, "error_en": error[0], "error_zh": error[1]}
    _change(c, backtest_id, owner, ended | {"finished_at": now, "taken_until": None})


def give_back(c: Connection, backtest_id: str, owner: str) -> None:
    """Leave it for another runner, which begins anew."""
    _change(c, backtest_id, owner, {"state": WAITING, "owner": "", "taken_until": None})


def _change(c: Connection, backtest_id: str, owner: str, values: Mapping[str, Any]) -> None:
    mine = (
        backtests.c.backtest_id == backtest_id,
        backtests.c.owner == owner,
        backtests.c.state == RUNNING,
    )
    if c.execute(update(backtests).where(*mine).values(dict(values))).rowcount != 1:
        raise BacktestLost(backtest_id)
