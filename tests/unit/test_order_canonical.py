"""The canonical order refuses what it can't hold and hashes exactly what a signature covers."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.order import EXAMPLE, CanonicalOrder, content_hash, instant, rfc3339
from domain.validation import validate


def changed(path: str, value: object) -> CanonicalOrder:
    """The example order with one field, such as `lines.0.sku`, set to another value."""
    document = json.loads(json.dumps(EXAMPLE))
    *parents, leaf = path.split(".")
    place: Any = document
    for parent in parents:
        place = place[int(parent)] if parent.isdigit() else place[parent]
    place[leaf] = value
    return CanonicalOrder.model_validate(document)


def test_documented_example_is_a_flawless_order() -> None:
    assert validate(CanonicalOrder.model_validate(EXAMPLE), "api") == []


def test_order_survives_json_and_writes_amounts_as_text() -> None:
    order = CanonicalOrder.model_validate(EXAMPLE)
    written = order.model_dump_json()
    assert json.loads(written) == EXAMPLE
    assert CanonicalOrder.model_validate_json(written) == order


def test_instants_become_utc() -> None:
    order = changed("placed_at", "2026-11-03T16:15:00+08:00")
    assert order.placed_at == datetime(2026, 11, 3, 8, 15, tzinfo=UTC)
    assert rfc3339(order.placed_at) == "2026-11-03T08:15:00Z"


def test_nanoseconds_of_a_vendor_are_cut() -> None:
    assert instant("2024-08-07T22:57:57.290670248Z").microsecond == 290670


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("placed_at", "2026-11-03T08:15:00"),
        ("placed_at", 1_700_000_000),
        ("placed_at", "0001-01-01T00:00:00+14:00"),
        ("total", 117.95),
        ("total", "NaN"),
        ("total", "-1.00"),
        ("external_id", "  "),
        ("number", "a\x00b"),
        ("number", "\ud800"),
        ("currency", "eur"),
        ("channel", "Shop Ify"),
        ("customer.kind", "dealer"),
        ("payment.status", "done"),
        ("lines", []),
        ("lines.0.quantity", 0),
        ("lines.0.quantity", 1.5),
        ("lines.0.quantity", "2"),
        ("lines.0.colour", "red"),
        ("notes", "x" * 2001),
        ("stage", "lost"),
    ],
)
def test_order_refuses_what_it_cannot_hold(path: str, value: object) -> None:
    with pytest.raises(ValidationError):
        changed(path, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("total", "117.96"),
        ("shipping", "4.91"),
        ("currency", "USD"),
        ("external_id", "1002"),
        ("lines.0.quantity", 3),
        ("lines.0.sku", "KB-201"),
        ("lines.0.unit_price", "50.01"),
        ("lines.0.tax_included", True),
        ("shipping_address.line1", "Beispielweg 6"),
        ("shipping_address.country", "FR"),
        ("shipping_address", None),
        ("customer.external_id", "C-18"),
        ("customer.kind", "consumer"),
    ],
)
def test_signature_is_void_once_what_it_covers_changes(path: str, value: object) -> None:
    assert content_hash(changed(path, value)) != content_hash(changed("notes", ""))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("notes", "call first"),
        ("stage", "in_review"),
        ("flags", ["edited"]),
        ("source_updated_at", "2026-12-01T00:00:00Z"),
        ("payment.status", "pending"),
        ("shipping_address.phone", "+49 30 1"),
        ("customer.phone", ""),
        ("customer.first_cooperation", True),
        ("lines.0.title", "Keyboard, black"),
        ("total", "117.950"),
        ("lines.0.unit_price", "50"),
    ],
)
def test_signature_stays_when_progress_or_contact_changes(path: str, value: object) -> None:
    assert content_hash(changed(path, value)) == content_hash(changed("notes", ""))


def test_hash_does_not_depend_on_the_order_of_lines() -> None:
    line = CanonicalOrder.model_validate(EXAMPLE).lines[0]
    other = line.model_copy(update={"line_id": "2"})
    one, two = (
        CanonicalOrder.model_validate(EXAMPLE).model_copy(update={"lines": lines})
        for lines in ((line, other), (other, line))
    )
    assert content_hash(one) == content_hash(two)


def test_defaults_are_zero_and_unknown() -> None:
    order = changed("discount", "0")
    assert order.discount == Decimal(0)
    assert order.customer.first_cooperation is None
