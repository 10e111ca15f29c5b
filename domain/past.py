"""The past of an order that had ended before it was moved here, told as events of our own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain import sla
from domain.actions import ParcelLine
from domain.events import EventKind
from domain.facts import OrderFacts
from domain.lifecycle import advance, close_for, note, remaining
from domain.stages import Stage
from domain.state import SYSTEM, Closing, OrderState, Parcel


@dataclass(frozen=True)
class PastParcel:
    """A parcel that left; no `lines` means all that was left, `shipped_at` is UTC."""

    tracking_number: str
    carrier: str
    lines: tuple[ParcelLine, ...]
    shipped_at: datetime | None


@dataclass(frozen=True)
class Past:
    """What a channel still knows of an ended order; instants are UTC, None where it does not tell.

    `closing` says why it was closed abnormally, None for a completed order.
    """

    placed_at: datetime
    ended_at: datetime
    parcels: tuple[PastParcel, ...] = ()
    delivered_at: datetime | None = None
    closing: Closing | None = None


def state_of(facts: OrderFacts, past: Past) -> OrderState:
    """Return the ended order with its events: every stage on its way is entered, in time order.

    Stages whose beginning nobody knows are entered with the one before. Instants that contradict
    each other are moved to the nearest one that does not.
    """
    state = OrderState(
        facts=facts,
        stage=Stage.PENDING_CONFIRMATION,
        entered_at=past.placed_at,
        clock=sla.started(past.placed_at, None, None),
    )
    submitter = facts.submitter or f"channel:{facts.channel}"
    note(state, past.placed_at, EventKind.SUBMITTED, submitter, {"moved_in": _end(past)})
    note(state, past.placed_at, EventKind.STAGE_ENTERED, SYSTEM, {"to": str(state.stage)})
    ended_at = max(past.ended_at, past.placed_at)
    if past.parcels or past.closing is None:
        shipped_at = _ship(state, past, ended_at)
        _deliver(state, past, shipped_at, ended_at)
    if past.closing is None:
        advance(state, Stage.COMPLETED, ended_at)
    else:
        close_for(state, past.closing, ended_at)
        advance(state, Stage.CLOSED_ABNORMALLY, ended_at, past.closing.actor)
    return state


def _end(past: Past) -> str:
    return str(Stage.COMPLETED if past.closing is None else Stage.CLOSED_ABNORMALLY)


def _ship(state: OrderState, past: Past, ended_at: datetime) -> datetime:
    for stage in (Stage.IN_REVIEW, Stage.PREPARING):
        advance(state, stage, past.placed_at)
    shipped_at = ended_at
    for shipped_at, parcel in _in_time(past, ended_at):
        _add(state, parcel, shipped_at)
    advance(state, Stage.SHIPPED, shipped_at)
    return shipped_at


def _in_time(past: Past, ended_at: datetime) -> Iterator[tuple[datetime, PastParcel]]:
    """Yield each parcel once, by the time it left: within the order's life."""
    seen: set[str] = set()
    timed = [
        (min(max(parcel.shipped_at or ended_at, past.placed_at), ended_at), parcel)
        for parcel in past.parcels
    ]
    for at, parcel in sorted(timed, key=lambda pair: pair[0]):
        if parcel.tracking_number not in seen:
            seen.add(parcel.tracking_number)
            yield at, parcel


def _add(state: OrderState, told: PastParcel, at: datetime) -> None:
    left = remaining(state)
    lines = tuple(line for line in told.lines if line.line_id in left)
    everything = (ParcelLine(line_id, count) for line_id, count in left.items() if count > 0)
    parcel = Parcel(
        ordinal=len(state.parcels) + 1,
        tracking_number=told.tracking_number,
        carrier=told.carrier,
        lines=lines or tuple(everything),
        shipped_at=at,
        from_channel=True,
        settled=True,
        channel_told=True,
    )
    state.parcels.append(parcel)
    data = {
        "ordinal": str(parcel.ordinal),
        "tracking": parcel.tracking_number,
        "carrier": parcel.carrier,
    }
    note(state, at, EventKind.PARCEL_SHIPPED, f"channel:{state.facts.channel}", data)


def _deliver(state: OrderState, past: Past, shipped_at: datetime, ended_at: datetime) -> None:
    if past.delivered_at is None:
        return
    at = min(max(past.delivered_at, shipped_at), ended_at)
    for parcel in state.parcels:
        parcel.delivered_at = at
        data = {"ordinal": str(parcel.ordinal), "tracking": parcel.tracking_number}
        actor = f"channel:{state.facts.channel}"
        note(state, at, EventKind.PARCEL_DELIVERED, actor, data)
