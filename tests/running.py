"""A whole orderflow for tests: real servers, api and worker as processes, and staff with keys."""

import asyncio
import base64
import hashlib
import hmac
import json
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import Engine

from bench.stack import bench_rules
from channels.storefront.signature import sign
from database import credit, customers, fx, orders, people, progress, rules, shops, stock
from database.people import Person, RoleGrant
from database.progress import Progress
from domain.order import CanonicalOrder
from orderflow import up
from orderflow.settings import Settings
from orderflow.setup import new_key
from simulator.catalog import ARTICLES
from tests.patience import PATIENCE_SECONDS

T = TypeVar("T")
SECRET, OLD_SECRET = "current-secret", "previous-secret"
# Person id, role, group, superior; a superior comes before those who report to them.
STAFF = (
    ("boss", "", "", ""),
    ("lead", "team_lead", "", "boss"),
    ("director", "ops_director", "", "boss"),
    ("money", "finance", "", "boss"),
    ("service", "customer_service", "", "lead"),
    ("manager", "regional_manager", "", "director"),
    ("keeper-na", "warehouse_keeper", "na", "lead"),
    ("keeper-eu", "warehouse_keeper", "eu", "lead"),
    ("carrier", "logistics", "", "lead"),
    ("seller", "sales", "", "lead"),
)
PROBE_SECONDS = 0.1


class Running:
    """What tests hold in their hands: servers to kill, people to act as, and a way to look."""

    def __init__(
        self,
        extra: Mapping[str, str] | None = None,
        api_port: int = 8088,
        storefront_url: str = "",
    ) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="orderflow-running-"))
        self._storefront_url = storefront_url
        self.settings = Settings(
            home=self._home, drain_seconds=3, database_pool_size=8, api_port=api_port
        )
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        environment = {"ORDERFLOW_LOG_LEVEL": "WARNING", **(extra or {})}

        async def told(*_: object) -> Mapping[str, str]:
            return environment

        self._context: AbstractAsyncContextManager[up.House] = up.house(self.settings, told)
        self.house = self.run(self._context.__aenter__())
        self.engine: Engine = self.house.engine
        self.keys = self._seed()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the loop that supervises the servers."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(timeout=250)

    def close(self) -> None:
        """Stop everything."""
        self.run(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        shutil.rmtree(self._home, ignore_errors=True)

    async def _leave(self) -> None:
        await self._context.__aexit__(None, None, None)

    def _seed(self) -> dict[str, str]:
        keys = {}
        with self.engine.begin() as c:
            note, now = "short objection window", datetime.now(UTC)
            rules.put_in_force(c, bench_rules(), "author", "publisher", note, now)
            for person_id, role, group, superior in STAFF:
                person = Person(
                    person_id,
                    person_id,
                    superior_id=superior or None,
                    roles=(RoleGrant(role, group),) if role else (),
                )
                people.save_person(c, person)
            for person_id in [*(row[0] for row in STAFF), "admin"]:
                keys[person_id], digest = new_key()
                people.add_key(c, person_id, digest, "tests")
            for channel, url in (("shopify", ""), ("storefront", self._storefront_url)):
                shops.save(c, shops.Shop(channel, "test-shop", (SECRET, OLD_SECRET), url, SECRET))
            for warehouse in ("lax", "de"):
                for sku in ("KB-200", "LAMP-01", "BULB-07", *(article.sku for article in ARTICLES)):
                    stock.set_on_hand(c, warehouse, sku, 100_000)
            today = datetime.now(UTC).date()
            for currency, rate in (("USD", "7.00"), ("EUR", "8.00")):
                fx.save(c, fx.Rate(f"{currency}-test", currency, "CNY", Decimal(rate), today))
        return keys

    # --- acting ----------------------------------------------------------------------------

    def api(self, person: str) -> httpx.Client:
        """Return a client that acts as this person."""
        return httpx.Client(
            base_url=f"{self.house.api_url}/api/v1",
            headers={"Authorization": f"Bearer {self.keys[person]}"},
            timeout=30,
        )

    def act(self, person: str, path: str, body: Mapping[str, str], key: str = "") -> httpx.Response:
        """Do something as this person; repeated, as the same action, until its outcome is known."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}

        def outcome() -> httpx.Response | None:
            answer = client.post(path, json=body, headers=headers)
            said = answer.json()
            is_on_its_way = said.get("status") == "pending" or said.get("code") == "outcome_unknown"
            return None if is_on_its_way else answer

        with self.api(person) as client:
            return wait_for(outcome, path)

    def post_shopify(
        self,
        body: bytes,
        topic: str = "orders/create",
        secret: str = SECRET,
        shop: str = "test-shop",
    ) -> httpx.Response:
        """Post a body as Shopify does, signed."""
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        headers = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
            "X-Shopify-Shop-Domain": f"{shop}.myshopify.com",
            "Content-Type": "application/json",
        }
        url = f"{self.house.api_url}/webhooks/shopify/{shop}"
        return httpx.post(url, content=body, headers=headers, timeout=30)

    def post_storefront(self, document: dict[str, Any], secret: str = SECRET) -> httpx.Response:
        """Post a body as our own storefront does, signed."""
        body = json.dumps(document).encode()
        headers = {"Orderflow-Signature": sign(body, secret, datetime.now(UTC))}
        url = f"{self.house.api_url}/webhooks/storefront/test-shop"
        return httpx.post(url, content=body, headers=headers, timeout=30)

    def order(self, **changes: Any) -> str:
        """Send a new storefront order; returns its external id."""
        document = order_document(**changes)
        answer = self.post_storefront({"topic": "order.created", "order": document})
        assert answer.status_code == 200, answer.text
        return str(document["external_id"])

    # --- looking ---------------------------------------------------------------------------

    def order_id(self, external_id: str, channel: str = "storefront") -> str:
        """Wait until the order is there and return its id."""
        return wait_for(lambda: self._order_id(external_id, channel), f"order {external_id}")

    def _order_id(self, external_id: str, channel: str) -> str | None:
        with self.engine.connect() as c:
            row = orders.find(c, channel, "test-shop", external_id)
        return row.order_id if row else None

    def progress(self, order_id: str) -> Progress | None:
        """Return where an order stands."""
        with self.engine.connect() as c:
            return progress.get_progress(c, order_id)

    def until(self, order_id: str, told: Callable[[Progress], bool]) -> Progress:
        """Wait until the read model says so."""

        def seen() -> Progress | None:
            found = self.progress(order_id)
            return found if found is not None and told(found) else None

        return wait_for(seen, lambda: f"{order_id}, now {self.progress(order_id)}")

    def until_stage(self, order_id: str, stage: str) -> Progress:
        """Wait until the order is in this stage."""
        return self.until(order_id, lambda found: found.stage == stage)

    def content_hash(self, order_id: str) -> str:
        """Return the hash a signature is bound to."""
        with self.engine.connect() as c:
            content = orders.content(c, order_id)
        assert content is not None
        return content.content_hash

    def give_credit(self, document: dict[str, Any], limit: str) -> str:
        """Open a credit account for the buyer of an order."""
        with self.engine.begin() as c:
            canonical = {"channel": "storefront", "shop": "test-shop", **document}
            customer_id = customers.upsert(c, CanonicalOrder.model_validate(canonical))
            credit.set_limit(c, customer_id, Decimal(limit))
        return customer_id


def wait_for(look: Callable[[], T | None], what: object, seconds: float = PATIENCE_SECONDS) -> T:
    """Return what `look` finds as soon as it finds something; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(PROBE_SECONDS)
    told = what() if callable(what) else what
    raise AssertionError(f"not within {seconds} s: {told}")


def order_document(
    *,
    total: str = "100.00",
    currency: str = "CNY",
    country: str = "US",
    kind: str = "consumer",
    sku: str = "KB-200",
    quantity: int = 1,
    **changes: Any,
) -> dict[str, Any]:
    """Return an order of one line whose amounts add up, paid and with nothing to find."""
    address = {
        "US": ("Los Angeles", "CA", "90012", "+1 213 473 3231"),
        "DE": ("Berlin", "", "10115", "+49 30 901820"),
        "GB": ("London", "", "EC1Y 8SY", "+44 20 7946 0958"),
    }[country]
    external_id = uuid.uuid4().hex[:12]
    now = datetime.now(UTC).isoformat()
    unit_price = str(Decimal(total) / quantity)
    line = {
        "line_id": "1",
        "sku": sku,
        "quantity": quantity,
        "unit_price": unit_price,
        "total": total,
    }
    return {
        "external_id": external_id,
        "number": f"#{external_id}",
        "placed_at": now,
        "source_updated_at": now,
        "currency": currency,
        "customer": {"kind": kind, "external_id": f"C-{external_id}", "name": "Robin Testperson"},
        "shipping_address": {
            "name": "Robin Testperson",
            "line1": "17 Invented Street",
            "city": address[0],
            "region": address[1],
            "postal_code": address[2],
            "country": country,
            "phone": address[3],
        },
        "lines": [line],
        "total": total,
        "payment": {"status": "paid"},
        **changes,
    }
