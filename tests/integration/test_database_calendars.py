"""Calendars are kept and come to working time; the most pressing tasks come first in every list."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from activities.record import Records
from database import calendars, order_lists, people, progress, tasks
from database.calendars import KeptCalendar
from database.order_search import OrderQuery
from database.people import Group
from database.refusals import Refused
from domain import lifecycle
from domain.calendar_checks import read_hours
from domain.calendars import Calendar
from domain.openings import between
from domain.state import OrderState, Rung
from tests.integration.database_world import NOW, employ, later, place, request_of, story_of
from tests.unit.order_states import TERMS, OrderBuilder

HOUR = timedelta(hours=1)
OFFICE = Calendar(
    "office",
    "Office",
    "办公室",
    "Asia/Shanghai",
    {day: read_hours("09:00-12:00 13:00-18:00") for day in range(5)},
)
KEPT = KeptCalendar(OFFICE, holiday_country="CN")


def instant(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc,arg-type]


# --- calendars -------------------------------------------------------------------------------


def test_a_calendar_is_kept_as_it_was_entered(connection: Connection) -> None:
    special = replace(
        OFFICE,
        holidays=frozenset({date(2026, 6, 1)}),
        special_days={date(2026, 12, 31): read_hours("09:00-12:00"), date(2026, 5, 4): ()},
    )
    nights = replace(OFFICE, code="nights", weekly={5: read_hours("22:00-30:00")})
    saved = calendars.save(connection, KeptCalendar(special, "DE", "BE"), NOW)
    calendars.save(connection, KeptCalendar(nights), NOW)
    assert calendars.get(connection, "office") == saved
    assert saved.version == 1
    assert saved.calendar == special
    assert [kept.calendar.code for kept in calendars.all_calendars(connection)] == [
        "nights",
        "office",
    ]
    assert calendars.get(connection, "nowhere") is None


def test_of_two_who_change_a_calendar_the_second_is_told(connection: Connection) -> None:
    first = calendars.save(connection, KEPT, NOW)
    renamed = replace(first, calendar=replace(OFFICE, name_en="Head office"))
    assert calendars.save(connection, renamed, later(1)).version == 2
    for stale in (first, KEPT):
        with pytest.raises(Refused, match="version 2, not") as caught:
            calendars.save(connection, stale, later(2))
        assert caught.value.code == "calendar_changed"
        assert "版本 2" in caught.value.message_zh
    kept = calendars.get(connection, "office")
    assert kept is not None
    assert kept.calendar.name_en == "Head office"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(KEPT, calendar=replace(OFFICE, time_zone="Mars/Olympus")), "time zone"),
        (replace(KEPT, holiday_country="XX"), "XX"),
        (replace(KEPT, holiday_country="DE", holiday_subdivision="ZZ"), "ZZ"),
        (replace(KEPT, holiday_country="", holiday_subdivision="BE"), "''"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_not_kept(
    connection: Connection, wrong: KeptCalendar, said: str
) -> None:
    with pytest.raises(Refused, match="bad_calendar") as caught:
        calendars.save(connection, wrong, NOW)
    assert said in caught.value.message_en
    assert calendars.all_calendars(connection) == []


def test_the_calendars_of_a_stage_table_come_to_working_time(connection: Connection) -> None:
    calendars.save(connection, KEPT, NOW)
    people.save_group(connection, Group("eu", "Europe", "欧洲", "de", "office"))
    people.save_group(connection, Group("na", "America", "北美", "lax"))
    codes = ("office", "group", "", "nowhere")
    found = calendars.working_times(connection, codes, "eu", NOW)
    assert found.keys() == {"office", "group"}
    assert found["office"] == found["group"]
    assert between(found["group"], NOW, NOW + timedelta(7)) == 40 * HOUR
    assert calendars.working_times(connection, codes, "na", NOW).keys() == {"office"}
    assert calendars.working_times(connection, ("group", ""), "", NOW) == {}


def test_a_changed_calendar_counts_from_the_next_order_on(connection: Connection) -> None:
    first = calendars.save(connection, KEPT, NOW)
    before = calendars.working_times(connection, ["office"], "", NOW)
    short = replace(OFFICE, weekly={0: read_hours("09:00-10:00")})
    calendars.save(connection, replace(first, calendar=short), NOW)
    after = calendars.working_times(connection, ["office"], "", NOW)
    assert between(before["office"], NOW, NOW + timedelta(7)) == 40 * HOUR
    assert between(after["office"], NOW, NOW + timedelta(7)) == HOUR


def test_public_holidays_are_off_and_the_weekends_worked_for_them_count(
    connection: Connection,
) -> None:
    # China 2026: 1 to 7 October off, Saturday 10 October worked instead (调休).
    calendars.save(connection, KEPT, NOW)
    september = instant(2026, 9, 20)
    openings = calendars.working_times(connection, ["office"], "", september)["office"]
    golden_week = between(openings, instant(2026, 9, 30, 16), instant(2026, 10, 7, 16))
    assert golden_week == timedelta(0)
    assert between(openings, instant(2026, 10, 9, 16), instant(2026, 10, 10, 16)) == 8 * HOUR


def test_what_the_calendar_says_itself_overrules_the_public_holidays(
    connection: Connection,
) -> None:
    days = {date(2026, 10, 10): (), date(2026, 10, 1): OFFICE.weekly[0]}
    own = replace(OFFICE, special_days=days)
    calendars.save(connection, replace(KEPT, calendar=own), NOW)
    september = instant(2026, 9, 20)
    openings = calendars.working_times(connection, ["office"], "", september)["office"]
    assert between(openings, instant(2026, 9, 30, 16), instant(2026, 10, 1, 16)) == 8 * HOUR
    assert between(openings, instant(2026, 10, 9, 16), instant(2026, 10, 10, 16)) == timedelta(0)


def test_a_part_of_a_country_has_holidays_of_its_own(connection: Connection) -> None:
    berlin = replace(OFFICE, time_zone="Europe/Berlin")
    calendars.save(connection, KeptCalendar(berlin, "DE", "BE"), NOW)
    bavaria = replace(berlin, code="by")
    calendars.save(connection, KeptCalendar(bavaria, "DE", "BY"), NOW)
    now = instant(2026, 5, 25)
    found = calendars.working_times(connection, ["office", "by"], "", now)
    # Corpus Christi, Thursday 4 June 2026, is a holiday in Bavaria and none in Berlin.
    day = (instant(2026, 6, 3, 22), instant(2026, 6, 4, 22))
    assert between(found["office"], *day) == 8 * HOUR
    assert between(found["by"], *day) == timedelta(0)


# --- what comes first ------------------------------------------------------------------------


def record(c: Connection, state: OrderState) -> None:
    assert progress.project(c, request_of(state)) is not None


def waiting(c: Connection, number: str, *, priority: int = 3, due: float = 60) -> OrderState:
    """An order that waits for Mia's signature."""
    builder = story_of(place(c, number)).managed()
    state = replace(builder, plan=replace(builder.plan, priority=priority)).in_review()
    state.clock.due_at = later(due)
    return state


def numbers(c: Connection, limit: int = 50) -> list[str]:
    """Mia's tasks over all pages."""
    found, cursor = [], None
    while True:
        page = tasks.tasks_of(c, "mia", (people.RoleGrant("regional_manager"),), cursor, limit)
        found += [task.external_id for task in page.tasks]
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_red_orders_come_first_then_large_ones_then_what_is_due(
    connection: Connection, limit: int
) -> None:
    employ(connection, "mia", "regional_manager")
    record(connection, waiting(connection, "ordinary", due=10))
    record(connection, waiting(connection, "large", priority=1, due=90))
    record(connection, waiting(connection, "large and sooner", priority=1, due=80))
    red = waiting(connection, "red", due=5)
    lifecycle.pass_deadline(red, later(6))
    record(connection, red)
    large_red = waiting(connection, "large and red", priority=2, due=5)
    lifecycle.pass_deadline(large_red, later(6))
    record(connection, large_red)
    assert numbers(connection, limit) == [
        "large and red",
        "red",
        "large and sooner",
        "large",
        "ordinary",
    ]


def test_an_order_that_turns_red_moves_up_and_a_calm_one_down_again(
    connection: Connection,
) -> None:
    record(connection, waiting(connection, "first", due=10))
    state = waiting(connection, "second", due=20)
    record(connection, state)
    assert numbers(connection) == ["first", "second"]
    known = state.version
    lifecycle.pass_deadline(state, later(21))
    assert progress.project(connection, request_of(state, known)) is not None
    assert numbers(connection) == ["second", "first"]
    (task, _) = tasks.tasks_of(connection, "mia", ()).tasks
    assert (task.priority, task.red, task.escalated) == (3, True, True)


def test_lists_and_details_show_the_priority_the_rules_gave(connection: Connection) -> None:
    state = waiting(connection, "1", priority=1)
    record(connection, state)
    place(connection, "2")
    shown = order_lists.search(connection, OrderQuery()).orders
    assert {row.external_id: row.priority for row in shown} == {"1": 1, "2": 3}
    found = progress.get_progress(connection, state.facts.order_id)
    assert found is not None
    assert found.priority == 1


def test_a_page_of_tasks_walks_the_index_in_the_order_of_the_list(connection: Connection) -> None:
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    connection.execute(text("SET LOCAL enable_bitmapscan = off"))
    connection.execute(text("SET LOCAL enable_sort = off"))
    query = """
        EXPLAIN SELECT order_id, key FROM tasks
        WHERE done_at IS NULL AND {} AND (urgency, coalesce(due_at, 'infinity'), order_id, key)
            > (3, now(), 'a', 'b')
        ORDER BY urgency, coalesce(due_at, 'infinity'), order_id, key LIMIT 51
    """
    for whose, index in (
        ("assignee_person = 'mia'", "ix_tasks_assignee"),
        ("people = '{}' AND role = 'finance'", "ix_tasks_role"),
    ):
        plan = "\n".join(connection.execute(text(query.format(whose))).scalars())
        assert index in plan
        assert "Sort" not in plan


# --- who hears of an escalation --------------------------------------------------------------

STEPS = (Rung(3600, "superiors", level=2), Rung(3600, "role", role="ops_director"))


def escalated(builder: OrderBuilder, stage: str, hours: float) -> OrderState:
    """An order in this stage that has been late for so long."""
    terms = TERMS | {stage: replace(TERMS[stage], ladder=STEPS)}
    builder = replace(builder, plan=replace(builder.plan, terms=terms))
    state = builder.in_review() if stage == "in_review" else builder.preparing()
    lifecycle.pass_deadline(state, later(hours * 60))
    return state


def told(engine: Engine, state: OrderState) -> list[tuple[str, str]]:
    """Record the order; which step was told to whom."""
    Records(engine, None).record(request_of(state))  # type: ignore[arg-type]
    query = text(
        "SELECT coalesce(data ->> 'step', 'limit'), person_id FROM notifications "
        "WHERE event_kind = 'escalated' ORDER BY 1, 2"
    )
    with engine.connect() as c:
        return [(row[0], row[1]) for row in c.execute(query)]


def test_each_step_reaches_the_superiors_so_far_up_and_then_a_role(engine: Engine) -> None:
    with engine.begin() as c:
        employ(c, "boss")
        employ(c, "lead", superior_id="boss")
        employ(c, "mia", "regional_manager", superior_id="lead")
        employ(c, "max", "regional_manager", superior_id="boss")
        employ(c, "otto", "ops_director")
        order_id = place(c)
    state = escalated(story_of(order_id).managed(), "in_review", 9)
    # Above Max there is only one: the highest is told where the chain ends.
    assert told(engine, state) == [
        ("1", "boss"),
        ("2", "otto"),
        ("limit", "boss"),
        ("limit", "lead"),
    ]


def test_a_late_warehouse_is_told_to_the_superior_of_its_keeper(engine: Engine) -> None:
    with engine.begin() as c:
        employ(c, "boss")
        employ(c, "keeper", "warehouse_keeper", superior_id="boss")
        employ(c, "otto", "ops_director")
        order_id = place(c)
    assert told(engine, escalated(story_of(order_id), "preparing", 5.5)) == [("1", "boss")]


def test_above_nobody_whoever_leads_the_team_hears(engine: Engine) -> None:
    with engine.begin() as c:
        employ(c, "tina", "team_lead")
        employ(c, "mia", "regional_manager")
        employ(c, "max", "regional_manager")
        order_id = place(c)
    state = escalated(story_of(order_id).managed(), "in_review", 3.5)
    assert told(engine, state) == [("1", "tina"), ("limit", "tina")]
