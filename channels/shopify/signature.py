"""Shopify's envelope: who signed the bytes, which topic, which delivery.

Source: shopify.dev/docs/apps/build/webhooks/verify-deliveries. The newer "Events" product uses
the same header names without `X-`; both are read.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from channels.headers import header, header_instant
from channels.message import Delivery
from channels.port import Headers

_DIGEST_BYTES = 32


def verify(headers: Headers, raw_body: bytes, secrets: Sequence[str], now: datetime) -> bool:
    """Check base64(HMAC-SHA256(secret, raw body)) in constant time against each secret.

    After a rotation Shopify signs with the old secret for up to an hour, so pass both. The
    signature carries no time: `now` is not looked at, replays are caught by the delivery id.
    """
    claimed = _decoded(header(headers, "X-Shopify-Hmac-Sha256", "Shopify-Hmac-Sha256"))
    # Every secret is tried, so that the time taken does not tell which one matched.
    matches = [
        hmac.compare_digest(hmac.digest(secret.encode(), raw_body, hashlib.sha256), claimed)
        for secret in secrets
        if secret
    ]
    return any(matches)


def delivery(headers: Headers, raw_body: bytes) -> Delivery:
    """Read topic, delivery id and time from the headers.

    The webhook id is the same on retries; the event id is shared by several topics and therefore
    not used (shopify.dev/docs/apps/build/webhooks/verify-deliveries).
    """
    return Delivery(
        topic=header(headers, "X-Shopify-Topic", "Shopify-Topic"),
        delivery_id=header(headers, "X-Shopify-Webhook-Id", "Shopify-Webhook-Id") or None,
        source_at=header_instant(headers, "X-Shopify-Triggered-At", "Shopify-Triggered-At"),
        is_test=header(headers, "X-Shopify-Test", "Shopify-Test").lower() == "true",
    )


def _decoded(signature: str) -> bytes:
    try:
        digest = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return digest if len(digest) == _DIGEST_BYTES else b""
