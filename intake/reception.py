"""Taking a message in: one transaction that ends in an order, a merge, a wait or quarantine.

What the order's workflow must hear is kept with the inbox row in the same transaction, so a crash
between Postgres and Temporal loses nothing: the row is taken again and the same is sent again.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from channels.message import ChannelMessage
from database import customers, inbox, lookups, notes, orders
from database.inbox import InboxRow
from database.notes import Note
from database.orders import OrderRow
from domain.actions import Amend, ChannelFact, ChannelUpdate, ParcelLine
from domain.facts import facts_of
from domain.findings import Finding, FindingCode, finding, is_blocking
from domain.holds import ReasonCode
from domain.order import CanonicalOrder, content_hash
from intake.asides import order_missing, put_aside, settle_earlier
from intake.history import MOVED_IN_PRIORITY
from intake.reading import messages_of, origin_of, submitter_of
from intake.signals import Signal, dumped
from intake.twins import hold_for_twin

# A parcel may be told before its order; after this it is a person's task to find out why.
WAITS_FOR_ITS_ORDER = timedelta(hours=6)
RETRY_WAITING = timedelta(seconds=20)


class Fate(StrEnum):
    """What became of a message."""

    STORED = "stored"
    MERGED = "merged"
    WAITING = "waiting"
    PARKED = "parked"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Received:
    """What became of a row, and whether it only named orders that have to be read."""

    fate: Fate
    looks_up: bool = False


@dataclass
class Reception:
    """The outcome for one row, being put together message by message."""

    row: InboxRow
    now: datetime
    order: OrderRow | None = None
    signals: list[Signal] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    external_id: str | None = None
    is_ignored: bool = True
    is_early: bool = False
    is_moved_in: bool = False
    looks_up: bool = False

    @property
    def actor(self) -> str:
        """Who says it: a person, or the channel."""
        return self.row.corrected_by or submitter_of(self.row) or f"channel:{self.row.channel}"

    def next_id(self) -> str:
        """A deduplication id that is the same when the row is taken again."""
        return f"inbox:{self.row.id}:{len(self.signals) + 1}"


def receive(c: Connection, row: InboxRow, now: datetime) -> Received:
    """Take one inbox row in; the caller's transaction keeps all of it or nothing."""
    reception = Reception(row, now)
    for message in messages_of(row):
        reference = message.reference or message.external_id
        if message.kind == "look_up" and reference:
            lookups.request(c, row.channel, row.shop, reference, now)
            reception.looks_up = True
        elif message.kind != "ignored":
            reception.is_ignored = False
            _take(c, reception, message)
    return Received(_close(c, reception), reception.looks_up)


def _take(c: Connection, reception: Reception, message: ChannelMessage) -> None:
    reception.external_id = reception.external_id or message.external_id
    if message.external_id is None:
        reception.findings += message.findings or (finding(FindingCode.NOT_AN_ORDER),)
        return
    if reception.order is None:
        row = reception.row
        found = orders.find(c, row.channel, row.shop, message.external_id)
        reception.order = orders.lock(c, found.order_id) if found else None
    if _is_old_news(reception):
        return
    if message.kind in ("order", "cancellation"):
        _take_order(c, reception, message)
    if message.kind == "order":
        _take_hold(c, reception, message)
    else:
        _take_fact(c, reception, message)


def _is_old_news(reception: Reception) -> bool:
    """Tell whether history speaks of an order that is known: it never moves a living one."""
    is_history = reception.row.found_by == "history"
    return is_history and reception.order is not None and not reception.is_moved_in


def _take_order(c: Connection, reception: Reception, message: ChannelMessage) -> None:
    order = message.order
    if order is None:
        # A cancellation of an order we know needs no readable body.
        if reception.order is None or message.kind == "order":
            reception.findings += message.findings
        return
    if is_blocking(message.findings):
        if not _may_close_known(reception, message):
            reception.findings += message.findings
        return
    if reception.order is None:
        _insert(c, reception, order, message)
    else:
        _update(c, reception, reception.order, order, message)


def _may_close_known(reception: Reception, message: ChannelMessage) -> bool:
    return reception.order is not None and message.kind == "cancellation"


def _insert(
    c: Connection, reception: Reception, order: CanonicalOrder, message: ChannelMessage
) -> None:
    row = reception.row
    reception.is_moved_in = row.found_by == "history"
    order_id, created = orders.insert(
        c,
        order,
        workflow_id=f"order:{order.channel}:{order.shop}:{order.external_id}",
        origin=origin_of(row),
        submitter=submitter_of(row),
        customer_id=customers.upsert(c, order),
        findings=message.findings,
        content_hash=content_hash(order),
        received_at=row.received_at,
        author=reception.actor,
        priority=MOVED_IN_PRIORITY if reception.is_moved_in else row.priority,
        cleansing=message.cleansing,
        start_stage=str(order.stage) if reception.is_moved_in else "",
    )
    reception.order = orders.lock(c, order_id)
    if reception.order is None:
        raise LookupError(order_id)
    if not created:
        reception.is_moved_in = False
        _update(c, reception, reception.order, order, message)
        return
    facts = facts_of(order, orders.identity_of(reception.order), 1, len(message.findings))
    # Whoever wrote what the order says does not sign it.
    facts = replace(facts, amended_by=row.corrected_by)
    reception.signals.append(Signal.start(facts))
    hold = hold_for_twin(c, reception.order, reception.next_id(), reception.now)
    if hold is not None:
        reception.signals.append(Signal.act("hold", hold))
    settle_earlier(c, row, order.external_id, reception.now)


def _update(
    c: Connection,
    reception: Reception,
    known: OrderRow,
    order: CanonicalOrder,
    message: ChannelMessage,
) -> None:
    """Take over newer content; the same or older content is a merged duplicate."""
    if _is_stale(known, order) or not _has_a_say(reception.row, known):
        return
    current = orders.content(c, known.order_id)
    if current is None:
        raise LookupError(known.order_id)
    identity = orders.identity_of(known)
    before = facts_of(current.order, identity, current.version, len(current.findings))
    after = facts_of(order, identity, current.version, len(message.findings))
    if order.source_updated_at is not None:
        orders.mark_source(c, known.order_id, order.source_updated_at)
    settle_earlier(c, reception.row, order.external_id, reception.now)
    if after == before:
        return
    version = orders.add_content(
        c,
        known.order_id,
        order,
        content_hash=content_hash(order),
        findings=message.findings,
        author=reception.actor,
        now=reception.now,
        cleansing=message.cleansing,
    )
    facts = replace(after, content_version=version)
    action = Amend(reception.next_id(), reception.actor, facts)
    reception.signals.append(Signal.act("amend", action))


def _has_a_say(row: InboxRow, known: OrderRow) -> bool:
    """Tell whether a message may change an order: our API never does (it has amendments), history
    never does, and a spreadsheet changes only what came from one."""
    origin = origin_of(row)
    if row.found_by == "history" or origin == "api":
        return False
    return origin == "channel" or known.origin == "file"


def _is_stale(known: OrderRow, order: CanonicalOrder) -> bool:
    if known.source_updated_at is None or order.source_updated_at is None:
        return False
    return order.source_updated_at <= known.source_updated_at


def _take_hold(c: Connection, reception: Reception, message: ChannelMessage) -> None:
    """Tell the workflow when the channel began or ceased to hold the order."""
    if message.hold is None:
        return
    known = reception.order
    if known is None:
        reception.is_early = True
        return
    reason = message.hold.reason
    if is_blocking(message.findings) or _is_older(known, message) or reason == known.channel_hold:
        return
    if reason is None and not known.channel_hold:
        return
    orders.mark_channel_hold(c, known.order_id, str(reason or ""))
    action = ChannelUpdate(
        id=reception.next_id(),
        actor=f"channel:{reception.row.channel}",
        fact=ChannelFact.HELD if reason else ChannelFact.RELEASED,
        source_at=message.source_updated_at,
        reason=reason or ReasonCode.OTHER,
    )
    reception.signals.append(Signal.act("channel_update", action))


def _is_older(known: OrderRow, message: ChannelMessage) -> bool:
    """As `known` was before this message; of one second the one that came later counts."""
    if known.source_updated_at is None or message.source_updated_at is None:
        return False
    return message.source_updated_at < known.source_updated_at


def _take_fact(c: Connection, reception: Reception, message: ChannelMessage) -> None:
    """Turn a cancellation, parcel or delivery into what the workflow hears."""
    if is_blocking(message.findings) and message.kind != "cancellation":
        reception.findings += message.findings
        return
    if reception.order is None:
        # Unless it is in quarantine with its order.
        reception.is_early = True
        return
    action = _channel_update(reception, message)
    if action.fact is ChannelFact.CANCELLED:
        text = message.note or f"cancelled in {reception.row.channel}"
        order_id = reception.order.order_id
        notes.put(c, Note(action.id, order_id, reception.actor, text, reception.now))
    reception.signals.append(Signal.act("channel_update", action))


def _channel_update(reception: Reception, message: ChannelMessage) -> ChannelUpdate:
    base = ChannelUpdate(
        id=reception.next_id(),
        actor=f"channel:{reception.row.channel}",
        fact=ChannelFact.CANCELLED,
        source_at=message.source_updated_at,
        reason=message.cancel_reason or ReasonCode.BUYER_CANCEL,
    )
    if message.parcel is not None:
        parcel = message.parcel
        return replace(
            base,
            fact=ChannelFact.PARCEL,
            tracking_number=parcel.tracking_number or f"untracked-{parcel.external_id}",
            carrier=parcel.carrier,
            lines=tuple(ParcelLine(line_id, quantity) for line_id, quantity in parcel.lines),
        )
    if message.kind == "delivery":
        tracking = message.delivered_tracking or ""
        return replace(base, fact=ChannelFact.DELIVERED, tracking_number=tracking)
    return base


def _close(c: Connection, reception: Reception) -> Fate:
    row, now = reception.row, reception.now
    if reception.findings:
        return _quarantine(c, reception)
    if reception.is_ignored:
        inbox.finish(c, row.id, Fate.IGNORED, now)
        return Fate.IGNORED
    if reception.is_early:
        if now - row.received_at > WAITS_FOR_ITS_ORDER:
            reception.findings.append(order_missing())
            return _quarantine(c, reception)
        inbox.postpone(c, row.id, Fate.WAITING, now + RETRY_WAITING, "no order yet")
        return Fate.WAITING
    if reception.order is None:
        raise LookupError("a message without findings belongs to an order")
    if not reception.signals:
        inbox.finish(c, row.id, Fate.MERGED, now, reception.order.order_id)
        return Fate.MERGED
    inbox.store(c, row.id, reception.order.order_id, dumped(reception.signals))
    return Fate.STORED


def _quarantine(c: Connection, reception: Reception) -> Fate:
    put_aside(c, reception.row, reception.findings, reception.now, reception.external_id or "")
    return Fate.QUARANTINED
