"""What signers do beside signing, and what others ask of them; see `domain.signing`."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.desk import DeskDep
from api.outcomes import Case
from api.permissions import V1
from api.problem_kinds import UNKNOWN_PERSON
from api.routes.actions import asked, told
from api.row_checks import check_approver, check_person, check_rule_set
from api.rule_problems import UNKNOWN_RULE_SET
from api.schemas.signing import (
    CopyBody,
    RuleSetBody,
    SignerBody,
    TransferBody,
    UrgeBody,
    WithdrawalBody,
)
from domain.actions import Action, AddSign, CopyTo, Repin, Transfer, Urge, Withdraw
from domain.refusals import RefusalCode as Code

router = APIRouter(prefix=f"{V1}/orders/{{order_id}}", tags=["actions"])


@router.post(
    "/signers",
    **asked(
        "Ask for one more signature",
        UNKNOWN_PERSON,
        Code.WRONG_STAGE,
        Code.HELD,
        Code.NOT_ENTITLED,
        Code.IS_SUBMITTER,
        Code.ALREADY_SIGNED,
        Code.SIGNS_LATER,
        Code.NOT_FIT,
    ),
)
async def add_signer(desk: DeskDep, body: SignerBody) -> JSONResponse:
    """Add a signer before, after or beside the caller; without them the order is not approved.

    Whether they are fit is looked up next: the timeline says so when they are not.
    """

    def build(c: Connection, case: Case) -> Action:
        check_approver(c, body.person, case.at.group)
        note_id = case.action_id if body.note else ""
        return AddSign(case.action_id, case.person, body.person, body.when, note_id)

    return await desk.act(body, build, body.note)


@router.post(
    "/transfers",
    **asked(
        "Give a part to somebody else",
        UNKNOWN_PERSON,
        Code.WRONG_STAGE,
        Code.HELD,
        Code.NOT_ENTITLED,
        Code.IS_SUBMITTER,
        Code.ALREADY_SIGNED,
        Code.SIGNS_LATER,
        Code.NOT_FIT,
    ),
)
async def transfer(desk: DeskDep, body: TransferBody) -> JSONResponse:
    """Let somebody else decide in the caller's place, who is not asked any more.

    Whether they are fit is looked up next; when they are not, the part comes back.
    """

    def build(c: Connection, case: Case) -> Action:
        check_approver(c, body.person, case.at.group)
        note_id = case.action_id if body.note else ""
        return Transfer(case.action_id, case.person, body.person, note_id)

    return await desk.act(body, build, body.note)


@router.post(
    "/withdrawals",
    **asked(
        "Take a signature or an order back",
        Code.WRONG_STAGE,
        Code.ALREADY_DONE,
        Code.NOTHING_TO_WITHDRAW,
    ),
)
async def withdraw(desk: DeskDep, body: WithdrawalBody | None = None) -> JSONResponse:
    """Take back one's signature, or the order one submitted, before it is approved."""
    note = body.note if body else ""

    def build(c: Connection, case: Case) -> Action:
        return Withdraw(case.action_id, case.person, case.action_id if note else "")

    return await desk.act(body or WithdrawalBody(), build, note)


@router.post("/urges", **told("Urge those who decide", Code.WRONG_STAGE, Code.TOO_SOON))
async def urge(desk: DeskDep, body: UrgeBody | None = None) -> JSONResponse:
    """Remind those whose decision is awaited; at most every ten minutes."""

    def build(c: Connection, case: Case) -> Action:
        return Urge(case.action_id, case.person)

    return await desk.act(body or UrgeBody(), build)


@router.post("/copies", **told("Copy people in", UNKNOWN_PERSON))
async def copy_to(desk: DeskDep, body: CopyBody) -> JSONResponse:
    """Let people hear how the approval of this order goes."""

    def build(c: Connection, case: Case) -> Action:
        for person in body.people:
            check_person(c, person)
        return CopyTo(case.action_id, case.person, body.people)

    return await desk.act(body, build)


@router.post(
    "/rule-set",
    **asked(
        "Put an order under other rules",
        UNKNOWN_RULE_SET,
        Code.WRONG_STAGE,
        Code.NOTE_REQUIRED,
        Code.SAME_RULES,
    ),
)
async def repin(desk: DeskDep, body: RuleSetBody) -> JSONResponse:
    """Plan the order anew under a published rule set; signatures that still count are kept."""

    def build(c: Connection, case: Case) -> Action:
        check_rule_set(c, body.rule_set)
        return Repin(case.action_id, case.person, body.rule_set, case.action_id)

    return await desk.act(body, build, body.note)
