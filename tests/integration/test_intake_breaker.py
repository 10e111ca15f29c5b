"""The missing-postal-code day: a failing shop's new orders wait instead of flooding people."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from database import audit, breaker_records, breakers, doctor, inbox, outbox, quarantine, rules
from database.breakers import Parked, StoredBreaker
from domain import breaker as states
from domain.breaker import Breaker, BreakerState, Count
from domain.rules.breaker import breaker_terms
from domain.rules.defaults import default_rule_set
from notifications.templates import rendered
from tests.integration.database_world import NOW
from tests.integration.intake_world import PLAYED, IntakeWorld, new, played_channel

FIXTURE = Path(__file__).parent.parent / "fixtures" / "channels" / "shopify_order_usd.json"
BODY = json.loads(FIXTURE.read_bytes())
SHOPIFY = {"channel": "shopify", "topic": "orders/create"}
TERMS = breaker_terms(default_rule_set(), "shopify")


@pytest.fixture
def world(engine: Engine) -> Iterator[IntakeWorld]:
    with played_channel():
        yield IntakeWorld(engine)


def shopify_order(number: int, *, is_bad: bool) -> bytes:
    """Return a US order, which needs a postal code; a bad one has lost it."""
    address = BODY["shipping_address"] | ({"zip": ""} if is_bad else {})
    told = {
        "admin_graphql_api_id": f"gid://shopify/Order/{10_000_000 + number}",
        "name": f"#{number}",
        "shipping_address": address,
        "email": f"buyer{number}@example.com",
    }
    return json.dumps(BODY | told).encode()


def send(world: IntakeWorld, number: int, *, is_bad: bool, **changes: Any) -> int:
    body = shopify_order(number, is_bad=is_bad)
    return world.send(**{"body": body, **SHOPIFY, **changes})


def breaker_of(world: IntakeWorld, channel: str = "shopify") -> Breaker:
    with world.engine.connect() as c:
        found = breakers.get(c, channel, "main")
    return found.breaker if found else Breaker()


def alerts(world: IntakeWorld) -> list[tuple[str, str]]:
    table = outbox.notifications.c
    query = select(table.person_id, table.event_kind).order_by(table.id)
    with world.engine.connect() as c:
        return [(row[0], row[1]) for row in c.execute(query)]


def violations(world: IntakeWorld) -> list[str]:
    with world.engine.connect() as c:
        return [f"{each.invariant} {each.detail_en}" for each in doctor.violations(c)]


def pass_time(world: IntakeWorld, minutes: float, step: float = 0.5) -> None:
    """Let the relay go its rounds meanwhile."""
    end = world.now + timedelta(minutes=minutes)
    while world.now < end:
        world.now += timedelta(minutes=step)
        world.work()


def trip(world: IntakeWorld, count: int = 30) -> list[int]:
    rows = [send(world, number, is_bad=True) for number in range(count)]
    world.work()
    assert breaker_of(world).state is BreakerState.OPEN
    return rows


def test_the_missing_postal_code_day(world: IntakeWorld) -> None:
    began, tripped_at = world.now, None
    fates: dict[int, bool] = {}
    for number in range(300):
        is_bad = number % 5 in (0, 2, 3)
        fates[send(world, number, is_bad=is_bad)] = is_bad
        world.work()
        if tripped_at is None and breaker_of(world).state is BreakerState.OPEN:
            tripped_at = world.now
            assert world.states()["quarantined"] == 20
        world.now += timedelta(seconds=10)
    assert tripped_at is not None
    assert tripped_at - began < timedelta(minutes=6)
    assert world.states()["parked"] > 200
    assert world.states()["quarantined"] < 20 + 3 * TERMS.probes
    assert [who for who, _ in alerts(world)].count("cs") == 1
    assert violations(world) == []

    for number in range(300, 420):
        fates[send(world, number, is_bad=False)] = False
        world.work()
        world.now += timedelta(seconds=30)
    assert breaker_of(world).state is BreakerState.CLOSED
    while breaker_of(world).drains_from is not None:
        pass_time(world, 5)
    assert [who for who, _ in alerts(world)].count("cs") == 1
    assert world.states() == {
        "done": sum(not is_bad for is_bad in fates.values()),
        "quarantined": sum(fates.values()),
    }
    assert all(
        world.state(row) == ("quarantined" if is_bad else "done") for row, is_bad in fates.items()
    )
    assert violations(world) == []


def test_the_owner_is_told_once_and_the_superior_when_it_lasts(world: IntakeWorld) -> None:
    trip(world)
    assert alerts(world) == [("cs", "breaker_open")]
    pass_time(world, 29)
    assert alerts(world) == [("cs", "breaker_open")]
    pass_time(world, 120)
    assert alerts(world) == [("cs", "breaker_open"), ("lead", "breaker_open")]
    with world.engine.connect() as c:
        data = c.execute(select(outbox.notifications.c.data).limit(1)).scalar_one()
        (entry, *_) = audit.entries_of(c, audit.SYSTEM_CHAIN)
    english, chinese = (rendered("breaker_open", "", data, lang) for lang in ("en", "zh"))
    assert english.title == "Orders of shopify/main are kept back"
    assert "20 of its last 20 orders" in english.body
    assert "最近 20 单中有 20 单被拒收" in chinese.body
    assert (entry.action, entry.actor) == ("breaker_open", "system")


def test_orders_that_are_known_go_on_while_new_ones_wait(world: IntakeWorld) -> None:
    send(world, 500, is_bad=False)
    world.work()
    trip(world)
    paid = json.loads(shopify_order(500, is_bad=False)) | {"cancelled_at": "2026-11-09T08:00:00Z"}
    update = world.send(body=json.dumps(paid).encode(), **SHOPIFY)
    fresh, unreadable = send(world, 501, is_bad=False), world.send(body=b"{", **SHOPIFY)
    world.work()
    assert world.state(update) == "done"
    assert (world.state(fresh), world.state(unreadable)) == ("parked", "parked")


def test_another_shop_is_not_concerned(world: IntakeWorld) -> None:
    trip(world)
    row = send(world, 600, is_bad=False, shop="second")
    world.work()
    assert world.state(row) == "done"


def test_files_and_history_neither_open_it_nor_wait_for_it(world: IntakeWorld) -> None:
    for number in range(40):
        told = new(str(number), missing=["currency"])
        world.send(told, found_by="file" if number % 2 else "history", import_id="imp_1")
    world.work()
    assert breaker_of(world, PLAYED).state is BreakerState.CLOSED
    for number in range(40, 80):
        world.send(new(str(number), missing=["currency"]))
    world.work()
    assert breaker_of(world, PLAYED).state is BreakerState.OPEN
    row = world.send(new("99"), found_by="file", import_id="imp_1")
    world.work()
    assert world.state(row) == "done"


def test_one_order_refused_again_and_again_is_one_order(world: IntakeWorld) -> None:
    for _ in range(40):
        world.send(new("1", missing=["currency"]))
    world.work()
    assert breaker_of(world, PLAYED).state is BreakerState.CLOSED


def test_what_is_long_ago_does_not_count(world: IntakeWorld) -> None:
    for number in range(40):
        send(world, number, is_bad=True)
        world.work()
        world.now += timedelta(minutes=1)
    assert breaker_of(world).state is BreakerState.CLOSED


def test_orders_whose_workflows_have_not_heard_yet_count_as_good(world: IntakeWorld) -> None:
    """With Temporal away good orders lie stored, and the bad ones must not seem to be all."""
    for number in range(100):
        send(world, number, is_bad=False)
    rows = world.taking.claim(100, world.now, 600)
    assert len(world.taking.take_in(rows, world.now).told) == 100
    for number in range(100, 130):
        send(world, number, is_bad=True)
    world.work()
    assert world.states() == {"stored": 100, "quarantined": 30}
    assert breaker_of(world).state is BreakerState.CLOSED


def test_what_waited_follows_oldest_first(world: IntakeWorld) -> None:
    trip(world, 20)
    rows = [send(world, number, is_bad=False) for number in range(100, 170)]
    world.work()
    assert world.states()["parked"] == 70
    world.now += TERMS.pause
    order = [row.id for _ in range(10) for row in world.work().told]
    assert breaker_of(world).state is BreakerState.CLOSED
    assert order == [*rows[-TERMS.probes :], *rows[: -TERMS.probes]]


def test_fresh_orders_fill_up_a_trial_that_has_too_few(world: IntakeWorld) -> None:
    trip(world, 20)
    world.now += TERMS.pause
    world.work()
    rows = [send(world, number, is_bad=False) for number in range(100, 110)]
    world.work()
    assert [world.state(row) for row in rows] == ["done"] * 5 + ["parked"] * 5
    pass_time(world, 1)
    assert {world.state(row) for row in rows} == {"done"}


def test_a_failed_trial_keeps_the_rest_back_for_longer(world: IntakeWorld) -> None:
    trip(world, 40)
    pass_time(world, 6)
    found = breaker_of(world)
    assert (found.state, found.pause, found.trips) == (BreakerState.OPEN, TERMS.pause * 2, 1)
    assert world.states() == {"quarantined": 25, "parked": 15}


def test_bad_orders_of_before_do_not_open_it_again_but_new_ones_do(world: IntakeWorld) -> None:
    trip(world, 60)
    by_hand(world, close=True)
    pass_time(world, 1)
    assert world.states() == {"quarantined": 40, "parked": 20}
    assert breaker_of(world).state is BreakerState.CLOSED
    for number in range(100, 140):
        send(world, number, is_bad=True)
    world.work()
    found = breaker_of(world)
    assert (found.state, found.trips) == (BreakerState.OPEN, 2)
    assert alerts(world).count(("cs", "breaker_open")) == 2


def by_hand(world: IntakeWorld, *, close: bool) -> StoredBreaker:
    with world.engine.begin() as c:
        stored = breakers.lock(c, "shopify", "main")
        if not close:
            return breaker_records.open_for(c, stored, TERMS, world.now, by="lead")
        closed = replace(stored, breaker=states.closed(stored.breaker, world.now))
        return breaker_records.change(c, stored, closed, "lead", world.now)


def test_what_a_person_opened_waits_for_a_person(world: IntakeWorld) -> None:
    by_hand(world, close=False)
    row = send(world, 1, is_bad=False)
    pass_time(world, 120)
    assert world.state(row) == "parked"
    assert alerts(world)[0] == ("cs", "breaker_open_by_hand")
    by_hand(world, close=True)
    pass_time(world, 1)
    assert world.state(row) == "done"


def test_a_parked_message_that_nothing_lets_follow_is_a_violation(world: IntakeWorld) -> None:
    trip(world)
    assert violations(world) == []
    with world.engine.begin() as c:
        c.execute(text("UPDATE breakers SET state = 'closed', opened_by = ''"))
    assert {each.split()[0] for each in violations(world)} == {"I1"}


def test_parked_messages_are_counted_and_none_of_the_sweeps_business(world: IntakeWorld) -> None:
    trip(world, 25)
    with world.engine.connect() as c:
        assert breakers.parked(c, "shopify", "main") == Parked(5, NOW)
        ((_, counted),) = breakers.every(c)
        assert inbox.not_taken(c, datetime.now(UTC) + timedelta(days=1)) == []
        assert counted == Parked(5, NOW)
        assert len(quarantine.page(c).items) == 20


def test_a_rule_set_without_the_table_is_answered_for_by_the_default(world: IntakeWorld) -> None:
    whole = default_rule_set()
    tables = {name: table for name, table in whole.tables.items() if name != "breaker"}
    with world.engine.begin() as c:
        old = replace(whole, version="old-1", tables=tables)
        rules.put_in_force(c, old, "ann", "bob", "", world.now)
    trip(world)
    with world.engine.connect() as c:
        found = breakers.get(c, "shopify", "main")
    assert found is not None
    assert (found.last_count, found.owner_person) == (Count(20, 20), "cs")
