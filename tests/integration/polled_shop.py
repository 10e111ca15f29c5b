"""A shop that can be polled, played over HTTP, and a channel that speaks with it."""

import json
import re
from datetime import UTC, datetime
from typing import Any, Self

import httpx
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine
from temporalio.testing import ActivityEnvironment
from werkzeug import Request, Response

from activities import signatures as calls
from activities.sync import ChannelReading
from channels.http import answered
from channels.port import (
    Channel,
    ChannelAccess,
    FoundOrder,
    FoundPage,
    FulfilmentReceipt,
    Lines,
    Polling,
    Subscriptions,
)
from channels.storefront.channel import CHANNEL as STOREFRONT
from database import shops
from database.shops import Shop
from domain.holds import ReasonCode
from tests.integration.api_world import storefront_body

CHANNEL, SHOP = "storefront", "main"
KEY = (CHANNEL, SHOP)
TOPIC = "order.created"
REQUEST = calls.ShopRequest(CHANNEL, SHOP)
PUBLIC_URL = "https://orders.example.com"
EVERY_SECONDS = 3600.0
OVERLAP_SECONDS = 300.0


class PolledSource:
    """Reads the played shop."""

    def __init__(self, access: ChannelAccess, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {access.credential}"}
        self._http = httpx.Client(base_url=access.base_url, headers=headers, transport=transport)

    def changed_orders(self, since: datetime, page: str | None = None) -> FoundPage:
        """Ask for a page."""
        asked = {"since": since.isoformat()} | ({"page": page} if page else {})
        answer = answered(lambda: self._http.get("/orders", params=asked)).json()
        seen = answer.get("seen_until")
        return FoundPage(
            orders=tuple(_found(each) for each in answer["orders"]),
            next_page=answer.get("next"),
            seen_until=datetime.fromisoformat(seen) if seen else None,
        )

    def order(self, reference: str) -> FoundOrder | None:
        """Ask for one order."""
        answer = answered(lambda: self._http.get(f"/orders/{reference}")).json()
        return _found(answer["id"]) if answer else None

    def mend_subscriptions(self, address: str, secret: str) -> Subscriptions:
        """Send the address and take the shop's word for the rest."""
        given = {"address": address, "secret": secret}
        answer = answered(lambda: self._http.post("/webhooks", json=given)).json()
        return Subscriptions(tuple(answer["amiss"]), tuple(answer["mended"]))

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
        """Pretend."""
        return FulfilmentReceipt(idempotency_key)

    def order_cancel(
        self, order_external_id: str, reason: ReasonCode, note: str, *, idempotency_key: str
    ) -> None:
        """Pretend."""

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _found(external_id: str) -> FoundOrder:
    return FoundOrder(external_id, TOPIC, storefront_body(external_id))


POLLED = Channel(
    name=CHANNEL,
    verify=STOREFRONT.verify,
    delivery=STOREFRONT.delivery,
    read=STOREFRONT.read,
    read_document=STOREFRONT.read_document,
    connect=PolledSource,
    polling=Polling(PolledSource, EVERY_SECONDS, OVERLAP_SECONDS, pages_per_second=100.0),
)


class PlayedShop:
    """The other side: what it answers, and what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.pages: list[dict[str, Any] | Response] = []
        self.orders: set[str] = set()
        self.subscriptions: dict[str, list[str]] = {"amiss": [], "mended": []}
        self.credential = "key"
        self.asked: list[dict[str, str]] = []
        self.told: list[dict[str, str]] = []
        self.read: list[str] = []
        self.stumbles_over = ""
        server.expect_request("/orders").respond_with_handler(self._page)
        server.expect_request("/webhooks").respond_with_handler(self._webhooks)
        server.expect_request(re.compile(r"/orders/.+")).respond_with_handler(self._order)

    def _refusal(self, request: Request) -> Response | None:
        is_known = request.headers.get("Authorization") == f"Bearer {self.credential}"
        return None if is_known else Response(status=401)

    def _page(self, request: Request) -> Response:
        self.asked.append(dict(request.args))
        if refusal := self._refusal(request):
            return refusal
        page = self.pages.pop(0) if self.pages else {"orders": []}
        return page if isinstance(page, Response) else _json(page)

    def _order(self, request: Request) -> Response:
        reference = request.path.rpartition("/")[2]
        self.read.append(reference)
        if refusal := self._refusal(request):
            return refusal
        if reference == self.stumbles_over:
            return Response(status=500)
        return _json({"id": reference} if reference in self.orders else None)

    def _webhooks(self, request: Request) -> Response:
        self.told.append(request.get_json())
        return self._refusal(request) or _json(self.subscriptions)


def _json(document: object) -> Response:
    return Response(json.dumps(document), content_type="application/json")


def register(engine: Engine, base_url: str, token: str = "key") -> None:  # noqa: S107
    """Add the shop, or change it."""
    with engine.begin() as c:
        shops.save(c, Shop(CHANNEL, SHOP, ("current", "previous"), base_url, token))


class Reading:
    """Runs the activities as a worker does."""

    def __init__(self, engine: Engine, public_url: str = PUBLIC_URL) -> None:
        self._reading = ChannelReading(engine, public_url)

    def poll(self) -> calls.PageAnswer:
        """Ask for a page."""
        return ActivityEnvironment().run(self._reading.poll_page, REQUEST)

    def look_up(self) -> calls.LookUpAnswer:
        """Look one order up."""
        return ActivityEnvironment().run(self._reading.look_up_order, REQUEST)

    def check(self) -> calls.CheckAnswer:
        """Check the subscriptions."""
        return ActivityEnvironment().run(self._reading.mend_subscriptions, REQUEST)


def instant(text: str) -> datetime:
    """Return an instant of the played shop's clock."""
    return datetime.fromisoformat(text).astimezone(UTC)
