"""The board (看板): figures of all orders within the caller's reach, or of one group of them."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from api.auth import ScopeDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import UNROUTED, V1, Scope
from api.records import groups_within
from api.schemas.dashboard import (
    AutoPassView,
    BacklogView,
    CellView,
    ClosedView,
    ExceptionsView,
    FlowView,
    GroupView,
    IntakeView,
    LossView,
    OpenView,
    OverviewView,
    StageTimesList,
    StageTimesView,
    StuckView,
)
from database import board_backlog, dashboard, hold_losses, people, stage_times
from domain.order import Short

router = APIRouter(prefix=f"{V1}/dashboard", tags=["dashboard"])

Group = Annotated[
    Short | None, Query(description="only this group's orders; empty: those of none yet")
]
Days = Annotated[int, Query(ge=1, le=90)]


@router.get("/overview", summary="Show how everything stands", responses=problems())
def show_overview(c: ConnectionDep, scope: ScopeDep, group: Group = None) -> OverviewView:
    """Return what is open, what came and went today, and how intake is doing."""
    now = datetime.now(UTC)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    groups = groups_within(scope, group)
    last_week = dashboard.flow(c, groups, today - dashboard.WEEK, now - dashboard.WEEK)
    waiting = dashboard.waiting(c, groups)
    return OverviewView(
        at=now,
        groups=_groups(c, scope),
        open=OpenView.model_validate(dashboard.open_orders(c, groups)),
        today=FlowView.model_validate(dashboard.flow(c, groups, today, now)),
        last_week=FlowView.model_validate(last_week),
        auto_pass=AutoPassView.of(dashboard.auto_pass(c, groups, now)),
        intake=[IntakeView.model_validate(x) for x in dashboard.intake(c, groups, today, now)],
        quarantined=waiting.quarantined,
        pool=waiting.pool,
    )


def _groups(c: Connection, scope: Scope) -> list[GroupView]:
    """Return the groups that may be asked for, whichever is asked for now."""
    known = [GroupView.model_validate(each) for each in people.all_groups(c)]
    unrouted = GroupView(code=UNROUTED, name_en="No group yet", name_zh="未分组")
    return [each for each in (*known, unrouted) if scope.covers(each.code)]


@router.get("/backlog", summary="Show where orders wait", responses=problems())
def show_backlog(c: ConnectionDep, scope: ScopeDep, group: Group = None) -> BacklogView:
    """Return the open orders by group and stage, and what they are stuck on."""
    groups = groups_within(scope, group)
    return BacklogView(
        cells=[CellView.model_validate(each) for each in board_backlog.cells(c, groups)],
        stuck=[StuckView.of(each) for each in board_backlog.stuck(c, groups, datetime.now(UTC))],
    )


@router.get("/stage-times", summary="Show how long stages take", responses=problems())
def show_stage_times(
    c: ConnectionDep, scope: ScopeDep, group: Group = None, days: Days = 14
) -> StageTimesList:
    """Return how long orders stayed in each stage, by the day (UTC) on which they left it."""
    last = datetime.now(UTC).date()
    wanted = [last - timedelta(days=back) for back in range(days - 1, -1, -1)]
    found = stage_times.stage_times(c, groups_within(scope, group), wanted[0], last)
    return StageTimesList(days=days, stages=[StageTimesView.of(each, wanted) for each in found])


@router.get("/exceptions", summary="Show what holds cost", responses=problems())
def show_exceptions(
    c: ConnectionDep, scope: ScopeDep, group: Group = None, days: Days = 7
) -> ExceptionsView:
    """Return what each reason cost in the last days, and why orders were closed abnormally."""
    groups, now, period = groups_within(scope, group), datetime.now(UTC), timedelta(days=days)
    return ExceptionsView(
        days=days,
        reasons=[LossView.of(each) for each in hold_losses.losses(c, groups, now, period)],
        closed=[ClosedView.of(each) for each in hold_losses.closed(c, groups, now, period)],
    )
