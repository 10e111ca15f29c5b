"""Line 1 finds what keeps an order from being shipped or charged, and never raises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.findings import Finding, is_blocking
from domain.order import EXAMPLE, CanonicalOrder, Origin
from domain.validation import parsed_order, validate

Change = dict[str, Any]

GOOD: dict[str, Change] = {
    "US": {
        "city": "Portland",
        "region": "OR",
        "postal_code": "97205",
        "phone": "+1 503-823-4000",
    },
    "CA": {
        "city": "Ottawa",
        "region": "ON",
        "postal_code": "K1A 0B1",
        "phone": "(613) 996-2269",
    },
    "DE": {"city": "Berlin", "postal_code": "10115", "phone": "030 901820"},
    "FR": {"city": "Paris", "postal_code": "75 001", "phone": "01 42 76 40 40"},
    "IT": {"city": "Roma", "region": "RM", "postal_code": "00144", "phone": "06 0606"},
    "CN": {
        "city": "青岛市",
        "region": "山东省",
        "postal_code": "266033",
        "phone": "138 0013 8000",
    },
    "GB": {"city": "London", "postal_code": "ec1y 8sy", "phone": "020 7641 6000"},
    "JP": {"city": "", "region": "JP-13", "postal_code": "154-0023", "phone": "03-5321-1111"},
    "HK": {"city": "", "region": "Kowloon", "postal_code": "", "phone": "2835 2500"},
}
BAD_CODES = {
    "US": "9720",
    "CA": "D1A 0B1",
    "DE": "1011",
    "FR": "7500",
    "IT": "144",
    "CN": "26603",
    "GB": "10115",
    "JP": "1540",
}


def order_to(country: str, **address: object) -> CanonicalOrder:
    order = CanonicalOrder.model_validate(EXAMPLE)
    assert order.shipping_address is not None
    fields = {"country": country, "region": "", **GOOD.get(country, {}), **address}
    changed = order.shipping_address.model_copy(update=fields)
    customer = order.customer.model_copy(update={"phone": ""})
    return order.model_copy(update={"shipping_address": changed, "customer": customer})


def changed(**changes: object) -> CanonicalOrder:
    return CanonicalOrder.model_validate(EXAMPLE).model_copy(update=changes)


def seen(order: CanonicalOrder, origin: Origin = "channel") -> set[tuple[str, str, str]]:
    return {(f.field, f.code.value, f.severity) for f in validate(order, origin)}


@pytest.mark.parametrize("country", GOOD)
def test_usual_address_of_a_country_passes(country: str) -> None:
    assert seen(order_to(country)) == set()


@pytest.mark.parametrize("country", BAD_CODES)
def test_missing_postal_code_is_an_error_where_the_country_requires_it(country: str) -> None:
    found = seen(order_to(country, postal_code=""))
    assert found == {("shipping_address.postal_code", "REQUIRED", "error")}


@pytest.mark.parametrize(("country", "code"), BAD_CODES.items())
def test_postal_code_of_another_form_is_an_error(country: str, code: str) -> None:
    found = seen(order_to(country, postal_code=code))
    assert found == {("shipping_address.postal_code", "BAD_POSTAL_CODE", "error")}


def test_optional_postal_code_of_a_wrong_form_is_only_a_warning() -> None:
    order = order_to("IE", city="Dublin", postal_code="10115", phone="+353 1 222 2222")
    assert seen(order) == {("shipping_address.postal_code", "BAD_POSTAL_CODE", "warning")}


def test_german_finding_tells_what_to_do_in_both_languages() -> None:
    (found,) = validate(order_to("DE", postal_code=""), "channel")
    assert "26133" in found.message_en
    assert "26133" in found.message_zh
    assert "缺少" in found.message_zh


@pytest.mark.parametrize(
    ("field", "severity"),
    [("line1", "error"), ("city", "error"), ("region", "warning"), ("name", "warning")],
)
def test_missing_part_of_an_american_address(field: str, severity: str) -> None:
    found = seen(order_to("US", **{field: ""}))
    assert found == {(f"shipping_address.{field}", "REQUIRED", severity)}


@pytest.mark.parametrize("country", ["XX", "ZZ", "UK", "Germany", "de"])
def test_what_is_no_country_code_is_an_error(country: str) -> None:
    assert ("shipping_address.country", "BAD_COUNTRY", "error") in seen(order_to(country))


@pytest.mark.parametrize(
    ("origin", "severity"), [("channel", "warning"), ("api", "error"), ("form", "error")]
)
def test_missing_address_waits_for_a_person_or_goes_back_to_its_sender(
    origin: Origin, severity: str
) -> None:
    found = seen(changed(shipping_address=None), origin)
    assert found == {("shipping_address", "REQUIRED", severity)}


def test_digital_order_needs_no_address() -> None:
    assert seen(changed(shipping_address=None, flags=("digital",)), "api") == set()


@pytest.mark.parametrize(
    ("phone", "code"), [("", "REQUIRED"), ("555-555-SHIP", "BAD_PHONE"), ("12", "BAD_PHONE")]
)
@pytest.mark.parametrize("origin", ["channel", "api", "form", "file"])
def test_phone_is_never_worse_than_a_warning(phone: str, code: str, origin: Origin) -> None:
    found = seen(order_to("US", phone=phone), origin)
    assert {(c, severity) for _, c, severity in found} == {(code, "warning")}


def test_one_dialable_phone_is_enough() -> None:
    order = order_to("US", phone="555-555-SHIP")
    customer = order.customer.model_copy(update={"phone": "+49 30 901820"})
    assert seen(order.model_copy(update={"customer": customer})) == set()


def test_malformed_email_is_a_warning() -> None:
    customer = changed().customer.model_copy(update={"email": "jon@@example"})
    assert seen(changed(customer=customer)) == {("customer.email", "BAD_EMAIL", "warning")}


def test_order_of_nobody_goes_back_to_its_sender() -> None:
    nobody = changed().customer.model_copy(
        update={"external_id": "", "name": "", "email": "", "phone": ""}
    )
    assert seen(changed(customer=nobody), "api") == {("customer", "REQUIRED", "error")}


def test_unknown_currency_is_an_error() -> None:
    assert seen(changed(currency="DEM")) == {("currency", "BAD_CURRENCY", "error")}


def test_more_decimals_than_the_currency_has_are_a_warning() -> None:
    found = seen(changed(currency="JPY"))
    assert found == {("total", "BAD_AMOUNT", "warning")}


@pytest.mark.parametrize(
    ("total", "mismatch"), [("117.95", False), ("117.96", False), ("117.97", True), ("99", True)]
)
def test_total_may_differ_by_a_cent_per_line(total: str, mismatch: bool) -> None:
    order = CanonicalOrder.model_validate(EXAMPLE | {"total": total})
    expected = {("total", "AMOUNT_MISMATCH", "error")} if mismatch else set()
    assert seen(order) == expected


def test_mismatch_names_both_sums() -> None:
    (found,) = validate(CanonicalOrder.model_validate(EXAMPLE | {"total": "99.00"}), "api")
    for message in (found.message_en, found.message_zh):
        assert "99.00" in message
        assert "117.95" in message


def test_line_total_must_follow_from_its_parts() -> None:
    lines = [EXAMPLE["lines"][0] | {"total": "95.00"}]
    order = CanonicalOrder.model_validate(EXAMPLE | {"lines": lines})
    assert seen(order) == {("lines[0].total", "AMOUNT_MISMATCH", "error")}


def test_included_tax_is_not_added_again() -> None:
    line = EXAMPLE["lines"][0] | {"tax_included": True, "total": "95.00"}
    assert seen(CanonicalOrder.model_validate(EXAMPLE | {"lines": [line], "total": "99.90"})) == (
        set()
    )


def test_mixed_lines_add_only_the_tax_that_is_not_inside() -> None:
    line = EXAMPLE["lines"][0]
    inside = line | {"line_id": "2", "tax_included": True, "total": "95.00"}
    document = EXAMPLE | {"lines": [line, inside], "discount": "10.00", "tax": "36.10"}
    order = CanonicalOrder.model_validate(document | {"total": "212.95"})
    assert seen(order) == set()


@pytest.mark.parametrize(("origin", "severity"), [("channel", "warning"), ("file", "error")])
def test_line_without_sku(origin: Origin, severity: str) -> None:
    line = changed().lines[0].model_copy(update={"sku": ""})
    assert seen(changed(lines=(line,)), origin) == {("lines[0].sku", "BAD_SKU", severity)}


def test_two_lines_of_one_id_are_an_error() -> None:
    line = EXAMPLE["lines"][0]
    document = EXAMPLE | {"lines": [line, line], "discount": "10.00", "tax": "36.10"}
    order = CanonicalOrder.model_validate(document | {"total": "231.00"})
    assert seen(order) == {("lines.line_id", "DUPLICATE_LINE", "error")}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"total": 1.5}, "total", "BAD_AMOUNT"),
        ({"total": "-1"}, "total", "BAD_AMOUNT"),
        ({"total": None}, "total", "BAD_AMOUNT"),
        ({"placed_at": "yesterday"}, "placed_at", "BAD_DATE"),
        ({"colour": "red"}, "colour", "UNKNOWN_FIELD"),
        ({"lines": []}, "lines", "REQUIRED"),
        ({"external_id": ""}, "external_id", "REQUIRED"),
        ({"currency": "euro"}, "currency", "BAD_CURRENCY"),
        ({"payment": {"status": "done"}}, "payment.status", "UNKNOWN_STATUS"),
        ({"stage": "lost"}, "stage", "UNKNOWN_STATUS"),
        ({"customer": {"name": 7}}, "customer.name", "BAD_VALUE"),
        ({"notes": "x" * 3000}, "notes", "TOO_LONG"),
        (
            {"lines": [EXAMPLE["lines"][0] | {"quantity": 1.5}]},
            "lines[0].quantity",
            "BAD_QUANTITY",
        ),
    ],
)
def test_impossible_document_is_told_by_field(change: Change, field: str, code: str) -> None:
    order, findings = parsed_order(EXAMPLE | change, "api")
    assert order is None
    assert [(f.field, f.code.value, f.severity) for f in findings] == [(field, code, "error")]


def test_every_flaw_is_told_at_once() -> None:
    _, findings = parsed_order({"lines": [{}]}, "api")
    fields = {f.field for f in findings}
    assert {"external_id", "total", "customer", "lines[0].quantity"} <= fields


@pytest.mark.parametrize("value", [None, 3, "order", [], [EXAMPLE]])
def test_what_is_no_object_is_no_order(value: object) -> None:
    assert [f.code.value for f in parsed_order(value, "api")[1]] == ["NOT_AN_ORDER"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(field=st.sampled_from(sorted(EXAMPLE)), value=json_values)
def test_no_document_makes_it_raise(field: str, value: object) -> None:
    order, findings = parsed_order(EXAMPLE | {field: value}, "channel")
    assert order is not None or is_blocking(findings)
    assert all(isinstance(each, Finding) and each.message_zh for each in findings)


address_texts = st.text(max_size=30)


@given(country=address_texts, code=address_texts, phone=address_texts)
def test_no_address_makes_it_raise(country: str, code: str, phone: str) -> None:
    validate(order_to(country, postal_code=code, phone=phone), "channel")


@pytest.mark.parametrize("stage", ["shipped", "completed", "closed_abnormally"])
def test_a_wrong_address_is_a_warning_once_the_goods_have_left(stage: str) -> None:
    order = order_to("DE", postal_code="1011", city="").model_copy(update={"stage": stage})
    assert seen(order) == {
        ("shipping_address.postal_code", "BAD_POSTAL_CODE", "warning"),
        ("shipping_address.city", "REQUIRED", "warning"),
    }
