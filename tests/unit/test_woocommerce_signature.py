"""A WooCommerce delivery is taken only from whoever knows the shop's secret; pings are known."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from channels.message import Delivery
from channels.woocommerce.signature import delivery, is_ping, verify

BODY = b'{"id": 1, "note": "caf\xc3\xa9"}'
NOW = datetime(2026, 11, 3, tzinfo=UTC)
NAME = "X-WC-Webhook-Signature"
# base64(HMAC-SHA256("correct horse", BODY)), computed with openssl dgst -sha256 -hmac.
SIGNED = "NhX9sjsNzUXKiqt0FWd6johCaM1zRQvgYVvH08rGJ3k="


def signed(secret: str, body: bytes = BODY) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("name", [NAME, NAME.lower(), NAME.upper()])
def test_known_vector_is_accepted_under_any_spelling(name: str) -> None:
    assert verify({name: SIGNED}, BODY, ["correct horse"], NOW)


def test_one_changed_byte_is_refused() -> None:
    assert not verify({NAME: SIGNED}, BODY + b" ", ["correct horse"], NOW)


def test_previous_secret_counts_during_a_rotation() -> None:
    assert verify({NAME: signed("old")}, BODY, ["new", "old"], NOW)
    assert not verify({NAME: signed("old")}, BODY, ["new"], NOW)


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("a&amp;b", "a&b"),
        ("&lt;x&gt;", "<x>"),
        ("it&#039;s &quot;so&quot;", 'it\'s "so"'),
        ("&#x27;&#034;", "'\""),
        # Decoded once, as PHP does.
        ("&amp;lt;", "&lt;"),
        ("a&b<c>", "a&b<c>"),
        ("&nbsp;&euro;", "&nbsp;&euro;"),
    ],
)
def test_secret_with_special_characters_counts_as_php_decodes_it(typed: str, used: str) -> None:
    assert verify({NAME: signed(used)}, BODY, [typed], NOW)
    assert verify({NAME: signed(typed)}, BODY, [typed], NOW)
    assert not verify({NAME: signed(f"{used} ")}, BODY, [typed], NOW)


@pytest.mark.parametrize("signature", ["", "wrong", "é", "====", SIGNED[:-4], SIGNED.lower()])
def test_malformed_signature_is_refused(signature: str) -> None:
    assert not verify({NAME: signature}, BODY, ["correct horse"], NOW)


def test_shop_without_a_secret_accepts_nothing() -> None:
    assert not verify({NAME: signed("")}, BODY, ["", ""], NOW)
    assert not verify({NAME: SIGNED}, BODY, [], NOW)


def test_delivery_id_is_not_trusted_since_orders_of_one_second_share_it() -> None:
    headers = {
        "x-wc-webhook-topic": "order.updated",
        "x-wc-webhook-delivery-id": "abc",
        "x-wc-webhook-id": "7",
    }
    assert delivery(headers, BODY) == Delivery("order.updated", None)


def test_ping_of_a_saved_webhook_is_recognised() -> None:
    assert is_ping({"content-type": "application/x-www-form-urlencoded"}, b"webhook_id=123")
    assert is_ping({}, b"webhook_id=9007199254740993")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"webhook_id=", b"webhook_id=1&x=2", b"webhook_id=x", b'{"id": 16}']
)
def test_nothing_else_is_a_ping(body: bytes) -> None:
    assert not is_ping({}, body)


def test_what_bears_a_signature_is_no_ping() -> None:
    assert not is_ping({NAME: "x"}, b"webhook_id=123")
