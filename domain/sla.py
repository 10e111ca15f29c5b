"""Deadlines as absolute instants, shifted by the time the clock stood still.

Durations count in working time: `openings` are those of the stage's calendar as
`domain.openings` knows them, empty for 24 x 7.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.openings import Openings, between, later

ALWAYS: Openings = ()


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still, in UTC."""

    begins: datetime
    ends: datetime


@dataclass
class Clock:
    """The deadlines of one stage: UTC instants.

    `due_at` is None where the stage has no limit. A paused clock keeps its instants as they were
    and moves them by the working time that was left when it runs again, so a stored clock survives
    restarts and continue-as-new without arithmetic on elapsed time.

    `rungs` counts the steps of the escalation that were taken after the limit, `rung_at` is when
    the next one is due. `told` is how many notices (the limit and the steps after it) were given
    before the terms of the stage changed: nobody hears them again. `pauses` are those of this
    stage that are over.
    """

    due_at: datetime | None
    stalls_at: datetime | None
    paused_at: datetime | None = None
    breached: bool = False
    rungs: int = 0
    rung_at: datetime | None = None
    told: int = 0
    pauses: list[Pause] = field(default_factory=list)


def started(
    now: datetime,
    limit: timedelta | None,
    stall: timedelta | None,
    openings: Openings = ALWAYS,
) -> Clock:
    """Start the clock of a stage that is entered `now`."""
    return Clock(
        due_at=later(openings, now, limit) if limit is not None else None,
        stalls_at=later(openings, now, stall) if stall is not None else None,
    )


def restarted(
    clock: Clock,
    since: datetime,
    limit: timedelta | None,
    stall: timedelta | None,
    openings: Openings = ALWAYS,
) -> Clock:
    """Start a clock anew `since` then, and let it stand still whenever the old one did after.

    What was told already of this stage is not told again when it passes once more.
    """
    renewed = started(since, limit, stall, openings)
    renewed.told = max(clock.told, next_step(clock))
    for each in clock.pauses:
        pause(renewed, max(each.begins, since))
        resume(renewed, max(each.ends, since), openings)
    if clock.paused_at is not None:
        pause(renewed, max(clock.paused_at, since))
    return renewed


def pause(clock: Clock, now: datetime) -> None:
    """Stop the clock; pausing a paused clock changes nothing."""
    if clock.paused_at is None:
        clock.paused_at = now


def resume(clock: Clock, now: datetime, openings: Openings = ALWAYS) -> None:
    """Let the clock run again with the working time that was left when it stopped."""
    if clock.paused_at is None:
        return
    over = Pause(clock.paused_at, now)
    clock.paused_at = None
    _keep(clock.pauses, over)
    if clock.due_at is not None and not clock.breached:
        clock.due_at = _moved(clock.due_at, over, openings)
    if clock.rung_at is not None:
        clock.rung_at = _moved(clock.rung_at, over, openings)
    if clock.stalls_at is not None:
        clock.stalls_at = _moved(clock.stalls_at, over, openings)


def _keep(pauses: list[Pause], over: Pause) -> None:
    if over.begins >= over.ends:
        return
    if pauses and pauses[-1].ends == over.begins:
        over = Pause(pauses.pop().begins, over.ends)
    pauses.append(over)


def _moved(at: datetime, over: Pause, openings: Openings) -> datetime:
    """Return an instant moved by a pause; one that had passed before is as long past after it."""
    if at <= over.begins:
        return at + (over.ends - over.begins)
    return later(openings, over.ends, between(openings, over.begins, at))


def next_step(clock: Clock) -> int:
    """Return which step passes next: 0 is the limit, 1 the first of the escalation after it."""
    return clock.rungs + clock.breached


def climb(clock: Clock, after: timedelta | None, openings: Openings = ALWAYS) -> None:
    """Note that the limit, or the step that was due, has passed; the next is `after` it.

    None: there is no further step.
    """
    passed_at = clock.rung_at if clock.breached else clock.due_at
    if clock.breached:
        clock.rungs += 1
    clock.breached = True
    clock.rung_at = None
    if after is not None and passed_at is not None:
        clock.rung_at = later(openings, passed_at, after)


def pending_deadline(clock: Clock) -> datetime | None:
    """Return the instant to wake up at: the limit, or the next step of the escalation after it.

    None when the clock is paused, or nothing (more) is due.
    """
    if clock.paused_at is not None:
        return None
    return clock.rung_at if clock.breached else clock.due_at


def is_breached(clock: Clock, now: datetime) -> bool:
    """Tell whether a deadline has passed and nobody noted it yet."""
    due_at = pending_deadline(clock)
    return due_at is not None and now >= due_at
