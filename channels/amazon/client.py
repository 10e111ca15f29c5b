"""Reading Amazon's orders and confirming shipments; one seller in one region.

Reads are Orders 2026-01-01, which needs roles (Direct-to-Consumer Delivery for addresses) but no
Restricted Data Token; shipments are confirmed by Orders v0. Amazon has no call that cancels an
order which the merchant ships: its feed POST_ORDER_ACKNOWLEDGEMENT_DATA works minutes later and
tells the outcome in a report, so a person cancels in Seller Central and sees it done.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from channels.amazon.auth import parsed_credential
from channels.amazon.endpoint import Endpoint
from channels.amazon.pages import found_order, found_page, place_of
from channels.amazon.payload import Order
from channels.amazon.shipments import confirmation, package_reference, tracked_as
from channels.amazon.signature import ORDER_CHANGE
from channels.amazon.status import StatusFacts, status_row
from channels.closing import Closing
from channels.errors import ChannelRefused, ChannelUnavailable
from channels.port import (
    ChannelAccess,
    FoundOrder,
    FoundPage,
    FulfilmentReceipt,
    Lines,
    Subscriptions,
)
from domain.holds import ReasonCode
from domain.order import rfc3339

_ORDERS = "/orders/2026-01-01/orders"
_SUBSCRIPTION = f"/notifications/v1/subscriptions/{ORDER_CHANGE}"
# searchOrders and getOrder leave out whatever is not asked for.
_INCLUDED = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT"
_PAGE = 100
_CHANGES = ["OrderStatusChange", "BuyerRequestedChange"]


class AmazonClient(Closing):
    """One seller; `access.base_url` is the region's host, the credential JSON (`auth.py`)."""

    def __init__(self, access: ChannelAccess, transport: httpx.BaseTransport | None = None) -> None:
        self._credential = parsed_credential(access.credential)
        self._endpoint = Endpoint(access, self._credential, transport)

    def changed_orders(self, since: datetime, page: str | None = None) -> FoundPage:
        """Return a page of the orders updated at or after `since`; 100 orders, 0.0056 calls/s."""
        place = place_of(since, page)
        query: dict[str, str | int] = {
            "lastUpdatedAfter": rfc3339(place.since),
            "marketplaceIds": ",".join(self._credential.marketplace_ids),
            "includedData": _INCLUDED,
            "maxResultsPerPage": _PAGE,
        }
        if place.token:
            query["paginationToken"] = place.token
        answer = self._endpoint.get(_ORDERS, query)
        if answer is None:
            raise ChannelRefused("HTTP_404", "this host knows no Orders 2026-01-01; check its URL")
        return found_page(answer, place)

    def order(self, reference: str) -> FoundOrder | None:
        """Return one order by its Amazon order id, None when Amazon knows none such."""
        answer = self._answer(reference)
        return found_order(answer.get("order")) if answer else None

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
        """Confirm a shipment, known by its tracking number; Amazon takes no address of a page.

        Sent again under the same key it only edits the package.
        """
        if not tracking_number:
            raise ChannelRefused("NO_TRACKING_NUMBER", "a parcel needs a tracking number")
        order = self._order(order_external_id)
        known = tracked_as(order.packages, tracking_number)
        if known is not None:
            return FulfilmentReceipt(known.packageReferenceId, already_there=True)
        reference = package_reference(idempotency_key, order.packages)
        parcel = (tracking_number, carrier)
        sold_in = order.salesChannel.marketplaceId or self._credential.marketplace_ids[0]
        body = confirmation(order, sold_in, reference, parcel, lines, datetime.now(UTC))
        path = f"/orders/v0/orders/{quote(order_external_id, safe='')}/shipmentConfirmation"
        self._endpoint.post(path, body)
        return FulfilmentReceipt(reference)

    def order_cancel(
        self, order_external_id: str, reason: ReasonCode, note: str, *, idempotency_key: str
    ) -> None:
        """See that the order is cancelled; one that is not is a person's to cancel.

        Raises ChannelRefused NOT_SUPPORTED then, until it is done in Seller Central.
        """
        status = self._order(order_external_id).fulfillment.fulfillmentStatus
        if status_row(StatusFacts(status)).word == "cancelled":
            return
        message = (
            f"Amazon has no call to cancel an order; cancel {order_external_id} in Seller Central"
            f" (Manage Orders, Cancel order), reason {reason.value}, then retry"
        )
        raise ChannelRefused("NOT_SUPPORTED", message)

    def mend_subscriptions(self, address: str, secret: str) -> Subscriptions:
        """See whether Amazon sends ORDER_CHANGE, and subscribe to the credential's destination.

        Amazon posts to no address itself: the rule of the event bus, which has `address` and
        `secret`, is the shop's own AWS account's and is not looked at.
        """
        destination = self._credential.destination_id
        found = self._endpoint.get(_SUBSCRIPTION)
        payload = found.get("payload") if found else None
        sends_to = payload.get("destinationId") if isinstance(payload, dict) else None
        if sends_to and destination in ("", sends_to):
            return Subscriptions()
        if sends_to or not destination or not address:
            return Subscriptions(amiss=(ORDER_CHANGE,))
        event_filter = {"eventFilterType": ORDER_CHANGE, "orderChangeTypes": _CHANGES}
        body = {
            "payloadVersion": "1.0",
            "destinationId": destination,
            "processingDirective": {"eventFilter": event_filter},
        }
        self._endpoint.post(_SUBSCRIPTION, body)
        return Subscriptions(amiss=(ORDER_CHANGE,), mended=(ORDER_CHANGE,))

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def _answer(self, order_id: str) -> dict[str, Any] | None:
        path = f"{_ORDERS}/{quote(order_id, safe='')}"
        return self._endpoint.get(path, {"includedData": _INCLUDED})

    def _order(self, order_id: str) -> Order:
        answer = self._answer(order_id)
        if answer is None:
            raise ChannelRefused("ORDER_NOT_FOUND", f"Amazon has no order {order_id}")
        try:
            return Order.model_validate(answer.get("order"))
        except ValidationError:
            raise ChannelUnavailable("the answer has an unexpected shape") from None
