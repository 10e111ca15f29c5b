"""What becomes of messages: kept with their cleansing, held, looked up, replaced, told apart."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from channels.registry import CHANNELS
from database import likeness, lookups, notes, orders, quarantine
from database.orders import Content, OrderRow
from domain.actions import Amend, ChannelFact, ChannelUpdate, RaiseHold
from domain.facts import OrderFacts
from domain.holds import ReasonCode
from intake.asides import order_missing
from intake.reading import SPREADSHEET
from intake.signals import Signal, dumped, loaded
from tests.integration.database_world import NOW, later
from tests.integration.intake_world import PLAYED, PLAYED_CHANNEL, IntakeWorld, new, played_channel


@pytest.fixture
def world(engine: Engine) -> Iterator[IntakeWorld]:
    with played_channel():
        yield IntakeWorld(engine)


def order_of(world: IntakeWorld, external_id: str = "1001", channel: str = PLAYED) -> OrderRow:
    with world.engine.connect() as c:
        found = orders.find(c, channel, "main", external_id)
    assert found is not None
    return found


def content_of(world: IntakeWorld, version: int | None = None) -> Content:
    with world.engine.connect() as c:
        found = orders.content(c, order_of(world).order_id, version)
    assert found is not None
    return found


def facts_told(signals: list[Signal]) -> list[tuple[ChannelFact, ReasonCode]]:
    updates = [s.payload for s in signals if isinstance(s.payload, ChannelUpdate)]
    return [(update.fact, update.reason) for update in updates]


def at(minutes: float) -> str:
    return later(minutes).isoformat()


# --- cleansing -----------------------------------------------------------------------------


def test_each_content_keeps_what_was_changed_when_it_was_read(world: IntakeWorld) -> None:
    world.take(new(cleansed=["030 901820", "+4930901820"]))
    world.take(new(at=at(1), order={"source_updated_at": later(1), "total": "200"}, cleansed="ab"))
    (first,), (second,) = content_of(world, 1).cleansing, content_of(world, 2).cleansing
    assert (first.before, first.after, first.field) == (
        "030 901820",
        "+4930901820",
        "customer.phone",
    )
    assert (second.before, second.after) == ("a", "b")


# --- holds of the channel ------------------------------------------------------------------


def test_an_order_that_the_channel_holds_begins_held(world: IntakeWorld) -> None:
    start, update = world.take(new(hold="PAYMENT_PENDING"))
    assert isinstance(start.payload, OrderFacts)
    assert facts_told([update]) == [(ChannelFact.HELD, ReasonCode.PAYMENT_PENDING)]
    assert order_of(world).channel_hold == "PAYMENT_PENDING"


def test_only_a_change_of_the_hold_is_told(world: IntakeWorld) -> None:
    world.take(new())
    assert world.take(new(at=at(1), hold=None)) == []
    assert facts_told(world.take(new(at=at(2), hold="FRAUD_RISK"))) == [
        (ChannelFact.HELD, ReasonCode.FRAUD_RISK)
    ]
    assert world.take(new(at=at(3), hold="FRAUD_RISK")) == []
    assert world.take(new(at=at(4))) == []
    (released,) = facts_told(world.take(new(at=at(5), hold=None)))
    assert released[0] is ChannelFact.RELEASED
    assert order_of(world).channel_hold == ""


def test_an_older_message_does_not_change_the_hold(world: IntakeWorld) -> None:
    world.take(new(at=at(9), order={"source_updated_at": later(9)}))
    stale = world.send(new(at=at(8), order={"source_updated_at": later(8)}, hold="FRAUD_RISK"))
    world.work()
    assert world.state(stale) == "merged"
    assert order_of(world).channel_hold == ""


def test_a_hold_told_before_its_order_waits_for_it(world: IntakeWorld) -> None:
    early = world.send({"kind": "order", "id": "1001", "at": at(0), "hold": "FRAUD_RISK"})
    world.work()
    assert world.state(early) == "waiting"
    world.take(new())
    world.now = later(1)
    (told,) = world.work().told
    assert told.id == early
    assert facts_told(loaded(told.signals)) == [(ChannelFact.HELD, ReasonCode.FRAUD_RISK)]


# --- orders to be read ---------------------------------------------------------------------


def test_a_message_that_only_names_an_order_has_it_read(world: IntakeWorld) -> None:
    row = world.send({"kind": "look_up", "reference": "902-1"})
    assert world.work().look_ups == {(PLAYED, "main")}
    assert world.state(row) == "ignored"
    with world.engine.connect() as c:
        found = lookups.next_due(c, PLAYED, "main", NOW)
    assert found is not None
    assert found.reference == "902-1"


def test_a_look_up_that_names_nothing_is_a_persons(world: IntakeWorld) -> None:
    row = world.send({"kind": "look_up", "missing": ["AmazonOrderId"]})
    assert world.work().look_ups == set()
    assert world.state(row) == "quarantined"


# --- quarantine that settles itself --------------------------------------------------------


def resolutions(world: IntakeWorld) -> dict[int, tuple[str | None, str | None]]:
    table = quarantine.quarantine.c
    query = select(table.inbox_id, table.resolution, table.resolved_by)
    with world.engine.connect() as c:
        return {row[0]: (row[1], row[2]) for row in c.execute(query)}


def test_a_good_order_replaces_its_earlier_messages_in_quarantine(world: IntakeWorld) -> None:
    bad = world.send(new(missing=["shipping_address.postal_code"]))
    other = world.send(new("1002", missing=["shipping_address.postal_code"]))
    world.work()
    world.take(new())
    later_bad = world.send(new(missing=["currency"]))
    world.work()
    assert resolutions(world) == {
        bad: ("replaced", "system"),
        other: (None, None),
        later_bad: (None, None),
    }
    assert world.state(bad) == "quarantined"


def test_a_stale_order_replaces_nothing(world: IntakeWorld) -> None:
    world.take(new(at=at(9), order={"source_updated_at": later(9)}))
    bad = world.send(new(missing=["currency"], at=at(10)))
    world.work()
    world.take(new(at=at(8), order={"source_updated_at": later(8)}))
    assert resolutions(world) == {bad: (None, None)}


def test_a_parcel_that_gave_up_waiting_is_tried_again_when_its_order_comes(
    world: IntakeWorld,
) -> None:
    parcel = {"tracking_number": "T1"}
    early = world.send({"kind": "parcel", "id": "1001", "at": at(0), "parcel": parcel})
    broken = world.send({"kind": "parcel", "id": "1001", "at": at(0), "missing": ["lines"]})
    world.work()
    world.now = NOW + timedelta(hours=7)
    world.work()
    assert world.state(early) == "quarantined"
    world.take(new())
    assert resolutions(world) == {early: ("retry", "system"), broken: (None, None)}
    assert (world.state(early), world.state(broken)) == ("done", "quarantined")


def test_a_cancellation_that_overtakes_its_order_waits_for_it(world: IntakeWorld) -> None:
    early = world.send({"kind": "cancellation", "id": "1001", "at": at(0)})
    world.work()
    assert world.state(early) == "waiting"
    assert order_missing().code == "REQUIRED"


# --- files ---------------------------------------------------------------------------------


@pytest.fixture
def spreadsheets(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """How rows of a spreadsheet come in; the played channel reads them."""
    monkeypatch.setitem(CHANNELS, SPREADSHEET, PLAYED_CHANNEL)
    return {"channel": SPREADSHEET, "found_by": "file", "submitter": "mia", "import_id": "imp_1"}


def sheet(total: str = "100", **told: Any) -> dict[str, Any]:
    return new(order={"channel": SPREADSHEET, "source_updated_at": None, "total": total}, **told)


def test_an_order_of_a_file_is_submitted_by_whoever_brought_it(
    world: IntakeWorld, spreadsheets: dict[str, Any]
) -> None:
    (start,) = world.take(sheet(), **spreadsheets)
    assert isinstance(start.payload, OrderFacts)
    assert (start.payload.origin, start.payload.submitter) == ("file", "mia")


def test_a_corrected_file_amends_its_order_and_the_same_again_does_not(
    world: IntakeWorld, spreadsheets: dict[str, Any]
) -> None:
    world.take(sheet(), **spreadsheets)
    (amend,) = world.take(sheet(total="120"), **spreadsheets)
    assert isinstance(amend.payload, Amend)
    assert (amend.payload.actor, amend.payload.facts.content_version) == ("mia", 2)
    assert world.take(sheet(total="120"), **spreadsheets) == []


def test_a_channels_own_document_in_a_file_is_the_channels_word(world: IntakeWorld) -> None:
    (start,) = world.take(new(), found_by="file", submitter="mia", import_id="imp_1")
    assert isinstance(start.payload, OrderFacts)
    assert (start.payload.origin, start.payload.submitter) == ("channel", "")
    assert order_of(world).submitter == ""


# --- likely duplicates ---------------------------------------------------------------------


def twin(world: IntakeWorld, **told: Any) -> list[Signal]:
    """Send the same purchase through another shop."""
    return world.take(new("A-7", **told), shop="second")


def test_the_same_purchase_in_another_shop_is_held_and_both_are_shown(world: IntakeWorld) -> None:
    world.take(new())
    start, hold = twin(world)
    assert isinstance(start.payload, OrderFacts)
    assert isinstance(hold.payload, RaiseHold)
    first = order_of(world)
    assert (hold.name, hold.payload.reason) == ("hold", ReasonCode.DUPLICATE)
    assert (hold.payload.actor, hold.payload.detail) == ("system", f"order:{first.order_id}")
    assert loaded(dumped([hold])) == [hold]
    with world.engine.connect() as c:
        second = orders.find(c, PLAYED, "second", "A-7")
        assert second is not None
        (note,) = notes.texts(c, second.order_id).values()
        shown = [likeness.similar(c, first)[0].order_id, likeness.similar(c, second)[0].order_id]
    assert note.note_id == hold.payload.note_id
    assert "#1001" in note.text
    assert "重复" in note.text
    assert shown == [second.order_id, first.order_id]


@pytest.mark.parametrize(
    "changes",
    [
        {"placed_at": NOW + timedelta(hours=25)},
        {"total": "101"},
        {"customer": {"email": "b@example.com"}},
    ],
)
def test_what_is_not_the_same_purchase_is_not_held(
    world: IntakeWorld, changes: dict[str, Any]
) -> None:
    world.take(new())
    (start,) = twin(world, order=changes)
    assert start.name == "start"


def test_ordering_twice_in_one_shop_is_the_buyers_business(world: IntakeWorld) -> None:
    world.take(new())
    assert [signal.name for signal in world.take(new("1002"))] == ["start"]


def test_an_order_that_was_closed_is_no_reason_to_hold_another(world: IntakeWorld) -> None:
    closed = new(order={"stage": "closed_abnormally"}, kind="cancellation")
    world.take(closed, found_by="history", import_id="imp_1")
    with world.engine.connect() as c:
        stage = c.execute(text("SELECT stage FROM order_progress")).scalar_one()
    assert stage == "closed_abnormally"
    assert [signal.name for signal in twin(world)] == ["start"]
