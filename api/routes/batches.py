"""Many orders at once: decide on all pending of a group, or put a selection under new rules."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import Connection, Engine

from api import batch_intake
from api.auth import ActorDep, ScopeDep
from api.batch_intake import Wanted
from api.batch_problems import (
    BATCH_EMPTY,
    BATCH_ENDED,
    BATCH_TOO_LARGE,
    NOT_IN_FORCE,
    PREVIEW_OUTDATED,
    PREVIEW_REQUIRED,
    UNKNOWN_BATCH,
)
from api.connections import ConnectionDep
from api.description import Responses, problems
from api.permissions import V1, Permission, scope_of
from api.problem_kinds import BAD_ACTION_ID, IDEMPOTENCY_KEY_REUSED, NOT_JSON, TOO_LARGE
from api.schemas.batches import (
    BATCH_ID,
    BatchBody,
    BatchList,
    BatchPreview,
    BatchView,
    ItemList,
    ItemView,
    RepinBody,
)
from api.state import services_of
from database import audit, batches, rules
from database.batches import BatchRow
from database.people import Actor
from domain.batches import ItemState
from domain.order import Identifier
from domain.refusals import RefusalCode

router = APIRouter(prefix=V1, tags=["batches"])

BatchId = Annotated[str, Path(pattern="^bat_[0-9a-f]{32}$", examples=[BATCH_ID])]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="The same key is the same batch."),
]
Limit = Annotated[int, Query(ge=1, le=500)]
_BIGGEST = 2**63 - 1
_PREVIEW: Responses = {
    200: {"model": BatchPreview, "description": "What it would come to (`preview`)"}
}
_STARTING = (
    BAD_ACTION_ID,
    BATCH_EMPTY,
    BATCH_TOO_LARGE,
    IDEMPOTENCY_KEY_REUSED,
    NOT_JSON,
    TOO_LARGE,
)


@router.post(
    "/decisions/batch",
    summary="Decide on many orders",
    status_code=202,
    response_model=BatchView,
    responses=_PREVIEW
    | problems(*_STARTING, PREVIEW_OUTDATED, PREVIEW_REQUIRED, RefusalCode.NOTE_REQUIRED),
)
async def decide(
    request: Request,
    actor: ActorDep,
    scope: ScopeDep,
    body: BatchBody,
    idempotency_key: Key = None,
) -> JSONResponse:
    """Sign all chosen orders as one person, each as by a single decision and with its own result.

    What is chosen is frozen with the content as shown: an order that changes meanwhile refuses.
    Orders that wait for others' signatures are asked as well, and refuse.
    """
    wanted = batch_intake.wanted_decisions(body, actor.person_id, scope, idempotency_key)
    if body.preview:
        engine = services_of(request).state.engine
        shown = await run_in_threadpool(_previewed, engine, wanted)
        return JSONResponse(shown.model_dump(mode="json"))
    return await _started(request, wanted)


def _previewed(engine: Engine, wanted: Wanted) -> BatchPreview:
    with engine.connect() as c:
        return batch_intake.preview(c, wanted)


async def _started(request: Request, wanted: Wanted) -> JSONResponse:
    state = services_of(request).state
    made, is_repeated = await run_in_threadpool(batch_intake.make, state.engine, wanted)
    if made.state == "running":
        await batch_intake.start(state.temporal, made.batch_id)
    headers = {"Location": f"{V1}/batches/{made.batch_id}"}
    if is_repeated:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(made.model_dump(mode="json"), 202, headers)


@router.post(
    "/rules/{version}/apply",
    summary="Put open orders under the published rules",
    status_code=202,
    response_model=BatchView,
    responses=problems(*_STARTING, NOT_IN_FORCE),
)
async def apply(
    request: Request,
    version: Annotated[Identifier, Path(examples=["2026-11-01"])],
    actor: ActorDep,
    scope: ScopeDep,
    body: RepinBody,
    idempotency_key: Key = None,
) -> JSONResponse:
    """Put these orders under the version in force; each says whether it took that over."""
    await run_in_threadpool(_check_in_force, services_of(request).state.engine, version)
    wanted = batch_intake.wanted_repins(version, body, actor.person_id, scope, idempotency_key)
    return await _started(request, wanted)


def _check_in_force(engine: Engine, version: str) -> None:
    with engine.connect() as c:
        in_force = rules.published_id(c)
    if in_force != version:
        raise NOT_IN_FORCE(value=version, in_force=in_force or "-")


@router.get("/batches", summary="List batches", responses=problems())
def list_batches(
    c: ConnectionDep,
    actor: ActorDep,
    cursor: Annotated[int | None, Query(ge=1, le=_BIGGEST)] = None,
    limit: Limit = 50,
) -> BatchList:
    """Return the caller's batches, the newest first; a lead of all groups sees everybody's."""
    person = None if _sees_all(actor) else actor.person_id
    found, next_cursor = batches.page(c, person, cursor, limit)
    return BatchList(batches=[BatchView.of(row) for row in found], next_cursor=next_cursor)


@router.get("/batches/{batch_id}", summary="Show a batch", responses=problems(UNKNOWN_BATCH))
def show(c: ConnectionDep, actor: ActorDep, batch_id: BatchId) -> BatchView:
    """Return how far a batch is and how its orders answered."""
    return BatchView.of(_known(c, actor, batch_id))


@router.get(
    "/batches/{batch_id}/items", summary="List a batch's orders", responses=problems(UNKNOWN_BATCH)
)
def list_items(
    c: ConnectionDep,
    actor: ActorDep,
    batch_id: BatchId,
    state: ItemState | None = None,
    cursor: Annotated[int, Query(ge=0, le=_BIGGEST)] = 0,
    limit: Limit = 100,
) -> ItemList:
    """Return what became of each order, in words."""
    _known(c, actor, batch_id)
    found, next_cursor = batches.items(c, batch_id, state, cursor, limit)
    return ItemList(items=[ItemView.of(row) for row in found], next_cursor=next_cursor)


@router.post(
    "/batches/{batch_id}/cancel",
    summary="Cancel a batch",
    responses=problems(UNKNOWN_BATCH, BATCH_ENDED),
)
def cancel(request: Request, actor: ActorDep, batch_id: BatchId) -> BatchView:
    """Ask no further orders; what orders were asked already is still awaited and counts."""
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        before = _known(c, actor, batch_id)
        if before.cancelled_at is None:
            if not batches.cancel(c, batch_id, now):
                raise BATCH_ENDED(value=batch_id)
            entry = audit.Entry(actor.person_id, "batch_cancelled", {"batch_id": batch_id})
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        return BatchView.of(_known(c, actor, batch_id))


def _known(c: Connection, actor: Actor, batch_id: str) -> BatchRow:
    row = batches.get(c, batch_id)
    if row is None or not (row.started_by == actor.person_id or _sees_all(actor)):
        raise UNKNOWN_BATCH(value=batch_id)
    return row


def _sees_all(actor: Actor) -> bool:
    return scope_of(actor, Permission.RELEASE_ANY).everywhere
