"""Holding an order's fulfilment at the shop, and letting it go again.

Source: shopify.dev/docs/api/admin-graphql, fulfillmentOrderHold and -ReleaseHold. A hold carries a
handle of ours, unique per app and fulfilment order, made from the idempotency key: placing it again
is refused as a duplicate and counts as done, and it is how the release finds it.
"""

import hashlib

from pydantic import BaseModel

from channels.errors import ChannelRefused
from channels.shopify.answers import read_answer
from channels.shopify.graphql import GraphqlEndpoint, UserError, refuse_if
from domain.holds import ReasonCode

HOLDS_OF_ORDER = """
query HoldsOfOrder($id: ID!) {
  order(id: $id) {
    id
    fulfillmentOrders(first: 50) {
      nodes { id status fulfillmentHolds { id handle heldByRequestingApp } }
    }
  }
}
"""
HOLD = """
mutation HoldFulfilment($id: ID!, $hold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
    fulfillmentHold { id }
    userErrors { field message code }
  }
}
"""
RELEASE = """
mutation ReleaseFulfilment($id: ID!, $holdIds: [ID!]) {
  fulfillmentOrderReleaseHold(id: $id, holdIds: $holdIds) {
    fulfillmentOrder { id status }
    userErrors { field message code }
  }
}
"""

# FulfillmentHoldReason of the Admin API; every other reason is OTHER.
_REASONS = {
    ReasonCode.PAYMENT_PENDING: "AWAITING_PAYMENT",
    ReasonCode.PAYMENT_FAILED: "AWAITING_PAYMENT",
    ReasonCode.CREDIT_LIMIT: "AWAITING_PAYMENT",
    ReasonCode.FRAUD_RISK: "HIGH_RISK_OF_FRAUD",
    ReasonCode.ADDR_INVALID: "INCORRECT_ADDRESS",
    ReasonCode.STOCK_OUT: "INVENTORY_OUT_OF_STOCK",
    ReasonCode.DELIVERY_DELAYED: "UNKNOWN_DELIVERY_DATE",
    ReasonCode.RETURN: "AWAITING_RETURN_ITEMS",
}
_HOLDABLE = frozenset({"OPEN", "SCHEDULED", "ON_HOLD"})
_DUPLICATE = "DUPLICATE_FULFILLMENT_HOLD_HANDLE"
_NOTE_LENGTH = 255


class _Hold(BaseModel):
    id: str
    handle: str | None = None
    heldByRequestingApp: bool = True


class _FulfilmentOrder(BaseModel):
    id: str
    status: str = ""
    fulfillmentHolds: list[_Hold] = []

    def ours(self, handle: str) -> list[str]:
        """Return the ids of the holds that we placed under a handle."""
        holds = (each for each in self.fulfillmentHolds if each.heldByRequestingApp)
        return [each.id for each in holds if each.handle == handle]


class _FulfilmentOrders(BaseModel):
    nodes: list[_FulfilmentOrder] = []


class _Order(BaseModel):
    fulfillmentOrders: _FulfilmentOrders = _FulfilmentOrders()


class _OrderAnswer(BaseModel):
    order: _Order | None


class _Done(BaseModel):
    userErrors: list[UserError] = []


class _HoldAnswer(BaseModel):
    fulfillmentOrderHold: _Done


class _ReleaseAnswer(BaseModel):
    fulfillmentOrderReleaseHold: _Done


def place_hold(
    graphql: GraphqlEndpoint, order_id: str, reason: ReasonCode, note: str, key: str
) -> None:
    """Hold everything that is still to be fulfilled; what we hold under this key already is done.

    Refused (NOT_HOLDABLE) when nothing is left that could be held.
    """
    handle = handle_of(key)
    waiting = [each for each in _orders(graphql, order_id) if each.status in _HOLDABLE]
    if not waiting:
        raise ChannelRefused("NOT_HOLDABLE", "the order has nothing left to fulfil")
    hold = {
        "reason": _REASONS.get(reason, "OTHER"),
        "reasonNotes": note[:_NOTE_LENGTH],
        "notifyMerchant": False,
        "handle": handle,
    }
    for each in waiting:
        if not each.ours(handle):
            data = graphql.run(HOLD, {"id": each.id, "hold": hold}, key)
            errors = read_answer(_HoldAnswer, data).fulfillmentOrderHold.userErrors
            refuse_if([error for error in errors if error.code != _DUPLICATE])


def release_hold(graphql: GraphqlEndpoint, order_id: str, key: str) -> None:
    """Take away the holds placed under this key and no others; none left is a success."""
    handle = handle_of(key)
    for each in _orders(graphql, order_id):
        ours = each.ours(handle)
        if ours:
            data = graphql.run(RELEASE, {"id": each.id, "holdIds": ours}, key)
            refuse_if(read_answer(_ReleaseAnswer, data).fulfillmentOrderReleaseHold.userErrors)


def handle_of(key: str) -> str:
    """Return a handle of at most 64 characters, the limit of the Admin API."""
    return f"orderflow-{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def _orders(graphql: GraphqlEndpoint, order_id: str) -> list[_FulfilmentOrder]:
    data = graphql.run(HOLDS_OF_ORDER, {"id": f"gid://shopify/Order/{order_id}"})
    order = read_answer(_OrderAnswer, data).order
    if order is None:
        raise ChannelRefused("ORDER_NOT_FOUND", f"the shop has no order {order_id}")
    return order.fulfillmentOrders.nodes
