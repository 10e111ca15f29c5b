"""The played Shopify Admin API over HTTP: GraphQL, with cost, throttling and refusals."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel

from simulator import shopify_admin, shopify_reading, shopify_webhooks
from simulator.documents import Document
from simulator.faults import FaultBoard
from simulator.graphql_calls import RootCall, root_call
from simulator.shopify_nodes import cut
from simulator.shopify_reading import InvalidPage
from simulator.shopify_shop import ShopifyShop

_MUTATION_COST, _READ_COST, _CONNECTION_COST = 10.0, 12.0, 2.0
_MOST_COST = 1000.0

Operation = Callable[[ShopifyShop, Mapping[str, Any]], Document | None]
_READS: Mapping[str, Operation] = {
    "orders": shopify_reading.orders,
    "order": shopify_reading.one_order,
    "node": shopify_reading.node,
    "fulfillmentOrder": shopify_reading.one_fulfilment_order,
    "fulfillment": shopify_reading.one_fulfilment,
    "currentBulkOperation": lambda shop, _: shopify_reading.bulk_operation(shop),
    "bulkOperation": shopify_reading.node,
    "webhookSubscriptions": shopify_webhooks.subscriptions,
}
_MUTATIONS: Mapping[str, Operation] = {
    "fulfillmentCreate": shopify_admin.create_fulfilment,
    "orderCancel": shopify_admin.cancel_order,
    "fulfillmentOrderHold": shopify_admin.hold,
    "fulfillmentOrderReleaseHold": shopify_admin.release,
    "webhookSubscriptionCreate": shopify_webhooks.create,
    "webhookSubscriptionUpdate": shopify_webhooks.update,
    "webhookSubscriptionDelete": shopify_webhooks.delete,
}
_BULK = "bulkOperationRunQuery"


class GraphqlCall(BaseModel):
    """The body of a GraphQL request."""

    query: str
    variables: dict[str, Any] | None = None


def shopify_router(shops: Mapping[str, ShopifyShop], faults: FaultBoard) -> APIRouter:
    """Return the routes of every played Shopify shop."""
    router = APIRouter(tags=["shopify"])

    @router.post("/shopify/{shop}/admin/api/{version}/graphql.json")
    async def graphql(
        shop: str,
        version: str,
        body: GraphqlCall,
        request: Request,
        x_shopify_access_token: Annotated[str, Header()] = "",
    ) -> Response:
        if shop not in shops:
            return JSONResponse({"errors": "Not Found"}, status_code=404)
        if x_shopify_access_token != shops[shop].played.access_token:
            text = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return JSONResponse({"errors": text}, status_code=401)
        call = root_call(body.query, body.variables or {})
        if call is None:
            return JSONResponse({"errors": [{"message": "syntax error, unexpected token"}]})
        response = await _answered(shops[shop], call, faults, str(request.base_url))
        response.headers["X-Shopify-API-Version"] = version
        return response

    @router.get("/shopify/{shop}/bulk/{number}.jsonl")
    async def bulk(shop: str, number: str) -> Response:
        """Its address is a secret of its own, so nothing else is asked for."""
        if shop not in shops:
            return PlainTextResponse("no such file", status_code=404)

        def lines() -> Response:
            text = "".join(f"{line}\n" for line in shopify_reading.bulk_lines(shops[shop], number))
            return PlainTextResponse(text, media_type="application/jsonl")

        gone = PlainTextResponse("no such file", status_code=404)
        return await faults.answer(
            "shopify", "bulk", lines, throttled=lambda: gone, refused=lambda: gone
        )

    return router


async def _answered(
    shop: ShopifyShop, call: RootCall, faults: FaultBoard, base_url: str
) -> Response:
    cost = _cost(call)

    def act() -> Response:
        if cost > _MOST_COST:
            return _error(shop, cost, "Query cost is over the maximum", "MAX_COST_EXCEEDED")
        if not shop.bucket.take(cost):
            return _throttled(shop, cost)
        operations = {**_READS, **_MUTATIONS, _BULK: _bulk(base_url)}
        if call.field not in operations:
            return _error(shop, 1.0, f"Field '{call.field}' doesn't exist", "undefinedField")
        try:
            found = operations[call.field](shop, call.arguments)
        except InvalidPage as error:
            return _error(shop, 1.0, str(error), "BAD_REQUEST")
        data = {call.alias: cut(found, call.nested)}
        return JSONResponse({"data": data, "extensions": {"cost": shop.bucket.report(cost)}})

    return await faults.answer(
        "shopify",
        call.field,
        act,
        throttled=lambda: _throttled(shop, cost),
        refused=lambda: _error(shop, cost, "Access denied", "ACCESS_DENIED"),
    )


def _bulk(base_url: str) -> Operation:
    return lambda shop, given: shopify_reading.run_bulk(shop, given, base_url)


def _cost(call: RootCall) -> float:
    """Return what a call costs: mutations 10, a connection by its size."""
    first = call.arguments.get("first")
    if isinstance(first, int):
        return _CONNECTION_COST + first
    return _MUTATION_COST if call.field in {*_MUTATIONS, _BULK} else _READ_COST


def _throttled(shop: ShopifyShop, cost: float) -> Response:
    return _error(shop, cost, "Throttled", "THROTTLED")


def _error(shop: ShopifyShop, cost: float, message: str, code: str) -> Response:
    """Errors of this layer come with HTTP 200."""
    errors = [{"message": message, "extensions": {"code": code}}]
    return JSONResponse({"errors": errors, "extensions": {"cost": shop.bucket.report(cost)}})
