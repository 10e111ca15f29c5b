"""What belongs to imports beside the files: template, error workbook and saved column mappings."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from api import import_views
from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.import_errors import write_errors
from api.permissions import V1
from api.problem_kinds import NOTHING_TO_CORRECT, UNKNOWN_IMPORT, UNKNOWN_MAPPING
from api.routes.imports import ImportId
from api.schemas.imports import MappingBody, MappingList, MappingRemoved, MappingView
from api.state import services_of
from channels.spreadsheet.template import template_workbook
from database import audit, column_mappings
from database.column_mappings import ColumnMapping

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An xlsx workbook",
        "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
    }
}

# Registered before the routes of one import, which would take `mappings` for an id.
router = APIRouter(prefix=f"{V1}/imports", tags=["imports"])

Name = Annotated[str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$", examples=["dealer-berlin"])]


@router.get(
    "/template.xlsx",
    summary="Download the template",
    response_class=Response,
    responses=WORKBOOK | problems(),
)
def template(actor: ActorDep) -> Response:
    """Return a workbook with every column, what it means in English and Chinese, and examples."""
    return Response(template_workbook(), headers=_named("orderflow-template.xlsx"), media_type=XLSX)


@router.get(
    "/{import_id}/errors.xlsx",
    summary="Download what is to be corrected",
    response_class=Response,
    responses=WORKBOOK | problems(UNKNOWN_IMPORT, NOTHING_TO_CORRECT),
)
def errors(c: ConnectionDep, actor: ActorDep, import_id: ImportId) -> Response:
    """Return the rows that became no order as they were sent, each with what to do about it.

    Correct them there and send the workbook as an import of the same shop.
    """
    import_views.known(c, import_id)
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        path = FilePath(file.name)
    if not write_errors(c, import_id, path):
        raise NOTHING_TO_CORRECT(value=import_id)
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(
        path, headers=_named(f"{import_id}-errors.xlsx"), media_type=XLSX, background=gone
    )


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@router.get("/mappings", summary="List column mappings", responses=problems())
def list_mappings(c: ConnectionDep, actor: ActorDep) -> MappingList:
    """Return every saved mapping by name."""
    return MappingList(items=[MappingView.of(each) for each in column_mappings.all_mappings(c)])


@router.get(
    "/mappings/{name}", summary="Show a column mapping", responses=problems(UNKNOWN_MAPPING)
)
def show_mapping(c: ConnectionDep, actor: ActorDep, name: Name) -> MappingView:
    """Return one saved mapping."""
    found = column_mappings.get(c, name)
    if found is None:
        raise UNKNOWN_MAPPING(value=repr(name))
    return MappingView.of(found)


@router.put("/mappings/{name}", summary="Save a column mapping", responses=problems())
def save_mapping(request: Request, actor: ActorDep, name: Name, body: MappingBody) -> MappingView:
    """Keep a mapping under a name, in place of the one that had it; imports then just name it."""
    now = datetime.now(UTC)
    saved = ColumnMapping(name, body.mapping, actor.person_id, now)
    with services_of(request).state.engine.begin() as c:
        column_mappings.save(c, saved)
        entry = audit.Entry(actor.person_id, "mapping_saved", {"name": name})
        audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
    return MappingView.of(saved)


@router.delete(
    "/mappings/{name}", summary="Forget a column mapping", responses=problems(UNKNOWN_MAPPING)
)
def remove_mapping(request: Request, actor: ActorDep, name: Name) -> MappingRemoved:
    """Forget a mapping; imports that began with it keep theirs."""
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        if not column_mappings.remove(c, name):
            raise UNKNOWN_MAPPING(value=repr(name))
        entry = audit.Entry(actor.person_id, "mapping_removed", {"name": name})
        audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
    return MappingRemoved(name=name, removed=True)
