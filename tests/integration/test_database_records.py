"""Outbox, audit chains, stalls and the sweep."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from database import audit, inbox, outbox, progress, stalls, sweep
from database.audit import Entry
from database.engine import listen
from database.outbox import Notification, NotificationRow
from database.stalls import Stall
from domain import lifecycle
from domain.holds import ReasonCode
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
from tests.unit.order_states import do, hold

MESSAGE = Notification("ord_1", 7, "escalated", "mia", "default", {"stage": "in_review"})


def due(c: Connection, minutes: float = 0) -> list[NotificationRow]:
    return outbox.claim(c, 100, later(minutes), 60)


def test_a_message_is_queued_once_per_event_person_and_medium(connection: Connection) -> None:
    employ(connection, "mia", email="m@example.com", locale="zh")
    other = replace(MESSAGE, person_id="gone")
    assert outbox.enqueue(connection, [MESSAGE, MESSAGE, other]) == 2
    assert outbox.enqueue(connection, [MESSAGE]) == 0
    assert outbox.enqueue(connection, []) == 0
    mine, gone = due(connection)
    assert (mine.email, mine.locale, mine.data) == ("m@example.com", "zh", {"stage": "in_review"})
    assert (gone.name, gone.locale) == ("", "en")


def test_senders_never_get_the_same_message(engine: Engine) -> None:
    with engine.begin() as c:
        outbox.enqueue(c, [replace(MESSAGE, event_seq=number) for number in range(60)])
    claim = lambda _: in_transaction(engine, lambda c: outbox.claim(c, 10, NOW, 60))  # noqa: E731
    ids = [row.id for rows in at_once(claim, range(8)) for row in rows]
    assert len(ids) == len(set(ids)) == 60


def test_a_sent_message_is_never_due_again(connection: Connection) -> None:
    outbox.enqueue(connection, [MESSAGE])
    (row,) = due(connection)
    assert due(connection, 0.5) == []
    assert outbox.mark_sent(connection, row.id, NOW)
    assert not outbox.mark_sent(connection, row.id, NOW)
    assert not outbox.mark_failed(connection, row.id, "late answer", later(1))
    assert due(connection, 60) == []
    assert outbox.counts(connection) == {"sent": 1}


def test_a_failed_message_is_due_later_until_it_is_given_up(connection: Connection) -> None:
    outbox.enqueue(connection, [MESSAGE])
    (row,) = due(connection)
    outbox.mark_failed(connection, row.id, "HTTP 500", later(5))
    assert due(connection, 4) == []
    assert [row.attempts for row in due(connection, 5)] == [2]
    outbox.mark_failed(connection, row.id, "HTTP 500", None)
    assert due(connection, 60) == []
    assert outbox.counts(connection) == {"dead": 1}


def test_new_messages_wake_the_notifier(engine: Engine, database_url: str) -> None:
    with listen(database_url, outbox.CHANNEL) as listener:
        in_transaction(engine, lambda c: outbox.enqueue(c, [MESSAGE]))
        assert len(listener.wait(PATIENCE_SECONDS)) == 1


# --- audit -----------------------------------------------------------------------------------


def chain_of_three(c: Connection, chain: str = "ord_1") -> None:
    audit.append(c, chain, [Entry("mia", "signed", {"hash": "h"}), Entry("tom", "声明")], NOW)
    audit.append(c, chain, [Entry("system", "closed", at=later(1.000001))], NOW)


def test_an_untouched_chain_verifies(connection: Connection) -> None:
    chain_of_three(connection)
    chain_of_three(connection, audit.SYSTEM_CHAIN)
    audit.append(connection, "empty", [], NOW)
    rows = audit.entries_of(connection, "ord_1")
    assert [(row.seq, row.actor, row.detail) for row in rows] == [
        (1, "mia", {"hash": "h"}),
        (2, "tom", {}),
        (3, "system", {}),
    ]
    assert audit.verify(connection) == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor = 'eve' WHERE seq = 2",
        "UPDATE audit SET detail = '{}' WHERE seq = 1",
        "UPDATE audit SET at = at + interval '1 microsecond' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE chain = 'ord_1'",
        "UPDATE audit SET chain = 'ord_2' WHERE chain = 'ord_1'",
        "DELETE FROM audit_anchors",
        "UPDATE audit_anchors SET seq = 2",
    ],
)
def test_every_kind_of_tampering_shows(connection: Connection, tampering: str) -> None:
    chain_of_three(connection)
    connection.execute(text(tampering))
    assert audit.verify(connection)


def test_only_the_chain_that_was_tampered_with_is_named(connection: Connection) -> None:
    chain_of_three(connection)
    chain_of_three(connection, "ord_2")
    connection.execute(text("UPDATE audit SET actor = 'eve' WHERE chain = 'ord_2' AND seq = 2"))
    assert [(p.chain, p.seq) for p in audit.verify(connection)] == [("ord_2", 2)]
    assert audit.verify(connection, "ord_1") == []


def test_many_who_append_at_once_make_one_chain(engine: Engine) -> None:
    def append(number: int) -> None:
        with engine.begin() as c:
            audit.append(c, "system", [Entry("mia", str(number))], NOW)

    at_once(append, range(40))
    with engine.connect() as c:
        assert [row.seq for row in audit.entries_of(c, "system")] == list(range(1, 41))
        assert audit.verify(c) == []


# --- stalls and the sweep --------------------------------------------------------------------

STALL = Stall("ord_1", "no_progress", NOW, "mia", "in_review", "approve")


def test_a_stall_is_new_once_until_it_has_moved(connection: Connection) -> None:
    other = replace(STALL, subject="ord_2")
    assert stalls.sync(connection, [STALL], later(1), "d1") == [STALL]
    assert stalls.sync(connection, [STALL, other, other], later(2), "d2") == [other]
    assert stalls.open_stalls(connection) == [STALL, other]
    assert stalls.sync(connection, [other], later(3), "d3") == []
    assert stalls.open_stalls(connection) == [other]
    assert stalls.sync(connection, [STALL], later(4), "d4") == [STALL]


def recorded(c: Connection, state: OrderState) -> str:
    assert progress.project(c, request_of(state)) is not None
    return state.facts.order_id


def subjects(found: list[Stall]) -> list[str]:
    return [stall.subject for stall in found]


def test_an_overdue_order_is_found_only_while_nobody_was_told(connection: Connection) -> None:
    employ(connection, "carl", "customer_service")
    silent = story_of(place(connection, "1")).needing_confirmation().admitted()
    told = story_of(place(connection, "2")).needing_confirmation().admitted()
    lifecycle.pass_deadline(told, later(31))
    recorded(connection, told)
    order_id = recorded(connection, silent)
    grace = timedelta(minutes=5)
    assert sweep.overdue_not_escalated(connection, later(35), grace) == []
    (found,) = sweep.overdue_not_escalated(connection, later(35.1), grace)
    assert found == Stall(
        order_id, "overdue_not_escalated", later(30), "carl", "pending_confirmation", "confirm"
    )


def test_a_paused_order_does_not_stall(connection: Connection) -> None:
    state = story_of(place(connection)).admitted()
    do(state, hold(ReasonCode.CUSTOMS_DOC))
    recorded(connection, state)
    assert sweep.overdue_not_escalated(connection, later(9999), timedelta()) == []
    assert sweep.no_progress(connection, later(9999)) == []


def test_an_order_past_its_threshold_makes_no_progress(connection: Connection) -> None:
    order_id = recorded(connection, story_of(place(connection)).shipped())
    fortnight = 14 * 24 * 60
    assert sweep.no_progress(connection, later(fortnight)) == []
    assert subjects(sweep.no_progress(connection, later(fortnight + 1))) == [order_id]


def test_an_order_that_was_never_begun_or_admitted_makes_no_progress(
    connection: Connection,
) -> None:
    employ(connection, "adm", "administrator")
    fresh = place(connection, "1")
    unplanned = recorded(connection, story_of(place(connection, "2")).opened())
    after = timedelta(minutes=5)
    assert sweep.no_progress(connection, later(5), after) == []
    found = sweep.no_progress(connection, later(6), after)
    assert sorted(subjects(found)) == sorted([fresh, unplanned])
    assert {stall.person_id for stall in found} == {"adm"}


def test_an_ended_order_never_stalls(connection: Connection) -> None:
    recorded(connection, story_of(place(connection)).completed())
    assert sweep.no_progress(connection, later(9e6)) == []
    assert sweep.stuck_calls(connection, later(9e6), timedelta()) == []


def test_a_call_that_does_not_get_through_is_found(connection: Connection) -> None:
    state = story_of(place(connection)).preparing()
    state.calling = "dispatch"
    order_id = recorded(connection, state)
    after = timedelta(minutes=15)
    assert sweep.stuck_calls(connection, later(15), after) == []
    (found,) = sweep.stuck_calls(connection, later(16), after)
    assert (found.subject, found.detail) == (order_id, "call:dispatch")


def test_a_message_nobody_takes_is_found(connection: Connection) -> None:
    inbox.put(connection, [inbox.Delivery("shopify", "main", "t", "a", {}, b"", NOW)])
    after = timedelta(minutes=5)
    assert sweep.inbox_not_taken(connection, later(5), after) == []
    (found,) = sweep.inbox_not_taken(connection, later(6), after)
    assert (found.subject, found.detail) == ("inbox:1", "received")
