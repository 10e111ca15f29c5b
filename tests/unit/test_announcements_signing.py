"""Who hears what of an approval: those whose move it is, and those who asked to hear."""

from domain.announcements import Announcement, Audience, announcements
from domain.events import Event, EventKind
from domain.projection import snapshot
from domain.stages import Stage
from domain.state import OrderState
from tests.unit.order_states import (
    START,
    add,
    an_order,
    approve,
    copy,
    do,
    give_back,
    hand_over,
    look_up,
    unhold,
    urge,
    withdraw,
)


def _told(state: OrderState, kind: EventKind) -> list[tuple[Audience, tuple[str, ...]]]:
    events = tuple(event for event in state.events if event.kind is kind)[-1:]
    found = announcements(snapshot(state), events)
    return [(each.audience, each.whom) for each in found]


def _escalation(**data: str) -> Announcement:
    state = an_order().managed().in_review()
    event = Event(9, START, EventKind.ESCALATED, Stage.IN_REVIEW, "system", data)
    (found,) = announcements(snapshot(state), (event,))
    return found


def test_who_is_named_hears_of_it() -> None:
    state = an_order().countersigned().in_review()
    do(state, add("otto", "eve"))
    do(state, hand_over("fay", "gus"))
    assert _told(state, EventKind.SIGNER_ADDED) == [(Audience.PEOPLE, ("eve",))]
    assert _told(state, EventKind.TRANSFERRED) == [(Audience.PEOPLE, ("gus",))]
    look_up(state, START, unfit=["eve"])
    assert _told(state, EventKind.REFUSED) == [(Audience.PEOPLE, ("otto",))]


def test_a_returned_order_is_told_once_to_who_gets_it_and_to_signers_when_it_is_back() -> None:
    state = an_order().managed().in_review()
    do(state, copy("lea"))
    do(state, give_back("mia"))
    assert _told(state, EventKind.RETURNED) == [
        (Audience.ROLE, ("customer_service",)),
        (Audience.PEOPLE, ("lea",)),
    ]
    assert _told(state, EventKind.HELD) == []
    do(state, unhold(state.holds[0].id))
    assert _told(state, EventKind.RELEASED) == [(Audience.PEOPLE, ("max", "mia"))]


def test_urged_copied_and_withdrawn_tell_those_they_list() -> None:
    state = an_order().countersigned().in_review()
    do(state, copy("lea"))
    do(state, urge())
    do(state, approve("fay"))
    do(state, withdraw("fay"))
    assert _told(state, EventKind.COPIED) == [(Audience.PEOPLE, ("lea",))]
    assert _told(state, EventKind.URGED) == [(Audience.PEOPLE, ("fay", "finn", "otto"))]
    assert _told(state, EventKind.SIGNED) == []
    assert _told(state, EventKind.WITHDRAWN) == [(Audience.PEOPLE, ("finn", "otto"))]
    do(state, approve("fay"))
    do(state, approve("otto"))
    assert _told(state, EventKind.APPROVED) == [(Audience.PEOPLE, ("lea",))]


def test_an_escalation_reaches_so_many_superiors_up_or_a_role() -> None:
    first = _escalation(waits_on="mia,max")
    assert (first.audience, first.whom, first.level) == (Audience.SUPERIORS, ("mia", "max"), 1)
    assert _escalation(waits_on="mia", level="2").level == 2
    role = _escalation(waits_on="mia", tell_role="ops_director")
    assert (role.audience, role.whom) == (Audience.ROLE, ("ops_director",))
    assert _escalation(waits_on="").whom == ("team_lead",)
