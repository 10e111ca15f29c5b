"""The board (看板): figures of all orders within the caller's reach, or of one group of them."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import ActorDep, ScopeDep
from api.boards import backlog_at, exceptions_at, overview_at, stage_times_at
from api.connections import ConnectionDep
from api.credit_veil import veiled
from api.description import problems
from api.permissions import UNROUTED, V1
from api.schemas.dashboard import BacklogView, ExceptionsView, OverviewView, StageTimesList
from domain.order import Short

router = APIRouter(prefix=f"{V1}/dashboard", tags=["dashboard"])

Group = Annotated[
    Short | None, Query(description="only this group's orders; empty: those of none yet")
]
# As far back as is counted fast enough for a page that is drawn anew all day; see
# `orderflow bench dashboard`.
Days = Annotated[int, Query(ge=1, le=31)]
Period = Annotated[int, Query(ge=1, le=14)]


@router.get("/overview", summary="Show how everything stands", responses=problems())
def show_overview(c: ConnectionDep, scope: ScopeDep, group: Group = None) -> OverviewView:
    """Return what is open, what came and went today, and how intake is doing."""
    return overview_at(c, scope, group, datetime.now(UTC))


@router.get("/backlog", summary="Show where orders wait", responses=problems())
def show_backlog(
    c: ConnectionDep, actor: ActorDep, scope: ScopeDep, group: Group = None
) -> BacklogView:
    """Return the open orders by group and stage, and what they are stuck on."""
    found = backlog_at(c, scope, group, datetime.now(UTC))
    stuck = [veiled(each, actor, each.group) for each in found.stuck]
    return found.model_copy(update={"stuck": stuck})


@router.get("/stage-times", summary="Show how long stages take", responses=problems())
def show_stage_times(
    c: ConnectionDep, scope: ScopeDep, group: Group = None, days: Days = 14
) -> StageTimesList:
    """Return how long orders stayed in each stage, by the day (UTC) on which they left it."""
    return stage_times_at(c, scope, group, datetime.now(UTC), days)


@router.get("/exceptions", summary="Show what holds cost", responses=problems())
def show_exceptions(
    c: ConnectionDep, actor: ActorDep, scope: ScopeDep, group: Group = None, days: Period = 7
) -> ExceptionsView:
    """Return what each reason cost in the last days, and why orders were closed abnormally."""
    found = exceptions_at(c, scope, group, datetime.now(UTC), days)
    return veiled(found, actor, group or UNROUTED)
