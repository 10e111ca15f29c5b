"""WooCommerce's orders become ours without losing a digit or a cent, and every change is told."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.cleansing import CleansingCode
from domain.stages import Stage
from domain.validation import TOLERANCE_PER_LINE, order_total
from tests.unit.woocommerce_bodies import (
    ORDER_ID,
    UNPAID,
    Body,
    codes,
    first,
    mapped,
    messages,
    one_line_body,
    order_body,
    steps,
)


def without(body: Body, *names: str) -> Body:
    return {name: value for name, value in body.items() if name not in names}


def test_paid_order_maps_without_a_finding() -> None:
    message = first(order_body())
    assert (message.kind, message.external_id, message.findings) == ("order", ORDER_ID, ())
    order = mapped(order_body())
    assert (order.channel, order.shop, order.number) == ("woocommerce", "acme", "56AQ")
    assert order.placed_at == datetime(2026, 10, 5, 13, 30, tzinfo=UTC)
    assert (order.total, order.shipping, order.discount, order.tax) == (
        Decimal("96.58"),
        Decimal("4.12"),
        Decimal("8.57"),
        Decimal("15.42"),
    )
    assert (order.payment.status, order.payment.terms) == ("paid", "")
    assert order.stage is Stage.IN_REVIEW
    assert order.notes == "Bitte klingeln"
    assert order.tax_remitted_by == "seller"


def test_lines_are_net_although_the_catalogue_has_gross_prices() -> None:
    screwdriver, glue = mapped(order_body()).lines
    assert screwdriver.unit_price == Decimal("25.203333")
    assert (screwdriver.discount, screwdriver.tax) == (Decimal("7.57"), Decimal("12.93"))
    assert (screwdriver.tax_included, screwdriver.total) == (False, Decimal("80.97"))
    assert (glue.unit_price, glue.discount, glue.total) == (
        Decimal("10.00"),
        Decimal("1.00"),
        Decimal("10.71"),
    )


def test_tax_on_top_is_told_with_what_the_shop_said() -> None:
    message = first(order_body())
    assert steps(message, CleansingCode.TAX_ON_TOP) == [("tax", "prices_include_tax true", "15.42")]


def test_unit_price_and_coupons_are_told_per_line() -> None:
    message = first(order_body())
    prices = [("lines[0].unit_price", "75.61 / 3", "25.203333")]
    assert steps(message, CleansingCode.UNIT_PRICE) == prices
    assert steps(message, CleansingCode.DISCOUNT) == [
        ("lines[0].discount", "75.61 - 68.04", "7.57"),
        ("lines[1].discount", "10.00 - 9.00", "1.00"),
    ]
    (why,) = {s.why_en for s in message.cleansing if s.code is CleansingCode.DISCOUNT}
    assert why.endswith(": herbst10")


@pytest.mark.parametrize("quantity", [3, 7, 11, 10_007, 999_983])
@pytest.mark.parametrize("net", ["10.00", "0.01", "1234.57", "1400.00"])
def test_totals_add_up_whatever_the_price_of_a_piece(quantity: int, net: str) -> None:
    order = mapped(one_line_body(quantity=quantity, subtotal=net, total=net))
    assert abs(order_total(order) - order.total) <= TOLERANCE_PER_LINE
    assert order.total == Decimal(net)


def test_total_that_does_not_add_up_is_refused() -> None:
    message = first(order_body(total="97.58"))
    assert message.order is None
    assert ("total", "AMOUNT_MISMATCH") in codes(message)


def test_line_that_staff_made_dearer_has_no_negative_discount() -> None:
    order = mapped(one_line_body(subtotal="10.00", total="14.00", quantity=2))
    assert (order.lines[0].unit_price, order.lines[0].discount) == (Decimal("7.00"), Decimal(0))


def test_store_credit_beside_the_lines_counts_as_discount() -> None:
    body = one_line_body() | {"discount_total": "4.00", "total": "6.00"}
    assert mapped(body).discount == Decimal("4.00")


def test_surcharge_goes_into_shipping_and_rebate_into_discount() -> None:
    fees = [{"name": "Gift wrap", "total": "3.00"}, {"name": "Loyalty", "total": "-2.00"}]
    body = order_body(fee_lines=fees, total="97.58")
    order = mapped(body)
    assert (order.shipping, order.discount) == (Decimal("7.12"), Decimal("10.57"))
    assert steps(first(body), CleansingCode.TIP) == [("shipping", "4.12", "7.12")]
    assert ("discount", "-2.00", "10.57") in steps(first(body), CleansingCode.DISCOUNT)


def test_tip_is_told_as_a_tip() -> None:
    message = first(order_body(fee_lines=[{"name": "Tip", "total": "5.00"}], total="101.58"))
    assert message.order is not None
    assert message.order.shipping == Decimal("9.12")
    (step,) = [s for s in message.cleansing if s.code is CleansingCode.TIP]
    assert step.why_en == "a tip is not goods; it counts as shipping"


def test_sku_given_as_a_number_is_text() -> None:
    assert mapped(order_body()).lines[1].sku == "40231"


def test_ids_keep_all_their_digits() -> None:
    order = mapped(order_body(id=9223372036854775807))
    assert order.external_id == "9223372036854775807"
    assert order.lines[0].line_id == "9007199254742001"


@pytest.mark.parametrize(
    ("quantity", "message"), [(1.5, "'1.5'"), (0, "'0'"), (-1, "'-1'"), ("two", "'two'")]
)
def test_quantity_that_cannot_be_shipped_is_refused(quantity: object, message: str) -> None:
    refused = first(one_line_body(quantity=quantity))
    assert refused.order is None
    (finding,) = refused.findings
    assert finding.code.value == "BAD_QUANTITY"
    assert message in finding.message_en


def test_whole_quantity_written_as_a_fraction_is_whole() -> None:
    body = one_line_body(quantity=2.0)
    assert mapped(body).lines[0].quantity == 2
    quantity = ("lines[0].quantity", "2.0", "2")
    assert steps(first(body), CleansingCode.QUANTITY) == [quantity]


def test_entities_in_a_title_are_read() -> None:
    assert mapped(order_body()).lines[0].title == "Schraubendreher & Bits – 12-teilig"
    assert steps(first(order_body()), CleansingCode.TEXT)[0][0] == "lines[0].title"


def test_company_joins_the_second_line_and_makes_no_business() -> None:
    order = mapped(order_body())
    address = order.shipping_address
    assert address is not None
    assert (address.name, address.line1, address.line2) == (
        "Jonas Tannhof",
        "Hafenstraße 3",
        "Werkstatt Nord, Hof 2",
    )
    assert (address.region, address.postal_code, address.country) == (
        "Niedersachsen",
        "26789",
        "DE",
    )
    assert order.customer.kind == "consumer"


@pytest.mark.parametrize("shipping", [[], {}, None, {"address_1": "", "city": "", "country": "DE"}])
def test_empty_shipping_address_means_the_billing_address(shipping: object) -> None:
    body = order_body(shipping=shipping)
    address = mapped(body).shipping_address
    assert address is not None
    assert (address.name, address.city) == ("Mira Tannhof", "Oldenburg")
    source = [("shipping_address", "shipping", "billing")]
    assert steps(first(body), CleansingCode.ADDRESS_SOURCE) == source


def test_order_without_any_address_is_for_a_person() -> None:
    message = first(order_body(shipping=[], billing=[]))
    assert message.order is not None
    assert message.order.shipping_address is None
    assert ("shipping_address", "REQUIRED") in codes(message)


def test_country_by_name_and_lost_zero_are_mended_and_told() -> None:
    body = order_body()
    body["shipping"] |= {"country": "Germany", "postcode": "1067"}
    message = first(body)
    assert message.order is not None
    assert message.order.shipping_address is not None
    assert message.order.shipping_address.country == "DE"
    country = ("shipping_address.country", "Germany", "DE")
    assert steps(message, CleansingCode.COUNTRY) == [country]
    code = ("shipping_address.postal_code", "1067", "01067")
    assert steps(message, CleansingCode.POSTAL_CODE) == [code]


def test_phone_is_in_international_form() -> None:
    assert mapped(order_body()).customer.phone == "+494412350"
    phone = ("customer.phone", "0441 2350", "+494412350")
    assert steps(first(order_body()), CleansingCode.PHONE) == [phone]


def test_customer_number_zero_is_a_guest() -> None:
    body = order_body(customer_id=0)
    assert mapped(body).customer.external_id == ""
    guest = ("customer.external_id", "0", "")
    assert steps(first(body), CleansingCode.IDENTIFIER) == [guest]
    assert mapped(order_body()).customer.external_id == "4711"


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("_vat_number", "DE123456789", "business"),
        ("_billing_eu_vat_number", "ATU12345678", "business"),
        ("_vat_number", "", "consumer"),
        ("is_vat_exempt", "yes", "consumer"),
    ],
)
def test_only_a_vat_number_makes_a_business(key: str, value: str, kind: str) -> None:
    meta = [{"id": 1, "key": key, "value": value}]
    assert mapped(order_body(meta_data=meta)).customer.kind == kind


def test_dates_are_utc_and_told() -> None:
    message = first(order_body())
    created, modified = steps(message, CleansingCode.DATE)
    assert created == ("placed_at", "2026-10-05T13:30:00", "2026-10-05T13:30:00Z")
    assert modified[:2] == ("source_updated_at", "2026-10-05T13:30:04")


def test_without_gmt_the_creation_is_taken_as_utc_and_the_change_stays_unknown() -> None:
    body = without(order_body(), "date_created_gmt", "date_modified_gmt")
    message = first(body)
    assert message.order is not None
    assert message.order.placed_at == datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
    assert message.order.source_updated_at is None
    assert message.source_updated_at is None
    (step,) = [s for s in message.cleansing if s.code is CleansingCode.DATE]
    assert "local time" in step.why_en


def test_order_without_any_date_is_refused() -> None:
    body = without(order_body(), "date_created_gmt", "date_created")
    assert ("placed_at", "REQUIRED") in codes(first(body))


def test_of_two_states_of_one_second_the_further_one_is_later() -> None:
    pending = mapped(order_body(status="pending", **UNPAID)).source_updated_at
    processing = mapped(order_body()).source_updated_at
    assert pending is not None
    assert processing is not None
    assert pending < processing
    assert (processing - pending).total_seconds() < 0.001


def test_cash_on_delivery_is_unpaid_on_terms() -> None:
    body = order_body(payment_method="cod", payment_method_title="Nachnahme", **UNPAID)
    order = mapped(body)
    assert (order.payment.status, order.payment.terms) == ("pending", "cod")
    assert (order.stage, order.flags) == (Stage.IN_REVIEW, ())


def test_partial_refund_leaves_the_amounts_and_asks_a_person() -> None:
    refunds = [{"id": 1, "reason": "", "total": "-10.71"}]
    message = first(order_body(refunds=refunds))
    order = message.order
    assert order is not None
    assert (order.total, order.payment.status) == (Decimal("96.58"), "partially_refunded")
    assert "partially_refunded" in order.flags
    assert [(f.code.value, f.severity) for f in message.findings] == [
        ("AMOUNT_MISMATCH", "warning")
    ]
    assert "85.87" in message.findings[0].message_en
    back = ("payment.status", "paid", "partially_refunded")
    assert steps(message, CleansingCode.REFUND) == [back]


def test_refund_of_an_order_that_is_out_asks_nobody() -> None:
    message = first(order_body(status="completed", refunds=[{"id": 1, "total": "-10.71"}]))
    assert message.findings == ()


def test_refund_of_everything_is_not_paid_whatever_the_status() -> None:
    assert mapped(order_body(refunds=[{"id": 1, "total": "-96.58"}])).payment.status == "refunded"


def test_order_of_downloads_needs_no_address() -> None:
    body = one_line_body() | {"needs_processing": False, "shipping": [], "billing": {}}
    body["billing"] = {"email": "mira.tannhof@example.com"}
    message = first(body | {"status": "completed"})
    assert message.order is not None
    assert "digital" in message.order.flags
    assert ("shipping_address", "REQUIRED") not in codes(message)
    assert message.order.stage is Stage.COMPLETED


@pytest.mark.parametrize(
    "changes",
    [
        {"meta_data": {"0": {"key": "a", "value": {"deep": [1]}}, "2": None}},
        {"line_items": "none"},
        {"total": None},
        {"total": "1,234.50"},
        {"billing": "Mira"},
        {"date_created_gmt": "yesterday"},
        {"id": 1.5},
        {"currency": None},
        {"customer_id": {"id": 1}},
    ],
)
def test_malformed_fields_become_findings(changes: dict[str, Any]) -> None:
    message = first(order_body(**changes))
    assert message.order is None
    assert message.findings


def test_list_with_gaps_that_php_writes_as_an_object_is_read() -> None:
    body = order_body()
    body["line_items"] = {"0": body["line_items"][0], "7": body["line_items"][1]}
    body["meta_data"] = {"3": {"id": 1, "key": "k", "value": "v"}}
    assert len(mapped(body).lines) == 2


def test_cancellation_of_an_unreadable_order_still_closes_it() -> None:
    (message,) = messages(order_body(status="cancelled", currency=""))
    assert (message.kind, message.external_id, message.order) == ("cancellation", ORDER_ID, None)
