"""A message in quarantine as it came in, and the same message sent again as it should have been."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from sqlalchemy import Connection

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import (
    ALREADY_RESOLVED,
    NOT_FIXABLE,
    NOTHING_CHANGED,
    UNKNOWN_QUARANTINE,
)
from api.routes.work import QuarantineId
from api.schemas.quarantine import FixAnswer, FixBody, QuarantineDetail
from api.state import services_of
from channels.spreadsheet.channel import CHANNEL as SPREADSHEET
from database import audit, corrections, inbox, quarantine
from database.inbox import InboxRow
from database.people import Actor
from database.quarantine import Quarantined

router = APIRouter(prefix=f"{V1}/quarantine/{{quarantine_id}}", tags=["work"])

_JSON = "application/json"
_FIXABLE = ("", "")
_RESOLVED = (
    "This message was resolved already; nothing is left to correct.",
    "此消息已处理，无需更正。",
)
_OF_A_SHEET = (
    "This message comes from rows of a spreadsheet; correct them in the error workbook of their "
    "import and import that.",
    "此消息来自表格；请在该导入的错误工作簿中更正后重新导入。",
)


@router.get("", summary="Show a message in quarantine", responses=problems(UNKNOWN_QUARANTINE))
def show(quarantine_id: QuarantineId, c: ConnectionDep, actor: ActorDep) -> QuarantineDetail:
    """Return a message with its text as it came in; that may be personal data."""
    entry = _known(c, quarantine_id)
    row, links = inbox.get(c, entry.inbox_id), quarantine.links_of(c, entry.inbox_id)
    why_not = _why_not_fixable(entry)
    return QuarantineDetail(
        **vars(entry),
        **vars(links),
        topic=row.topic,
        content_type=row.headers.get("content-type", _JSON),
        body=_text(row),
        fixable=why_not == _FIXABLE,
        why_not_fixable_en=why_not[0],
        why_not_fixable_zh=why_not[1],
    )


@router.post(
    "/fix",
    summary="Send a message corrected",
    responses=problems(UNKNOWN_QUARANTINE, ALREADY_RESOLVED, NOT_FIXABLE, NOTHING_CHANGED),
)
def fix(request: Request, quarantine_id: QuarantineId, actor: ActorDep, body: FixBody) -> FixAnswer:
    """Send the corrected text the ordinary way in, in place of the message, which is kept.

    The caller vouches for it instead of the shop's signature, and can't sign the order that comes
    of it. A text that is wrong again comes back to quarantine with its findings.
    """
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        entry = _known(c, quarantine_id)
        inbox_id = _repeated(c, entry, actor, body) or _corrected(c, entry, actor, body, now)
    return FixAnswer(id=quarantine_id, inbox_id=inbox_id)


def _corrected(
    c: Connection, entry: Quarantined, actor: Actor, body: FixBody, now: datetime
) -> int:
    """Send a corrected message; raises ApiProblem when somebody else was faster."""
    if entry.resolution is not None:
        raise _already_resolved(entry)
    if (why_not := _why_not_fixable(entry)) != _FIXABLE:
        raise NOT_FIXABLE(value=entry.id, english=why_not[0], chinese=why_not[1])
    if _text(inbox.get(c, entry.inbox_id)) == body.body:
        raise NOTHING_CHANGED(value=entry.id)
    inbox_id = corrections.correct(
        c,
        entry.id,
        body=body.body.encode(),
        person=actor.person_id,
        note=body.note,
        now=now,
    )
    if inbox_id is None:
        # Whoever was faster has committed by now.
        faster = _known(c, entry.id)
        found = _repeated(c, faster, actor, body)
        if found is None:
            raise _already_resolved(faster)
        return found
    detail = {"quarantine_id": entry.id, "corrects": entry.inbox_id, "inbox_id": inbox_id}
    noted = audit.Entry(actor.person_id, "quarantine_fix", detail)
    audit.append(c, audit.SYSTEM_CHAIN, [noted], now)
    return inbox_id


def _repeated(c: Connection, entry: Quarantined, actor: Actor, body: FixBody) -> int | None:
    """Return the row of the very correction that the same person sent before."""
    if (entry.resolution, entry.resolved_by) != ("fix", actor.person_id):
        return None
    inbox_id = quarantine.links_of(c, entry.inbox_id).corrected_inbox_id
    if inbox_id is None or inbox.get(c, inbox_id).body != body.body.encode():
        return None
    return inbox_id


def _already_resolved(entry: Quarantined) -> Exception:
    return ALREADY_RESOLVED(value=entry.id, person=entry.resolved_by, resolution=entry.resolution)


def _known(c: Connection, quarantine_id: int) -> Quarantined:
    found = quarantine.get(c, quarantine_id)
    if found is None:
        raise UNKNOWN_QUARANTINE(value=quarantine_id)
    return found


def _why_not_fixable(entry: Quarantined) -> tuple[str, str]:
    if entry.resolution is not None:
        return _RESOLVED
    return _OF_A_SHEET if entry.channel == SPREADSHEET.name else _FIXABLE


def _text(row: InboxRow) -> str:
    """Return the text as the channels' readers decode it; what is no UTF-8 shows as such."""
    return row.body.decode("utf-8-sig", errors="replace")
