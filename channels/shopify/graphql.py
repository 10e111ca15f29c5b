"""Shopify's GraphQL Admin API: the endpoint, its three layers of errors, and what we ask it.

Source: shopify.dev/docs/api/admin-graphql, /docs/apps/build/graphql/rate-limits. Throttling and
refused access come as HTTP 200 with `errors[].extensions.code`; business refusals as `userErrors`
inside the data.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog
from pydantic import BaseModel

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.http import answered, timeouts
from channels.port import ChannelAccess
from channels.shopify.throttle import CostBucket, wait_seconds

API_VERSION = "2026-04"

ORDER_FULFILMENTS = """
query OrderFulfilments($id: ID!) {
  order(id: $id) {
    id
    cancelledAt
    fulfillments(first: 50) { id status trackingInfo { number } }
    fulfillmentOrders(first: 50) {
      nodes { id status assignedLocation { location { id } } }
    }
  }
}
"""
FULFILMENT_ORDER_LINES = """
query FulfilmentOrderLines($id: ID!, $after: String) {
  fulfillmentOrder(id: $id) {
    lineItems(first: 100, after: $after) {
      nodes { id remainingQuantity lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
CREATE_FULFILMENT = """
mutation CreateFulfilment($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id status }
    userErrors { field message }
  }
}
"""
ORDER_STATE = """
query OrderState($id: ID!) {
  order(id: $id) { id cancelledAt }
}
"""
CANCEL_ORDER = """
mutation CancelOrder(
  $orderId: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $notifyCustomer: Boolean,
  $refundMethod: OrderCancelRefundMethodInput, $staffNote: String
) {
  orderCancel(
    orderId: $orderId, reason: $reason, restock: $restock, notifyCustomer: $notifyCustomer,
    refundMethod: $refundMethod, staffNote: $staffNote
  ) {
    job { id done }
    orderCancelUserErrors { field message code }
  }
}
"""

_LONGEST_MESSAGE = 300
_REPEATABLE = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})

_log = structlog.get_logger(__name__)


class UserError(BaseModel):
    """A business refusal, with HTTP 200, inside the data."""

    message: str
    code: str | None = None


class GraphqlEndpoint:
    """One shop's endpoint; thread-safe. The access token stays in the client's headers."""

    def __init__(
        self,
        access: ChannelAccess,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bucket = CostBucket(clock)
        self._url = f"{access.base_url.rstrip('/')}/admin/api/{API_VERSION}/graphql.json"
        self._http = httpx.Client(
            headers={"X-Shopify-Access-Token": access.credential},
            timeout=timeouts(access.timeout_seconds),
            transport=transport,
        )
        self._served_version = API_VERSION

    def run(
        self, document: str, variables: Mapping[str, Any], key: str | None = None
    ) -> dict[str, Any]:
        """Return the `data` of an operation.

        `key` travels as Idempotency-Key for the eyes of proxies and logs: Shopify itself ignores
        it, so a mutation must look for its own effect first.
        Raises ChannelRefused, ChannelThrottled or ChannelUnavailable; throttled is also, before
        it is sent, a query that the bucket can't pay for, so that nobody sleeps in here.
        """
        wait = self._bucket.wait_for(document)
        if wait > 0:
            raise ChannelThrottled(wait)
        headers = {"Idempotency-Key": key} if key else {}
        payload = {"query": document, "variables": dict(variables)}
        response = answered(lambda: self._http.post(self._url, json=payload, headers=headers))
        self._note_version(response)
        answer = _answer(response)
        self._bucket.learn(document, answer.get("extensions"))
        return _data(answer)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _note_version(self, response: httpx.Response) -> None:
        # A version that is too old silently becomes the oldest one still supported.
        served = response.headers.get("X-Shopify-API-Version", API_VERSION)
        if served != self._served_version:
            self._served_version = served
            _log.warning("shopify_api_version", asked=API_VERSION, served=served)


def refuse_if(errors: list[UserError]) -> None:
    """Raise ChannelRefused for the first of these business errors, if there is one."""
    if errors:
        raise ChannelRefused(errors[0].code or "USER_ERROR", errors[0].message[:_LONGEST_MESSAGE])


def _answer(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ChannelUnavailable("the answer is no JSON object")
    return answer


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("errors"):
        raise _top_level(answer["errors"], answer.get("extensions"))
    data = answer.get("data")
    if not isinstance(data, dict):
        raise ChannelUnavailable("the answer holds no data")
    return data


def _top_level(
    errors: object, extensions: object
) -> ChannelRefused | ChannelThrottled | ChannelUnavailable:
    first = errors[0] if isinstance(errors, list) else errors
    details = first if isinstance(first, dict) else {"message": str(first)}
    own = details.get("extensions")
    code = str(own.get("code", "")) if isinstance(own, dict) else ""
    if code == "THROTTLED":
        return ChannelThrottled(wait_seconds(extensions))
    if code in _REPEATABLE:
        return ChannelUnavailable(f"the channel answered {code}")
    message = str(details.get("message", ""))[:_LONGEST_MESSAGE]
    return ChannelRefused(code or "GRAPHQL_ERROR", message)
