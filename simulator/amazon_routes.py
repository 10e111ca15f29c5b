"""The played Selling Partner API over HTTP: tokens, orders, shipments, subscriptions."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from simulator.amazon_access import GRANTLESS, AmazonAccess, TokenRefused
from simulator.amazon_bodies import shown
from simulator.amazon_search import InvalidInput, included_data, search
from simulator.amazon_shipments import confirm
from simulator.amazon_store import TOPIC, AmazonStore
from simulator.config import AmazonPlay
from simulator.documents import Document
from simulator.faults import FaultBoard, System

_SYSTEM: System = "amazon"
DESTINATION = "amzn1.destination.eventbridge"

Act = Callable[[AmazonStore], Response]


class AmazonApi:
    """What every route of the API does first: whose call is it, and may they call now."""

    def __init__(
        self,
        stores: Mapping[str, AmazonStore],
        access: AmazonAccess,
        play: AmazonPlay,
        faults: FaultBoard,
    ) -> None:
        self._stores = stores
        self._faults = faults
        self.access = access
        self.play = play

    async def answer(
        self, request: Request, operation: str, act: Act, *, is_grantless: bool = False
    ) -> Response:
        """Do something for the seller whose token the call bears."""
        seller = self.access.seller(request.headers.get("x-amz-access-token", ""))
        if seller is None or (seller == GRANTLESS) != is_grantless:
            details = "The access token you provided is revoked, malformed or invalid."
            return problem(403, "Unauthorized", "Access to requested resource is denied.", details)
        if not self.access.may(seller, operation):
            return self._throttled(operation)
        store = self._stores[seller or next(iter(self._stores))]

        def checked() -> Response:
            try:
                return act(store)
            except InvalidInput as error:
                return problem(400, "InvalidInput", "Invalid Input", str(error))

        response = await self._faults.answer(
            _SYSTEM,
            operation,
            checked,
            throttled=lambda: self._throttled(operation),
            refused=lambda: problem(400, "InvalidInput", "Invalid Input", "refused"),
        )
        response.headers["x-amzn-RateLimit-Limit"] = f"{self.access.rate(operation):g}"
        return response

    async def token(self, request: Request) -> Response:
        """Answer LWA's `POST /auth/o2/token`, a form."""
        form = dict(parse_qsl((await request.body()).decode()))

        def act() -> Response:
            try:
                token, seconds = self.access.grant(form)
            except TokenRefused as refused:
                body = {"error": refused.code, "error_description": str(refused)}
                return JSONResponse(body, 401 if refused.code == "invalid_client" else 400)
            given = {"access_token": token, "token_type": "bearer", "expires_in": int(seconds)}
            return JSONResponse(given | {"refresh_token": form.get("refresh_token", "")})

        return await self._faults.answer(
            _SYSTEM,
            "token",
            act,
            throttled=lambda: JSONResponse({"error": "slow_down"}, 429, {"Retry-After": "1"}),
            refused=lambda: JSONResponse({"error": "invalid_grant"}, 400),
        )

    def _throttled(self, operation: str) -> Response:
        text = "You exceeded your quota for the requested resource."
        response = problem(429, "QuotaExceeded", text, "")
        response.headers["x-amzn-RateLimit-Limit"] = f"{self.access.rate(operation):g}"
        return response


def amazon_router(api: AmazonApi) -> APIRouter:
    """Return the routes of all played sellers; the token says whose call it is."""
    router = APIRouter(prefix="/amazon", tags=["amazon"])

    @router.post("/auth/o2/token")
    async def token(request: Request) -> Response:
        return await api.token(request)

    @router.get("/orders/2026-01-01/orders")
    async def search_orders(request: Request) -> Response:
        given = dict(request.query_params)

        def act(store: AmazonStore) -> Response:
            return JSONResponse(search(store, given, api.play.settling_seconds))

        return await api.answer(request, "searchOrders", act)

    @router.get("/orders/2026-01-01/orders/{order_id}")
    async def get_order(order_id: str, request: Request) -> Response:
        given = dict(request.query_params)

        def act(store: AmazonStore) -> Response:
            included, order = included_data(given), store.record(order_id)
            return JSONResponse({"order": shown(order, included)}) if order else _unknown()

        return await api.answer(request, "getOrder", act)

    @router.post("/orders/v0/orders/{order_id}/shipmentConfirmation")
    async def confirm_shipment(order_id: str, request: Request) -> Response:
        body = await _json(request)

        def act(store: AmazonStore) -> Response:
            order = store.record(order_id)
            if order is None:
                return _unknown()
            confirm(store, order, body)
            return Response(status_code=204)

        return await api.answer(request, "confirmShipment", act)

    router.include_router(_notifications(api))
    return router


def _notifications(api: AmazonApi) -> APIRouter:
    """Return the routes of subscriptions; where EventBridge sends them on is AWS's business."""
    router = APIRouter(prefix="/notifications/v1")

    @router.get("/subscriptions/{kind}")
    async def subscription(kind: str, request: Request) -> Response:
        def act(store: AmazonStore) -> Response:
            found = next((s for s in store.subscriptions.all() if s["topic"] == kind), None)
            if found is None:
                return problem(404, "NotFound", "No subscription was found.", "")
            return JSONResponse({"payload": _subscription(found)})

        return await api.answer(request, "subscriptions", act)

    @router.post("/subscriptions/{kind}")
    async def subscribe(kind: str, request: Request) -> Response:
        body = await _json(request)

        def act(store: AmazonStore) -> Response:
            if kind != TOPIC or not body.get("destinationId") or not body.get("payloadVersion"):
                raise InvalidInput("payloadVersion and destinationId of ORDER_CHANGE are required")
            if store.subscriptions.active(kind):
                return problem(409, "Conflict", "The subscription exists already.", "")
            made = store.subscriptions.add(
                kind, f"/webhooks/{store.played.owner}", "", destination=body["destinationId"]
            )
            return JSONResponse({"payload": _subscription(made)})

        return await api.answer(request, "subscriptions", act)

    @router.get("/destinations")
    async def destinations(request: Request) -> Response:
        def act(store: AmazonStore) -> Response:
            return JSONResponse({"payload": [_destination()]})

        return await api.answer(request, "destinations", act, is_grantless=True)

    return router


def problem(status: int, code: str, message: str, details: str) -> Response:
    """Return an error as all Selling Partner APIs word it."""
    error = {"code": code, "message": message, "details": details}
    return JSONResponse({"errors": [error]}, status_code=status)


def _unknown() -> Response:
    return problem(404, "NotFound", "The requested order was not found.", "")


async def _json(request: Request) -> Document:
    try:
        body: Any = await request.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {}


def _subscription(subscription: Document) -> Document:
    return {
        "subscriptionId": f"sub-{subscription['id']}",
        "payloadVersion": "1.0",
        "destinationId": subscription.get("destination", DESTINATION),
    }


def _destination() -> Document:
    place = {"region": "us-east-1", "accountId": "000000000000"}
    return {
        "destinationId": DESTINATION,
        "name": "orderflow",
        "resource": {"eventBridge": place | {"name": "aws.partner/sellingpartnerapi.amazon.com"}},
    }
