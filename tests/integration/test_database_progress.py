"""The read model: one truth per order, however often and late a step is recorded."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from database import doctor, progress, tasks
from database.engine import listen
from database.people import RoleGrant
from database.refusals import Refused
from domain import lifecycle
from domain.actions import Verdict
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
from tests.patience import PATIENCE_SECONDS
from tests.unit.order_states import (
    approve,
    cancel,
    deliver,
    do,
    hold,
    pieces,
    reject,
    settle,
    ship,
    unhold,
)


def record(c: Connection, state: OrderState, since: int = 0) -> None:
    assert progress.project(c, request_of(state, since)) is not None


def position(c: Connection, order_id: str) -> progress.Progress:
    found = progress.get_progress(c, order_id)
    assert found is not None
    return found


def task_keys(c: Connection, person: str, *roles: RoleGrant) -> list[str]:
    return [task.key for task in tasks.tasks_of(c, person, roles).tasks]


def test_the_read_model_says_what_the_workflow_knows(connection: Connection) -> None:
    order_id = place(connection)
    state = story_of(order_id).countersigned().in_review()
    lifecycle.pass_deadline(state, later(121))
    record(connection, state)
    shown = position(connection, order_id)
    assert (shown.stage, shown.group, shown.tier) == ("in_review", "eu", "countersign")
    assert (shown.version, shown.last_event_seq) == (state.version, state.version)
    assert (shown.red, shown.escalated, shown.late, shown.held) == (True, True, False, False)
    assert (shown.waits_for, shown.owner_label, shown.closed) == ("approve", "ops_director", False)
    assert shown.entered_at == NOW
    assert progress.timeline(connection, order_id) == state.events


def test_the_groups_of_many_orders_are_found_at_once(connection: Connection) -> None:
    recorded, silent = place(connection, "1"), place(connection, "2")
    record(connection, story_of(recorded).countersigned().in_review())
    found = progress.groups_of(connection, [recorded, silent, "ord_unknown"])
    assert found == {recorded: "eu"}
    assert progress.groups_of(connection, []) == {}


def test_an_older_snapshot_changes_nothing(connection: Connection) -> None:
    order_id = place(connection)
    state = story_of(order_id).admitted()
    early = request_of(state)
    lifecycle.advance(state, Stage.IN_REVIEW, later(1))
    record(connection, state)
    assert progress.project(connection, early) is None
    assert progress.project(connection, request_of(state)) is None
    assert position(connection, order_id).stage == "in_review"
    assert len(progress.timeline(connection, order_id)) == state.version


def test_what_a_lost_workflow_task_recorded_gives_way_to_what_really_happened(
    connection: Connection,
) -> None:
    order_id = place(connection)
    lost = story_of(order_id).admitted()
    since = lost.version
    record(connection, lost)
    told = story_of(order_id).admitted()
    lifecycle.advance(lost, Stage.IN_REVIEW, later(1))
    do(lost, hold(id="never"), later(1))
    record(connection, lost, since)
    do(told, hold(id="real"), later(2))
    do(told, unhold("real"), later(3))
    lifecycle.advance(told, Stage.IN_REVIEW, later(3))
    record(connection, told, since)
    assert progress.timeline(connection, order_id) == told.events
    assert progress.open_holds(connection, order_id) == []
    assert progress.project(connection, request_of(lost, since)) is None


def test_a_shorter_story_told_later_takes_back_the_longer_one(connection: Connection) -> None:
    order_id = place(connection)
    lost, told = story_of(order_id).admitted(), story_of(order_id).admitted()
    since = lost.version
    record(connection, lost)
    for step in range(3):
        do(lost, hold(id=f"h{step}"), later(1))
    record(connection, lost, since)
    do(told, cancel(), later(2))
    record(connection, told, since)
    assert progress.timeline(connection, order_id) == told.events
    assert position(connection, order_id).version == told.version
    assert progress.open_holds(connection, order_id) == []


def test_a_step_recorded_by_many_at_once_is_recorded_once(engine: Engine) -> None:
    order_id = in_transaction(engine, place)
    state = story_of(order_id).countersigned().in_review()
    do(state, approve("otto"))
    request = request_of(state)

    def project(_: int) -> bool:
        return in_transaction(engine, lambda c: progress.project(c, request)) is not None

    assert sum(at_once(project, range(12))) == 1
    with engine.connect() as c:
        assert len(progress.decisions_of(c, order_id)) == 1
        assert len(progress.timeline(c, order_id)) == state.version


def test_steps_recorded_in_the_wrong_order_leave_the_newest(engine: Engine) -> None:
    order_id = in_transaction(engine, place)
    state = story_of(order_id).admitted()
    requests = []
    for step in range(10):
        do(state, hold(id=f"h{step}"), later(step))
        requests.append(request_of(state))
    at_once(lambda r: in_transaction(engine, lambda c: progress.project(c, r)), requests[::-1])
    with engine.connect() as c:
        assert position(c, order_id).version == state.version
        assert len(progress.open_holds(c, order_id)) == 10


def test_listeners_hear_of_a_step_without_personal_data(engine: Engine, database_url: str) -> None:
    with engine.begin() as c:
        order_id = place(c)
    state = story_of(order_id).admitted()
    with listen(database_url, progress.CHANNEL) as listener:
        in_transaction(engine, lambda c: progress.project(c, request_of(state)))
        (notice,) = listener.wait(PATIENCE_SECONDS)
    stage = "pending_confirmation"
    announced = {"order_id": order_id, "stage": stage, "version": state.version}
    assert json.loads(notice.payload) == announced


# --- holds, parcels, decisions ---------------------------------------------------------------


def hold_rows(c: Connection) -> list[tuple[str, bool, str | None]]:
    rows = c.execute(text("SELECT hold_id, released_at IS NULL, released_by FROM holds ORDER BY 1"))
    return [(row[0], row[1], row[2]) for row in rows]


def test_holds_open_and_close_with_the_order(connection: Connection) -> None:
    order_id = place(connection)
    state = story_of(order_id).admitted()
    do(state, hold(ReasonCode.CUSTOMS_DOC, id="h1"))
    record(connection, state)
    assert progress.open_holds(connection, order_id) == state.holds
    assert position(connection, order_id).paused
    seen = state.version
    do(state, unhold("h1"), later(5))
    record(connection, state, seen)
    assert hold_rows(connection) == [("h1", False, "carl")]
    assert not position(connection, order_id).held


def test_a_hold_between_two_records_still_counts(connection: Connection) -> None:
    state = story_of(place(connection)).admitted()
    do(state, hold(ReasonCode.FRAUD_RISK, id="h1"))
    do(state, hold(id="h2"))
    do(state, unhold("h1"), later(1))
    record(connection, state)
    assert hold_rows(connection) == [("h1", False, "carl"), ("h2", True, None)]


def test_parcels_follow_until_they_are_delivered(connection: Connection) -> None:
    order_id = place(connection)
    state = story_of(order_id).preparing()
    do(state, ship("T1", *pieces(l1=3)))
    record(connection, state)
    seen = state.version
    do(state, ship("T2"))
    settle(state)
    do(state, deliver("T1"), later(60))
    record(connection, state, seen)
    first, second = progress.parcels_of(connection, order_id)
    assert (first.tracking_number, first.lines) == ("T1", pieces(l1=3))
    assert (first.delivered_at, first.channel_told) == (later(60), True)
    assert (second.delivered_at, second.lines) == (None, pieces(l2=2))


def test_what_signers_said_is_kept_with_the_content_they_saw(connection: Connection) -> None:
    order_id = place(connection)
    state = story_of(order_id).countersigned().in_review()
    do(state, approve("otto"), later(1))
    do(state, reject("fay"), later(2))
    record(connection, state)
    said = progress.decisions_of(connection, order_id)
    assert [(d.person, d.verdict, d.content_hash, d.note_id) for d in said] == [
        ("otto", Verdict.APPROVE, "hash-1", ""),
        ("fay", Verdict.REJECT, "hash-1", "n1"),
    ]


def test_decision_ids_of_two_orders_may_be_the_same(connection: Connection) -> None:
    ids = [place(connection, "1"), place(connection, "2")]
    for order_id in ids:
        state = story_of(order_id).managed().in_review()
        do(state, approve("mia", id="d1"))
        record(connection, state)
    assert [len(progress.decisions_of(connection, order_id)) for order_id in ids] == [1, 1]


def test_an_abnormal_end_without_a_reason_is_not_kept(connection: Connection) -> None:
    state = story_of(place(connection)).in_review()
    do(state, cancel())
    lifecycle.advance(state, Stage.CLOSED_ABNORMALLY, later(1))
    request = request_of(state)
    nameless = replace(request, snapshot=replace(request.snapshot, closed_note_id=""))
    with pytest.raises(IntegrityError, match="closing"), connection.begin_nested():
        progress.project(connection, nameless)
    assert progress.project(connection, request) is not None


# --- owners and tasks ------------------------------------------------------------------------


def test_an_open_order_belongs_to_a_person_and_an_ended_one_to_nobody(
    connection: Connection,
) -> None:
    employ(connection, "keeper", "warehouse_keeper:eu")
    order_id = place(connection)
    state = story_of(order_id).preparing()
    applied = progress.project(connection, request_of(state))
    assert applied is not None
    assert applied == progress.Applied("keeper", {"preparing:prepare": "keeper"}, replaced=False)
    seen = state.version
    do(state, ship("T1"))
    settle(state)
    for stage in (Stage.SHIPPED, Stage.COMPLETED):
        lifecycle.advance(state, stage, later(1))
    record(connection, state, seen)
    ended = position(connection, order_id)
    assert (ended.owner_person, ended.closed) == ("", True)


def test_an_order_that_waits_for_no_task_still_has_an_owner(connection: Connection) -> None:
    employ(connection, "lead", "team_lead")
    state = story_of(place(connection)).admitted()
    applied = progress.project(connection, request_of(state))
    assert applied == progress.Applied("lead", {}, replaced=False)


def test_tasks_open_and_close_with_the_order(connection: Connection) -> None:
    order_id = place(connection)
    state = story_of(order_id).countersigned().in_review()
    record(connection, state)
    assert task_keys(connection, "otto") == ["in_review:approve:ops_director"]
    assert task_keys(connection, "fay") == ["in_review:approve:finance"]
    assert task_keys(connection, "mia") == []
    seen = state.version
    do(state, approve("otto"), later(1))
    record(connection, state, seen)
    assert task_keys(connection, "otto") == []
    assert task_keys(connection, "finn") == ["in_review:approve:finance"]
    closed = connection.execute(text("SELECT key FROM tasks WHERE done_at IS NOT NULL")).scalars()
    assert list(closed) == ["in_review:approve:ops_director"]


def test_a_task_that_comes_back_is_open_again_since_then(connection: Connection) -> None:
    state = story_of(place(connection)).needing_confirmation().admitted()
    record(connection, state)
    opened = connection.execute(text("SELECT opened_at, done_at FROM tasks"))
    assert opened.one() == (NOW, None)
    seen = state.version
    state.confirmed = True
    do(state, hold(id="h1"), later(1))
    do(state, unhold("h1"), later(2))
    record(connection, state, seen)
    seen = state.version
    state.confirmed = False
    do(state, hold(id="h2"), later(3))
    record(connection, state, seen)
    query = "SELECT opened_at, done_at FROM tasks WHERE key LIKE 'pending%'"
    assert connection.execute(text(query)).one() == (later(3), None)


def test_a_task_of_a_role_is_seen_by_those_who_have_it_for_the_group(
    connection: Connection,
) -> None:
    record(connection, story_of(place(connection)).preparing())
    keeper = "warehouse_keeper"
    assert task_keys(connection, "a", RoleGrant(keeper, "eu")) == ["preparing:prepare"]
    assert task_keys(connection, "a", RoleGrant(keeper)) == ["preparing:prepare"]
    assert task_keys(connection, "a", RoleGrant(keeper, "na")) == []
    assert task_keys(connection, "a", RoleGrant("logistics")) == []


def test_a_task_nobody_has_the_role_for_lands_with_whoever_answers_for_it(
    connection: Connection,
) -> None:
    employ(connection, "lead", "team_lead")
    record(connection, story_of(place(connection)).preparing())
    assert task_keys(connection, "lead", RoleGrant("team_lead")) == ["preparing:prepare"]


def test_a_hold_given_to_a_person_is_that_persons_task(connection: Connection) -> None:
    employ(connection, "li")
    employ(connection, "keeper", "warehouse_keeper")
    state = story_of(place(connection)).preparing()
    do(state, hold(ReasonCode.CUSTOMS_DOC, assignee="li", id="h1"))
    record(connection, state)
    (task,) = tasks.tasks_of(connection, "li", ()).tasks
    assert (task.key, task.kind, task.hold_id) == ("hold:h1", "resolve_hold", "h1")
    assert (task.stage, task.number, task.country) == ("preparing", "#1001", "DE")


def test_pages_of_tasks_cover_everything_once_by_deadline(connection: Connection) -> None:
    for number, minutes in ((1, 30), (2, 10), (3, 20), (4, 10)):
        state = story_of(place(connection, str(number))).managed().in_review()
        state.clock.due_at = later(minutes)
        record(connection, state)
    found, cursor = [], None
    while True:
        page = tasks.tasks_of(connection, "mia", (), cursor, limit=1)
        found += [(task.due_at, task.external_id) for task in page.tasks]
        cursor = page.next_cursor
        if cursor is None:
            break
    due = [at for at, _ in found if at is not None]
    assert due == sorted(due)
    assert sorted(number for _, number in found) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "WzFd", "WyJ4IiwiYSIsImIiXQ=="])
def test_a_cursor_that_is_none_is_refused(connection: Connection, cursor: str) -> None:
    with pytest.raises(Refused, match="bad_cursor"):
        tasks.tasks_of(connection, "mia", (), cursor)


def test_overdue_orders_are_listed_by_how_long(connection: Connection) -> None:
    for number, minutes in ((1, 20), (2, 10), (3, 40)):
        state = story_of(place(connection, str(number))).managed().in_review()
        state.clock.due_at = later(minutes)
        record(connection, state)
    overdue = progress.open_orders_overdue(connection, later(30))
    assert [shown.due_at for shown in overdue] == [later(10), later(20)]


def test_a_whole_life_recorded_step_by_step_is_the_whole_timeline(connection: Connection) -> None:
    order_id = place(connection)
    whole = story_of(order_id).completed()
    for number, event in enumerate(whole.events, 1):
        state = replace(whole, version=number, stage=event.stage, events=whole.events[:number])
        record(connection, state, number - 1)
    assert progress.timeline(connection, order_id) == whole.events
    assert position(connection, order_id).stage == "completed"
    assert doctor.open_orders(connection) == {}
