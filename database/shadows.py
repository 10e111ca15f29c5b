"""Shadows: which drafts are asked beside the rules in force, how far, and what would differ."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select, text, update
from sqlalchemy.dialects.postgresql import insert

from database.encoding import json_text
from database.refusals import Refused
from database.shadow_tables import shadows

MOST_SHADOWS = 3
LONGEST = timedelta(days=14)
# An admission is dated before it is committed, so what came in late is looked for this far back.
LATE = timedelta(minutes=2)

_STARTING = text("SELECT pg_advisory_xact_lock(hashtextextended('orderflow.shadows', 0))")


@dataclass(frozen=True)
class Shadow:
    """One time a draft was asked beside the rules in force; instants are UTC.

    `stopped_at` None: it runs, until `ends_at`.
    """

    shadow_id: str
    rule_set_id: str
    started_by: str
    started_at: datetime
    ends_at: datetime
    stopped_at: datetime | None
    stopped_by: str
    read_at: datetime


@dataclass(frozen=True)
class Admitted:
    """An admission that a shadow has not looked at; `at` is UTC."""

    order_id: str
    seq: int
    at: datetime


@dataclass(frozen=True)
class ShadowResult:
    """What was decided and what the draft would have decided (None: it could not, `note` says why)
    of one admission; `base_amount` is in base currency."""

    admitted: Admitted
    live: Mapping[str, Any]
    shadow: Mapping[str, Any] | None
    tables: tuple[str, ...]
    base_amount: Decimal | None
    note: str = ""


_SHADOW = [shadows.c[name] for name in Shadow.__dataclass_fields__]


def start(
    c: Connection, rule_set_id: str, *, started_by: str, ends_at: datetime, now: datetime
) -> Shadow:
    """Let a draft be asked from now on, until `ends_at`.

    Raises Refused when it is asked already, when three are, or for an end that is not within 14
    days.
    """
    if not now < ends_at <= now + LONGEST:
        raise Refused(
            "bad_shadow_end",
            f"a shadow ends within {LONGEST.days} days from now; {ends_at.isoformat()} is not",
            f"影子评估须在 {LONGEST.days} 天内结束，{ends_at.isoformat()} 不符合",
        )
    c.execute(_STARTING)
    running = running_at(c)
    if any(each.rule_set_id == rule_set_id for each in running):
        raise Refused(
            "shadow_running",
            f"{rule_set_id} runs in shadow already; stop it first",
            f"{rule_set_id} 已在影子评估中，请先停止",
        )
    if len(running) >= MOST_SHADOWS:
        names = ", ".join(each.rule_set_id for each in running)
        raise Refused(
            "too_many_shadows",
            f"{MOST_SHADOWS} drafts run in shadow already ({names}); stop one of them first",
            f"已有 {MOST_SHADOWS} 个草稿在影子评估中（{names}），请先停止其中一个",
        )
    values = {
        "shadow_id": f"sh_{uuid.uuid4().hex}",
        "rule_set_id": rule_set_id,
        "started_by": started_by,
        "started_at": now,
        "ends_at": ends_at,
        "stopped_by": "",
        "read_at": now,
        "read_order_id": "",
        "read_seq": 0,
    }
    return _shadow(c.execute(insert(shadows).values(values).returning(*_SHADOW)).one())


def stop(c: Connection, rule_set_id: str, stopped_by: str, now: datetime) -> Shadow | None:
    """End the running shadow of a version; None when there is none."""
    where = shadows.c.rule_set_id == rule_set_id, shadows.c.stopped_at.is_(None)
    values = {"stopped_at": now, "stopped_by": stopped_by}
    row = c.execute(update(shadows).where(*where).values(values).returning(*_SHADOW)).one_or_none()
    return _shadow(row) if row else None


def stop_ended(c: Connection, through: Sequence[Shadow], now: datetime) -> None:
    """End those whose time is up of the shadows that have looked at everything until `now`."""
    ended = [each.shadow_id for each in through if each.ends_at <= now - LATE]
    if ended:
        where = shadows.c.stopped_at.is_(None), shadows.c.shadow_id.in_(ended)
        c.execute(update(shadows).where(*where).values(stopped_at=shadows.c.ends_at))


def running_at(c: Connection) -> list[Shadow]:
    """Return the shadows that run."""
    query = select(*_SHADOW).where(shadows.c.stopped_at.is_(None))
    return [_shadow(row) for row in c.execute(query.order_by(shadows.c.started_at))]


def newest(c: Connection, rule_set_id: str) -> Shadow | None:
    """Return the newest shadow of a version."""
    query = select(*_SHADOW).where(shadows.c.rule_set_id == rule_set_id)
    row = c.execute(query.order_by(shadows.c.started_at.desc()).limit(1)).one_or_none()
    return _shadow(row) if row else None


def _shadow(row: Row[Any]) -> Shadow:
    return Shadow(**row._asdict())


_UNSEEN = text("""
SELECT a.order_id, a.seq, a.at FROM admissions a
WHERE a.at >= :since AND a.at < :until AND NOT EXISTS (
    SELECT 1 FROM shadow_results r
    WHERE r.shadow_id = :shadow_id AND r.order_id = a.order_id AND r.seq = a.seq)
ORDER BY a.at, a.order_id, a.seq LIMIT :limit
""")


def unseen(c: Connection, shadow: Shadow, limit: int) -> list[Admitted]:
    """Return the next admissions that a shadow has not looked at, in their order."""
    values = {
        "shadow_id": shadow.shadow_id,
        "since": max(shadow.started_at, shadow.read_at - LATE),
        "until": shadow.ends_at,
        "limit": limit,
    }
    return [Admitted(**row._asdict()) for row in c.execute(_UNSEEN, values)]


_KEEP = text(
    """
INSERT INTO shadow_results (shadow_id, order_id, seq, at, live, shadow, differs, tables,
    base_amount, note)
SELECT :shadow_id, g.order_id, g.seq, g.at, g.live, nullif(g.shadow, 'null'::jsonb),
    cardinality(g.tables) > 0, g.tables, g.base_amount, g.note
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g (order_id text, seq int, at timestamptz,
    live jsonb, shadow jsonb, tables text[], base_amount numeric, note text)
ON CONFLICT DO NOTHING
""".replace("::", "\\:\\:")
)


def keep(c: Connection, shadow: Shadow, results: Sequence[ShadowResult]) -> None:
    """Keep what a shadow found, and how far it has looked; doing so again changes nothing."""
    if not results:
        return
    rows = [vars(result.admitted) | vars(result) | {"admitted": None} for result in results]
    c.execute(_KEEP, {"shadow_id": shadow.shadow_id, "rows": json_text(rows)})
    last = max(results, key=lambda r: (r.admitted.at, r.admitted.order_id, r.admitted.seq)).admitted
    values = {"read_at": last.at, "read_order_id": last.order_id, "read_seq": last.seq}
    further = shadows.c.shadow_id == shadow.shadow_id, shadows.c.read_at < last.at
    c.execute(update(shadows).where(*further).values(values))


@dataclass(frozen=True)
class TableDifference:
    """Admissions that one table would answer differently, their worth in base currency, and the
    largest of them by order id."""

    table: str
    admissions: int
    amount: Decimal
    examples: tuple[str, ...]


@dataclass(frozen=True)
class ShadowReport:
    """What a shadow has found so far; `unanswered` are admissions the draft had no answer for."""

    shadow: Shadow
    looked_at: int
    differing: int
    unanswered: int
    amount: Decimal
    differences: tuple[TableDifference, ...]


_COUNTS = text("""
SELECT count(*) AS looked_at, count(*) FILTER (WHERE differs) AS differing,
    count(*) FILTER (WHERE shadow IS NULL) AS unanswered,
    coalesce(sum(base_amount) FILTER (WHERE differs), 0) AS amount
FROM shadow_results WHERE shadow_id = :shadow_id
""")
_BY_TABLE = text(
    """
SELECT t.name AS "table", count(*) AS admissions, coalesce(sum(base_amount), 0) AS amount,
    (array_agg(order_id ORDER BY base_amount DESC NULLS LAST, order_id, seq))[1:20] AS examples
FROM shadow_results, unnest(tables) AS t (name)
WHERE shadow_id = :shadow_id AND differs
GROUP BY t.name ORDER BY t.name
""".replace("[1:20]", "[1\\:20]")
)


def report(c: Connection, shadow: Shadow) -> ShadowReport:
    """Return what a shadow has found so far."""
    values = {"shadow_id": shadow.shadow_id}
    counts = c.execute(_COUNTS, values).one()._asdict()
    found = [row._asdict() for row in c.execute(_BY_TABLE, values)]
    differences = tuple(
        TableDifference(**each | {"examples": tuple(dict.fromkeys(each["examples"]))})
        for each in found
    )
    return ShadowReport(shadow, **counts, differences=differences)
