"""Migration: what had ended becomes a record and nothing else, what is open goes on where it is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from database import (
    audit,
    customers,
    dashboard,
    doctor,
    inbox,
    notes,
    orders,
    progress,
    stage_times,
)
from database.orders import OrderRow
from domain.actions import ChannelFact, ChannelUpdate
from domain.events import EventKind
from domain.facts import OrderFacts
from domain.order import rfc3339
from intake import history
from tests.integration.database_world import NOW
from tests.integration.intake_world import PLAYED, IntakeWorld, new, played_channel

HISTORY = {"found_by": "history", "import_id": "imp_1", "submitter": "mia", "priority": 4}


def before(days: float) -> datetime:
    return NOW - timedelta(days=days)


def old(external_id: str, stage: str, **told: Any) -> dict[str, Any]:
    """Return an order of four weeks ago that was touched last a week ago."""
    order = {"stage": stage, "placed_at": before(28), "source_updated_at": before(7)}
    kind = "cancellation" if stage == "closed_abnormally" else "order"
    return new(external_id, kind=kind, order=order | told.pop("order", {}), **told)


def parcel(external_id: str, days: float = 26) -> dict[str, Any]:
    told = {"tracking_number": f"T-{external_id}", "carrier": "ups"}
    at = rfc3339(before(days))
    return {"kind": "parcel", "id": external_id, "at": at, "parcel": told}


def delivery(external_id: str, days: float = 20) -> dict[str, Any]:
    return {"kind": "delivery", "id": external_id, "at": rfc3339(before(days))}


@pytest.fixture
def world(engine: Engine) -> Iterator[IntakeWorld]:
    with played_channel():
        yield IntakeWorld(engine)


def move(world: IntakeWorld, *told: dict[str, Any]) -> int:
    return world.send(*told, **HISTORY)


def order_of(world: IntakeWorld, external_id: str) -> OrderRow:
    with world.engine.connect() as c:
        found = orders.find(c, PLAYED, "main", external_id)
    assert found is not None
    return found


def rows(world: IntakeWorld, *tables: str) -> list[int]:
    with world.engine.connect() as c:
        return [c.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in tables]


def violations(world: IntakeWorld) -> list[str]:
    with world.engine.connect() as c:
        return [f"{each.invariant} {each.detail_en}" for each in doctor.violations(c)]


def test_a_completed_order_becomes_a_record_that_asks_nobody_for_anything(
    world: IntakeWorld,
) -> None:
    row = move(world, old("1", "completed"), parcel("1"), delivery("1"))
    assert world.work().told == []
    order = order_of(world, "1")
    with world.engine.connect() as c:
        found = progress.get_progress(c, order.order_id)
        entered = [e for e in progress.timeline(c, order.order_id) if e.kind == "stage_entered"]
        (sent,) = progress.parcels_of(c, order.order_id)
        (entry,) = audit.entries_of(c, order.order_id)
    assert found is not None
    assert (found.stage, found.closed, found.waits_for) == ("completed", True, "system")
    assert (found.entered_at, sent.tracking_number) == (before(7), "T-1")
    assert [event.stage for event in entered][-2:] == ["shipped", "completed"]
    assert (order.start_stage, order.priority, order.origin) == ("completed", 5, "channel")
    assert (entry.action, entry.actor) == ("migrated", f"channel:{PLAYED}")
    assert world.state(row) == "done"
    assert rows(world, "tasks", "notifications", "reservations", "credit_holds") == [0, 0, 0, 0]
    assert violations(world) == []


def test_it_is_counted_on_the_days_it_happened_and_not_on_that_of_the_move(
    world: IntakeWorld,
) -> None:
    move(world, old("1", "completed"), parcel("1"), delivery("1"))
    world.work()
    first, placed = (NOW - timedelta(days=60)).date(), before(28)
    with world.engine.connect() as c:
        found = stage_times.stage_times(c, None, first, NOW.date())
        came = [
            dashboard.flow(c, [""], at, at + timedelta(days=1)).received for at in (placed, NOW)
        ]
    assert came == [1, 0]
    by_day = {str(each.stage): list(each.by_day) for each in found}
    assert by_day["in_review"] == [before(28).date()]
    assert by_day["preparing"] == [before(7).date()]


def test_its_customer_is_no_stranger_any_more(world: IntakeWorld) -> None:
    move(world, old("1", "completed"))
    move(world, old("2", "closed_abnormally", order={"customer": {"email": "b@example.com"}}))
    world.work()
    with world.engine.connect() as c:
        bought, only_tried = order_of(world, "1"), order_of(world, "2")
        assert not customers.is_first_cooperation(c, bought.customer_id, "another")
        assert customers.is_first_cooperation(c, only_tried.customer_id, "another")


def test_a_closed_order_keeps_why_it_was_closed(world: IntakeWorld) -> None:
    move(world, old("1", "closed_abnormally", reason="PAYMENT_FAILED"))
    world.work()
    order_id = order_of(world, "1").order_id
    with world.engine.connect() as c:
        found = progress.get_progress(c, order_id)
        written = notes.texts(c, order_id)
    assert found is not None
    assert (found.stage, found.closed_reason) == ("closed_abnormally", "PAYMENT_FAILED")
    assert "迁移前已在 played 关闭" in written[found.closed_note_id].text
    assert violations(world) == []


def test_an_open_order_starts_in_its_stage_behind_every_live_one(world: IntakeWorld) -> None:
    row = move(world, old("1", "preparing"), parcel("1"))
    (told,) = world.work().told
    assert told.id == row
    start, update = (signal for signal in _loaded(told.signals))
    assert isinstance(start, OrderFacts)
    assert (start.start_stage, start.priority) == ("preparing", 5)
    assert isinstance(update, ChannelUpdate)
    assert (update.fact, update.tracking_number) == (ChannelFact.PARCEL, "T-1")
    assert order_of(world, "1").start_stage == "preparing"


def _loaded(rows: list[dict[str, Any]]) -> list[Any]:
    from intake.signals import loaded

    return [signal.payload for signal in loaded(rows)]


def test_the_same_history_again_changes_nothing(world: IntakeWorld) -> None:
    for _ in range(2):
        move(world, old("1", "completed"), parcel("1"))
        move(world, old("2", "closed_abnormally"))
        move(world, old("3", "in_review"))
        world.work()
        counted = rows(world, "orders", "order_contents", "stage_events", "parcels", "audit")
    assert counted[0] == 3
    assert rows(world, "orders", "order_contents", "stage_events", "parcels", "audit") == counted
    assert world.states() == {"done": 3, "merged": 3}
    assert violations(world) == []


def test_one_order_told_three_times_in_one_batch_is_one(world: IntakeWorld) -> None:
    for _ in range(3):
        move(world, old("1", "completed"))
    world.work()
    assert rows(world, "orders", "order_contents") == [1, 1]
    assert world.states() == {"done": 1, "merged": 2}


def test_history_never_moves_an_order_that_lives_here(world: IntakeWorld) -> None:
    world.take(new("1"))
    newer = {"total": "900", "source_updated_at": NOW + timedelta(days=1)}
    for stage in ("completed", "closed_abnormally", "shipped"):
        row = move(world, old("1", stage, order=newer, hold="FRAUD_RISK"), parcel("1"))
        assert world.work().told == []
        assert world.state(row) == "merged"
    found = order_of(world, "1")
    assert (found.content_version, found.start_stage, found.channel_hold) == (1, "", "")


def test_a_broken_order_is_quarantined_and_no_other_with_it(
    world: IntakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_on_13(row: inbox.InboxRow, *_: Any) -> Any:
        if b'"13"' in row.body:
            raise ZeroDivisionError
        return _ended(row, *_)

    _ended = history._ended
    monkeypatch.setattr(history, "_ended", breaks_on_13)
    poison = move(world, old("13", "completed"))
    bad = move(world, old("14", "completed", missing=["currency"]))
    good = [move(world, old(str(number), "completed")) for number in range(5)]
    for _ in range(6):
        world.work()
        world.now += timedelta(minutes=2)
    assert [world.state(row) for row in good] == ["done"] * 5
    assert (world.state(bad), world.state(poison)) == ("quarantined", "quarantined")


def test_instants_that_contradict_each_other_do_not_keep_an_order_out(world: IntakeWorld) -> None:
    late = {"source_updated_at": before(40), "placed_at": before(28)}
    move(world, old("1", "completed", order=late), parcel("1", 50), delivery("1", -3))
    world.work()
    with world.engine.connect() as c:
        events = progress.timeline(c, order_of(world, "1").order_id)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert events[-1].kind is EventKind.STAGE_ENTERED
    assert violations(world) == []


def test_a_message_kept_as_history_says_which_order_it_became(world: IntakeWorld) -> None:
    row = move(world, old("1", "completed"))
    world.work()
    with world.engine.connect() as c:
        columns = inbox.inbox.c
        query = select(columns.order_id, columns.finished_at).where(columns.id == row)
        assert tuple(c.execute(query).one()) == (order_of(world, "1").order_id, NOW)


@pytest.mark.parametrize(("days", "stage"), [(61, "completed"), (59, None)])
def test_a_parcel_that_left_long_ago_counts_as_delivered(
    world: IntakeWorld, days: float, stage: str | None
) -> None:
    told = {"stage": "shipped", "placed_at": before(90), "source_updated_at": before(days)}
    move(world, new("1", order=told), parcel("1", days + 1))
    world.work()
    with world.engine.connect() as c:
        found = progress.get_progress(c, order_of(world, "1").order_id)
    assert (found.stage if found else None) == stage
    assert violations(world) == []
