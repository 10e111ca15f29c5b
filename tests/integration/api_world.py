"""The API in a test: an app on real Postgres, people with keys, shops with signed bodies."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, create_engine
from temporalio.client import Client

from api.app import create_app
from api.state import ApiState, PublicSettings, Services
from channels.storefront.signature import sign
from database import people, shops
from database.people import Group
from database.shops import Shop
from domain.order import EXAMPLE
from tests.integration.database_world import employ
from tests.patience import PATIENCE_SECONDS

SECRET = "shop-secret-1"
OLD_SECRET = "shop-secret-0"
# Nobody listens here, so it is a Postgres that is down.
NOWHERE = "postgresql+psycopg2://x:x@127.0.0.1:1/x"

STAFF = {
    "cs": ("customer_service",),
    "mia": ("regional_manager",),
    "otto": ("ops_director",),
    "fay": ("finance",),
    "lead": ("team_lead",),
    "keeper_eu": ("warehouse_keeper:eu",),
    "keeper_na": ("warehouse_keeper:na",),
    "log": ("logistics",),
    "audi": ("auditor",),
    "root": ("administrator",),
}


def key_of(person: str) -> str:
    """Return the API key of a member of staff."""
    return f"key-of-{person}"


def open_house(c: Connection) -> None:
    """Employ the staff, each with a key, and register a shop of each channel."""
    for person, roles in STAFF.items():
        employ(c, person, *roles)
        digest = hashlib.sha256(key_of(person).encode()).hexdigest()
        people.add_key(c, person, digest, "test")
    for group, warehouse in (("eu", "de"), ("na", "lax")):
        people.save_group(c, Group(group, group.upper(), group.upper(), warehouse))
    for channel in ("shopify", "storefront"):
        shops.save(c, Shop(channel, "main", (SECRET, OLD_SECRET)))


def state_on(engine: Engine, database_url: str, temporal: Client | None = None) -> ApiState:
    """Return what an app on this database runs on."""
    public = PublicSettings(temporal_ui_url="http://127.0.0.1:8233")
    return ApiState(engine, database_url, temporal, public)


def state_without_postgres() -> ApiState:
    """Return what an app runs on whose Postgres is down."""
    return ApiState(create_engine(NOWHERE, connect_args={"connect_timeout": 1}), NOWHERE)


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so; it is looked at again and again until a deadline."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await is_so():  # noqa: ASYNC110 - it is so elsewhere, where nothing tells us
            await asyncio.sleep(0.02)


# Apps nobody uses just now: with its first request an app compiles every route, which takes longer
# than most tests.
_IDLE: list[FastAPI] = []


@contextmanager
def lent_app(state: ApiState) -> Iterator[FastAPI]:
    """Lend an app that runs on this, with parts of its own."""
    app = _IDLE.pop() if _IDLE else create_app(state)
    app.state.services = Services.on(state)
    try:
        yield app
    finally:
        _IDLE.append(app)


@asynccontextmanager
async def serving(state: ApiState) -> AsyncIterator[httpx.AsyncClient]:
    """Run an app and return a client of it."""
    with lent_app(state) as app:
        async with running(app) as client:
            yield client


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Run this app and return a client of it; a defect of the app shows as the 500 it answers."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://api") as client,
    ):
        yield client


def as_(person: str, **headers: str) -> dict[str, str]:
    """Return the headers of a person's request; `key` is its Idempotency-Key."""
    found = {"Authorization": f"Bearer {key_of(person)}"}
    if "key" in headers:
        found["Idempotency-Key"] = headers.pop("key")
    return found | headers


def storefront_body(external_id: str = "1001", **changes: Any) -> bytes:
    """Return a storefront's message of a new order."""
    order = EXAMPLE | {"external_id": external_id} | changes
    return json.dumps({"topic": "order.created", "order": order}).encode()


def storefront_headers(
    body: bytes, secret: str = SECRET, at: datetime | None = None
) -> dict[str, str]:
    """Return the headers with which a storefront sends these bytes."""
    return {
        "Content-Type": "application/json",
        "Orderflow-Signature": sign(body, secret, at or datetime.now(UTC)),
        "Orderflow-Topic": "order.created",
        "Orderflow-Delivery": "d-1",
    }


def shopify_headers(
    body: bytes, secret: str = SECRET, topic: str = "orders/create"
) -> dict[str, str]:
    """Return the headers with which Shopify sends these bytes."""
    digest = hmac.digest(secret.encode(), body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": "w-1",
        "X-Shopify-Triggered-At": "2026-11-03T08:15:02Z",
        "X-Customer-Email": "someone@example.com",
    }


def submitted(external_id: str = "PO-1", **changes: Any) -> dict[str, Any]:
    """Return an order that a program sends, without its channel."""
    order = EXAMPLE | {"external_id": external_id} | changes
    return {name: value for name, value in order.items() if name != "channel"}
