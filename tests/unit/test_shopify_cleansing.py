"""What the Shopify mapping changes is noted in the order's record, and nothing else is."""

from decimal import Decimal

import pytest

from tests.unit.shopify_bodies import Body, first, fixture, mapped, order_body, steps


def of(**changes: object) -> dict[tuple[str, str], tuple[str, str]]:
    return steps(first(order_body(**changes)))


def with_address(**changes: object) -> Body:
    body = order_body()
    body["shipping_address"] |= changes
    return body


def test_paid_order_notes_tax_discounts_phones_and_stage() -> None:
    assert of() == {
        ("lines.tax_included", "TAX_ON_TOP"): ("taxes_included=false", "false"),
        ("lines.discount", "DISCOUNT"): ("12.00", "8.00, 4.00"),
        ("stage", "STATUS"): ("paid / null", "in_review"),
        ("customer.phone", "PHONE"): ("+1 503-823-4000", "+15038234000"),
        ("shipping_address.phone", "PHONE"): ("+1 503-823-4000", "+15038234000"),
    }


def test_included_tax_is_noted() -> None:
    noted = steps(first(fixture("shopify_order_eur_tax_included")))
    assert noted["lines.tax_included", "TAX_INCLUDED"] == ("taxes_included=true", "true")


def test_tax_free_order_has_no_tax_step() -> None:
    body = order_body(total_tax="0.00", total_price="114.99", tax_lines=[])
    for line in body["line_items"]:
        line["tax_lines"] = []
    message = first(body)
    assert message.order is not None
    assert not {code for _, code in steps(message)} & {"TAX_ON_TOP", "TAX_INCLUDED"}


def test_tax_the_marketplace_remits_is_noted() -> None:
    body = order_body()
    body["line_items"][0]["tax_lines"][0]["channel_liable"] = True
    noted = steps(first(body))
    assert noted["tax_remitted_by", "TAX_BY_MARKETPLACE"] == ("channel_liable=true", "marketplace")


def test_tip_is_noted_as_shipping() -> None:
    noted = of(total_tip_received="5.00", total_price="128.45")
    assert noted["shipping", "TIP"] == ("6.99", "11.99")


@pytest.mark.parametrize(
    ("said", "name", "code"),
    [("", "Germany", "DE"), ("uk", "", "GB"), ("XX", "Germany", "DE")],
)
def test_country_names_and_aliases_become_codes(said: str, name: str, code: str) -> None:
    message = first(with_address(country_code=said, country=name, zip="10115"))
    noted = steps(message)
    assert noted["shipping_address.country", "COUNTRY"] == (said or name, code)


def test_lost_leading_zero_of_the_postal_code_comes_back() -> None:
    body = with_address(zip="2116", province_code="MA")
    message = first(body)
    assert steps(message)["shipping_address.postal_code", "POSTAL_CODE"] == ("2116", "02116")
    assert mapped(body).shipping_address.postal_code == "02116"  # type: ignore[union-attr]


def test_extension_of_a_phone_is_kept() -> None:
    address = mapped(with_address(phone="(503) 823-4000 ext. 73")).shipping_address
    assert address is not None
    assert address.phone == "+15038234000;ext=73"


def test_phone_that_is_no_number_stays_as_said() -> None:
    message = first(with_address(phone="ask at the bakery"))
    assert ("shipping_address.phone", "PHONE") not in steps(message)


@pytest.mark.parametrize(
    ("first_line", "second_line", "street"),
    [
        ("", "12 Harbor Lane", "12 Harbor Lane"),
        ("Sandton", "12 Rivonia Road", "12 Rivonia Road"),
        ("The Old Rectory", "7B High St.", "7B High St."),
        ("12 Harbor Lane", "Suite 3", "12 Harbor Lane"),
        ("Harbor Lane", "12 Mill Road", "Harbor Lane"),
        ("Harbor House", "2nd floor", "Harbor House"),
        ("Harbor House", "", "Harbor House"),
    ],
)
def test_street_comes_first(first_line: str, second_line: str, street: str) -> None:
    body = with_address(address1=first_line, address2=second_line, company=None)
    address = mapped(body).shipping_address
    assert address is not None
    assert address.line1 == street
    assert {address.line1, address.line2} == {first_line, second_line}
    noted = steps(first(body)).get(("shipping_address.line1", "ADDRESS_SOURCE"))
    assert noted == ((first_line, street) if street != first_line else None)


def test_refunded_line_is_noted() -> None:
    body = order_body(
        financial_status="partially_refunded",
        current_total_price="84.63",
        current_total_tax="5.64",
        current_total_discounts="8.00",
    )
    body["line_items"][1] |= {"current_quantity": 0, "fulfillable_quantity": 0}
    noted = steps(first(body))
    assert noted["total", "REFUND"] == ("123.45", "84.63")
    assert noted["lines", "REFUND"] == ("4 × BULB-07", "0")


def test_half_a_yen_line_is_rounded_to_whole_yen() -> None:
    body = fixture("shopify_order_jpy") | {
        "taxes_included": False,
        "total_price": "12003",
        "total_tax": "543",
        "current_total_price": "6252",
        "current_total_tax": "272",
        "current_total_discounts": "0",
        "total_discounts": "0",
    }
    line = {"quantity": 2, "current_quantity": 1, "price": "5480", "discount_allocations": []}
    body["line_items"][0] |= line | {"tax_lines": [{"price": "543"}]}
    assert mapped(body).lines[0].tax == Decimal(272)


def test_id_that_a_relay_wrote_as_a_float_is_restored_from_the_gid() -> None:
    message = first(order_body(id=9.007199254740993e18))
    assert message.external_id == "9007199254740993123"
    assert steps(message)["external_id", "IDENTIFIER"] == (
        "9007199254740993000",
        "9007199254740993123",
    )


def test_small_id_written_as_a_float_is_whole() -> None:
    assert first(order_body(id=450789469.0, admin_graphql_api_id="")).external_id == "450789469"


@pytest.mark.parametrize("ruined", [9.007199254740993e18, 1.5, -7.0])
def test_ruined_id_without_a_gid_is_refused(ruined: float) -> None:
    message = first(order_body(id=ruined, admin_graphql_api_id=""))
    assert message.order is None
    assert [each.field for each in message.findings] == ["id"]


def test_status_and_payment_words_are_noted() -> None:
    noted = of(financial_status="expired", fulfillment_status="fulfilled")
    assert noted["stage", "STATUS"] == ("expired / fulfilled", "shipped")
    assert noted["payment.status", "STATUS"] == ("expired", "voided")


def test_every_step_says_why_in_both_languages() -> None:
    for step in first(order_body()).cleansing:
        assert step.why_en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in step.why_zh)
