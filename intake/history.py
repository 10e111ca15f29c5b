"""Historical migration: what had ended elsewhere becomes a record, without workflow or message.

What is still open is taken in as any other message (see reception) and starts in its stage.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from channels.message import ChannelMessage, ParcelFact
from database import past_orders
from database.inbox import InboxRow
from database.orders import new_order_id
from database.past_orders import PastOrder
from domain import past
from domain.actions import ParcelLine
from domain.facts import Identity, OrderFacts, facts_of
from domain.findings import is_blocking
from domain.holds import ReasonCode
from domain.order import CanonicalOrder
from domain.past import Past, PastParcel
from domain.stages import TERMINAL, Stage
from domain.state import Closing
from intake.reading import messages_of, origin_of, submitter_of

# Few old systems know of deliveries: nobody still waits for a parcel that left so long ago.
ASSUMED_DELIVERED_AFTER = timedelta(days=60)
# What was moved here from another system never delays a live order.
MOVED_IN_PRIORITY = 5


def keep_ended(c: Connection, rows: Sequence[InboxRow], now: datetime) -> set[int]:
    """Keep those of the rows that tell of ended orders, and return their ids; the rest is left.

    One transaction for many: finished orders come by the hundred thousand, and nobody waits for
    any single one of them.
    """
    ended = [found for row in rows if (found := _ended(row, now)) is not None]
    past_orders.keep(c, ended, now)
    return {each.row.id for each in ended}


def _ended(row: InboxRow, now: datetime) -> PastOrder | None:
    """Return the ended order a row tells of; None when it is open, unreadable or no order."""
    messages = [message for message in messages_of(row) if message.kind != "ignored"]
    if not messages or any(is_blocking(message.findings) for message in messages):
        return None
    first = messages[0]
    if first.order is None or not _has_ended(first, messages[1:], now):
        return None
    facts = _facts(row, first.order, len(first.findings))
    told = _past(row, first, first.order, messages[1:], now)
    return PastOrder(
        row=row,
        order=first.order,
        state=past.state_of(facts, told),
        findings=first.findings,
        cleansing=first.cleansing,
        author=submitter_of(row) or f"channel:{row.channel}",
        closed_note=first.note or _closed_elsewhere(row.channel),
    )


def _has_ended(first: ChannelMessage, facts: Sequence[ChannelMessage], now: datetime) -> bool:
    if first.kind == "cancellation" or first.order is None:
        return first.kind == "cancellation"
    if first.order.stage is Stage.SHIPPED:
        return now - _last_known(first, first.order, facts) > ASSUMED_DELIVERED_AFTER
    return first.order.stage in TERMINAL


def _last_known(
    first: ChannelMessage, order: CanonicalOrder, facts: Sequence[ChannelMessage]
) -> datetime:
    """Return the latest instant (UTC) that the messages of an order tell of."""
    told = [order.placed_at, first.source_updated_at, order.source_updated_at]
    told += [m.source_updated_at for m in facts if m.kind == "delivery"]
    told += [m.parcel.shipped_at for m in facts if m.parcel]
    return max(at for at in told if at is not None)


def _facts(row: InboxRow, order: CanonicalOrder, findings: int) -> OrderFacts:
    identity = Identity(
        order_id=new_order_id(),
        origin=origin_of(row),
        submitter=submitter_of(row),
        submitted_at=row.received_at,
        priority=MOVED_IN_PRIORITY,
    )
    return facts_of(order, identity, 1, findings)


def _past(
    row: InboxRow,
    first: ChannelMessage,
    order: CanonicalOrder,
    facts: Sequence[ChannelMessage],
    now: datetime,
) -> Past:
    parcels = tuple(_parcel(message.parcel) for message in facts if message.parcel)
    delivered = [m.source_updated_at for m in facts if m.kind == "delivery"]
    ended_at = first.source_updated_at or order.source_updated_at
    latest = _last_known(first, order, facts)
    return Past(
        placed_at=min(order.placed_at, now),
        # Without a time of its own an order ended when the last thing we know of happened.
        ended_at=min(ended_at or latest, now),
        parcels=parcels,
        delivered_at=max((at for at in delivered if at is not None), default=None),
        closing=_closing(row, first),
    )


def _parcel(parcel: ParcelFact) -> PastParcel:
    return PastParcel(
        tracking_number=parcel.tracking_number or f"untracked-{parcel.external_id}",
        carrier=parcel.carrier,
        lines=tuple(ParcelLine(line_id, quantity) for line_id, quantity in parcel.lines),
        shipped_at=parcel.shipped_at,
    )


def _closing(row: InboxRow, message: ChannelMessage) -> Closing | None:
    is_closed = message.order is not None and message.order.stage == "closed_abnormally"
    if message.kind != "cancellation" and not is_closed:
        return None
    reason = message.cancel_reason or ReasonCode.BUYER_CANCEL
    return Closing(reason, f"inbox:{row.id}:closed", f"channel:{row.channel}", from_channel=True)


def _closed_elsewhere(channel: str) -> str:
    return f"closed in {channel} before it was moved here\n迁移前已在 {channel} 关闭"
