"""What the read model already knows an order's workflow will refuse.

A signal gives no answer, so its caller hears an obvious refusal here. The workflow decides all the
same; the read model runs a moment behind it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import singledispatch

from sqlalchemy import Connection

from database import orders, progress
from database.progress import ParcelRow, Progress
from domain.actions import (
    Action,
    AssignGroup,
    Deliver,
    ParcelLine,
    RaiseObjection,
    ReleaseHold,
    RequestReturn,
    Ship,
    Urge,
)
from domain.entitlement import BEFORE_SHIPMENT
from domain.events import Event, EventKind
from domain.refusals import Refusal, RefusalCode
from domain.signing import RETURNED, URGE_GAP
from domain.stages import Stage


def foreseen(c: Connection, at: Progress, action: Action) -> Refusal | None:
    """Return the refusal an action will meet as far as is known, None when it may well pass."""
    returns_completed = isinstance(action, RequestReturn) and at.stage == Stage.COMPLETED
    if at.closed and not returns_completed:
        return Refusal(RefusalCode.CLOSED, at.stage)
    return _why_not(action, at, c)


def amendment_foreseen(c: Connection, at: Progress) -> Refusal | None:
    """Return the refusal that a change of content will meet, asked before the content is kept."""
    if at.closed:
        return Refusal(RefusalCode.CLOSED, at.stage)
    if at.stage in BEFORE_SHIPMENT and not progress.parcels_of(c, at.order_id):
        return None
    return Refusal(RefusalCode.ALREADY_SHIPPED, at.stage)


@singledispatch
def _why_not(action: Action, at: Progress, c: Connection) -> Refusal | None:
    return None


@_why_not.register
def _(action: Ship, at: Progress, c: Connection) -> Refusal | None:
    if at.stage != Stage.PREPARING:
        return Refusal(RefusalCode.WRONG_STAGE, at.stage)
    if at.held:
        holds = progress.open_holds(c, at.order_id)
        return Refusal(RefusalCode.HELD, str(holds[0].reason) if holds else "")
    parcels = progress.parcels_of(c, at.order_id)
    if any(parcel.tracking_number == action.tracking_number for parcel in parcels):
        return Refusal(RefusalCode.ALREADY_DONE, action.tracking_number)
    return _pieces_refused(_left(c, at, parcels), action.lines)


def _left(c: Connection, at: Progress, parcels: Sequence[ParcelRow]) -> dict[str, int]:
    """Return how many pieces of each line have not left the warehouse yet."""
    content = orders.content(c, at.order_id, at.content_version)
    left = {line.line_id: line.quantity for line in content.order.lines} if content else {}
    for parcel in parcels:
        for line in parcel.lines:
            left[line.line_id] = left.get(line.line_id, 0) - line.quantity
    return left


def _pieces_refused(left: dict[str, int], lines: Sequence[ParcelLine]) -> Refusal | None:
    for line in lines:
        if line.line_id not in left:
            return Refusal(RefusalCode.UNKNOWN_LINE, line.line_id)
        left[line.line_id] -= line.quantity
        if left[line.line_id] < 0:
            return Refusal(RefusalCode.TOO_MANY_PIECES, f"{line.line_id} × {line.quantity}")
    return None


@_why_not.register
def _(action: Deliver, at: Progress, c: Connection) -> Refusal | None:
    number = action.tracking_number
    parcels = [p for p in progress.parcels_of(c, at.order_id) if number in ("", p.tracking_number)]
    if not parcels:
        return Refusal(RefusalCode.UNKNOWN_PARCEL, number)
    if all(parcel.delivered_at is not None for parcel in parcels):
        return Refusal(RefusalCode.ALREADY_DONE, number or "deliver")
    return None


@_why_not.register
def _(action: ReleaseHold, at: Progress, c: Connection) -> Refusal | None:
    if any(hold.id == action.hold_id for hold in progress.open_holds(c, at.order_id)):
        return None
    return Refusal(RefusalCode.UNKNOWN_HOLD, action.hold_id)


@_why_not.register
def _(action: AssignGroup, at: Progress, c: Connection) -> Refusal | None:
    if at.stage in BEFORE_SHIPMENT:
        return None
    return Refusal(RefusalCode.WRONG_STAGE, at.stage)


@_why_not.register
def _(action: Urge, at: Progress, c: Connection) -> Refusal | None:
    lies_back = any(hold.origin == RETURNED for hold in progress.open_holds(c, at.order_id))
    if at.stage != Stage.IN_REVIEW or lies_back:
        return Refusal(RefusalCode.WRONG_STAGE, at.stage)
    urges = (e.at for e in progress.timeline(c, at.order_id) if _is_urge_of(e, action.actor))
    again = max(urges, default=at.entered_at - URGE_GAP) + URGE_GAP
    if datetime.now(UTC) >= again:
        return None
    return Refusal(RefusalCode.TOO_SOON, f"{again:%H:%M}")


def _is_urge_of(event: Event, person: str) -> bool:
    return event.kind is EventKind.URGED and event.actor == person


@_why_not.register
def _(action: RaiseObjection, at: Progress, c: Connection) -> Refusal | None:
    return None if at.stage == Stage.SHIPPED else Refusal(RefusalCode.WRONG_STAGE, at.stage)


@_why_not.register
def _(action: RequestReturn, at: Progress, c: Connection) -> Refusal | None:
    if at.stage in (Stage.SHIPPED, Stage.COMPLETED):
        return None
    return Refusal(RefusalCode.WRONG_STAGE, at.stage)
