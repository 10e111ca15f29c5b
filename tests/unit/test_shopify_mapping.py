"""Shopify's orders become ours without losing a digit, a cent or a hint."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.stages import Stage
from tests.unit.shopify_bodies import Body, codes, first, fixture, mapped, order_body


def set_money(amount: str) -> Body:
    return {"shop_money": {"amount": amount, "currency_code": "USD"}}


def test_paid_order_maps_without_a_finding() -> None:
    message = first(order_body())
    assert message.kind == "order"
    assert message.findings == ()
    assert message.source_updated_at == datetime(2026, 10, 5, 13, 30, 4, tzinfo=UTC)
    order = mapped(order_body())
    assert (order.channel, order.shop, order.number) == ("shopify", "acme", "#2041")
    assert order.placed_at == datetime(2026, 10, 5, 13, 30, tzinfo=UTC)
    assert (order.total, order.shipping, order.discount, order.tax) == (
        Decimal("123.45"),
        Decimal("6.99"),
        Decimal("12.00"),
        Decimal("8.46"),
    )
    assert (order.payment.status, order.payment.terms) == ("paid", "")
    assert order.stage is Stage.IN_REVIEW
    assert order.notes == "Ring twice"
    assert order.channel_status["financial_status"] == "paid"


def test_line_carries_its_share_of_discount_and_tax() -> None:
    lamp, bulb = mapped(order_body()).lines
    assert (lamp.sku, lamp.title, lamp.quantity) == ("LAMP-01", "Desk lamp - brass", 2)
    assert (lamp.discount, lamp.tax, lamp.total) == (
        Decimal("8.00"),
        Decimal("5.64"),
        Decimal("77.64"),
    )
    assert bulb.total == Decimal("38.82")


def test_manual_line_discount_counts_when_nothing_is_allocated() -> None:
    body = order_body()
    body["line_items"][0] |= {"discount_allocations": [], "total_discount": "8.00"}
    assert mapped(body).lines[0].discount == Decimal("8.00")


def test_ids_keep_all_their_digits() -> None:
    order = mapped(order_body())
    assert order.external_id == "9007199254740993123"
    assert order.customer.external_id == "9007199254740993777"
    assert order.lines[0].line_id == "9007199254740994001"


def test_gid_outranks_an_id_that_a_relay_has_rounded() -> None:
    assert mapped(order_body(id=9007199254740993000)).external_id == "9007199254740993123"


def test_id_stands_alone_without_a_gid() -> None:
    assert mapped(order_body(admin_graphql_api_id=None)).external_id == "9007199254740993123"


def test_included_taxes_are_not_added() -> None:
    order = mapped(fixture("shopify_order_eur_tax_included"))
    assert order.lines[0].tax_included
    assert (order.lines[0].total, order.tax, order.total) == (
        Decimal("59.85"),
        Decimal("10.35"),
        Decimal("64.80"),
    )
    assert order.customer.kind == "consumer"
    assert order.customer.name == "Jonas Feld"
    assert order.payment.status == "authorized"


def test_yen_and_cash_on_delivery() -> None:
    message = first(fixture("shopify_order_jpy"))
    assert message.findings == ()
    order = mapped(fixture("shopify_order_jpy"))
    assert order.total == Decimal(5980)
    assert order.payment.terms == "cod"
    assert order.stage is Stage.IN_REVIEW


def test_address_keeps_company_and_region() -> None:
    address = mapped(order_body()).shipping_address
    assert address is not None
    assert (address.name, address.line1, address.line2) == (
        "Nora Quill",
        "12 Harbor Lane",
        "Quill Editing, Suite 3",
    )
    assert (address.city, address.region, address.postal_code, address.country) == (
        "Portland",
        "OR",
        "97205",
        "US",
    )


@pytest.mark.parametrize(
    "country",
    [{"country_code": None, "country": "Germany"}, {"country_code": "de", "country": ""}],
)
def test_country_comes_from_code_or_name(country: Body) -> None:
    body = order_body()
    body["shipping_address"] |= country | {"zip": "10115"}
    address = mapped(body).shipping_address
    assert address is not None
    assert address.country == "DE"


def test_unknown_country_is_stopped() -> None:
    body = order_body()
    body["shipping_address"] |= {"country_code": "XX", "country": "Nowhere"}
    message = first(body)
    assert message.order is None
    assert codes(message) == {("shipping_address.country", "BAD_COUNTRY")}


def test_street_in_the_second_line_is_taken() -> None:
    body = order_body()
    body["shipping_address"] |= {"address1": "", "address2": "12 Harbor Lane", "company": None}
    address = mapped(body).shipping_address
    assert address is not None
    assert (address.line1, address.line2) == ("12 Harbor Lane", "")


def test_german_order_without_postal_code_is_stopped() -> None:
    body = fixture("shopify_order_eur_tax_included")
    body["shipping_address"]["zip"] = None
    message = first(body)
    assert message.order is None
    assert codes(message) == {("shipping_address.postal_code", "REQUIRED")}


def test_missing_address_waits_for_a_person() -> None:
    message = first(order_body(shipping_address=None))
    assert message.order is not None
    assert codes(message) == {("shipping_address", "REQUIRED")}


def test_order_of_which_nothing_is_shipped_needs_no_address() -> None:
    body = order_body(shipping_address=None)
    for line in body["line_items"]:
        line["requires_shipping"] = False
    message = first(body)
    assert message.findings == ()
    assert message.order is not None
    assert "digital" in message.order.flags


def test_totals_that_do_not_add_up_are_stopped() -> None:
    message = first(order_body(total_price="124.00", current_total_price="124.00"))
    assert message.order is None
    assert message.external_id == "9007199254740993123"
    assert codes(message) == {("total", "AMOUNT_MISMATCH")}


def test_tips_and_duties_count_as_charges_beside_the_goods() -> None:
    tipped = order_body(total_tip_received="5.00", total_price="128.45")
    assert mapped(tipped).shipping == Decimal("11.99")
    dutied = order_body(original_total_duties_set=set_money("16.486"), total_price="139.936")
    assert mapped(dutied).shipping == Decimal("23.476")


def test_free_shipping_code_is_counted_once() -> None:
    body = order_body(total_discounts="18.99", total_price="116.46")
    body["shipping_lines"][0]["discounted_price"] = "0.00"
    order = mapped(body)
    assert (order.shipping, order.discount) == (Decimal("6.99"), Decimal("18.99"))


def test_line_taken_out_before_shipping_is_not_shipped() -> None:
    body = order_body(
        financial_status="partially_refunded",
        current_total_price="84.63",
        current_total_tax="5.64",
        current_total_discounts="8.00",
    )
    body["line_items"][1] |= {"current_quantity": 0, "fulfillable_quantity": 0}
    order = mapped(body)
    assert [line.sku for line in order.lines] == ["LAMP-01"]
    assert order.total == Decimal("84.63")
    assert "edited" in order.flags


def test_half_a_line_takes_half_of_its_discount_and_tax() -> None:
    body = order_body(
        current_total_price="83.43",
        current_total_tax="5.64",
        current_total_discounts="8.00",
        current_shipping_price_set=set_money("5.79"),
    )
    body["line_items"][0]["current_quantity"] = 1
    order = mapped(body)
    assert [line.quantity for line in order.lines] == [1, 4]
    assert (order.lines[0].discount, order.lines[0].tax) == (Decimal("4.00"), Decimal("2.82"))
    assert order.shipping == Decimal("5.79")


def test_refund_after_shipping_keeps_what_was_ordered() -> None:
    body = order_body(financial_status="paid", fulfillment_status="fulfilled")
    body["line_items"][1]["current_quantity"] = 0
    assert len(mapped(body).lines) == 2


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "consumer"),
        ({"company": {"id": 5, "location_id": 6}}, "business"),
        ({"customer": {"id": 7, "tags": "vip, Wholesale"}}, "business"),
        ({"customer": {"id": 7, "tags": "b2b-curious"}}, "consumer"),
        ({"customer": None}, "consumer"),
    ],
)
def test_only_a_company_or_a_tag_makes_a_business(changes: dict[str, Any], kind: str) -> None:
    assert mapped(order_body(**changes)).customer.kind == kind


def test_guest_has_no_customer_id() -> None:
    customer = mapped(order_body(customer=None)).customer
    assert (customer.external_id, customer.name) == ("", "Nora Quill")
    assert customer.email == "nora.quill@example.com"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"payment_terms_type": "net", "due_in_days": 30}, "net30"),
        ({"payment_terms_type": "Due on receipt", "due_in_days": None}, "due_on_receipt"),
        ({}, "agreed"),
    ],
)
def test_payment_terms(terms: Body, expected: str) -> None:
    order = mapped(order_body(payment_terms=terms, financial_status="pending"))
    assert order.payment.terms == expected
    assert order.stage is Stage.IN_REVIEW


def test_marketplace_that_remits_the_tax_is_named() -> None:
    body = order_body()
    body["line_items"][0]["tax_lines"][0]["channel_liable"] = True
    assert mapped(body).tax_remitted_by == "marketplace"


def test_amounts_may_come_as_numbers_without_losing_a_cent() -> None:
    assert mapped(order_body(total_price=123.45)).total == Decimal("123.45")


def test_text_that_cannot_be_stored_is_cleaned() -> None:
    order = mapped(order_body(note="a\x00b\ud800c" + "x" * 5000))
    assert order.notes.startswith("abcx")
    assert len(order.notes) == 2000


def test_missing_sku_waits_for_a_person() -> None:
    body = order_body()
    body["line_items"][0]["sku"] = None
    message = first(body)
    assert message.order is not None
    assert codes(message) == {("lines[0].sku", "BAD_SKU")}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"total_price": "free"}, "total_price", "BAD_AMOUNT"),
        ({"created_at": "example string"}, "created_at", "BAD_DATE"),
        ({"id": "example string", "admin_graphql_api_id": ""}, "id", "BAD_VALUE"),
        ({"currency": "example string"}, "currency", "BAD_CURRENCY"),
        ({"line_items": []}, "lines", "REQUIRED"),
        ({"line_items": None}, "line_items", "BAD_VALUE"),
        ({"customer": "x"}, "customer", "BAD_VALUE"),
    ],
)
def test_impossible_order_is_told_by_field(change: Body, field: str, code: str) -> None:
    message = first(order_body(**change))
    assert (message.kind, message.order) == ("order", None)
    assert codes(message) == {(field, code)}


@pytest.mark.parametrize("quantity", [1.5, -1, "many", None])
def test_quantity_that_is_no_count_is_stopped(quantity: object) -> None:
    body = order_body()
    body["line_items"][0]["quantity"] = quantity
    message = first(body)
    assert message.order is None
    assert "BAD_QUANTITY" in {code for _, code in codes(message)}
