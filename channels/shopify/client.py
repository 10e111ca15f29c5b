"""One shop's Admin API: writing back what we did, and reading what the shop's webhooks may lose.

fulfillmentCreate and orderCancel have no idempotency key of their own, so each call first looks
whether its effect is there; repeating a call whose answer was lost has no second effect.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import httpx

from channels.body import gid_number
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
from channels.shopify import bulk, subscriptions
from channels.shopify.answers import (
    CancelAnswer,
    CreateAnswer,
    FulfilmentOrder,
    FulfilmentOrderLine,
    LinesAnswer,
    Order,
    OrderAnswer,
    read_answer,
)
from channels.shopify.fulfilment_holds import place_hold, release_hold
from channels.shopify.graphql import (
    CANCEL_ORDER,
    CREATE_FULFILMENT,
    FULFILMENT_ORDER_LINES,
    ORDER_FULFILMENTS,
    ORDER_STATE,
    GraphqlEndpoint,
    refuse_if,
)
from channels.shopify.reading import OrderReader
from domain.holds import ReasonCode

# OrderCancelReason of the Admin API; every other reason is OTHER.
_REASONS = {
    ReasonCode.BUYER_CANCEL: "CUSTOMER",
    ReasonCode.PAYMENT_FAILED: "DECLINED",
    ReasonCode.FRAUD_RISK: "FRAUD",
    ReasonCode.STOCK_OUT: "INVENTORY",
}
_STAFF_NOTE_LENGTH = 255

Part = dict[str, Any]


class ShopifyClient(Closing):
    """One shop's Admin API. Buyers are told by Shopify; refunds are left to people."""

    def __init__(self, access: ChannelAccess, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport
        self._graphql = GraphqlEndpoint(access, transport)
        self._reader = OrderReader(self._graphql)

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
        """Create the fulfilment of a parcel, known by its tracking number.

        All of its lines must be left to fulfil at one location of the shop, else it is refused
        (NOT_FULFILLABLE) and a person has to move them in Shopify.
        """
        if not tracking_number:
            raise ChannelRefused("NO_TRACKING_NUMBER", "a parcel needs a tracking number")
        order = self._order(ORDER_FULFILMENTS, order_external_id)
        for known in order.fulfillments:
            if known.is_tracked_as(tracking_number):
                return FulfilmentReceipt(gid_number(known.id) or known.id, already_there=True)
        tracking = {"number": tracking_number, "company": carrier} | ({"url": url} if url else {})
        fulfilment = {
            "notifyCustomer": True,
            "trackingInfo": tracking,
            "lineItemsByFulfillmentOrder": self._parts(order, lines),
        }
        return self._create(fulfilment, idempotency_key)

    def order_cancel(
        self, order_external_id: str, reason: ReasonCode, note: str, *, idempotency_key: str
    ) -> None:
        """Cancel and restock; the shop works on it after answering and can't undo it.

        The money is not sent back by this call: a refund is a person's decision.
        """
        order = self._order(ORDER_STATE, order_external_id)
        if order.cancelledAt:
            return
        variables = {
            "orderId": order.id,
            "reason": _REASONS.get(reason, "OTHER"),
            "restock": True,
            "notifyCustomer": True,
            "refundMethod": {"originalPaymentMethodsRefund": False},
            "staffNote": note[:_STAFF_NOTE_LENGTH],
        }
        data = self._graphql.run(CANCEL_ORDER, variables, idempotency_key)
        errors = read_answer(CancelAnswer, data).orderCancel.orderCancelUserErrors
        # Somebody else's cancellation got there between the two calls.
        refuse_if([e for e in errors if "already been cancel" not in e.message.lower()])

    def fulfilment_hold(
        self, order_external_id: str, reason: ReasonCode, note: str, *, idempotency_key: str
    ) -> None:
        """Keep the shop from fulfilling the order; a hold under this key is a success."""
        place_hold(self._graphql, order_external_id, reason, note, idempotency_key)

    def fulfilment_release(self, order_external_id: str, *, idempotency_key: str) -> None:
        """Let go of the hold placed under the same key, and of no other."""
        release_hold(self._graphql, order_external_id, idempotency_key)

    def changed_orders(self, since: datetime, page: str | None = None) -> FoundPage:
        """Return a page of the orders that changed at or after `since` (aware), oldest first."""
        return self._reader.changed_orders(since, page)

    def order(self, reference: str) -> FoundOrder | None:
        """Return one order by its number, its gid or the gid of one of its fulfilment orders."""
        return self._reader.order(reference)

    def mend_subscriptions(self, address: str, secret: str) -> Subscriptions:
        """See to it that the wanted topics come to `address`.

        `secret` stays here: Shopify signs with the app's client secret, which is set in the shop's
        entry on our side.
        """
        return subscriptions.mend_subscriptions(self._graphql, address)

    def start_backfill(self, since: datetime | None) -> str:
        """Start gathering all orders changed since (None: ever); return the operation's id."""
        return bulk.start_backfill(self._graphql, since)

    def backfill(self, operation_id: str) -> Iterator[FoundOrder] | None:
        """Return the gathered orders, None while Shopify is still at it."""
        return bulk.backfill(self._graphql, operation_id, self._transport)

    def close(self) -> None:
        """Close the connections."""
        self._graphql.close()

    def _order(self, document: str, external_id: str) -> Order:
        data = self._graphql.run(document, {"id": f"gid://shopify/Order/{external_id}"})
        order = read_answer(OrderAnswer, data).order
        if order is None:
            raise ChannelRefused("ORDER_NOT_FOUND", f"the shop has no order {external_id}")
        return order

    def _create(self, fulfilment: Part, idempotency_key: str) -> FulfilmentReceipt:
        data = self._graphql.run(CREATE_FULFILMENT, {"fulfillment": fulfilment}, idempotency_key)
        created = read_answer(CreateAnswer, data).fulfillmentCreate
        refuse_if(created.userErrors)
        if created.fulfillment is None:
            raise ChannelUnavailable("the answer holds neither a fulfilment nor an error")
        return FulfilmentReceipt(gid_number(created.fulfillment.id) or created.fulfillment.id)

    def _parts(self, order: Order, lines: Lines) -> list[Part]:
        waiting = [each for each in order.fulfillmentOrders.nodes if each.is_open]
        waiting.sort(key=lambda each: each.location)
        for _, group in groupby(waiting, key=lambda each: each.location):
            here = [(each, list(self._lines_of(each))) for each in group]
            elsewhere = len(here) < len(waiting)
            parts = _allocated(here, lines) if lines else ([] if elsewhere else _whole(here))
            if parts:
                return parts
        raise ChannelRefused(
            "NOT_FULFILLABLE", "no single location has all these pieces left to fulfil"
        )

    def _lines_of(self, waiting: FulfilmentOrder) -> Iterator[FulfilmentOrderLine]:
        after: str | None = None
        while True:
            data = self._graphql.run(FULFILMENT_ORDER_LINES, {"id": waiting.id, "after": after})
            answer = read_answer(LinesAnswer, data).fulfillmentOrder
            if answer is None:
                return
            yield from answer.lineItems.nodes
            page = answer.lineItems.pageInfo
            if not page.hasNextPage or not page.endCursor or page.endCursor == after:
                return
            after = page.endCursor


Waiting = Sequence[tuple[FulfilmentOrder, list[FulfilmentOrderLine]]]


def _whole(here: Waiting) -> list[Part]:
    left = ((each, any(line.remainingQuantity > 0 for line in lines)) for each, lines in here)
    return [{"fulfillmentOrderId": each.id} for each, some in left if some]


def _allocated(here: Waiting, lines: Lines) -> list[Part]:
    """Spread the wanted pieces over the fulfilment orders; empty when there are not enough."""
    wanted: dict[str, int] = {}
    for line_id, quantity in lines:
        wanted[line_id] = wanted.get(line_id, 0) + quantity
    parts = [_part(each, remaining, wanted) for each, remaining in here]
    enough = not any(wanted.values())
    return [part for part in parts if part["fulfillmentOrderLineItems"]] if enough else []


def _part(
    each: FulfilmentOrder, remaining: list[FulfilmentOrderLine], wanted: dict[str, int]
) -> Part:
    items = []
    for line in remaining:
        line_id = gid_number(line.lineItem.id)
        taken = min(wanted.get(line_id, 0), line.remainingQuantity)
        if taken > 0:
            wanted[line_id] -= taken
            items.append({"id": line.id, "quantity": taken})
    return {"fulfillmentOrderId": each.id, "fulfillmentOrderLineItems": items}
