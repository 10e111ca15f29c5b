"""Stock and credit: exactly what is there, however many ask at once."""

from decimal import Decimal

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from database import credit, doctor, orders, stock
from database.stock import Level, ReserveResult
from tests.integration.database_world import at_once, in_transaction, place


def level(c: Connection, sku: str = "KB", warehouse: str = "de") -> tuple[int, int]:
    found = {(row.warehouse, row.sku): row for row in stock.levels(c)}[warehouse, sku]
    return found.on_hand, found.reserved


def test_a_hundred_buyers_of_the_last_ten_get_exactly_ten(engine: Engine) -> None:
    with engine.begin() as c:
        stock.set_on_hand(c, "de", "KB", 10)
        ids = [place(c, str(number)) for number in range(100)]

    def buy(order_id: str) -> bool:
        answer = in_transaction(engine, lambda c: stock.reserve(c, order_id, "de", {"KB": 1}))
        assert answer.reserved or answer == ReserveResult(missing=("KB",))
        return answer.reserved

    assert sum(at_once(buy, ids)) == 10
    with engine.connect() as c:
        assert level(c) == (10, 10)
        assert doctor.violations(c) == []


def test_orders_that_want_the_same_goods_never_block_each_other(engine: Engine) -> None:
    skus = [f"S{number}" for number in range(8)]
    with engine.begin() as c:
        for sku in skus:
            stock.set_on_hand(c, "de", sku, 1000)
        ids = [place(c, str(number)) for number in range(48)]

    def buy(order_id: str) -> bool:
        wanted = dict.fromkeys(skus if hash(order_id) % 2 else skus[::-1], 2)
        answer = in_transaction(engine, lambda c: stock.reserve(c, order_id, "de", wanted))
        if hash(order_id) % 3 == 0:
            in_transaction(engine, lambda c: stock.release(c, order_id))
        return answer.reserved

    assert all(at_once(buy, ids))
    with engine.connect() as c:
        assert doctor.violations(c) == []


@pytest.fixture
def stocked(connection: Connection) -> Connection:
    """Ten keyboards and three mice in Germany, five keyboards in America."""
    for warehouse, sku, quantity in (("de", "KB", 10), ("de", "MS", 3), ("lax", "KB", 5)):
        stock.set_on_hand(connection, warehouse, sku, quantity)
    return connection


def test_reserving_again_sets_instead_of_adding(stocked: Connection) -> None:
    order_id = place(stocked)
    for quantities, kept in (({"KB": 4}, 4), ({"KB": 4}, 4), ({"KB": 9}, 9), ({"KB": 2}, 2)):
        assert stock.reserve(stocked, order_id, "de", quantities).reserved
        assert level(stocked) == (10, kept)


def test_a_changed_order_gives_back_what_it_no_longer_needs(stocked: Connection) -> None:
    order_id = place(stocked)
    stock.reserve(stocked, order_id, "de", {"KB": 4, "MS": 1})
    assert stock.reserve(stocked, order_id, "lax", {"KB": 5}).reserved
    assert stock.levels(stocked) == [
        Level("de", "KB", 10, 0),
        Level("de", "MS", 3, 0),
        Level("lax", "KB", 5, 5),
    ]


def test_nothing_is_reserved_when_anything_is_missing(stocked: Connection) -> None:
    order_id = place(stocked)
    stock.reserve(stocked, order_id, "de", {"KB": 1})
    answer = stock.reserve(stocked, order_id, "de", {"KB": 2, "MS": 4, "??": 1})
    assert answer == ReserveResult(missing=("MS",), unknown=("??",))
    assert not answer.reserved
    assert (level(stocked), level(stocked, "MS")) == ((10, 0), (3, 0))


def test_released_stock_is_free_and_releasing_twice_is_fine(stocked: Connection) -> None:
    order_id = place(stocked)
    stock.reserve(stocked, order_id, "de", {"KB": 10})
    stock.release(stocked, order_id)
    stock.release(stocked, order_id)
    assert level(stocked) == (10, 0)
    assert stock.reserve(stocked, order_id, "de", {"KB": 10}).reserved


def test_parcels_consume_the_reservation_once_per_key(stocked: Connection) -> None:
    order_id = place(stocked)
    stock.reserve(stocked, order_id, "de", {"KB": 5, "MS": 1})
    for _ in range(2):
        assert stock.ship(stocked, order_id, f"{order_id}:1", "de", {"KB": 3}) == ()
        assert (level(stocked), level(stocked, "MS")) == ((7, 2), (3, 1))
    stock.ship(stocked, order_id, f"{order_id}:2", "de", {"KB": 2, "MS": 1})
    assert (level(stocked), level(stocked, "MS")) == ((5, 0), (2, 0))
    assert doctor.violations(stocked) == []


def test_goods_the_books_do_not_know_leave_a_shortfall_and_others_untouched(
    stocked: Connection,
) -> None:
    mine, others = place(stocked, "1"), place(stocked, "2")
    stock.reserve(stocked, others, "de", {"KB": 8})
    assert stock.ship(stocked, mine, "k", "de", {"KB": 3, "new": 1}) == ("KB", "new")
    assert level(stocked) == (8, 8)
    moves = stocked.execute(text("SELECT sku, quantity, shortfall FROM stock_moves ORDER BY sku"))
    assert [tuple(move) for move in moves] == [("KB", 3, 1), ("new", 1, 1)]
    assert doctor.violations(stocked) == []


def test_a_count_below_what_is_reserved_is_refused(stocked: Connection) -> None:
    stock.reserve(stocked, place(stocked), "de", {"KB": 8})
    with pytest.raises(IntegrityError, match="ck_stock_reserved"):
        stock.set_on_hand(stocked, "de", "KB", 7)


# --- credit ----------------------------------------------------------------------------------


def customer_of(c: Connection, order_id: str) -> str:
    row = orders.get(c, order_id)
    assert row is not None
    return row.customer_id


def exposure(c: Connection, customer_id: str) -> tuple[float, float]:
    account = credit.account(c, customer_id)
    assert account is not None
    return float(account.held), float(account.used)


@pytest.fixture
def dealer(connection: Connection) -> str:
    """A customer with 1000.00 of credit, who has placed orders 1 and 2."""
    place(connection, "2")
    customer_id = customer_of(connection, place(connection, "1"))
    credit.set_limit(connection, customer_id, Decimal(1000))
    return customer_id


def test_orders_that_want_credit_at_once_never_exceed_the_limit(engine: Engine) -> None:
    with engine.begin() as c:
        ids = [place(c, str(number)) for number in range(40)]
        customer_id = customer_of(c, ids[0])
        credit.set_limit(c, customer_id, Decimal("1000.00"))

    def hold(order_id: str) -> bool:
        wanted = Decimal("99.99")
        return in_transaction(engine, lambda c: credit.hold(c, order_id, customer_id, wanted))

    assert sum(at_once(hold, ids)) == 10
    with engine.connect() as c:
        assert exposure(c, customer_id) == (999.9, 0)
        assert doctor.violations(c) == []


def test_holding_again_sets_instead_of_adding(connection: Connection, dealer: str) -> None:
    order_id = place(connection, "1")
    for amount in (700, 700, 1000, 300):
        assert credit.hold(connection, order_id, dealer, Decimal(amount))
        assert exposure(connection, dealer) == (amount, 0)


def test_an_order_that_became_too_expensive_holds_nothing(
    connection: Connection, dealer: str
) -> None:
    first, second = place(connection, "1"), place(connection, "2")
    assert credit.hold(connection, first, dealer, Decimal(700))
    assert not credit.hold(connection, second, dealer, Decimal("300.01"))
    assert credit.hold(connection, second, dealer, Decimal(300))
    assert not credit.hold(connection, second, dealer, Decimal("300.01"))
    assert exposure(connection, dealer) == (700, 0)


def test_nobody_gets_credit_without_an_account(connection: Connection) -> None:
    order_id = place(connection)
    assert not credit.hold(connection, order_id, customer_of(connection, order_id), Decimal(1))


def test_captured_credit_is_debt_and_stays_it(connection: Connection, dealer: str) -> None:
    order_id = place(connection, "1")
    credit.hold(connection, order_id, dealer, Decimal(700))
    credit.capture(connection, order_id)
    credit.capture(connection, order_id)
    credit.release(connection, order_id)
    assert credit.hold(connection, order_id, dealer, Decimal(900))
    assert exposure(connection, dealer) == (0, 700)
    assert not credit.hold(connection, place(connection, "2"), dealer, Decimal(301))
    assert doctor.violations(connection) == []


def test_released_credit_is_free_again_once(connection: Connection, dealer: str) -> None:
    order_id = place(connection, "1")
    credit.hold(connection, order_id, dealer, Decimal(700))
    credit.release(connection, order_id)
    credit.release(connection, order_id)
    assert exposure(connection, dealer) == (0, 0)


def test_a_lowered_limit_keeps_what_is_owed(connection: Connection, dealer: str) -> None:
    credit.hold(connection, place(connection, "1"), dealer, Decimal(700))
    credit.set_limit(connection, dealer, Decimal(100))
    assert exposure(connection, dealer) == (700, 0)
    assert not credit.hold(connection, place(connection, "2"), dealer, Decimal(1))
