"""People as a workbook: everybody out, edited rows in."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api import staff_views
from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import BAD_UPLOAD
from api.routes.import_workbooks import XLSX
from api.schemas.people import PeopleImportView
from api.staff_problems import OWN_RIGHTS, UNREADABLE_SHEET
from api.state import services_of
from api.uploads import arrivals_of, uploaded
from channels.spreadsheet.grids import GridError, read_grids, write_grids
from database import audit, people, staff_edits
from database.people import Actor
from domain.grids import Grid
from domain.people_sheet import people_grid, read_people

# Registered before the routes of one person, which would take `export.xlsx` for an id.
router = APIRouter(prefix=f"{V1}/people", tags=["people"])

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.get(
    "/export.xlsx",
    summary="Download everybody",
    response_class=Response,
    responses={
        200: {
            "description": "An xlsx workbook",
            "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems(),
    },
)
def export_people(c: ConnectionDep, actor: ActorDep) -> Response:
    """Return a workbook of everybody, to be edited and imported; every cell is text."""
    codes = [group.code for group in people.all_groups(c)]
    data = write_grids([people_grid(people.all_people(c), codes)])
    headers = {"Content-Disposition": 'attachment; filename="people.xlsx"'}
    return Response(data, headers=headers, media_type=XLSX)


@router.post(
    "/import",
    summary="Import people",
    responses=problems(BAD_UPLOAD, UNREADABLE_SHEET, OWN_RIGHTS),
    openapi_extra=_FORM,
)
async def import_people(
    request: Request, actor: ActorDep, dry_run: bool = False
) -> PeopleImportView:
    """Add and change people from a workbook or csv; one wrong cell and nothing is kept.

    Findings name cells. People whom the sheet does not name stay as they are.
    """
    async with uploaded(request) as form:
        arrival = arrivals_of(form)[0]
        data = await run_in_threadpool(arrival.content.read)
    return await run_in_threadpool(_import, request, actor, data, arrival.name, dry_run)


def _import(
    request: Request, actor: Actor, data: bytes, name: str, dry_run: bool
) -> PeopleImportView:
    grid, now = _sheet(data, name), datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        staff_edits.lock(c)
        company = people.company(c)
        read = read_people(grid, company)
        staff_views.refuse(read.findings)
        staff_views.check(read.people, company, actor)
        edited = [p for p in read.people if company.people.get(p.person_id) != p]
        changed = [person.person_id for person in edited]
        if not dry_run and changed:
            staff_edits.keep(c, edited, now)
            entry = audit.Entry(actor.person_id, "users_imported", {"people": changed})
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
    return PeopleImportView(dry_run=dry_run, read=len(read.people), changed=changed)


def _sheet(data: bytes, name: str) -> Grid:
    try:
        grids = read_grids(data, name)
    except GridError as error:
        raise UNREADABLE_SHEET(english=error.en, chinese=error.zh) from error
    return grids[0] if grids else Grid("", [])
