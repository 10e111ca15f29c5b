"""Health and figures of this process, for probes and Prometheus."""

import asyncio
from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from api.state import services_of

router = APIRouter(tags=["operations"])

_SECONDS_TO_ANSWER = 1.0


class Health(BaseModel):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Whether requests can be served: Postgres decides; without Temporal intake and reading go on,
    orders start and actions are taken when it is back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ok", "postgres": True, "temporal": True}]}
    )

    status: Literal["ok", "unavailable"]
    postgres: bool
    temporal: bool


@router.get("/healthz", summary="Is the process alive")
async def healthz() -> Health:
    """Answer as long as the process does."""
    return Health()


@router.get(
    "/readyz",
    summary="Can requests be served",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Postgres does not answer"}},
)
async def readyz(request: Request) -> JSONResponse:
    """Ask Postgres and Temporal; 503 when Postgres does not answer."""
    state = services_of(request).state
    postgres, temporal = await asyncio.gather(
        run_in_threadpool(_postgres_answers, state.engine), _temporal_answers(state.temporal)
    )
    status: Literal["ok", "unavailable"] = "ok" if postgres else "unavailable"
    ready = Readiness(status=status, postgres=postgres, temporal=temporal)
    return JSONResponse(ready.model_dump(), 200 if postgres else 503)


def _postgres_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as c:
            c.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


async def _temporal_answers(client: Client | None) -> bool:
    if client is None:
        return False
    try:
        async with asyncio.timeout(_SECONDS_TO_ANSWER):
            limit = timedelta(seconds=_SECONDS_TO_ANSWER)
            return await client.service_client.check_health(timeout=limit)
    except (RPCError, RuntimeError, TimeoutError):
        return False


@router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Return requests, intake and backlog in Prometheus' text format, without ids or names."""
    return Response(services_of(request).metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
