"""An order that is being written is checked as far as it is there."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.drafts import check
from domain.order import EXAMPLE, CanonicalOrder
from domain.validation import validate


def draft(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE) | {"channel": "api"} | changes


def found(document: dict[str, Any]) -> dict[str, str]:
    return {each.field: str(each.code) for each in check(document, "api").findings}


def test_a_complete_order_has_the_findings_of_every_entrance() -> None:
    whole = draft(total="1.00")
    checked = check(whole, "api")
    assert list(checked.findings) == validate(CanonicalOrder.model_validate(whole), "api")
    assert checked.total == Decimal("117.95")


def test_an_empty_draft_names_what_an_order_needs() -> None:
    assert found({}) == dict.fromkeys(
        ("channel", "shop", "external_id", "placed_at", "currency", "customer", "lines", "total"),
        "REQUIRED",
    ) | {"shipping_address": "REQUIRED"}
    assert check({}, "api").total is None


def test_what_is_there_is_checked_although_other_fields_are_missing() -> None:
    address = EXAMPLE["shipping_address"] | {"postal_code": "101", "phone": "12"}
    document = {
        "shipping_address": address,
        "customer": {"email": "nobody", "phone": "12"},
        "currency": "XXX",
    }
    codes = found(document)
    assert codes["shipping_address.postal_code"] == "BAD_POSTAL_CODE"
    assert codes["shipping_address.phone"] == "BAD_PHONE"
    assert codes["customer.email"] == "BAD_EMAIL"
    assert codes["currency"] == "BAD_CURRENCY"


def test_the_total_is_told_before_it_was_entered() -> None:
    document = draft()
    del document["total"]
    checked = check(document, "api")
    assert checked.total == Decimal("117.95")
    assert [(each.field, each.code) for each in checked.findings] == [("total", "REQUIRED")]


def test_a_line_that_is_half_written_gives_no_total_and_no_false_sum() -> None:
    document = draft()
    document["lines"][0] = {"sku": "", "quantity": "two", "unit_price": "ten"}
    checked = check(document, "api")
    assert found(document) == {
        "lines[0].line_id": "REQUIRED",
        "lines[0].quantity": "BAD_QUANTITY",
        "lines[0].unit_price": "BAD_AMOUNT",
        "lines[0].total": "REQUIRED",
        "lines[0].sku": "BAD_SKU",
    }
    assert checked.total is None


def test_a_field_nobody_knows_is_named_and_the_rest_is_checked() -> None:
    document = draft(colour="red", total="1.00")
    document["lines"][0]["size"] = "XL"
    assert found(document) == {
        "colour": "UNKNOWN_FIELD",
        "lines[0].size": "UNKNOWN_FIELD",
        "total": "AMOUNT_MISMATCH",
    }


@pytest.mark.parametrize("lines", [[], None, "none", [None], [[]], [1, {}], {"0": {}}])
def test_lines_of_any_form_are_findings(lines: object) -> None:
    assert any(field.startswith("lines") for field in found(draft(lines=lines)))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    changes=st.dictionaries(st.sampled_from([*EXAMPLE, "extra"]), _JSON, max_size=5),
    line=st.dictionaries(st.sampled_from(sorted(EXAMPLE["lines"][0])), _JSON, max_size=4),
)
def test_whatever_is_written_is_answered(changes: dict[str, Any], line: dict[str, Any]) -> None:
    document = draft()
    document["lines"][0] |= line
    document |= changes
    before = copy.deepcopy(document)
    checked = check(document, "api")
    assert document == before or document != document  # noqa: PLR0124 - NaN is no equal of itself
    if not checked.findings:
        CanonicalOrder.model_validate(document)
