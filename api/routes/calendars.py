"""Groups (作业组) and the working calendars (工作日历) by which deadlines count."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.routes.people import check_version
from api.schemas.calendars import CalendarBody, CalendarList, CalendarView
from api.schemas.people import Code, GroupBody, GroupList, GroupView
from api.staff_problems import BAD_CALENDAR, CALENDAR_CHANGED, ENTRY_CHANGED, UNKNOWN_CALENDAR
from api.state import services_of
from database import audit, calendars, people, staff_edits
from database.people import Actor, Group
from database.refusals import Refused
from domain.calendar_checks import UnreadableHours
from domain.people import version_of

router = APIRouter(prefix=V1, tags=["people"])

GroupCode = Annotated[Code, Path(examples=["eu"])]
CalendarCode = Annotated[Code, Path(examples=["berlin"])]


@router.get("/groups", summary="List groups", responses=problems())
def list_groups(c: ConnectionDep, actor: ActorDep) -> GroupList:
    """Return every group with its warehouse and calendar."""
    return GroupList(groups=[GroupView.of(group) for group in people.all_groups(c)])


@router.put(
    "/groups/{code}", summary="Keep a group", responses=problems(ENTRY_CHANGED, UNKNOWN_CALENDAR)
)
def keep_group(request: Request, actor: ActorDep, code: GroupCode, body: GroupBody) -> GroupView:
    """Add a group or replace what is known of one; open orders keep the hours they began with."""
    group = Group(code, body.name_en, body.name_zh, body.warehouse, body.calendar)
    with services_of(request).state.engine.begin() as c:
        staff_edits.lock(c)
        if group.calendar and calendars.get(c, group.calendar) is None:
            raise UNKNOWN_CALENDAR(value=repr(group.calendar))
        before = next((each for each in people.all_groups(c) if each.code == code), None)
        if before != group:
            check_version(body.version, version_of(before) if before else "", code)
            people.save_group(c, group)
            _note(c, actor, "group_saved", code)
    return GroupView.of(group)


@router.get("/calendars", summary="List calendars", responses=problems())
def list_calendars(c: ConnectionDep, actor: ActorDep) -> CalendarList:
    """Return every calendar with its next two weeks."""
    now = datetime.now(UTC)
    found = calendars.all_calendars(c)
    return CalendarList(calendars=[CalendarView.of(each, now) for each in found])


@router.get("/calendars/{code}", summary="Show a calendar", responses=problems(UNKNOWN_CALENDAR))
def show_calendar(c: ConnectionDep, actor: ActorDep, code: CalendarCode) -> CalendarView:
    """Return a calendar, and its next two weeks with public holidays applied."""
    found = calendars.get(c, code)
    if found is None:
        raise UNKNOWN_CALENDAR(value=repr(code))
    return CalendarView.of(found, datetime.now(UTC))


@router.put(
    "/calendars/{code}",
    summary="Keep a calendar",
    responses=problems(BAD_CALENDAR, CALENDAR_CHANGED),
)
def keep_calendar(
    request: Request, actor: ActorDep, code: CalendarCode, body: CalendarBody
) -> CalendarView:
    """Add a calendar or replace one; orders that are planned from now on count by it."""
    now = datetime.now(UTC)
    try:
        given = body.kept(code)
        with services_of(request).state.engine.begin() as c:
            kept = calendars.save(c, given, now)
            _note(c, actor, "calendar_saved", code)
    except UnreadableHours as error:
        raise BAD_CALENDAR(english=error.message_en, chinese=error.message_zh) from error
    except Refused as error:
        kind = CALENDAR_CHANGED if error.code == "calendar_changed" else BAD_CALENDAR
        raise kind(english=error.message_en, chinese=error.message_zh) from error
    return CalendarView.of(kept, now)


def _note(c: Connection, actor: Actor, action: str, code: str) -> None:
    entry = audit.Entry(actor.person_id, action, {"code": code})
    audit.append(c, audit.SYSTEM_CHAIN, [entry], datetime.now(UTC))
