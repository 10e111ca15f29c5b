"""Orders of two channels are alike when one buyer bought the same; nothing else makes them so."""

from decimal import Decimal
from typing import Any

import pytest

from domain.likeness import likeness
from domain.order import EXAMPLE, Address, CanonicalOrder, Customer, Line

BERLIN = Address(name="Erika Beispiel", postal_code="10115", country="DE", phone="030 901820")


def line(sku: str = "KB", quantity: int = 2, line_id: str = "1") -> Line:
    price = Decimal(100) / quantity
    return Line(line_id=line_id, sku=sku, quantity=quantity, unit_price=price, total=Decimal(100))


def order(**changes: Any) -> CanonicalOrder:
    base = {
        "customer": Customer(email="erika@example.com"),
        "shipping_address": Address(country="DE"),
        "lines": (line(),),
        "total": Decimal(100),
    }
    return CanonicalOrder.model_validate(EXAMPLE).model_copy(update=base | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": "amazon", "shop": "eu", "external_id": "302-1"},
        {"customer": Customer(email="Erika@Example.com", name="E. B.", external_id="9")},
        {"total": Decimal("100.00")},
        {"lines": (line(quantity=1), line(quantity=1, line_id="2"))},
        {"lines": (line("kb"),)},
        {"shipping_address": BERLIN},
    ],
)
def test_what_channels_write_differently_does_not_matter(changes: dict[str, Any]) -> None:
    assert likeness(order()) == likeness(order(**changes)) != ""


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": Customer(email="erik@example.com")},
        {"total": Decimal("100.01")},
        {"currency": "USD"},
        {"lines": (line(quantity=1),)},
        {"lines": (line("MOUSE"),)},
    ],
)
def test_another_buyer_or_other_goods_are_another_purchase(changes: dict[str, Any]) -> None:
    assert likeness(order()) != likeness(order(**changes))


def test_the_order_of_lines_does_not_matter() -> None:
    one, other = line(), line("MOUSE", 1, "2")
    assert likeness(order(lines=(one, other))) == likeness(order(lines=(other, one)))


def test_without_an_e_mail_address_the_phone_number_tells() -> None:
    by_address = order(customer=Customer(name="E. Beispiel"), shipping_address=BERLIN)
    by_customer = order(
        customer=Customer(name="Frau Beispiel", phone="+4930901820"), shipping_address=None
    )
    assert likeness(by_address) == likeness(by_customer) != ""


def test_an_address_given_by_a_marketplace_tells_nothing() -> None:
    alias = Customer(email="x7@marketplace.amazon.de")
    at_amazon = order(customer=alias, shipping_address=BERLIN)
    at_home = order(customer=Customer(phone="+49 30 901820"), shipping_address=BERLIN)
    assert likeness(at_amazon) == likeness(at_home) != ""
    assert likeness(order(customer=alias, shipping_address=None)) == ""


def test_without_either_name_and_postal_code_tell() -> None:
    silent = BERLIN.model_copy(update={"phone": ""})
    one = order(customer=Customer(name="Erika  Beispiel"), shipping_address=silent)
    assert likeness(one) == likeness(order(customer=Customer(), shipping_address=silent)) != ""
    nameless = silent.model_copy(update={"name": ""})
    assert likeness(order(customer=Customer(), shipping_address=nameless)) == ""


def test_without_a_buyer_no_two_orders_are_alike() -> None:
    assert likeness(order(customer=Customer(), shipping_address=None)) == ""


def test_the_likeness_shows_nobody_who_bought() -> None:
    assert "erika" not in likeness(order())
    assert len(likeness(order())) == 64
