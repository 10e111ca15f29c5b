"""A Shopify delivery is taken only from whoever knows the shop's secret."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from channels.shopify.signature import delivery, verify

BODY = b'{"id": 1, "note": "caf\xc3\xa9"}'
NOW = datetime(2026, 11, 3, tzinfo=UTC)
# base64(HMAC-SHA256("correct horse", BODY)), computed with openssl dgst -sha256 -hmac.
SIGNED = "NhX9sjsNzUXKiqt0FWd6johCaM1zRQvgYVvH08rGJ3k="


def signed(secret: str, body: bytes = BODY) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize(
    "name", ["X-Shopify-Hmac-Sha256", "x-shopify-hmac-sha256", "Shopify-Hmac-Sha256"]
)
def test_known_vector_is_accepted_under_either_spelling(name: str) -> None:
    assert verify({name: SIGNED}, BODY, ["correct horse"], NOW)


def test_trailing_newline_of_the_sender_is_forgiven() -> None:
    assert verify({"X-Shopify-Hmac-Sha256": SIGNED + "\n"}, BODY, ["correct horse"], NOW)


def test_one_changed_byte_is_refused() -> None:
    assert not verify({"X-Shopify-Hmac-Sha256": SIGNED}, BODY + b" ", ["correct horse"], NOW)


def test_previous_secret_counts_during_a_rotation() -> None:
    headers = {"X-Shopify-Hmac-Sha256": signed("old")}
    assert verify(headers, BODY, ["new", "old"], NOW)
    assert not verify(headers, BODY, ["new"], NOW)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "wrong",
        "é",
        "====",
        SIGNED[:-4],
        SIGNED + "AAAA",
        SIGNED.lower(),
        hmac.new(b"correct horse", BODY, hashlib.sha256).hexdigest(),
    ],
)
def test_malformed_signature_is_refused(signature: str) -> None:
    assert not verify({"X-Shopify-Hmac-Sha256": signature}, BODY, ["correct horse"], NOW)


def test_shop_without_a_secret_accepts_nothing() -> None:
    headers = {"X-Shopify-Hmac-Sha256": signed("")}
    assert not verify(headers, BODY, [""], NOW)
    assert not verify(headers, BODY, [], NOW)


def test_envelope_is_read_from_headers_alone() -> None:
    headers = {
        "x-shopify-topic": "orders/create",
        "X-Shopify-Webhook-Id": "b54557e4",
        "X-Shopify-Triggered-At": "2026-11-03T08:15:00.123456789Z",
        "X-Shopify-Test": "true",
    }
    envelope = delivery(headers, b"not json")
    assert envelope.topic == "orders/create"
    assert envelope.delivery_id == "b54557e4"
    assert envelope.source_at == datetime(2026, 11, 3, 8, 15, 0, 123456, tzinfo=UTC)
    assert envelope.is_test


def test_envelope_without_optional_headers() -> None:
    envelope = delivery({"Shopify-Topic": "orders/updated", "Shopify-Triggered-At": "?"}, b"")
    assert (envelope.topic, envelope.delivery_id, envelope.source_at, envelope.is_test) == (
        "orders/updated",
        None,
        None,
        False,
    )
