"""Identity, versions and search of orders; customers and their first cooperation."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from database import admissions, customers, dispatches, notes, order_lists, orders, progress
from database.admissions import Admission
from database.notes import Note
from database.order_search import OrderQuery
from domain.findings import FindingCode, finding
from domain.holds import ReasonCode
from domain.order import Customer, content_hash
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import (
    NOW,
    at_once,
    canonical,
    in_transaction,
    later,
    place,
    place_as,
    request_of,
    story_of,
)
from tests.unit.order_states import do, hold


def test_an_order_is_found_by_every_name_it_has(connection: Connection) -> None:
    order_id = place(connection)
    row = orders.get(connection, order_id)
    assert row is not None
    assert row == orders.find(connection, "shopify", "main", "1001")
    assert row == orders.lock(connection, order_id)
    assert (row.total, row.currency, row.country) == (Decimal(100), "EUR", "DE")
    assert orders.ids_of_workflows(connection, [row.workflow_id, "order:x"]) == [order_id]
    assert orders.find(connection, "shopify", "main", "1002") is None


def test_order_ids_sort_by_time_and_differ() -> None:
    ids = [orders.new_order_id() for _ in range(50)]
    assert len(set(ids)) == 50
    assert {(len(order_id), order_id[:4], order_id[16]) for order_id in ids} == {(36, "ord_", "7")}
    assert [order_id[:16] for order_id in ids] == sorted(order_id[:16] for order_id in ids)


def test_an_order_that_comes_many_times_at_once_is_kept_once(engine: Engine) -> None:
    def insert(number: int) -> tuple[str, bool]:
        return in_transaction(engine, lambda c: place_as(c, canonical(total=Decimal(number))))

    answers = at_once(insert, range(1, 17))
    assert len({order_id for order_id, _ in answers}) == 1
    assert sum(created for _, created in answers) == 1


def test_a_new_content_is_the_next_version_and_the_old_one_stays(connection: Connection) -> None:
    order_id = place(connection)
    changed = canonical(total=Decimal("120.5"), source_updated_at=later(3))
    note = finding(FindingCode.BAD_PHONE, "customer.phone", "1", severity="warning")
    version = orders.add_content(
        connection, order_id, changed, content_hash(changed), [note], "mia", later(4)
    )
    old, new = (orders.content(connection, order_id, number) for number in (1, None))
    assert old is not None
    assert new is not None
    assert (old.order, new.order) == (canonical(), changed)
    assert (version, new.version, new.author, new.findings) == (2, 2, "mia", (note,))
    row = orders.get(connection, order_id)
    assert row is not None
    assert (row.total, row.content_version) == (Decimal("120.5"), 2)
    assert row.source_updated_at == later(3)


def test_contents_added_at_once_get_different_versions(engine: Engine) -> None:
    order_id = in_transaction(engine, place)

    def add(_: int) -> int:
        with engine.begin() as c:
            return orders.add_content(c, order_id, canonical(), "hash", [], "mia", NOW)

    assert sorted(at_once(add, range(10))) == list(range(2, 12))


def test_the_clock_of_the_channel_never_goes_back(connection: Connection) -> None:
    order_id = place(connection)
    orders.mark_source(connection, order_id, later(5))
    orders.mark_source(connection, order_id, later(2))
    row = orders.get(connection, order_id)
    assert row is not None
    assert row.source_updated_at == later(5)


def listed(c: Connection, **conditions: Any) -> list[str]:
    page = order_lists.search(c, OrderQuery(**conditions))
    return [row.external_id for row in page.orders]


@pytest.fixture
def board(connection: Connection) -> Connection:
    """Orders 1 (not begun), 2 (in review), 3 (preparing, held by customs), newest last."""
    place(connection, "1")
    progress.project(connection, request_of(story_of(place(connection, "2")).in_review()))
    state = story_of(place(connection, "3", channel="amazon")).preparing()
    do(state, hold(ReasonCode.CUSTOMS_DOC))
    progress.project(connection, request_of(state))
    return connection


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({}, ["3", "2", "1"]),
        ({"stage": "in_review"}, ["2"]),
        ({"group": "eu"}, ["3", "2"]),
        ({"channel": "amazon"}, ["3"]),
        ({"flag": "held"}, ["3"]),
        ({"flag": "red"}, []),
        ({"flag": "nonsense"}, []),
        ({"reason": "CUSTOMS_DOC"}, ["3"]),
        ({"reason": "FRAUD_RISK"}, []),
        ({"text": "2"}, ["2"]),
        ({"text": "#3"}, ["3"]),
        ({"text": "%"}, []),
        ({"stage": "preparing", "channel": "shopify"}, []),
    ],
)
def test_orders_are_found_by_what_is_asked(
    board: Connection, conditions: dict[str, str], found: list[str]
) -> None:
    assert listed(board, **conditions) == found


def test_the_newest_orders_come_first(board: Connection) -> None:
    assert [row.external_id for row in orders.newest(board, 2)] == ["3", "2"]


def test_a_list_shows_where_an_order_stands(board: Connection) -> None:
    held, _, fresh = order_lists.search(board, OrderQuery()).orders
    assert (held.stage, held.flags, held.waits_for) == ("preparing", ("held",), "hold:CUSTOMS_DOC")
    assert (fresh.stage, fresh.flags, fresh.waits_for) == ("", (), "start")


def test_pages_of_orders_cover_everything_once(board: Connection) -> None:
    first = order_lists.search(board, OrderQuery(limit=2))
    assert first.next_cursor is not None
    second = order_lists.search(board, OrderQuery(limit=2, cursor=first.next_cursor))
    pages = (*first.orders, *second.orders)
    assert [row.external_id for row in pages] == ["3", "2", "1"]
    assert second.next_cursor is None


def test_a_customer_is_recognised_by_id_then_mail_then_name(connection: Connection) -> None:
    def known_as(**facts: str) -> str:
        return customers.upsert(connection, canonical(customer=Customer(**facts)))

    assert known_as(external_id="7") == known_as(external_id="7", email="other@example.com")
    assert known_as(email="A@example.com") == known_as(email="a@example.com", name="Other")
    assert known_as(name="Beispiel") == known_as(name="beispiel")
    assert known_as(external_id="7") != known_as(external_id="8")
    assert customers.find(connection, "shopify", "main", "7") == known_as(external_id="7")
    assert customers.find(connection, "shopify", "main", "9") is None
    assert known_as() != customers.upsert(connection, canonical("1002", customer=Customer()))


def test_only_a_first_order_is_a_first_cooperation(connection: Connection) -> None:
    first, second = place(connection, "1"), place(connection, "2")
    row = orders.get(connection, first)
    assert row is not None
    assert customers.is_first_cooperation(connection, row.customer_id, second)
    customers.mark_cooperated(connection, first, NOW)
    customers.mark_cooperated(connection, second, later(1))
    assert customers.is_first_cooperation(connection, row.customer_id, first)
    assert not customers.is_first_cooperation(connection, row.customer_id, second)


def test_a_note_is_kept_once_per_id(connection: Connection) -> None:
    order_id = place(connection)
    note = Note("n1", order_id, "mia", "缺少清关文件", NOW)
    notes.put(connection, note)
    notes.put(connection, replace(note, text="another"))
    assert notes.texts(connection, order_id) == {"n1": note}


def test_admissions_are_numbered_and_the_newest_is_the_explanation(connection: Connection) -> None:
    order_id, rule_set = place(connection), published_rules(connection)
    inputs, plan = {"amount": Decimal("780.5")}, {"policy": "auto"}
    admission = Admission(order_id, 1, rule_set, NOW, inputs, ["row 1"], plan, "", None)
    assert admissions.latest(connection, order_id) is None
    assert admissions.save(connection, admission) == 1
    assert admissions.save(connection, replace(admission, base_amount=Decimal("780.5"))) == 2
    latest = admissions.latest(connection, order_id)
    assert latest is not None
    assert (latest.seq, latest.base_amount) == (2, Decimal("780.5"))
    assert (latest.inputs, latest.explanation) == ({"amount": "780.5"}, ["row 1"])


def test_a_voided_dispatch_stays_voided(connection: Connection) -> None:
    order_id = place(connection)
    dispatch = (order_id, "eu", "de")
    assert dispatches.put(connection, "k1", *dispatch)
    assert dispatches.put(connection, "k1", *dispatch)
    dispatches.void(connection, "k1", *dispatch)
    dispatches.void(connection, "k2", *dispatch)
    assert not dispatches.put(connection, "k1", *dispatch)
    assert not dispatches.put(connection, "k2", *dispatch)
    assert dispatches.put(connection, "k3", *dispatch)
    live = [d.key for d in dispatches.of_order(connection, order_id) if d.voided_at is None]
    assert live == ["k3"]


def test_a_warehouse_never_works_twice_on_an_order(connection: Connection) -> None:
    order_id = place(connection)
    dispatches.put(connection, "k1", order_id, "eu", "de")
    with pytest.raises(IntegrityError, match="ix_dispatches_live"):
        dispatches.put(connection, "k2", order_id, "na", "lax")


def test_amounts_keep_six_decimals(connection: Connection) -> None:
    total = Decimal("123456789012345.123456")
    row = orders.get(connection, place(connection, total=total))
    assert row is not None
    assert row.total == total
    assert row.received_at.utcoffset() == timedelta()
