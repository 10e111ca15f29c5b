"""Batches as people start, follow and cancel them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from database import batch_choice
from database.batch_choice import BatchFilter, Choice, Chosen
from database.batch_tables import batch_items, batches
from database.encoding import json_text
from database.order_tables import orders
from database.refusals import Refused
from domain.batches import BatchKind, ItemState, Result


@dataclass(frozen=True)
class NewBatch:
    """A batch to be made. `note` are the person's words; the same key of the same person is the
    same batch, which `request_hash`, a digest of everything asked for, has to agree with."""

    choice: Choice
    note: str
    key: str
    request_hash: str
    base_currency: str


@dataclass(frozen=True)
class BatchRow:
    """A batch and how far it is: `counts` of its items by state. `money` sums per currency, and
    `base_amount` in `base_currency`, are those of when it was made; instants are UTC."""

    batch_id: str
    number: int
    kind: BatchKind
    verdict: str
    rule_set: str
    note: str
    started_by: str
    filter: dict[str, Any] | None
    state: str
    items: int
    money: dict[str, Decimal]
    base_amount: Decimal | None
    base_currency: str
    counts: dict[str, int]
    created_at: datetime
    cancelled_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class ItemRow:
    """One order of a batch and what became of it; an order that does not exist has no number."""

    ordinal: int
    order_id: str
    number: str
    content_hash: str
    action_id: str
    tries: int
    decided_at: datetime | None
    result: Result


def made_before(c: Connection, new: NewBatch) -> str | None:
    """Return the batch that was made under this key.

    Raises Refused when the key was used for something else.
    """
    row = c.execute(
        select(batches.c.batch_id, batches.c.request_hash).where(
            batches.c.started_by == new.choice.person,
            batches.c.kind == new.choice.kind,
            batches.c.idempotency_key == new.key,
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request_hash != new.request_hash:
        raise Refused(
            "idempotency_key_reused",
            f"Idempotency-Key {new.key!r} was used for a different batch; send a new key",
            f"Idempotency-Key {new.key!r} 已用于其他批处理,请使用新的键",
        )
    return str(row.batch_id)


def make(c: Connection, new: NewBatch, now: datetime) -> tuple[str, Chosen] | None:
    """Make a batch and freeze its items; None when somebody made one under its key meanwhile.

    The caller looks at what it comes to and may roll back.
    """
    batch_id = f"bat_{secrets.token_hex(16)}"
    choice = new.choice
    values = {
        "batch_id": batch_id,
        "kind": choice.kind,
        "verdict": choice.verdict,
        "rule_set": choice.rule_set,
        "note": new.note,
        "started_by": choice.person,
        "idempotency_key": new.key,
        "request_hash": new.request_hash,
        "base_currency": new.base_currency,
        "created_at": now,
    }
    if not c.execute(insert(batches).values(values).on_conflict_do_nothing()).rowcount:
        return None
    chosen = batch_choice.freeze(c, batch_id, choice, now)
    c.execute(_KEEP_SUMS, _sums(batch_id, choice, chosen))
    return batch_id, chosen


_KEEP_SUMS = text("""
UPDATE batches SET items = :items, money = CAST(:money AS jsonb), base_amount = :base_amount,
    filter = CAST(:filter AS jsonb)
WHERE batch_id = :batch_id
""")


def _sums(batch_id: str, choice: Choice, chosen: Chosen) -> dict[str, Any]:
    which = json_text(choice.which) if isinstance(choice.which, BatchFilter) else None
    return {
        "batch_id": batch_id,
        "items": chosen.count,
        "money": json_text(chosen.money),
        "base_amount": chosen.base_amount,
        "filter": which,
    }


# Once it is done the counts are kept, so a list of old batches counts nothing.
_COUNTS: ColumnElement[Any] = literal_column(
    """coalesce(batches.counts, (SELECT jsonb_object_agg(state, n) FROM (
        SELECT state, count(*) AS n FROM batch_items i WHERE i.batch_id = batches.batch_id
        GROUP BY state) s), '{}')""",
    JSONB,
).label("counts")
_SHOWN: Sequence[ColumnElement[Any]] = (
    *(batches.c[name] for name in BatchRow.__dataclass_fields__ if name != "counts"),
    _COUNTS,
)


def get(c: Connection, batch_id: str) -> BatchRow | None:
    """Return a batch."""
    row = c.execute(select(*_SHOWN).where(batches.c.batch_id == batch_id)).one_or_none()
    return _batch(row) if row else None


def page(
    c: Connection, started_by: str | None, cursor: int | None, limit: int
) -> tuple[list[BatchRow], int | None]:
    """Return batches of a person (None: everybody's), the newest first, and the next cursor."""
    query = select(*_SHOWN).order_by(batches.c.number.desc()).limit(limit + 1)
    if started_by is not None:
        query = query.where(batches.c.started_by == started_by)
    if cursor is not None:
        query = query.where(batches.c.number < cursor)
    found = [_batch(row) for row in c.execute(query)]
    return found[:limit], found[limit - 1].number if len(found) > limit else None


def _batch(row: Row[Any]) -> BatchRow:
    values = row._asdict()
    money = {currency: Decimal(total) for currency, total in values.pop("money").items()}
    return BatchRow(**values | {"money": money, "kind": BatchKind(values["kind"])})


_ITEM: Sequence[ColumnElement[Any]] = (
    *(batch_items.c[name] for name in ItemRow.__dataclass_fields__ if name in batch_items.c),
    *(batch_items.c[name] for name in Result.__dataclass_fields__),
    orders.c.number,
)


def items(
    c: Connection, batch_id: str, state: ItemState | None, after: int, limit: int
) -> tuple[list[ItemRow], int | None]:
    """Return items after this ordinal in their order, and the next cursor."""
    query = (
        select(*_ITEM)
        .outerjoin_from(batch_items, orders, orders.c.order_id == batch_items.c.order_id)
        .where(batch_items.c.batch_id == batch_id, batch_items.c.ordinal > after)
        .order_by(batch_items.c.ordinal)
        .limit(limit + 1)
    )
    if state is not None:
        query = query.where(batch_items.c.state == state)
    found = [_item(row) for row in c.execute(query)]
    return found[:limit], found[limit - 1].ordinal if len(found) > limit else None


def _item(row: Row[Any]) -> ItemRow:
    values = row._asdict()
    result = Result(**{name: values.pop(name) for name in Result.__dataclass_fields__})
    number = values.pop("number") or ""
    state = ItemState(result.state)
    return ItemRow(**values, number=number, result=replace(result, state=state))


def cancel(c: Connection, batch_id: str, now: datetime) -> bool:
    """Take back what no order was asked yet; False when the batch is done.

    What was sent to an order is still awaited, so that its result is known.
    """
    running = (batches.c.batch_id == batch_id) & (batches.c.state == "running")
    first = update(batches).where(running)
    if not c.execute(first.values(cancelled_at=now)).rowcount:
        return False
    unasked = (
        (batch_items.c.batch_id == batch_id)
        & (batch_items.c.state == ItemState.PENDING)
        & (batch_items.c.tries == 0)
    )
    statement = update(batch_items).where(unasked)
    c.execute(statement.values(state=ItemState.CANCELLED, decided_at=now))
    return True


def running(c: Connection, before: datetime) -> list[str]:
    """Return the batches that were made before this instant and are not done."""
    query = select(batches.c.batch_id).where(batches.c.state == "running")
    return list(c.scalars(query.where(batches.c.created_at < before).order_by(batches.c.number)))
