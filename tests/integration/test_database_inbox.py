"""The front door: nothing acknowledged is lost, nothing is worked on twice at a time."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from database import inbox, quarantine, shops
from database.engine import listen
from database.inbox import Delivery, InboxRow
from domain.findings import FindingCode, finding
from tests.integration.database_world import NOW, at_once, employ, in_transaction, later, place
from tests.patience import PATIENCE_SECONDS


def delivery(key: str, body: bytes = b"{}", **changes: object) -> Delivery:
    base = Delivery("shopify", "main", "orders/create", key, {"x": "1"}, body, NOW)
    return replace(base, **changes)  # type: ignore[arg-type]


def take(c: Connection, minutes: float = 0, limit: int = 10) -> list[InboxRow]:
    return inbox.claim(c, limit, later(minutes), 60)


def finished_at(c: Connection, inbox_id: int) -> datetime | None:
    column = inbox.inbox.c.finished_at
    found: datetime | None = c.execute(
        select(column).where(inbox.inbox.c.id == inbox_id)
    ).scalar_one()
    return found


def test_a_message_comes_out_as_it_went_in(connection: Connection) -> None:
    found = {"found_by": "file", "import_id": "imp_1"}
    sent = delivery("a", bytes(range(256)), source_at=later(-1), submitter="mia", **found)
    sent = replace(sent, priority=2)
    inbox.put(connection, [sent])
    (row,) = take(connection)
    assert {name: getattr(row, name) for name in vars(sent)} == vars(sent)
    assert (row.state, row.attempts, row.order_id, row.signals) == ("received", 1, None, None)


def test_a_repeated_message_is_kept_once_and_says_so(connection: Connection) -> None:
    (first,) = inbox.put(connection, [delivery("a")])
    again, other = inbox.put(connection, [delivery("a"), delivery("a", b"[]")])
    assert (first.created, first.same_content) == (True, True)
    assert (again.id, again.created, again.same_content) == (first.id, False, True)
    assert (other.id, other.created, other.same_content) == (first.id, False, False)
    (row,) = take(connection)
    assert (row.body, row.deliveries) == (b"{}", 3)


def test_duplicates_within_a_batch_are_one_message(connection: Connection) -> None:
    receipts = inbox.put(connection, [delivery("b"), delivery("a"), delivery("b", b"x")])
    assert [receipt.created for receipt in receipts] == [True, True, False]
    assert receipts[0].id == receipts[2].id < receipts[1].id
    assert [receipt.same_content for receipt in receipts] == [True, True, False]
    assert inbox.put(connection, []) == []


def test_the_same_key_of_another_shop_is_another_message(connection: Connection) -> None:
    receipts = inbox.put(connection, [delivery("a"), delivery("a", shop="other")])
    assert [receipt.created for receipt in receipts] == [True, True]


def test_writers_with_the_same_messages_in_any_order_keep_each_once(engine: Engine) -> None:
    batch = [delivery(str(number)) for number in range(20)]

    def put(turned: bool) -> int:
        given = batch[::-1] if turned else batch
        receipts = in_transaction(engine, lambda c: inbox.put(c, given))
        return sum(receipt.created for receipt in receipts)

    assert sum(at_once(put, [False, True] * 8)) == 20
    with engine.connect() as c:
        assert inbox.counts(c) == {"received": 20}


def test_takers_never_get_the_same_message(engine: Engine) -> None:
    with engine.begin() as c:
        inbox.put(c, [delivery(str(number)) for number in range(100)])
    taken = at_once(lambda _: in_transaction(engine, take), range(12))
    ids = [row.id for rows in taken for row in rows]
    assert len(ids) == len(set(ids)) == 100


def test_urgent_messages_come_first_then_older_ones(connection: Connection) -> None:
    given = [("bulk", 5), ("live", 3), ("later", 3), ("urgent", 1)]
    inbox.put(connection, [delivery(key, priority=priority) for key, priority in given])
    assert [row.dedup_key for row in take(connection)] == ["urgent", "live", "later", "bulk"]


def test_a_message_is_taken_again_once_its_lease_has_passed(connection: Connection) -> None:
    inbox.put(connection, [delivery("a")])
    assert take(connection)
    assert take(connection, minutes=0.5) == []
    assert [row.attempts for row in take(connection, minutes=1)] == [2]


def test_a_postponed_message_waits_for_its_time(connection: Connection) -> None:
    (receipt,) = inbox.put(connection, [delivery("a")])
    take(connection)
    inbox.postpone(connection, receipt.id, "waiting", later(5), "no order yet")
    assert take(connection, minutes=4) == []
    assert [row.last_error for row in take(connection, minutes=5)] == ["no order yet"]


def test_a_stored_message_keeps_its_signals_until_it_is_done(connection: Connection) -> None:
    (receipt,) = inbox.put(connection, [delivery("a")])
    order_id = place(connection)
    inbox.store(connection, receipt.id, order_id, [{"name": "amend"}])
    (row,) = take(connection)
    assert (row.state, row.order_id, row.signals) == ("stored", order_id, [{"name": "amend"}])
    (heard,) = inbox.taken(connection, [receipt.id])
    assert (heard.order_id, heard.signals) == (order_id, [{"name": "amend"}])
    inbox.finish(connection, receipt.id, "done", NOW)
    assert take(connection, minutes=60) == []
    assert inbox.counts(connection) == {"done": 1}
    assert finished_at(connection, receipt.id) == NOW


def test_a_message_cannot_be_done_without_an_order(connection: Connection) -> None:
    (receipt,) = inbox.put(connection, [delivery("a")])
    with pytest.raises(IntegrityError, match="order_known"):
        inbox.finish(connection, receipt.id, "done", NOW)


def test_only_messages_that_nobody_has_in_hand_count_as_not_taken(connection: Connection) -> None:
    inbox.put(connection, [delivery("lying"), delivery("new", received_at=later(9))])
    taken, postponed = inbox.put(connection, [delivery("taken"), delivery("postponed")])
    inbox.finish(connection, inbox.put(connection, [delivery("x")])[0].id, "ignored", NOW)
    inbox.postpone(connection, postponed.id, "waiting", later(9), "")
    connection.execute(
        inbox.inbox.update().where(inbox.inbox.c.id == taken.id).values(taken_until=later(9))
    )
    assert [row.dedup_key for row in inbox.not_taken(connection, later(5))] == ["lying"]


def test_new_messages_wake_the_relay_and_duplicates_do_not(
    engine: Engine, database_url: str
) -> None:
    with listen(database_url, inbox.CHANNEL) as listener:
        in_transaction(engine, lambda c: inbox.put(c, [delivery("a"), delivery("b")]))
        assert len(listener.wait(PATIENCE_SECONDS)) == 1
        in_transaction(engine, lambda c: inbox.put(c, [delivery("a")]))
        in_transaction(engine, lambda c: inbox.put(c, [delivery("c")]))
        assert len(listener.wait(PATIENCE_SECONDS)) == 1


def quarantined(c: Connection, key: str = "a") -> tuple[int, int]:
    (receipt,) = inbox.put(c, [delivery(key)])
    number = quarantine.put(
        c,
        inbox_id=receipt.id,
        channel="shopify",
        shop="main",
        external_id="1001",
        findings=[finding(FindingCode.REQUIRED, "currency")],
        owner_role="customer_service",
        now=NOW,
    )
    return receipt.id, number


def test_a_quarantined_message_is_closed_and_has_an_owner(connection: Connection) -> None:
    employ(connection, "carl", "customer_service")
    inbox_id, number = quarantined(connection)
    assert take(connection) == []
    (item,) = quarantine.page(connection).items
    assert (item.id, item.inbox_id, item.owner_person) == (number, inbox_id, "carl")
    assert item.findings == (finding(FindingCode.REQUIRED, "currency"),)


def test_a_retried_message_is_taken_again_and_may_fail_again(connection: Connection) -> None:
    inbox_id, number = quarantined(connection)
    assert finished_at(connection, inbox_id) == NOW
    assert quarantine.resolve(connection, number, "retry", "carl", later(1))
    assert finished_at(connection, inbox_id) is None
    assert not quarantine.resolve(connection, number, "discard", "dora", later(1))
    assert [row.id for row in take(connection, minutes=1)] == [inbox_id]
    assert quarantine.page(connection).items == ()
    assert quarantined(connection) == (inbox_id, number)
    found = quarantine.get(connection, number)
    assert found is not None
    assert found.resolution is None


def test_a_discarded_message_stays_away(connection: Connection) -> None:
    _, number = quarantined(connection)
    assert quarantine.resolve(connection, number, "discard", "carl", NOW)
    assert take(connection, minutes=60) == []
    (item,) = quarantine.page(connection, resolved=True).items
    assert (item.resolution, item.resolved_by) == ("discard", "carl")


def test_the_quarantine_is_paged_newest_first(connection: Connection) -> None:
    numbers = [quarantined(connection, key)[1] for key in "abc"]
    first = quarantine.page(connection, limit=2)
    second = quarantine.page(connection, limit=2, cursor=first.next_cursor)
    assert [item.id for item in (*first.items, *second.items)] == numbers[::-1]
    assert second.next_cursor is None


def test_a_shop_is_found_with_both_its_secrets_and_hides_them(connection: Connection) -> None:
    shop = shops.Shop("shopify", "main", ("new", "old"), "https://shop.example", "token")
    shops.save(connection, replace(shop, secrets=("older",)))
    shops.save(connection, shop)
    assert shops.find(connection, "shopify", "main") == shop
    assert shops.find(connection, "shopify", "none") is None
    assert shops.all_shops(connection) == [shop]
    assert "new" not in repr(shop)
    assert connection.execute(select(func.count()).select_from(shops.shops)).scalar_one() == 1


def test_writing_goes_on_after_the_server_dropped_every_connection(engine: Engine) -> None:
    keys = [str(number) for number in range(20)]
    at_once(lambda key: in_transaction(engine, lambda c: inbox.put(c, [delivery(key)])), keys)
    with engine.connect() as c:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
        mine = "pg_backend_pid() AND datname = current_database()"
        c.execute(text(others + mine))
        c.execute(text("SELECT 1"))
    at_once(lambda key: in_transaction(engine, lambda c: inbox.put(c, [delivery(key)])), keys)
    with engine.connect() as c:
        assert inbox.counts(c) == {"received": 20}
