"""The parts of the board as they are at an instant, for a caller and one group or all of theirs."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from api.permissions import UNROUTED, Scope
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


def overview_at(c: Connection, scope: Scope, group: str | None, now: datetime) -> OverviewView:
    """Return what is open, what came and went on the day (UTC) of `now`, and how intake does."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    groups = groups_within(scope, group)
    last_week = dashboard.flow(c, groups, today - dashboard.WEEK, now - dashboard.WEEK)
    waiting = dashboard.waiting(c, groups)
    return OverviewView(
        at=now,
        groups=_groups(c, scope),
        open=OpenView.model_validate(dashboard.open_orders(c, groups)),
        today=FlowView.model_validate(dashboard.flow(c, groups, today, now)),
        last_week=FlowView.model_validate(last_week),
        auto_pass=AutoPassView.of(dashboard.auto_pass(c, groups, today.date())),
        intake=[IntakeView.model_validate(x) for x in dashboard.intake(c, groups, today, now)],
        quarantined=waiting.quarantined,
        pool=waiting.pool,
    )


def _groups(c: Connection, scope: Scope) -> list[GroupView]:
    """Return the groups that may be asked for, whichever is asked for now."""
    known = [GroupView.model_validate(each) for each in people.all_groups(c)]
    unrouted = GroupView(code=UNROUTED, name_en="No group yet", name_zh="未分组")
    return [each for each in (*known, unrouted) if scope.covers(each.code)]


def backlog_at(c: Connection, scope: Scope, group: str | None, now: datetime) -> BacklogView:
    """Return the open orders by group and stage, and what they are stuck on."""
    groups = groups_within(scope, group)
    return BacklogView(
        cells=[CellView.model_validate(each) for each in board_backlog.cells(c, groups)],
        stuck=[StuckView.of(each) for each in board_backlog.stuck(c, groups, now)],
    )


def stage_times_at(
    c: Connection, scope: Scope, group: str | None, now: datetime, days: int
) -> StageTimesList:
    """Return the stays that ended on the day of `now` and the days (UTC) before."""
    last = now.astimezone(UTC).date()
    wanted = [last - timedelta(days=back) for back in range(days - 1, -1, -1)]
    found = stage_times.stage_times(c, groups_within(scope, group), wanted[0], last)
    return StageTimesList(days=days, stages=[StageTimesView.of(each, wanted) for each in found])


def exceptions_at(
    c: Connection, scope: Scope, group: str | None, now: datetime, days: int
) -> ExceptionsView:
    """Return what each reason cost in the days up to `now`, and why orders were closed."""
    groups, period = groups_within(scope, group), timedelta(days=days)
    return ExceptionsView(
        days=days,
        reasons=[LossView.of(each) for each in hold_losses.losses(c, groups, now, period)],
        closed=[ClosedView.of(each) for each in hold_losses.closed(c, groups, now, period)],
    )
