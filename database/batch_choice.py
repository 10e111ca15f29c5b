"""Which orders a batch is about, and what is known beforehand of how they will answer.

The read model only foresees; each order's workflow decides. Choosing, counting and freezing are
one statement, so what is counted is what is frozen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, TextClause, text

from domain.batches import BatchKind, ItemCode


@dataclass(frozen=True)
class BatchFilter:
    """Orders whose approval is pending; conditions add up, amounts are in the base currency."""

    stage: str | None = None
    group: str | None = None
    tier: str | None = None
    channel: str | None = None
    country: str | None = None
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    red: bool | None = None


@dataclass(frozen=True)
class Shown:
    """An order as a person saw it; an empty hash stands for the content in force."""

    order_id: str
    content_hash: str = ""


@dataclass(frozen=True)
class Choice:
    """For whom orders are chosen, for what, and which: a filter or a list.

    `groups` are those of whose orders the person has the permission, None means everywhere.
    """

    kind: BatchKind
    person: str
    groups: Sequence[str] | None
    which: BatchFilter | Sequence[Shown]
    verdict: str = ""
    rule_set: str = ""


@dataclass(frozen=True)
class Chosen:
    """What a choice comes to: sums per currency and in base currency (of those converted yet),
    `reasons` counts the orders that are expected to refuse by why; `oldest` waits since then (UTC).
    """

    count: int
    fit: int
    money: dict[str, Decimal]
    base_amount: Decimal | None
    unconverted: int
    reasons: dict[str, int]
    oldest: datetime | None
    reds: int
    digest: str


_CONDITIONS = {
    "stage": "p.stage = :stage",
    "group": "p.group_code = :group",
    "tier": "p.tier = :tier",
    "channel": "o.channel = :channel",
    "country": "o.country = :country",
    "min_amount": "b.base_amount >= :min_amount",
    "max_amount": "b.base_amount <= :max_amount",
    "red": "p.red = :red",
}
_BASE_AMOUNT = """
LEFT JOIN LATERAL (SELECT base_amount FROM admissions WHERE admissions.order_id = o.order_id
    ORDER BY seq DESC LIMIT 1) b ON true
"""
_APPROVALS = "SELECT FROM tasks t WHERE t.order_id = o.order_id AND t.kind = 'approve'"
_BY_FILTER = f"""
SELECT o.order_id, '' AS hash, 0 AS place FROM order_progress p JOIN orders o USING (order_id)
{_BASE_AMOUNT}
WHERE p.stage = 'in_review' AND EXISTS ({_APPROVALS} AND t.done_at IS NULL)
    AND (:everywhere OR p.group_code = ANY(:groups))
"""  # noqa: S608 - made of constants
_BY_LIST = """
SELECT g.order_id, g.hash, g.place
FROM unnest(CAST(:order_ids AS text[]), CAST(:hashes AS text[])) WITH ORDINALITY
    AS g (order_id, hash, place)
"""
_BEYOND_REACH = f"""
    WHEN o.order_id IS NULL THEN '{ItemCode.UNKNOWN_ORDER}'
    WHEN NOT (:everywhere OR coalesce(p.group_code, '') = ANY(:groups))
        THEN '{ItemCode.OTHER_GROUP}'
"""
_WHY = {
    BatchKind.DECIDE: f"""
    WHEN p.order_id IS NULL THEN '{ItemCode.NOT_STARTED}'
    WHEN p.closed THEN 'closed'
    WHEN p.stage <> 'in_review' THEN 'wrong_stage'
    WHEN a.hash NOT IN ('', k.content_hash) THEN 'stale_content'
    WHEN o.submitter = :person THEN 'is_submitter'
    WHEN EXISTS (SELECT FROM decisions d WHERE d.order_id = o.order_id AND d.person = :person
        AND d.verdict = 'approve' AND d.content_hash = k.content_hash AND d.voided_at IS NULL)
        THEN 'already_signed'
    WHEN NOT EXISTS ({_APPROVALS} AND t.done_at IS NULL AND t.people @> ARRAY[:person])
        THEN 'not_entitled'
""",
    BatchKind.REPIN: f"""
    WHEN p.order_id IS NULL THEN '{ItemCode.NOT_STARTED}'
    WHEN p.closed THEN 'closed'
    WHEN p.rule_set = :rule_set THEN 'same_rules'
""",
}
_CHOSEN = f"""
SELECT a.order_id, coalesce(o.workflow_id, '') AS workflow_id, o.currency, o.total, b.base_amount,
    coalesce(nullif(a.hash, ''), k.content_hash, '') AS content_hash, p.entered_at,
    coalesce(p.red, false) AS red, CASE {{why}} ELSE '' END AS why,
    row_number() OVER (ORDER BY a.place, p.red DESC NULLS LAST, b.base_amount DESC NULLS LAST,
        a.order_id) AS ordinal
FROM asked a
LEFT JOIN orders o USING (order_id)
LEFT JOIN order_progress p USING (order_id)
LEFT JOIN order_contents k ON k.order_id = o.order_id
    AND k.version = coalesce(p.content_version, o.content_version)
{_BASE_AMOUNT}
"""  # noqa: S608 - made of constants
_SUMMARY = """
SELECT count(*) AS count, count(*) FILTER (WHERE why = '') AS fit,
    (SELECT coalesce(jsonb_object_agg(currency, total::text), '{}') FROM (
        SELECT currency, sum(total) AS total FROM chosen WHERE currency IS NOT NULL
        GROUP BY currency) m) AS money,
    sum(base_amount) AS base_amount,
    count(*) FILTER (WHERE base_amount IS NULL AND currency IS NOT NULL) AS unconverted,
    (SELECT coalesce(jsonb_object_agg(why, n), '{}') FROM (
        SELECT why, count(*) AS n FROM chosen WHERE why <> '' GROUP BY why) w) AS reasons,
    min(entered_at) AS oldest, count(*) FILTER (WHERE red) AS reds,
    encode(sha256(convert_to(:purpose || coalesce(string_agg(
        order_id || ':' || content_hash, ',' ORDER BY order_id COLLATE "C"), ''), 'UTF8')), 'hex')
        AS digest
FROM chosen
"""
# What nobody of these groups may touch is refused at once; everything else the order decides.
_FREEZE = """
INSERT INTO batch_items (batch_id, ordinal, order_id, workflow_id, content_hash, action_id, state,
    code, decided_at)
SELECT :batch_id, ordinal, order_id, workflow_id, content_hash,
    'act_' || left(encode(sha256(convert_to(:batch_id || ':' || order_id, 'UTF8')), 'hex'), 32),
    CASE WHEN {beyond} THEN 'refused' ELSE 'pending' END,
    CASE WHEN {beyond} THEN why ELSE '' END,
    CASE WHEN {beyond} THEN CAST(:now AS timestamptz) END
FROM chosen
"""
_BEYOND = f"why IN ('{ItemCode.UNKNOWN_ORDER}', '{ItemCode.OTHER_GROUP}')"


def preview(c: Connection, choice: Choice) -> Chosen:
    """Return what a batch of this choice would be."""
    return _chosen(c, _statement(choice), _values(choice))


def freeze(c: Connection, batch_id: str, choice: Choice, now: datetime) -> Chosen:
    """Make the items of a batch, with the content as shown; returns what they come to."""
    frozen = ", frozen AS (" + _FREEZE.format(beyond=_BEYOND) + ")"
    values = _values(choice) | {"batch_id": batch_id, "now": now}
    return _chosen(c, _statement(choice, frozen), values)


def _statement(choice: Choice, frozen: str = "") -> TextClause:
    asked = _BY_LIST
    if isinstance(choice.which, BatchFilter):
        asked = " AND ".join([_BY_FILTER, *(_CONDITIONS[name] for name in _given(choice.which))])
    chosen = _CHOSEN.format(why=_BEYOND_REACH + _WHY[choice.kind])
    return text(f"WITH asked AS ({asked}), chosen AS ({chosen}){frozen} {_SUMMARY}")


def _given(which: BatchFilter) -> dict[str, Any]:
    values = {field.name: getattr(which, field.name) for field in fields(which)}
    return {name: value for name, value in values.items() if value is not None}


def _values(choice: Choice) -> dict[str, Any]:
    values: dict[str, Any] = {
        "everywhere": choice.groups is None,
        "groups": list(choice.groups or ()),
        "person": choice.person,
        "rule_set": choice.rule_set,
        "purpose": f"{choice.kind}:{choice.verdict}{choice.rule_set}:",
    }
    if isinstance(choice.which, BatchFilter):
        return values | _given(choice.which)
    return values | {
        "order_ids": [each.order_id for each in choice.which],
        "hashes": [each.content_hash for each in choice.which],
    }


def _chosen(c: Connection, statement: TextClause, values: dict[str, Any]) -> Chosen:
    used = statement.compile().params
    row = c.execute(statement, {name: values[name] for name in used}).one()
    money = {currency: Decimal(total) for currency, total in row.money.items()}
    return Chosen(**{**row._asdict(), "money": money})
