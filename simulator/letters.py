"""Webhooks as letters: what a shop wrote, to whom, and when it is to be posted."""

import base64
import hashlib
import hmac
import json

from simulator.config import PlayedShop
from simulator.documents import Document


def letter(
    shop: PlayedShop,
    subscription: Document,
    topic: str,
    order_id: str,
    delivery_id: str,
    body: Document | str,
    due_at: float,
) -> Document:
    """Return a letter to a subscription's address, due at `due_at` (seconds since the epoch).

    A body that is text already is sent as it is.
    """
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return {
        "channel": shop.channel,
        "shop": shop.shop,
        "subscription": subscription["id"],
        "url": subscription["address"],
        "topic": topic,
        "order_id": order_id,
        "delivery_id": delivery_id,
        "body": text,
        "due_at": due_at,
        "attempts": 0,
    }


def base64_signature(raw_body: bytes, secret: str) -> str:
    """Return base64(HMAC-SHA256(secret, raw body)), written here a second time on purpose.

    The simulator must not agree with our own verification by sharing its code.
    """
    return base64.b64encode(hmac.digest(secret.encode(), raw_body, hashlib.sha256)).decode()
