"""What people do to an order: each route builds one action and leaves the rest to the desk."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.description import Responses, problems
from api.desk import DeskDep
from api.outcomes import Case
from api.permissions import V1
from api.problem_kinds import (
    BAD_ACTION_ID,
    IDEMPOTENCY_KEY_REUSED,
    NOT_JSON,
    NOT_STARTED,
    NOT_YOUR_HOLD,
    OTHER_GROUP,
    OUTCOME_UNKNOWN,
    TOO_LARGE,
    UNKNOWN_ORDER,
)
from api.row_checks import check_assignee, check_release, warehouse_of
from api.schemas.actions import (
    ActionAnswer,
    CancellationBody,
    ConfirmBody,
    DecisionBody,
    DeliveryBody,
    GroupBody,
    HoldBody,
    ObjectionBody,
    ParcelLineBody,
    ReleaseBody,
    ReturnBody,
    ShipmentBody,
)
from domain.actions import (
    Action,
    AssignGroup,
    Cancel,
    Confirm,
    Decide,
    Deliver,
    ParcelLine,
    RaiseHold,
    RaiseObjection,
    ReleaseHold,
    RequestReturn,
    Ship,
)
from domain.order import Short
from domain.refusals import RefusalCode as Code

router = APIRouter(prefix=f"{V1}/orders/{{order_id}}", tags=["actions"])

_ACCEPTED: Responses = {
    202: {
        "model": ActionAnswer,
        "description": "Handed over: `accepted` for good, `pending` when the outcome is awaited",
    }
}
_COMMON = (
    UNKNOWN_ORDER,
    OTHER_GROUP,
    BAD_ACTION_ID,
    IDEMPOTENCY_KEY_REUSED,
    NOT_JSON,
    TOO_LARGE,
    NOT_STARTED,
    OUTCOME_UNKNOWN,
    Code.CLOSED,
)


def asked(summary: str, *codes: Any) -> dict[str, Any]:
    """An action whose caller hears at once what became of it (200), or that it is on its way."""
    return {
        "summary": summary,
        "response_model": ActionAnswer,
        "responses": _ACCEPTED | problems(*_COMMON, *codes),
    }


def told(summary: str, *codes: Any) -> dict[str, Any]:
    """An action that is handed over; the timeline shows what became of it."""
    return {
        "summary": summary,
        "status_code": 202,
        "response_model": ActionAnswer,
        "responses": problems(*_COMMON, *codes),
    }


@router.post("/confirm", **asked("Confirm an order", Code.WRONG_STAGE, Code.ALREADY_DONE))
async def confirm(desk: DeskDep, body: ConfirmBody | None = None) -> JSONResponse:
    """Confirm the order towards the customer, so that it enters review."""

    def build(c: Connection, case: Case) -> Action:
        return Confirm(case.action_id, case.person)

    return await desk.act(body or ConfirmBody(), build)


@router.post(
    "/decisions",
    **asked(
        "Approve, reject or return an order",
        Code.WRONG_STAGE,
        Code.HELD,
        Code.NOT_ENTITLED,
        Code.IS_SUBMITTER,
        Code.ALREADY_SIGNED,
        Code.SIGNS_LATER,
        Code.STALE_CONTENT,
        Code.NOTE_REQUIRED,
    ),
)
async def decide(desk: DeskDep, body: DecisionBody) -> JSONResponse:
    """Sign exactly the content whose `content_hash` is given; rejecting closes the order, returning
    it lets it wait for whoever submitted it.

    Only somebody the order waits for may sign, once, and never who submitted it.
    """

    def build(c: Connection, case: Case) -> Action:
        note_id = case.action_id if body.note else ""
        return Decide(case.action_id, case.person, body.verdict, body.content_hash, note_id)

    return await desk.act(body, build, body.note)


@router.post(
    "/shipments",
    **told(
        "Report a parcel that left",
        Code.WRONG_STAGE,
        Code.HELD,
        Code.ALREADY_DONE,
        Code.UNKNOWN_LINE,
        Code.TOO_MANY_PIECES,
    ),
)
async def ship(desk: DeskDep, body: ShipmentBody) -> JSONResponse:
    """Report a parcel with its tracking number; the order ships when all its lines are out."""

    def build(c: Connection, case: Case) -> Action:
        lines = _lines(body.lines)
        return Ship(case.action_id, case.person, body.tracking_number, body.carrier, lines)

    return await desk.act(body, build)


@router.post("/deliveries", **told("Report a delivery", Code.UNKNOWN_PARCEL, Code.ALREADY_DONE))
async def deliver(desk: DeskDep, body: DeliveryBody | None = None) -> JSONResponse:
    """Report that a parcel (by default every parcel) arrived; the objection window begins."""
    tracking_number = body.tracking_number if body else ""

    def build(c: Connection, case: Case) -> Action:
        return Deliver(case.action_id, case.person, tracking_number)

    return await desk.act(body or DeliveryBody(), build)


@router.post("/holds", **told("Hold an order"))
async def hold(desk: DeskDep, body: HoldBody) -> JSONResponse:
    """Keep the order in its stage until the hold is released; its assignee gets a task."""

    def build(c: Connection, case: Case) -> Action:
        check_assignee(c, body.assignee)
        return RaiseHold(
            case.action_id,
            case.person,
            body.reason,
            case.action_id,
            body.assignee,
            body.pauses_clock,
        )

    return await desk.act(body, build, body.note)


@router.post("/holds/{hold_id}/release", **told("Release a hold", Code.UNKNOWN_HOLD, NOT_YOUR_HOLD))
async def release(
    desk: DeskDep,
    hold_id: Annotated[Short, Path(examples=["admission:1:1"])],
    body: ReleaseBody | None = None,
) -> JSONResponse:
    """End a hold; what it stopped is tried again.

    Its assignee may, whoever raised it, and team leads.
    """
    note = body.note if body else ""

    def build(c: Connection, case: Case) -> Action:
        check_release(c, case.order.order_id, hold_id, desk.actor)
        return ReleaseHold(case.action_id, case.person, hold_id, case.action_id if note else "")

    return await desk.act(body or ReleaseBody(), build, note)


@router.post("/cancellation", **asked("Cancel an order", Code.ALREADY_SHIPPED, Code.NOTE_REQUIRED))
async def cancel(desk: DeskDep, body: CancellationBody) -> JSONResponse:
    """Close the order abnormally: stock and credit are given back, the channel is told."""

    def build(c: Connection, case: Case) -> Action:
        return Cancel(case.action_id, case.person, body.reason, case.action_id)

    return await desk.act(body, build, body.note)


@router.post("/returns", **told("Request a return", Code.WRONG_STAGE))
async def request_return(desk: DeskDep, body: ReturnBody) -> JSONResponse:
    """Close a shipped or completed order with a return record."""

    def build(c: Connection, case: Case) -> Action:
        return RequestReturn(case.action_id, case.person, case.action_id, _lines(body.lines))

    return await desk.act(body, build, body.note)


@router.post(
    "/group", **told("Give an order to a group", Code.WRONG_STAGE, Code.ALREADY_DISPATCHED)
)
async def assign_group(desk: DeskDep, body: GroupBody) -> JSONResponse:
    """Pick the group, and with it the warehouse, for an order that no route matched."""

    def build(c: Connection, case: Case) -> Action:
        return AssignGroup(case.action_id, case.person, body.group, warehouse_of(c, body.group))

    return await desk.act(body, build)


@router.post("/objections", **told("Raise an objection", Code.WRONG_STAGE))
async def raise_objection(desk: DeskDep, body: ObjectionBody) -> JSONResponse:
    """Record that the customer objects; the order is held until that is settled."""

    def build(c: Connection, case: Case) -> Action:
        return RaiseObjection(case.action_id, case.person, body.reason, case.action_id)

    return await desk.act(body, build, body.note)


def _lines(lines: Sequence[ParcelLineBody]) -> tuple[ParcelLine, ...]:
    return tuple(ParcelLine(line.line_id, line.quantity) for line in lines)
