"""Calling a storefront back: signed as its own webhooks are, with a key per effect.

POST to the shop's callback URL, body `{"event", "order_id", ...}`, headers `Orderflow-Signature`
(channels/storefront/signature.py) and `Idempotency-Key`. The shop answers 2xx when the effect is
there, also when the same key was told before; a body `{"id"}` names its fulfilment. 429 asks to
wait, 5xx to come again, every other answer is a refusal.

Events: `fulfilment.created` with `parcel {tracking_number, carrier, url, lines: [{line_id,
quantity}]}` (no lines: all that is left), `order.cancelled` with `reason` (our code) and `note`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from channels.closing import Closing
from channels.http import answered, timeouts
from channels.port import ChannelAccess, FulfilmentReceipt, Lines
from channels.storefront.signature import SIGNATURE, sign
from domain.holds import ReasonCode


class StorefrontClient(Closing):
    """One shop's callback URL; thread-safe."""

    def __init__(self, access: ChannelAccess, transport: httpx.BaseTransport | None = None) -> None:
        self._access = access
        self._http = httpx.Client(timeout=timeouts(access.timeout_seconds), transport=transport)

    def fulfillment_create(
        self,
        order_external_id: str,
        tracking_number: str,
        carrier: str,
        *,
        url: str | None,
        lines: Lines,
        idempotency_key: str,
    ) -> FulfilmentReceipt:
        """Tell the shop of a parcel; without an id in its answer the tracking number is the id."""
        parcel = {
            "tracking_number": tracking_number,
            "carrier": carrier,
            "url": url,
            "lines": [{"line_id": line_id, "quantity": quantity} for line_id, quantity in lines],
        }
        event = {"event": "fulfilment.created", "order_id": order_external_id, "parcel": parcel}
        answer = self._post(event, idempotency_key)
        return FulfilmentReceipt(_id_of(answer) or tracking_number)

    def order_cancel(
        self, order_external_id: str, reason: ReasonCode, note: str, *, idempotency_key: str
    ) -> None:
        """Tell the shop that the order is cancelled."""
        event = {
            "event": "order.cancelled",
            "order_id": order_external_id,
            "reason": reason.value,
            "note": note,
        }
        self._post(event, idempotency_key)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, event: Mapping[str, Any], idempotency_key: str) -> httpx.Response:
        raw_body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": idempotency_key,
            SIGNATURE: sign(raw_body, self._access.credential, datetime.now(UTC)),
        }
        url = self._access.base_url
        return answered(lambda: self._http.post(url, content=raw_body, headers=headers))


def _id_of(response: httpx.Response) -> str:
    try:
        answer = response.json()
    except ValueError:
        return ""
    found = answer.get("id") if isinstance(answer, dict) else None
    return str(found) if isinstance(found, str | int) else ""
