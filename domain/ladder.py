"""What follows a deadline that passes: the limit of the stage, then the steps of its escalation."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain import approvals, sla
from domain.events import EventKind
from domain.openings import Openings
from domain.state import OrderState, Rung, Terms

Notice = tuple[EventKind, dict[str, str]]


def restart(state: OrderState, since: datetime, terms: Terms, openings: Openings) -> None:
    """Count the stage from `since` under these terms; the clock stands still when it did before."""
    was_told = sla.next_step(state.clock) > 0
    limit, stall = _seconds(terms.limit_seconds), _seconds(terms.stall_seconds)
    state.clock = sla.restarted(state.clock, since, limit, stall, openings)
    if was_told and state.clock.paused_at is None:
        # Under other terms it may be in time; `passed` flags it again when it is not.
        state.red = state.late = state.escalated = False


def passed(state: OrderState, now: datetime, terms: Terms, openings: Openings) -> Iterator[Notice]:
    """Flag the order for each deadline that has passed, and yield what there is to tell of it.

    The limit turns it red, escalates or warns; each step after it escalates further. Several that
    passed at once come in their order. What was told before the terms changed is not told again.
    """
    while sla.is_breached(state.clock, now):
        step, ladder = sla.next_step(state.clock), terms.ladder
        following = _seconds(ladder[step].after_seconds) if step < len(ladder) else None
        is_news = step >= state.clock.told
        sla.climb(state.clock, following, openings)
        if step > len(ladder):
            continue  # the terms know no such step any more
        notice = (
            _further(state, terms, ladder[step - 1], step) if step else _pass_limit(state, terms)
        )
        if is_news:
            yield notice


def _pass_limit(state: OrderState, terms: Terms) -> Notice:
    state.red = True
    match terms.on_breach:
        case "red":
            return EventKind.TURNED_RED, {}
        case "escalate":
            state.escalated = True
            return EventKind.ESCALATED, {"waits_on": _waits_on(state)}
        case _:
            state.late = True
            return EventKind.WARNED, {"group": state.group}


def _further(state: OrderState, terms: Terms, rung: Rung, step: int) -> Notice:
    state.red = state.escalated = True
    told = {"tell_role": rung.role} if rung.tell == "role" else {"level": str(rung.level)}
    waits_on = _waits_on(state) if terms.owner_role == "approvers" else terms.owner_role
    return EventKind.ESCALATED, {"waits_on": waits_on, "step": str(step)} | told


def _waits_on(state: OrderState) -> str:
    """Return the people whose signature is awaited, comma separated."""
    return ",".join(approvals.awaited_people(state.approval, state.facts.submitter))


def _seconds(count: int | None) -> timedelta | None:
    return timedelta(seconds=count) if count is not None else None
