"""Stock and credit behind one port: the ledger built into Postgres, or a company's ERP over HTTP.

Both set rather than add: afterwards the order holds exactly what was asked for, or nothing, so a
repeated call has no second effect. The ERP's side of the contract is docs/erp.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from urllib.parse import quote

import httpx
from sqlalchemy import Connection

from activities.failures import Refused
from database import credit, stock


@dataclass(frozen=True)
class Missing:
    """SKUs of which too little is free, and SKUs the warehouse does not know."""

    short: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Ledger(Protocol):
    """Where stock is reserved and credit is held, by order id."""

    def reserve(
        self, c: Connection, order_id: str, warehouse: str, quantities: Mapping[str, int]
    ) -> Missing:
        """Reserve all pieces or none; an empty answer means all."""
        ...

    def hold_credit(
        self, c: Connection, order_id: str, customer_id: str, amount: Decimal, currency: str
    ) -> bool:
        """Hold this much of the customer's credit; False when the limit does not allow it."""
        ...

    def ship(
        self, c: Connection, order_id: str, key: str, warehouse: str, quantities: Mapping[str, int]
    ) -> None:
        """Consume the reservation of a parcel, once per key."""
        ...

    def capture_credit(self, c: Connection, order_id: str) -> None:
        """Turn the credit hold into debt: the goods have left."""
        ...

    def release(self, c: Connection, order_id: str) -> None:
        """Give back every reservation and credit hold the order still has."""
        ...


class BuiltinLedger:
    """Stock and credit in our own Postgres, inside the caller's transaction."""

    def reserve(
        self, c: Connection, order_id: str, warehouse: str, quantities: Mapping[str, int]
    ) -> Missing:
        """Reserve in the stock tables."""
        result = stock.reserve(c, order_id, warehouse, quantities)
        return Missing(tuple(result.missing), tuple(result.unknown))

    def hold_credit(
        self, c: Connection, order_id: str, customer_id: str, amount: Decimal, currency: str
    ) -> bool:
        """Hold in the credit accounts, which are kept in the base currency."""
        return credit.hold(c, order_id, customer_id, amount)

    def ship(
        self, c: Connection, order_id: str, key: str, warehouse: str, quantities: Mapping[str, int]
    ) -> None:
        """Move pieces out of the stock tables."""
        stock.ship(c, order_id, key, warehouse, quantities)

    def capture_credit(self, c: Connection, order_id: str) -> None:
        """Capture the credit hold."""
        credit.capture(c, order_id)

    def release(self, c: Connection, order_id: str) -> None:
        """Release reservations and the credit hold."""
        # Credit before stock everywhere, so that two orders of one customer cannot deadlock.
        credit.release(c, order_id)
        stock.release(c, order_id)


class ErpLedger:
    """Stock and credit in a company's ERP; every call is a PUT or DELETE under the order's id."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def reserve(
        self, c: Connection, order_id: str, warehouse: str, quantities: Mapping[str, int]
    ) -> Missing:
        """PUT /reservations/{order_id}."""
        lines = [{"sku": sku, "quantity": quantities[sku]} for sku in sorted(quantities)]
        body = {"warehouse": warehouse, "lines": lines}
        answer = self._call("PUT", f"/reservations/{quote(order_id)}", body)
        return Missing(_texts(answer, "short"), _texts(answer, "unknown"))

    def hold_credit(
        self, c: Connection, order_id: str, customer_id: str, amount: Decimal, currency: str
    ) -> bool:
        """PUT /credit-holds/{order_id}; the amount travels as a decimal string."""
        body = {"customer_id": customer_id, "amount": format(amount, "f"), "currency": currency}
        answer = self._call("PUT", f"/credit-holds/{quote(order_id)}", body)
        return answer.get("granted") is True

    def ship(
        self, c: Connection, order_id: str, key: str, warehouse: str, quantities: Mapping[str, int]
    ) -> None:
        """PUT /shipments/{key}."""
        lines = [{"sku": sku, "quantity": quantities[sku]} for sku in sorted(quantities)]
        body = {"order_id": order_id, "warehouse": warehouse, "lines": lines}
        self._call("PUT", f"/shipments/{quote(key)}", body)

    def capture_credit(self, c: Connection, order_id: str) -> None:
        """PUT /credit-holds/{order_id}/capture."""
        self._call("PUT", f"/credit-holds/{quote(order_id)}/capture", {})

    def release(self, c: Connection, order_id: str) -> None:
        """DELETE both; something that is not there has been released."""
        self._call("DELETE", f"/reservations/{quote(order_id)}")
        self._call("DELETE", f"/credit-holds/{quote(order_id)}")

    def _call(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Mapping[str, object]:
        return answered(self._client.request(method, path, json=body))


def answered(response: httpx.Response) -> Mapping[str, object]:
    """Return an ERP's JSON answer; raises Refused for 4xx, httpx.TransportError for the rest.

    An answer that cannot be read counts as none at all: nobody knows what was done, so the same
    call is made again under the same key.
    """
    if response.status_code in (404, 410) and response.request.method == "DELETE":
        return {}
    if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise httpx.TransportError(f"HTTP {response.status_code}", request=response.request)
    if response.is_error:
        raise Refused("ERP_REFUSED", f"the ERP answered HTTP {response.status_code}")
    if not response.content:
        return {}
    try:
        answer = response.json()
    except ValueError:
        raise httpx.RemoteProtocolError("unreadable answer", request=response.request) from None
    return answer if isinstance(answer, dict) else {}


def _texts(answer: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = answer.get(name)
    return tuple(str(value) for value in values) if isinstance(values, list) else ()
