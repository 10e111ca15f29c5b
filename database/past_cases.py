"""Past orders as a backtest sees them: one statement per page, streamed, nothing of a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, text

from database.past_reading import case_of
from domain.backtest.cases import PastCase

# Rows that the driver holds at a time.
_ROWS_AT_ONCE = 500

# Every JSON document is opened once per order: its fields one by one would unpack it each time.
_CASES = """
SELECT o.order_id, o.channel, o.shop, o.external_id, o.origin, o.submitter, o.received_at,
    o.currency, o.total, o.country, o.priority, o.start_stage,
    a.content_version, a.rule_set_id, a.base_amount, a.at AS admitted_at,
    a.inputs ->> 'base_currency' AS base_currency,
    p.tier, p.policy, p.quorum, p.needs_confirmation, p."group" AS group_code, p.warehouse,
    p.priority AS plan_priority, p.signers, p.hold_terms,
    said.inputs AS said,
    t.content_hash, jsonb_array_length(t.findings) AS findings,
    b.payment ->> 'status' AS payment_status, b.payment ->> 'terms' AS payment_terms,
    b.customer ->> 'kind' AS content_kind, b.flags ? 'fulfilled_by_channel' AS by_channel,
    u.kind AS customer_kind, u.cooperated_at, u.first_order_id,
    events.told AS events, held.told AS holds
FROM ({page}) o
LEFT JOIN LATERAL (
    SELECT content_version, rule_set_id, base_amount, at, inputs, plan, explanation
    FROM admissions WHERE order_id = o.order_id AND at <= :as_of {admission}
    ORDER BY seq DESC LIMIT 1
) a ON true
LEFT JOIN LATERAL jsonb_to_record(a.plan) AS p (tier text, policy text, quorum int,
    needs_confirmation boolean, "group" text, warehouse text, priority int, signers jsonb,
    hold_terms jsonb) ON true
LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(e."table", e.inputs) AS inputs
    FROM jsonb_to_recordset(a.explanation) AS e ("table" text, inputs jsonb)
    WHERE e."table" IN ('approval', 'priority', 'confirmation', 'routing')
) said ON true
LEFT JOIN order_contents t ON t.order_id = o.order_id AND t.version = a.content_version
LEFT JOIN LATERAL jsonb_to_record(t.body) AS b (payment jsonb, customer jsonb, flags jsonb) ON true
LEFT JOIN customers u ON u.customer_id = o.customer_id
LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\\x1f', kind, stage, actor, date_part('epoch', at),
        CASE WHEN stage = 'closed_abnormally' THEN coalesce(data ->> 'reason', '') ELSE '' END),
        E'\\x1e' ORDER BY seq) AS told
    FROM stage_events
    WHERE order_id = o.order_id AND at <= :as_of AND kind IN ('submitted', 'stage_entered',
        'turned_red', 'escalated', 'warned', 'signed', 'rejected', 'group_assigned',
        'return_requested')
) events ON true
LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\\x1f', reason, date_part('epoch', raised_at),
        CASE WHEN released_at <= :as_of THEN date_part('epoch', released_at) ELSE 0 END,
        pauses_clock), E'\\x1e' ORDER BY raised_at, hold_id) AS told
    FROM holds WHERE order_id = o.order_id AND raised_at <= :as_of
) held ON true
"""
_RANGE = """
    SELECT * FROM orders
    WHERE (received_at, order_id) > (:after_at, :after_id)
        AND (received_at, order_id) <= (:upto_at, :upto_id)
    ORDER BY received_at, order_id
"""
_NAMED = "SELECT * FROM orders WHERE order_id = ANY(:order_ids) ORDER BY received_at, order_id"
_ADMITTED = """
    SELECT orders.*, wanted.seq AS wanted_seq FROM orders
    JOIN unnest(CAST(:order_ids AS text[]), CAST(:seqs AS int[])) AS wanted (order_id, seq)
        USING (order_id)
"""
_NEWEST_OF_EACH = _CASES.replace("{admission}", "")
_OF_RANGE = text(_NEWEST_OF_EACH.replace("{page}", _RANGE))
_OF_ORDERS = text(_NEWEST_OF_EACH.replace("{page}", _NAMED))
_OF_ADMISSIONS = text(
    _CASES.replace("{admission}", "AND seq = o.wanted_seq")
    .replace("{page}", _ADMITTED)
    .replace("SELECT o.order_id,", "SELECT o.wanted_seq, o.order_id,", 1)
)


@dataclass(frozen=True)
class Place:
    """A place in the row of all orders, by when they were received (UTC) and their id."""

    received_at: datetime
    order_id: str


_FOREVER = datetime.max.replace(tzinfo=UTC)
BEFORE_ALL = Place(datetime.min.replace(tzinfo=UTC), "")


@dataclass(frozen=True)
class Range:
    """The orders after one place up to another."""

    after: Place
    upto: Place
    orders: int


# No two explanations are alike; remembering them costs more than reading them once.
_NO_MEMOIZE = text("SET LOCAL enable_memoize = off")
# What happened a moment ago may still be on its way to the record, and a repetition would find it.
SETTLING = timedelta(seconds=15)

_NEWEST = text(
    "SELECT received_at, order_id FROM orders WHERE received_at <= :as_of "
    "ORDER BY received_at DESC, order_id DESC LIMIT 1"
)
_EDGES = text("""
SELECT received_at, order_id, n, total FROM (
    SELECT received_at, order_id, count(*) OVER () AS total,
        row_number() OVER (ORDER BY received_at DESC, order_id DESC) AS n
    FROM (
        SELECT received_at, order_id FROM orders WHERE (received_at, order_id) <= (:at, :id)
        ORDER BY received_at DESC, order_id DESC LIMIT :wanted + 1
    ) newest
) numbered
WHERE (n - 1) % :size = 0 OR n = :wanted + 1
ORDER BY n
""")


def newest(c: Connection, as_of: datetime) -> Place | None:
    """Return the place of the order that was received last until then, None without any order."""
    row = c.execute(_NEWEST, {"as_of": as_of}).one_or_none()
    return Place(row.received_at, row.order_id) if row else None


def ranges(c: Connection, upto: Place, wanted: int, size: int) -> list[Range]:
    """Cut the last `wanted` orders up to a place into pages of `size`, the newest page first."""
    values = {"at": upto.received_at, "id": upto.order_id, "wanted": wanted, "size": size}
    rows = c.execute(_EDGES, values).all()
    edges = [(Place(row.received_at, row.order_id), row.n) for row in rows]
    if rows and rows[0].total <= wanted:
        edges.append((BEFORE_ALL, rows[0].total + 1))
    return [Range(lower, upper, further - n) for (upper, n), (lower, further) in pairwise(edges)]


_OLDEST = text("""
SELECT min(received_at) FROM (
    SELECT received_at FROM orders WHERE (received_at, order_id) <= (:at, :id)
    ORDER BY received_at DESC, order_id DESC LIMIT :wanted
) newest
""")


def oldest(c: Connection, upto: Place, wanted: int) -> datetime | None:
    """Return when the first of the last `wanted` orders up to a place was received (UTC)."""
    values = {"at": upto.received_at, "id": upto.order_id, "wanted": wanted}
    found: datetime | None = c.execute(_OLDEST, values).scalar_one()
    return found


def of_range(c: Connection, within: Range, as_of: datetime) -> Iterator[PastCase]:
    """Yield the orders of a page as they were at `as_of` (UTC), a few at a time."""
    values = {
        "after_at": within.after.received_at,
        "after_id": within.after.order_id,
        "upto_at": within.upto.received_at,
        "upto_id": within.upto.order_id,
        "as_of": as_of,
    }
    c.execute(_NO_MEMOIZE)
    streamed = c.execution_options(yield_per=_ROWS_AT_ONCE)
    for row in streamed.execute(_OF_RANGE, values):
        yield case_of(row)


def of_orders(c: Connection, order_ids: Sequence[str], as_of: datetime) -> list[PastCase]:
    """Return these orders as they were at `as_of` (UTC), by when they were received."""
    values = {"order_ids": list(order_ids), "as_of": as_of}
    return [case_of(row) for row in c.execute(_OF_ORDERS, values)]


def admitted(
    c: Connection, admissions: Sequence[tuple[str, int]]
) -> list[tuple[tuple[str, int], PastCase]]:
    """Return orders as single admissions of theirs, by order id and number, saw them."""
    values = {
        "order_ids": [order_id for order_id, _ in admissions],
        "seqs": [seq for _, seq in admissions],
        "as_of": _FOREVER,
    }
    rows = c.execute(_OF_ADMISSIONS, values)
    return [((row.order_id, row.wanted_seq), case_of(row)) for row in rows]
