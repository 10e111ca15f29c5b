"""An Orders 2026-01-01 order becomes ours: amounts, tax, address, what is still withheld."""

from decimal import Decimal

import pytest

from channels.message import ChannelHold
from domain.cleansing import CleansingCode
from domain.findings import is_blocking
from domain.holds import ReasonCode
from domain.stages import Stage
from domain.validation import order_total
from tests.unit.amazon_bodies import (
    UK,
    US,
    Body,
    codes,
    first,
    kinds,
    mapped,
    messages,
    money,
    order_2026,
    package,
    step,
    with_status,
)


def test_a_german_order_keeps_its_tax_inside_the_prices() -> None:
    message = first(order_2026())
    order = mapped(order_2026())
    (line,) = order.lines
    assert not is_blocking(message.findings)
    assert (order.currency, order.total, order.shipping) == (
        "EUR",
        Decimal("56.97"),
        Decimal("4.99"),
    )
    assert (line.unit_price, line.quantity, line.total) == (Decimal("25.99"), 2, Decimal("51.98"))
    assert (line.tax_included, line.tax, order.tax) == (True, Decimal("8.30"), Decimal("9.10"))
    assert order.tax_remitted_by == "seller"
    assert order.stage is Stage.IN_REVIEW
    assert step(message, CleansingCode.TAX_INCLUDED, "lines[0].tax") == (
        "TAX 8.30",
        "8.30 inside 51.98",
    )


def test_an_address_is_tidied_and_each_change_is_on_record() -> None:
    message, order = first(order_2026()), mapped(order_2026())
    address = order.shipping_address
    assert address is not None
    assert (address.postal_code, address.country) == ("04109", "DE")
    assert address.phone == order.customer.phone == "+493411234567"
    assert (address.line1, address.line2) == ("Musterallee 12", "Hinterhaus")
    assert step(message, CleansingCode.POSTAL_CODE, "shipping_address.postal_code") == (
        "4109",
        "04109",
    )
    assert step(message, CleansingCode.PHONE, "shipping_address.phone")[1] == "+493411234567"
    assert step(message, CleansingCode.STATUS, "stage") == ("UNSHIPPED, by merchant", "in_review")


def test_a_street_in_the_second_line_and_a_missing_city_are_found_elsewhere() -> None:
    address = {
        "name": "Hana Rei",
        "companyName": "Rei KK",
        "addressLine1": "",
        "addressLine2": "1-2-3 Jingumae",
        "municipality": "Shibuya",
        "stateOrRegion": "Tokyo",
        "postalCode": "150-0001",
        "countryCode": "JAPAN",
    }
    message = first(order_2026(recipient={"deliveryAddress": address}))
    order = mapped(order_2026(recipient={"deliveryAddress": address}))
    assert order.shipping_address is not None
    assert order.shipping_address.line1 == "1-2-3 Jingumae"
    assert order.shipping_address.line2 == "Rei KK"
    assert order.shipping_address.city == "Shibuya"
    assert step(message, CleansingCode.COUNTRY, "shipping_address.country") == ("JAPAN", "JP")
    line1 = step(message, CleansingCode.ADDRESS_SOURCE, "shipping_address.line1")
    assert line1 == ("no AddressLine1", "1-2-3 Jingumae")


def _sold(marketplace: str, total: str, currency: str, unit: str, **proceeds: str) -> Body:
    body = order_2026(proceeds={"grandTotal": money(total, currency)})
    body["salesChannel"]["marketplaceId"] = marketplace
    (item,) = body["orderItems"]
    item["quantityOrdered"] = 1
    item["product"]["price"] = {"unitPrice": money(unit, currency)}
    item["proceeds"] = {"breakdowns": kinds(currency, **proceeds)}
    return body


def test_american_tax_comes_on_top() -> None:
    body = _sold(US, "41.72", "USD", "38.99", ITEM="38.99", TAX="2.73")
    order = mapped(body)
    assert (order.lines[0].tax_included, order.lines[0].total) == (False, Decimal("41.72"))
    assert order.total == order_total(order) == Decimal("41.72")


def test_tax_that_amazon_keeps_is_part_of_what_the_buyer_pays() -> None:
    body = _sold(US, "38.99", "USD", "38.99", ITEM="38.99", TAX="2.73")
    body["orderItems"][0]["tax"] = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR"}]}
    order, message = mapped(body), first(body)
    assert order.tax_remitted_by == "marketplace"
    assert order.total == Decimal("41.72")
    assert step(message, CleansingCode.MONEY, "total") == ("proceeds.grandTotal 38.99", "41.72")
    assert step(message, CleansingCode.TAX_BY_MARKETPLACE, "tax_remitted_by")[1] == "marketplace"


def test_amazons_total_outranks_the_rule_of_the_marketplace() -> None:
    body = _sold(UK, "32.99", "GBP", "29.99", ITEM="29.99", TAX="3.00")
    order, message = mapped(body), first(body)
    assert order.lines[0].tax_included is False
    (tax,) = [s for s in message.cleansing if s.code is CleansingCode.TAX_ON_TOP]
    assert "adds up only so" in tax.why_en


def test_net_proceeds_of_a_gross_price_become_the_price_the_buyer_saw() -> None:
    order = mapped(_sold(UK, "29.99", "GBP", "29.99", ITEM="24.99", TAX="5.00"))
    (line,) = order.lines
    assert (line.unit_price, line.tax_included, line.tax) == (
        Decimal("29.99"),
        True,
        Decimal("5.00"),
    )
    assert order_total(order) == order.total == Decimal("29.99")


def test_no_tax_where_prices_contain_it_is_unknown_not_zero() -> None:
    body = _sold(UK, "29.99", "GBP", "29.99", ITEM="29.99")
    order, message = mapped(body), first(body)
    assert "tax_unknown" in order.flags
    assert step(message, CleansingCode.TAX_UNKNOWN, "lines[0].tax") == ("TAX 0", "unknown")


def test_yen_have_no_decimals_and_add_up() -> None:
    body = _sold("A1VC38T7YXB528", "1840", "JPY", "1840", ITEM="1840", TAX="136")
    order = mapped(body)
    assert (order.currency, order.total, order.lines[0].tax) == ("JPY", Decimal(1840), Decimal(136))
    assert order.lines[0].tax_included is True


def test_charges_and_the_tip_count_as_shipping_and_discounts_apart() -> None:
    body = _sold(
        US,
        "115.00",
        "USD",
        "100.00",
        ITEM="100.00",
        SHIPPING="8.00",
        GIFT_WRAP="3.00",
        COD_FEE="4.00",
        DISCOUNT="-5.00",
    )
    body["proceeds"]["breakdowns"] = kinds("USD", DELIVERY_TIP="5.00")
    order, message = mapped(body), first(body)
    assert (order.shipping, order.discount) == (Decimal("20.00"), Decimal("5.00"))
    assert order_total(order) == order.total == Decimal("115.00")
    before, after = step(message, CleansingCode.TIP, "shipping")
    assert before == "SHIPPING 8.00 + GIFT_WRAP 3.00 + COD_FEE 4.00 + DELIVERY_TIP 5.00"
    assert after == "20.00"
    assert step(message, CleansingCode.DISCOUNT, "discount") == ("DISCOUNT 5.00", "5.00")


def test_a_total_that_adds_up_in_no_reading_says_so() -> None:
    message = first(_sold(UK, "99.00", "GBP", "29.99", ITEM="29.99", TAX="5.00"))
    assert message.order is None
    assert ("total", "AMOUNT_MISMATCH") in codes(message)


def test_mixed_currencies_are_refused_by_name() -> None:
    body = order_2026(proceeds={"grandTotal": money("56.97", "GBP")})
    message = first(body)
    assert message.order is None
    (flaw,) = message.findings
    assert (flaw.field, flaw.code.value) == ("currency", "BAD_CURRENCY")
    assert "EUR, GBP" in flaw.message_en


@pytest.mark.parametrize("word", ["PENDING", "PENDING_AVAILABILITY"])
def test_a_pending_order_waits_without_amounts_and_address(word: str) -> None:
    body = with_status(word, proceeds=None, buyer=None, recipient=None)
    (item,) = body["orderItems"]
    item["proceeds"], item["product"]["price"] = None, None
    message = first(body)
    order = mapped(body)
    assert codes(message) == {("total", "REQUIRED")}
    assert not is_blocking(message.findings)
    assert order.stage is Stage.PENDING_CONFIRMATION
    assert "amounts_pending" in order.flags
    assert (order.total, order.currency, order.payment.status) == (Decimal(0), "EUR", "pending")
    assert [(line.sku, line.quantity) for line in order.lines] == [("LAMP-01", 2)]
    assert message.hold == ChannelHold(ReasonCode.PAYMENT_PENDING)
    assert step(message, CleansingCode.MONEY, "currency") == ("no currency", "EUR")


def test_a_confirmed_order_without_prices_is_refused() -> None:
    body = order_2026(proceeds=None)
    body["orderItems"][0]["product"]["price"] = None
    body["orderItems"][0]["proceeds"] = None
    assert codes(first(body)) == {("lines[0].unit_price", "REQUIRED")}


def test_a_business_buyer_is_told_by_amazon_not_by_the_address() -> None:
    home = order_2026()
    home["recipient"]["deliveryAddress"]["companyName"] = "Muster GmbH"
    assert mapped(home).customer.kind == "consumer"
    assert mapped(order_2026(programs=["AMAZON_BUSINESS"])).customer.kind == "business"


def test_what_amazon_ships_itself_is_flagged_and_needs_no_street() -> None:
    body = order_2026(recipient={"deliveryAddress": {"city": "Leipzig", "countryCode": "DE"}})
    body["fulfillment"]["fulfilledBy"] = "AMAZON"
    order = mapped(body)
    assert order.stage is Stage.PREPARING
    assert "fulfilled_by_channel" in order.flags
    body["fulfillment"]["fulfilledBy"] = "MERCHANT"
    assert ("shipping_address.line1", "REQUIRED") in codes(first(body))
    assert first(body).order is None


def test_cash_on_delivery_is_terms_and_not_paid_before() -> None:
    body = order_2026(payment={"paymentExecutions": [{"paymentMethod": "CashOnDelivery"}]})
    assert mapped(body).payment.model_dump() == {"status": "pending", "terms": "cod"}
    assert mapped(order_2026()).payment.status == "paid"


def test_a_replacement_costs_nothing_and_says_so() -> None:
    body = order_2026(
        proceeds=None, associatedOrders=[{"associationType": "REPLACEMENT_ORIGINAL_ID"}]
    )
    body["orderItems"][0]["product"]["price"] = None
    body["orderItems"][0]["proceeds"] = None
    order = mapped(body)
    assert (order.total, "replacement" in order.flags) == (Decimal(0), True)


def test_a_package_becomes_a_parcel_with_its_pieces() -> None:
    order, parcel = messages(with_status("SHIPPED", packages=[package()]))
    assert (order.kind, parcel.kind, parcel.external_id) == (
        "order",
        "parcel",
        "305-1112223-4445556",
    )
    assert parcel.parcel is not None
    assert parcel.parcel.tracking_number == "TRK-1"
    assert parcel.parcel.lines == (("30511122233344", 2),)
    assert parcel.parcel.external_id == "305-1112223-4445556:1"


def test_pieces_that_no_package_tells_of_left_untracked() -> None:
    half = package(packageItems=[{"orderItemId": "30511122233344", "quantity": 1}])
    _, tracked, rest = messages(with_status("SHIPPED", packages=[half]))
    assert tracked.parcel is not None
    assert rest.parcel is not None
    assert (rest.parcel.tracking_number, rest.parcel.external_id) == ("", "305-1112223-4445556")
    assert rest.parcel.lines == ()


def test_a_part_that_left_is_told_while_the_rest_is_prepared() -> None:
    half = package(packageItems=[{"orderItemId": "30511122233344", "quantity": 1}])
    order, parcel = messages(with_status("PARTIALLY_SHIPPED", packages=[half]))
    assert order.order is not None
    assert (order.order.stage, order.order.flags) == (Stage.PREPARING, ("partial",))
    assert parcel.parcel is not None
    assert parcel.parcel.lines == (("30511122233344", 1),)


def test_instants_of_another_offset_are_noted() -> None:
    message = first(order_2026(createdTime="2026-11-03T09:15:00+01:00"))
    assert step(message, CleansingCode.DATE, "placed_at") == (
        "2026-11-03T09:15:00+01:00",
        "2026-11-03T08:15:00Z",
    )
    unreadable = first(order_2026(createdTime="03.11.2026"))
    assert ("placed_at", "BAD_DATE") in codes(unreadable)
