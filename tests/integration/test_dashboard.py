"""The board's figures are those of the orders, whatever way the orders came about."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from database import board_backlog, dashboard, doctor, hold_losses, notes, progress, stage_times
from database.dashboard import AutoPass, Flow, OpenOrders
from database.stage_times import Times
from domain import lifecycle
from domain.holds import ReasonCode
from domain.stages import Stage
from domain.state import OrderState
from tests.integration.database_world import (
    NOW,
    at_once,
    employ,
    in_transaction,
    later,
    place,
    request_of,
    story_of,
)
from tests.unit.order_states import amend, assign, cancel, do, hold, readmit, settle, ship, unhold

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = NOW.replace(hour=0)


def record(c: Connection, state: OrderState, since: int = 0) -> None:
    assert progress.project(c, request_of(state, since)) is not None


def admitted(c: Connection, external_id: str, group: str = "eu", **plan: object) -> OrderState:
    """Keep an order that was admitted at NOW and waits in its first stage."""
    story = story_of(place(c, external_id))
    return replace(story, plan=replace(story.plan, group=group, **plan)).admitted()


def reviewed(c: Connection, external_id: str, minutes: float, group: str = "eu") -> OrderState:
    """Keep an order that came into review at once and left it after so many minutes."""
    state = admitted(c, external_id, group)
    lifecycle.advance(state, Stage.IN_REVIEW, NOW)
    lifecycle.advance(state, Stage.PREPARING, later(minutes))
    record(c, state)
    return state


def times(c: Connection, groups: list[str] | None = None, days: int = 1) -> dict[str, Times]:
    last = NOW.date()
    found = stage_times.stage_times(c, groups, last - timedelta(days=days - 1), last)
    return {str(each.stage): each.total for each in found}


def sound(c: Connection) -> bool:
    return [each for each in doctor.violations(c) if each.invariant == "I15"] == []


# --- how everything stands ----------------------------------------------------------------------


def test_an_empty_database_has_zeros_and_nulls(connection: Connection) -> None:
    c = connection
    assert dashboard.open_orders(c, None) == OpenOrders(0, 0, 0, 0, 0)
    assert dashboard.flow(c, [], TODAY, NOW) == Flow(0, 0, 0)
    assert dashboard.auto_pass(c, None, NOW.date()) == AutoPass(0, 0)
    assert dashboard.waiting(c, None) == dashboard.Waiting(0, 0)
    assert dashboard.intake(c, None, TODAY, NOW) == []
    assert (board_backlog.cells(c, None), board_backlog.stuck(c, None, NOW)) == ([], [])
    assert times(c) == dict.fromkeys(map(str, stage_times.TIMED), Times())
    assert hold_losses.losses(c, None, NOW, 7 * DAY) == []
    assert hold_losses.closed(c, None, NOW, 7 * DAY) == []


def test_open_orders_are_counted_with_their_flags_in_reach_only(connection: Connection) -> None:
    c = connection
    for number, group in enumerate(("eu", "eu", "na", "")):
        state = admitted(c, str(number), group)
        lifecycle.advance(state, Stage.IN_REVIEW, NOW)
        if number == 0:
            lifecycle.pass_deadline(state, later(121))
            do(state, hold(), later(122))
        record(c, state)
    assert dashboard.open_orders(c, None) == OpenOrders(4, 1, 1, 0, 1)
    assert dashboard.open_orders(c, ["na"]) == OpenOrders(1, 0, 0, 0, 0)
    assert dashboard.open_orders(c, ["na", ""]) == OpenOrders(2, 0, 0, 0, 0)
    assert dashboard.open_orders(c, []) == OpenOrders(0, 0, 0, 0, 0)


def test_what_came_and_went_is_counted_within_its_hours(connection: Connection) -> None:
    c = connection
    done = reviewed(c, "1", 5)
    since = done.version
    do(done, ship("T1"), later(10))
    settle(done)
    lifecycle.advance(done, Stage.SHIPPED, later(10))
    lifecycle.advance(done, Stage.COMPLETED, later(20))
    record(c, done, since)
    lost = reviewed(c, "2", 5, "na")
    since = lost.version
    do(lost, cancel(), later(30))
    lifecycle.advance(lost, Stage.CLOSED_ABNORMALLY, later(30))
    record(c, lost, since)
    place(c, "3")
    assert dashboard.flow(c, None, TODAY, later(60)) == Flow(3, 1, 1)
    assert dashboard.flow(c, None, TODAY, later(20)) == Flow(3, 0, 0)
    assert dashboard.flow(c, ["na"], TODAY, later(60)) == Flow(1, 0, 1)
    assert dashboard.flow(c, [""], TODAY, later(60)) == Flow(1, 0, 0)
    assert dashboard.flow(c, None, TODAY - DAY, TODAY) == Flow(0, 0, 0)
    assert hold_losses.closed(c, None, later(60), DAY) == [hold_losses.Closed("BUYER_CANCEL", 1)]
    assert hold_losses.closed(c, ["eu"], later(60), DAY) == []


def test_the_automatic_share_counts_orders_admitted_in_a_week(connection: Connection) -> None:
    c = connection
    record(c, admitted(c, "1"))
    record(c, admitted(c, "2", tier="manager"))
    record(c, admitted(c, "3", "na"))
    record(c, story_of(place(c, "4")).opened())
    today = NOW.date()
    assert dashboard.auto_pass(c, None, today) == AutoPass(2, 3)
    assert dashboard.auto_pass(c, ["eu"], today) == AutoPass(1, 2)
    assert dashboard.auto_pass(c, None, today + 6 * DAY) == AutoPass(2, 3)
    assert dashboard.auto_pass(c, None, today + 7 * DAY) == AutoPass(0, 0)
    assert dashboard.auto_pass(c, None, today - DAY) == AutoPass(0, 0)


def test_an_order_that_was_admitted_again_counts_once_as_it_is_now(connection: Connection) -> None:
    state = admitted(connection, "1", tier="manager")
    record(connection, state)
    since = state.version
    assert state.plan is not None
    state.plan = replace(state.plan, tier="auto")
    readmit(state, later(10))
    record(connection, state, since)
    assert dashboard.auto_pass(connection, None, NOW.date()) == AutoPass(1, 1)
    assert sound(connection)


# --- backlog ------------------------------------------------------------------------------------


def test_the_backlog_has_a_cell_per_group_and_stage(connection: Connection) -> None:
    c = connection
    reviewed(c, "1", 5)
    reviewed(c, "2", 3)
    record(c, admitted(c, "3", "na"))
    found = {(each.group, each.stage): each for each in board_backlog.cells(c, None)}
    assert {key: each.orders for key, each in found.items()} == {
        ("eu", "preparing"): 2,
        ("na", "pending_confirmation"): 1,
    }
    assert found["eu", "preparing"].oldest_entered_at == later(3)
    assert [each.group for each in board_backlog.cells(c, ["na", ""])] == ["na"]


def test_what_orders_are_stuck_on_is_told_with_who_has_to_act(connection: Connection) -> None:
    c = connection
    employ(c, "carla", "customer_service")
    for number in range(3):
        state = admitted(c, str(number))
        reason, whose = (
            (ReasonCode.CUSTOMS_DOC, "logistics") if number else (ReasonCode.OTHER, "carla")
        )
        do(state, hold(reason, assignee=whose, id="h"), later(60 * number))
        if number == 2:
            do(state, hold(reason, assignee=whose, id="again"), later(60 * number))
        record(c, state)
    free = admitted(c, "9")
    do(free, hold(id="h"))
    do(free, unhold("h"), later(1))
    record(c, free)
    most, least = board_backlog.stuck(c, ["eu"], later(180))
    assert (most.reason, most.assignee, most.assignee_name) == ("CUSTOMS_DOC", "logistics", "")
    assert (most.orders, most.hours, most.oldest_raised_at) == (2, 2 + 1 + 1, later(60))
    assert (least.reason, least.assignee, least.assignee_name) == ("OTHER", "carla", "Carla")
    assert (least.orders, least.hours) == (1, 3)
    assert board_backlog.stuck(c, ["na"], later(180)) == []


# --- how long stages take -----------------------------------------------------------------------


def test_stays_are_counted_by_the_day_they_ended(connection: Connection) -> None:
    c = connection
    for number in range(9):
        reviewed(c, str(number), 10)
    reviewed(c, "late", 24 * 60)
    first, last = NOW.date(), NOW.date() + DAY
    found = stage_times.stage_times(c, None, first, last)[1]
    assert found.stage == "in_review"
    assert found.by_day == {first: Times(9, 600, 600), last: Times(1, 86400, 86400)}
    assert found.total == Times(10, (9 * 600 + 86400) / 10, 600)
    assert times(c, ["na"])["in_review"] == Times()
    assert sound(c)


def test_nine_of_ten_took_no_longer_within_a_bucket(connection: Connection) -> None:
    for number in range(1, 41):
        reviewed(connection, str(number), number)
    found = times(connection)["in_review"]
    assert (found.entries, found.average_seconds) == (40, 20.5 * 60)
    assert found.p90_seconds == pytest.approx(36 * 60, rel=0.19)


def test_a_hold_that_stops_the_clock_does_not_shorten_a_stay(connection: Connection) -> None:
    state = admitted(connection, "1")
    lifecycle.advance(state, Stage.IN_REVIEW, NOW)
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h"), later(5))
    do(state, unhold("h"), later(50))
    lifecycle.advance(state, Stage.PREPARING, later(60))
    record(connection, state)
    assert times(connection)["in_review"] == Times(1, 3600, 3600)


def test_an_order_that_goes_back_stays_twice(connection: Connection) -> None:
    state = reviewed(connection, "1", 10)
    since = state.version
    assert do(state, amend(state.facts), later(40)).accepted
    lifecycle.advance(state, Stage.PREPARING, later(60))
    record(connection, state, since)
    found = times(connection)
    assert found["in_review"] == Times(2, (10 + 20) * 30, pytest.approx(20 * 60))
    assert found["preparing"] == Times(1, 30 * 60, 30 * 60)
    assert sound(connection)


def test_an_order_takes_its_figures_along_to_another_group(connection: Connection) -> None:
    c = connection
    state = admitted(c, "1", "eu")
    lifecycle.advance(state, Stage.IN_REVIEW, later(10))
    do(state, hold(ReasonCode.OTHER, id="h"), later(20))
    record(c, state)
    since = state.version
    do(state, unhold("h"), later(25))
    do(state, assign("na"), later(30))
    record(c, state, since)
    assert times(c, ["eu"])["pending_confirmation"] == Times()
    assert times(c, ["na"])["pending_confirmation"] == Times(1, 600, 600)
    assert dashboard.flow(c, ["na"], TODAY, later(60)).received == 1
    assert dashboard.auto_pass(c, ["eu"], NOW.date()) == AutoPass(0, 0)
    assert dashboard.auto_pass(c, ["na"], NOW.date()) == AutoPass(1, 1)
    assert hold_losses.losses(c, ["eu"], later(60), DAY) == []
    assert [each.orders for each in hold_losses.losses(c, ["na"], later(60), DAY)] == [1]
    assert sound(c)


def test_a_step_recorded_again_and_too_late_counts_once(connection: Connection) -> None:
    c = connection
    state = admitted(c, "1")
    early = request_of(state)
    lifecycle.advance(state, Stage.IN_REVIEW, later(10))
    record(c, state)
    assert progress.project(c, early) is None
    assert progress.project(c, request_of(state)) is None
    assert times(c)["pending_confirmation"] == Times(1, 600, 600)
    assert sound(c)


def test_what_a_lost_workflow_task_recorded_is_counted_no_more(connection: Connection) -> None:
    c = connection
    lost = admitted(c, "1")
    since = lost.version
    record(c, lost)
    told = story_of(lost.facts.order_id).admitted()
    lifecycle.advance(lost, Stage.IN_REVIEW, later(10))
    lifecycle.advance(lost, Stage.PREPARING, later(12))
    record(c, lost, since)
    lifecycle.advance(told, Stage.IN_REVIEW, later(30))
    record(c, told, since)
    assert times(c)["pending_confirmation"] == Times(1, 1800, 1800)
    assert times(c)["in_review"] == Times()
    assert sound(c)


def test_many_orders_counted_at_once_are_all_counted(engine: Engine) -> None:
    with engine.begin() as c:
        states = [admitted(c, str(number)) for number in range(48)]
    for state in states:
        lifecycle.advance(state, Stage.IN_REVIEW, later(10))
        lifecycle.advance(state, Stage.PREPARING, later(20))
    requests = [request_of(state) for state in states]
    at_once(lambda r: in_transaction(engine, lambda c: progress.project(c, r)), requests)
    with engine.connect() as c:
        assert times(c)["in_review"] == Times(48, 600, 600)
        assert sound(c)


def test_one_order_recorded_by_many_at_once_counts_once(engine: Engine) -> None:
    with engine.begin() as c:
        state = admitted(c, "1")
    requests = []
    for step, stage in enumerate((Stage.IN_REVIEW, Stage.PREPARING), 1):
        lifecycle.advance(state, stage, later(10 * step))
        requests += [request_of(state)] * 6
    at_once(lambda r: in_transaction(engine, lambda c: progress.project(c, r)), requests)
    with engine.connect() as c:
        assert times(c)["in_review"] == Times(1, 600, 600)
        assert sound(c)


# --- what holds cost ----------------------------------------------------------------------------


def held(c: Connection, number: str, reason: ReasonCode, begin: datetime, end: datetime) -> None:
    """Keep an order that was held for a reason; `end` after NOW means that it still is."""
    state = admitted(c, number)
    do(state, hold(reason, id="h"), begin)
    if end <= NOW:
        do(state, unhold("h"), end)
    record(c, state)


def test_lost_hours_are_cut_to_the_period(connection: Connection) -> None:
    c = connection
    held(c, "1", ReasonCode.CUSTOMS_DOC, NOW - 8 * DAY, NOW - 6 * DAY)
    held(c, "2", ReasonCode.CUSTOMS_DOC, NOW - 2 * HOUR, NOW + DAY)
    held(c, "3", ReasonCode.STOCK_OUT, NOW - 12 * DAY, NOW - 9 * DAY)
    held(c, "4", ReasonCode.STOCK_OUT, NOW - 30 * DAY, NOW - 29 * DAY)
    held(c, "5", ReasonCode.FRAUD_RISK, NOW - 3 * HOUR, NOW - HOUR)
    found = [
        (each.reason, each.orders, each.open, each.hours_lost, each.previous_orders)
        for each in hold_losses.losses(c, None, NOW, 7 * DAY)
    ]
    assert found == [
        ("CUSTOMS_DOC", 2, 1, 24 + 2, 1),
        ("FRAUD_RISK", 1, 0, 2, 0),
        ("STOCK_OUT", 0, 0, 0, 1),
    ]


def test_an_order_held_twice_for_a_reason_counts_once_with_all_its_hours(
    connection: Connection,
) -> None:
    state = admitted(connection, "1")
    for number in range(2):
        do(state, hold(ReasonCode.OTHER, id=f"h{number}"), later(number * 120))
        do(state, unhold(f"h{number}"), later(number * 120 + 60))
    record(connection, state)
    (loss,) = hold_losses.losses(connection, None, later(300), DAY)
    assert (loss.orders, loss.open, loss.hours_lost) == (1, 0, 2)


# --- intake -------------------------------------------------------------------------------------


def test_every_shop_is_listed_with_what_came_from_it(connection: Connection) -> None:
    c = connection
    c.execute(
        text(
            "INSERT INTO shops (channel, shop, secrets, base_url, access_token, origin) "
            "VALUES ('amazon', 'de', '[]', '', '', 'channel')"
        )
    )
    record(c, admitted(c, "1"))
    record(c, admitted(c, "2", "na"))
    place(c, "3")
    found = dashboard.intake(c, None, TODAY, later(30))
    assert [(each.channel, each.today, each.last_hour) for each in found] == [
        ("amazon", 0, 0),
        ("shopify", 3, 3),
    ]
    assert [each.today for each in dashboard.intake(c, ["na"], TODAY, later(30))] == [0, 1]
    assert dashboard.intake(c, None, TODAY, later(90))[1].last_hour == 0
    assert dashboard.intake(c, None, TODAY + DAY, NOW + DAY)[1:] == []


def test_the_pool_is_for_those_who_see_orders_without_a_group(connection: Connection) -> None:
    c = connection
    state = story_of(place(c)).without_route().admitted()
    notes.put(c, notes.Note("n", state.facts.order_id, "system", "no route", NOW))
    record(c, state)
    assert dashboard.waiting(c, None).pool == 1
    assert dashboard.waiting(c, ["", "eu"]).pool == 1
    assert dashboard.waiting(c, ["eu"]).pool == 0


def test_days_are_those_of_utc(connection: Connection) -> None:
    reviewed(connection, "1", 16 * 60 - 1)
    reviewed(connection, "2", 16 * 60)
    found = stage_times.stage_times(connection, None, date(2026, 3, 2), date(2026, 3, 3))[1]
    assert {day: each.entries for day, each in found.by_day.items()} == {
        date(2026, 3, 2): 1,
        date(2026, 3, 3): 1,
    }
