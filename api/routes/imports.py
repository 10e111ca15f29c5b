"""Orders from spreadsheets: send files, follow the reading, get what is to be corrected."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api import import_views
from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.import_intake import accept
from api.import_progress import ENDED, FOLLOWERS, progress
from api.permissions import V1
from api.problem_kinds import (
    BAD_UPLOAD,
    BUSY,
    IDEMPOTENCY_KEY_REUSED,
    IMPORT_ENDED,
    TOO_LARGE,
    UNKNOWN_IMPORT,
    UNKNOWN_MAPPING,
)
from api.schemas.actions import KEY_PATTERN
from api.schemas.imports import ImportDetail, ImportForm, ImportList
from api.state import services_of
from api.uploads import MOST_UPLOAD_BYTES, arrivals_of, fields_of, uploaded
from database import audit, import_files, imports
from database.imports import CANCELLED

PATH = f"{V1}/imports"
LARGER_BODIES = {PATH: MOST_UPLOAD_BYTES}

router = APIRouter(prefix=PATH, tags=["imports"])

ImportId = Annotated[
    str, Path(pattern="^imp_[0-9a-f]{32}$", examples=["imp_018f2f6c7a5b7cc0b1d2e3f4a5b6c7d8"])
]
_BIGGEST = 2**63 - 1

_FILES = {
    "type": "array",
    "items": {"type": "string", "format": "binary"},
    "description": "xlsx, xls, csv or tsv; a file of orders and one of their lines go together",
}


def _described_form() -> dict[str, Any]:
    schema = ImportForm.model_json_schema()
    schema["properties"] = {"file": _FILES, **schema["properties"]}
    schema["required"] = ["file"]
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "",
    summary="Import spreadsheets",
    status_code=202,
    response_model=ImportDetail,
    responses=problems(BAD_UPLOAD, TOO_LARGE, UNKNOWN_MAPPING, IDEMPOTENCY_KEY_REUSED),
    openapi_extra=_described_form(),
)
async def send(
    request: Request,
    actor: ActorDep,
    idempotency_key: Annotated[
        str | None,
        Header(pattern=KEY_PATTERN, description="The same one when repeating a request."),
    ] = None,
) -> JSONResponse:
    """Keep the files durably; a worker reads them at low priority, behind live orders.

    The same files with the same fields are the same import until it has ended; one that was
    interrupted goes on where it stopped. Files that were imported before change nothing.
    """
    engine = services_of(request).state.engine
    async with uploaded(request) as form:
        arrivals, fields = arrivals_of(form), fields_of(form)
        import_id, is_repeated = await run_in_threadpool(
            accept, engine, actor, arrivals, fields, idempotency_key
        )
    shown = await run_in_threadpool(_shown, request, import_id)
    headers = {"Location": f"{PATH}/{import_id}"}
    if is_repeated:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(shown.model_dump(mode="json"), 202, headers)


def _shown(request: Request, import_id: str) -> ImportDetail:
    with services_of(request).state.engine.connect() as c:
        return import_views.detail(c, import_views.known(c, import_id))


@router.get("", summary="List imports", responses=problems())
def list_imports(
    c: ConnectionDep,
    actor: ActorDep,
    cursor: Annotated[int | None, Query(ge=1, le=_BIGGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ImportList:
    """Return imports, the newest first."""
    return import_views.listed(c, *imports.page(c, cursor, limit))


@router.get("/{import_id}", summary="Show an import", responses=problems(UNKNOWN_IMPORT))
def show(c: ConnectionDep, actor: ActorDep, import_id: ImportId) -> ImportDetail:
    """Return how far the reading has come and what became of the orders, with the reasons."""
    return import_views.detail(c, import_views.known(c, import_id))


def _can_follow(c: ConnectionDep, import_id: ImportId) -> None:
    FOLLOWERS.check()
    import_views.known(c, import_id)


@router.get(
    "/{import_id}/events",
    summary="Follow an import",
    response_class=EventSourceResponse,
    responses=problems(UNKNOWN_IMPORT, BUSY),
    dependencies=[Depends(_can_follow)],
)
async def follow(
    request: Request, actor: ActorDep, import_id: ImportId
) -> AsyncIterator[ServerSentEvent]:
    """Stream `progress` events, each the import as `GET` shows it, and `end` with the last one.

    It ends when the files are read and the intake has taken every order. A reconnect begins with
    the import as it stands.
    """
    with FOLLOWERS.one_more():
        async for seen in progress(services_of(request).state.engine, import_id):
            is_last = seen.state in ENDED and not seen.report.waiting
            yield ServerSentEvent(event="end" if is_last else "progress", data=seen)


@router.post(
    "/{import_id}/cancel",
    summary="Cancel an import",
    responses=problems(UNKNOWN_IMPORT, IMPORT_ENDED),
)
def cancel(request: Request, actor: ActorDep, import_id: ImportId) -> ImportDetail:
    """Stop the reading; orders that were stored already stay and are listed in the report."""
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        if imports.cancel(c, import_id, now):
            import_files.forget(c, import_id)
            entry = audit.Entry(actor.person_id, "import_cancelled", {"import_id": import_id})
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        found = import_views.known(c, import_id)
        if found.state != CANCELLED:
            raise IMPORT_ENDED(value=found.state)
        return import_views.detail(c, found)
