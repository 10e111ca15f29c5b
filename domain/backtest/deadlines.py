"""Deadlines of a past order under other rules: the stage's clock run again over what happened."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain import sla
from domain.backtest.cases import HoldSpan, PastCase, Verdict, Visit
from domain.backtest.judging import Rules
from domain.stages import Stage

LIMITED = (Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING, Stage.SHIPPED)


def missed_then(case: PastCase, stage: Stage) -> bool | None:
    """Tell whether the stage's limit passed then; None while the order has not left the stage."""
    visits = [visit for visit in case.visits if visit.stage == stage]
    if any(visit.missed for visit in visits):
        return True
    return False if visits and all(visit.left_at for visit in visits) else None


def would_miss(case: PastCase, verdict: Verdict, rules: Rules, stage: Stage) -> bool | None:
    """Tell whether the stage's limit would pass under these rules, given how long it really took.

    None where the past can't tell: the stage was not left, or people would have to do what then
    happened by itself.
    """
    visits = [visit for visit in case.visits if visit.stage == stage]
    if not visits or not all(visit.left_at for visit in visits):
        return None
    waits = _waits_for_people(verdict, stage)
    if waits is False:
        return False
    if waits and case.decided is not None and not _waits_for_people(case.decided, stage):
        return None
    return any(_passes(case, visit, verdict.group, rules) for visit in visits)


def _waits_for_people(verdict: Verdict, stage: Stage) -> bool | None:
    """Whether people decide in this stage; None where the rules have no say in it."""
    if stage is Stage.IN_REVIEW:
        return not verdict.is_automatic
    if stage is Stage.PENDING_CONFIRMATION:
        return verdict.confirmation != "automatic"
    return None


def _passes(case: PastCase, visit: Visit, group: str, rules: Rules) -> bool:
    clock = clock_of(case, visit, group, rules)
    return visit.left_at is not None and sla.is_breached(clock, visit.left_at)


def clock_of(case: PastCase, visit: Visit, group: str, rules: Rules) -> sla.Clock:
    """Return the clock of a stay in a stage as it stood when the stage was left, or stands now.

    Once its limit has passed it stays as it was then. `group` is whose orders' calendar counts.
    """
    seconds = limit_of(case, visit.stage, rules)
    limit = timedelta(seconds=seconds) if seconds is not None else None
    openings = rules.open_in(visit.stage, group)
    clock = sla.started(visit.entered_at, limit, None, openings)
    for since, until in _paused(case, visit, rules):
        if sla.is_breached(clock, since):
            break
        sla.pause(clock, since)
        if until is None:
            break
        sla.resume(clock, until, openings)
    return clock


def limit_of(case: PastCase, stage: str, rules: Rules) -> int | None:
    """Return the seconds a stage may take; a channel that sends by itself is never late with it."""
    if stage == Stage.PREPARING and case.facts.fulfilled_by_channel:
        return None
    return rules.terms[stage].limit_seconds


def _paused(
    case: PastCase, visit: Visit, rules: Rules
) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when to when the clock of a visit stands still (None: to its end)."""
    if not case.holds:
        return
    changes: list[tuple[datetime, int]] = []
    for hold in case.holds:
        ended = hold.released_at is not None and hold.released_at <= visit.entered_at
        begun = visit.left_at is None or hold.raised_at < visit.left_at
        if ended or not begun or not _pauses(hold, rules):
            continue
        changes.append((max(hold.raised_at, visit.entered_at), 1))
        if hold.released_at is not None:
            changes.append((hold.released_at, -1))
    depth, since = 0, visit.entered_at
    for at, step in sorted(changes, key=lambda change: (change[0], -change[1])):
        if depth == 0:
            since = at
        depth += step
        if depth == 0:
            yield since, at
    if depth:
        yield since, None


def _pauses(hold: HoldSpan, rules: Rules) -> bool:
    """What the rules say of its reason, unless they say the same as then: then as it was."""
    says = hold.reason in rules.pausing
    return hold.paused if says == hold.usual else says
