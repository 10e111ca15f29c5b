"""An Orders v0 order becomes ours: line prices, tax by marketplace, truths written as text."""

from decimal import Decimal
from typing import Any

import pytest

from channels.message import ChannelHold
from domain.cleansing import CleansingCode
from domain.holds import ReasonCode
from domain.stages import Stage
from domain.validation import order_total
from tests.unit.amazon_bodies import (
    DE,
    ES,
    JP,
    UK,
    US,
    codes,
    first,
    fixture,
    mapped,
    messages,
    old_money,
    step,
    v0,
    v0_line,
    v0_order,
)


@pytest.mark.parametrize(
    ("marketplace", "currency", "price", "tax"),
    [
        (DE, "EUR", "25.99", "4.15"),
        (ES, "EUR", "42.00", "7.29"),
        (JP, "JPY", "1840", "136"),
        (UK, "GBP", "12.00", "2.00"),
    ],
)
def test_tax_is_inside_in_europe_and_japan(
    marketplace: str, currency: str, price: str, tax: str
) -> None:
    body = v0_order(marketplace, price, v0_line(currency, price, tax))
    order, message = mapped(body), first(body)
    (line,) = order.lines
    assert (line.tax_included, line.tax, line.total) == (True, Decimal(tax), Decimal(price))
    assert order.total == order_total(order) == Decimal(price)
    assert step(message, CleansingCode.TAX_INCLUDED, "lines[0].tax") == (
        f"ItemTax {tax}",
        f"{tax} inside {price}",
    )


def test_tax_is_on_top_in_america_and_remitted_by_the_marketplace() -> None:
    order, message = mapped(v0()), first(v0())
    (line,) = order.lines
    assert (line.tax_included, line.tax, line.total) == (False, Decimal("2.73"), Decimal("41.72"))
    assert order.tax_remitted_by == "marketplace"
    assert order.total == Decimal("46.71")
    assert step(message, CleansingCode.TAX_ON_TOP, "lines[0].tax") == (
        "ItemTax 2.73",
        "2.73 on top of 38.99",
    )
    assert step(message, CleansingCode.TAX_BY_MARKETPLACE, "tax_remitted_by") == (
        "TaxCollection MarketplaceFacilitator",
        "marketplace",
    )


def test_a_european_tax_of_zero_is_unknown() -> None:
    body = v0_order(DE, "25.99", v0_line("EUR", "25.99", "0.00"))
    message = first(body)
    assert "tax_unknown" in mapped(body).flags
    assert step(message, CleansingCode.TAX_UNKNOWN, "lines[0].tax") == ("ItemTax 0.00", "unknown")


def test_an_american_tax_of_zero_is_zero() -> None:
    body = v0_order(US, "10.00", v0_line("USD", "10.00", "0.00"))
    assert "tax_unknown" not in mapped(body).flags
    assert [s for s in first(body).cleansing if s.code is CleansingCode.TAX_UNKNOWN] == []


def test_the_item_price_is_for_the_line_and_divided_without_losing_a_cent() -> None:
    order, message = mapped(v0()), first(v0())
    (line,) = order.lines
    assert (line.quantity, line.unit_price) == (3, Decimal("12.996667"))
    assert line.total == Decimal("38.99") + line.tax
    assert step(message, CleansingCode.UNIT_PRICE, "lines[0].unit_price") == (
        "ItemPrice 38.99 / 3",
        "12.996667",
    )


def test_twenty_thousand_uneven_pieces_still_pass() -> None:
    body = v0_order(US, "0.07", v0_line("USD", "0.07", "0.00", QuantityOrdered=19999))
    assert mapped(body).lines[0].total == Decimal("0.07")


def test_an_even_price_divides_evenly() -> None:
    body = v0_order(JP, "1840", v0_line("JPY", "1840", "136", QuantityOrdered="2"))
    assert mapped(body).lines[0].unit_price == Decimal(920)


def _discounted(**amounts: str) -> dict[str, Any]:
    return v0_line("USD", "100.00", "10.00") | {k: old_money(a, "USD") for k, a in amounts.items()}


def test_promotions_shipping_discounts_wrapping_and_fees_add_up() -> None:
    line = _discounted(
        ShippingPrice="5.00",
        ShippingTax="0.50",
        ShippingDiscount="5.00",
        ShippingDiscountTax="0.50",
        PromotionDiscount="20.00",
        PromotionDiscountTax="2.00",
        CODFee="3.00",
        CODFeeDiscount="1.00",
    )
    line["BuyerInfo"] = {
        "GiftWrapPrice": old_money("4.00", "USD"),
        "GiftWrapTax": old_money("0.40", "USD"),
        "GiftMessageText": "For you",
    }
    body = v0_order(US, "94.40", line)
    order, message = mapped(body), first(body)
    assert (order.shipping, order.discount, order.tax) == tuple(
        map(Decimal, ("12.00", "26.00", "8.40"))
    )
    assert (order.lines[0].discount, order.lines[0].tax) == (Decimal("20.00"), Decimal("8.00"))
    assert order.notes == "For you"
    before, after = step(message, CleansingCode.MONEY, "shipping")
    assert (before, after) == ("ShippingPrice 5.00 + GiftWrapPrice 4.00 + CODFee 3.00", "12.00")
    assert step(message, CleansingCode.DISCOUNT, "discount")[1] == "26.00"


def test_tax_that_was_reckoned_before_the_discount_is_recognised_by_the_total() -> None:
    line = _discounted(PromotionDiscount="20.00", PromotionDiscountTax="2.00")
    assert mapped(v0_order(US, "90.00", line)).tax == Decimal("10.00")
    assert mapped(v0_order(US, "88.00", line)).tax == Decimal("8.00")


def test_a_total_that_does_not_add_up_is_refused() -> None:
    message = first(v0_order(DE, "30.00", v0_line("EUR", "25.99", "0.00")))
    assert codes(message) == {("total", "AMOUNT_MISMATCH")}
    assert message.order is None


def test_money_of_two_currencies_inside_one_item_is_refused() -> None:
    line = v0_line("JPY", "1840", "136", BuyerInfo={"GiftWrapPrice": old_money("4.00", "GBP")})
    message = first(v0_order(JP, "1844", line))
    assert codes(message) == {("currency", "BAD_CURRENCY")}


def test_truths_written_as_text_are_read_as_meant() -> None:
    (line,) = v0()["OrderItems"]
    asked = line | {"BuyerRequestedCancel": {"IsBuyerRequestedCancel": "true"}}
    order, message = mapped(v0(OrderItems=[asked])), first(v0(OrderItems=[asked]))
    assert "buyer_requested_cancel" in order.flags
    assert message.hold == ChannelHold(ReasonCode.BUYER_CANCEL)
    assert order.stage is Stage.IN_REVIEW
    calm = first(v0())
    assert calm.hold == ChannelHold(None)
    assert calm.order is not None
    assert calm.order.flags == ()
    assert mapped(v0(IsBusinessOrder="false")).customer.kind == "consumer"
    assert mapped(v0(IsBusinessOrder="true")).customer.kind == "business"


def test_a_regulated_item_is_held_for_its_papers() -> None:
    message = first(v0(HasRegulatedItems="true"))
    assert message.order is not None
    assert message.order.flags == ("regulated_items",)
    assert message.hold == ChannelHold(ReasonCode.OTHER)


@pytest.mark.parametrize("quantity", ["1.5", "many", -1])
def test_a_quantity_that_counts_no_pieces_is_named(quantity: object) -> None:
    (line,) = v0()["OrderItems"]
    message = first(v0(OrderItems=[line | {"QuantityOrdered": quantity}]))
    assert ("lines[0].quantity", "BAD_QUANTITY") in codes(message)


def test_an_extension_survives_the_phone() -> None:
    assert mapped(v0()).customer.phone == "+14803860930;ext=4711"


def test_the_items_may_lie_beside_the_order_or_inside_it() -> None:
    beside = mapped(fixture("amazon_order_v0"))
    assert beside == mapped(v0())
    inside = v0()
    inside["orderItems"] = inside.pop("OrderItems")
    assert mapped(inside) == beside


def test_an_order_without_its_items_says_what_to_add() -> None:
    body = v0()
    del body["OrderItems"]
    (message,) = messages(body)
    assert codes(message) == {("lines", "REQUIRED")}
    assert "getOrderItems" in message.findings[0].message_en


def test_a_pending_order_without_items_says_what_it_waits_for() -> None:
    body = v0(OrderStatus="Pending", OrderTotal=None)
    del body["OrderItems"]
    (message,) = messages(body)
    assert "wait: Amazon releases it" in message.findings[0].message_en


def test_a_pending_order_shows_its_lines_without_amounts() -> None:
    line = {"OrderItemId": "1", "SellerSKU": "SKU-1", "QuantityOrdered": "2"}
    body = v0(OrderStatus="Pending", OrderTotal=None, OrderItems=[line], BuyerInfo=None)
    order = mapped(body)
    assert (order.total, order.stage) == (Decimal(0), Stage.PENDING_CONFIRMATION)
    assert "amounts_pending" in order.flags
    assert order.currency == "USD"


def test_lines_that_were_emptied_are_left_out() -> None:
    gone = v0_line("USD", "0.00", "0.00", QuantityOrdered=0, OrderItemId="9")
    body = v0_order(US, "10.00", v0_line("USD", "10.00", "0.00"), gone)
    assert [line.line_id for line in mapped(body).lines] == ["1"]
    assert step(first(body), CleansingCode.REFUND, "lines")[0] == "order item 9: 0 pieces"


def test_a_cancelled_order_keeps_its_emptied_lines() -> None:
    gone = {"OrderItemId": "9", "SellerSKU": "SKU-9", "QuantityOrdered": 0}
    message = first(v0(OrderStatus="Canceled", OrderTotal=None, OrderItems=[gone]))
    assert (message.kind, message.cancel_reason) == ("cancellation", ReasonCode.OTHER)
    assert message.order is not None
    assert [(line.sku, line.quantity) for line in message.order.lines] == [("SKU-9", 1)]
    assert step(message, CleansingCode.QUANTITY, "lines[0].quantity") == ("0", "1")


def test_a_marketplace_is_known_by_its_name_or_by_the_currency_too() -> None:
    line = v0_line("EUR", "25.99", "4.15")
    named = v0_order("", "25.99", line, SalesChannel="Amazon.fr")
    assert mapped(named).lines[0].tax_included is True
    unknown = v0_order("A-NEW-ONE", "10.70", v0_line("USD", "10.00", "0.70"), SalesChannel="")
    assert mapped(unknown).lines[0].tax_included is False
