"""The past of a moved-in order reads like one that was lived here: legal, in time, complete."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.actions import ParcelLine
from domain.events import EventKind
from domain.holds import ReasonCode
from domain.past import Past, PastParcel, state_of
from domain.projection import snapshot
from domain.stages import Stage, is_edge
from domain.state import Closing, OrderState
from tests.unit.order_states import an_order

PLACED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FACTS = an_order().facts
LOST = Closing(ReasonCode.BUYER_CANCEL, "note-1", "channel:shopify", from_channel=True)


def day(number: float) -> datetime:
    return PLACED + timedelta(days=number)


def parcel(name: str, at: datetime | None, *lines: ParcelLine) -> PastParcel:
    return PastParcel(name, "ups", lines, at)


def stages(state: OrderState) -> list[tuple[str, datetime]]:
    entered = (e for e in state.events if e.kind is EventKind.STAGE_ENTERED)
    return [(str(event.stage), event.at) for event in entered]


def test_a_completed_order_has_been_through_every_stage_when_the_channel_says() -> None:
    past = Past(PLACED, day(4), (parcel("T1", day(1)),), delivered_at=day(3))
    state = state_of(FACTS, past)
    assert stages(state) == [
        ("pending_confirmation", PLACED),
        ("in_review", PLACED),
        ("preparing", PLACED),
        ("shipped", day(1)),
        ("completed", day(4)),
    ]
    (sent,) = state.parcels
    assert (sent.shipped_at, sent.delivered_at, sent.channel_told) == (day(1), day(3), True)
    assert snapshot(state).tasks == ()
    assert state.events[0].data == {"moved_in": "completed"}


def test_an_order_cancelled_before_shipping_was_never_reviewed() -> None:
    state = state_of(FACTS, Past(PLACED, day(1), closing=LOST))
    assert [name for name, _ in stages(state)] == ["pending_confirmation", "closed_abnormally"]
    shown = snapshot(state)
    assert (shown.closed_reason, shown.closed_note_id) == ("BUYER_CANCEL", "note-1")


def test_a_returned_order_was_shipped_first() -> None:
    state = state_of(FACTS, Past(PLACED, day(9), (parcel("T1", day(1)),), closing=LOST))
    assert [name for name, _ in stages(state)][-2:] == ["shipped", "closed_abnormally"]


def test_the_second_parcel_holds_what_the_first_left() -> None:
    first = parcel("T1", day(1), ParcelLine(FACTS.lines[0].line_id, 1), ParcelLine("other", 9))
    state = state_of(FACTS, Past(PLACED, day(4), (parcel("T2", day(2)), first)))
    one, other = state.parcels
    assert (one.tracking_number, one.lines) == ("T1", (ParcelLine(FACTS.lines[0].line_id, 1),))
    left = {line.line_id: line.quantity for line in other.lines}
    assert left[FACTS.lines[0].line_id] == FACTS.lines[0].quantity - 1


def test_a_parcel_told_twice_is_one() -> None:
    twice = (parcel("T1", day(1)), parcel("T1", day(2)))
    assert len(state_of(FACTS, Past(PLACED, day(4), twice)).parcels) == 1


INSTANTS = st.floats(-5, 5).map(day)


@given(
    ended=INSTANTS,
    shipped=st.lists(st.none() | INSTANTS, max_size=3),
    delivered=st.none() | INSTANTS,
    is_closed=st.booleans(),
)
def test_whatever_the_channel_claims_events_are_numbered_legal_and_in_time_order(
    ended: datetime, shipped: list[datetime | None], delivered: datetime | None, is_closed: bool
) -> None:
    parcels = tuple(parcel(f"T{n}", at) for n, at in enumerate(shipped))
    closing = LOST if is_closed else None
    state = state_of(FACTS, Past(PLACED, ended, parcels, delivered, closing))
    assert [event.seq for event in state.events] == list(range(1, len(state.events) + 1))
    assert [e.at for e in state.events] == sorted(e.at for e in state.events)
    names = [Stage(name) for name, _ in stages(state)]
    assert names[0] is Stage.PENDING_CONFIRMATION
    assert all(is_edge(one, other) for one, other in pairwise(names))
    assert state.stage is (Stage.CLOSED_ABNORMALLY if is_closed else Stage.COMPLETED)
