"""A storefront's delivery must be signed by the shop, and signed just now."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.storefront.signature import delivery, sign, verify

BODY = b'{"topic":"order.created"}'
NOW = datetime(2026, 11, 3, 8, 15, tzinfo=UTC)
# printf '1793693700.{"topic":"order.created"}' | openssl dgst -sha256 -hmac "s3cret"
VECTOR = "t=1793693700,v1=58b2706dec104ce75436f1ee6a567eec2d2e131b5a31f39997978e6d960a141a"


def test_known_vector_is_accepted() -> None:
    assert sign(BODY, "s3cret", NOW) == VECTOR
    assert verify({"orderflow-signature": VECTOR}, BODY, ["s3cret"], NOW)


@pytest.mark.parametrize(
    ("age", "accepted"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)]
)
def test_signature_is_good_for_five_minutes_to_either_side(age: int, accepted: bool) -> None:
    headers = {"Orderflow-Signature": sign(BODY, "s3cret", NOW - timedelta(seconds=age))}
    assert verify(headers, BODY, ["s3cret"], NOW) is accepted


def test_changed_byte_and_changed_time_are_refused() -> None:
    assert not verify({"Orderflow-Signature": VECTOR}, BODY + b" ", ["s3cret"], NOW)
    later = VECTOR.replace("t=1793693700", "t=1793693701")
    assert not verify({"Orderflow-Signature": later}, BODY, ["s3cret"], NOW)


def test_rotation_works_from_both_sides() -> None:
    old = {"Orderflow-Signature": sign(BODY, "old", NOW)}
    assert verify(old, BODY, ["new", "old"], NOW)
    assert not verify(old, BODY, ["new"], NOW)
    both = f"{sign(BODY, 'new', NOW)},{sign(BODY, 'old', NOW).partition(',')[2]}"
    assert verify({"Orderflow-Signature": both}, BODY, ["old"], NOW)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "t=1793693700",
        VECTOR.partition(",")[2],
        VECTOR.replace("v1=", "v0="),
        VECTOR.upper(),
        f"t=1,{VECTOR}",
        VECTOR.replace("t=1793693700", "t=-1"),
        VECTOR.replace("t=1793693700", "t=" + "9" * 400),
        "t=é,v1=é",
    ],
)
def test_malformed_signature_is_refused(value: str) -> None:
    assert not verify({"Orderflow-Signature": value}, BODY, ["s3cret"], NOW)


def test_shop_without_a_secret_accepts_nothing() -> None:
    headers = {"Orderflow-Signature": sign(BODY, "", NOW)}
    assert not verify(headers, BODY, [""], NOW)
    assert not verify(headers, BODY, [], NOW)


def test_envelope_is_read_from_headers_alone() -> None:
    headers = {
        "Orderflow-Topic": "order.created",
        "Orderflow-Delivery": "d-1",
        "Orderflow-Signature": VECTOR,
    }
    envelope = delivery(headers, b"?")
    assert (envelope.topic, envelope.delivery_id) == ("order.created", "d-1")
    assert envelope.source_at == NOW
    assert not envelope.is_test


def test_envelope_without_headers() -> None:
    envelope = delivery({}, b"")
    assert (envelope.topic, envelope.delivery_id, envelope.source_at) == ("", None, None)


def test_time_beyond_the_calendar_is_no_time() -> None:
    headers = {"Orderflow-Signature": "t=999999999999,v1=x"}
    assert delivery(headers, b"").source_at is None
