"""A few orders that change all the time, as `record` would tell of them, without a workflow."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import Connection, Engine

from database import customers, orders, progress
from domain import lifecycle
from domain.events import EventKind
from domain.facts import Identity, facts_of
from domain.order import Address, CanonicalOrder, Customer, Line, content_hash
from domain.projection import RecordRequest, snapshot
from domain.state import OrderState

ORDERS = 50


class MovingOrders:
    """Changes orders in turn and remembers when each change was committed, by the id under which
    viewers hear of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told: dict[str, float] = {}
        self._changes = 0
        with engine.begin() as c:
            self._states = [_placed(c, number) for number in range(ORDERS)]

    @property
    def told(self) -> Mapping[str, float]:
        """When each change was committed, on the clock of `time.perf_counter`."""
        return self._told

    async def change(self, count: int, per_second: float | None = None) -> None:
        """Change orders so many times, at a steady pace or as fast as it goes."""
        begun = time.perf_counter()
        for number in range(count):
            await asyncio.to_thread(self._change_one)
            if per_second is not None:
                due = begun + (number + 1) / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))

    def _change_one(self) -> None:
        state, now = self._states[self._changes % ORDERS], datetime.now(UTC)
        self._changes += 1
        lifecycle.note(state, now, EventKind.URGED, "bench")
        with self._engine.begin() as c:
            progress.project(c, RecordRequest(snapshot(state), (state.events[-1],), now))
            self._told[f"{state.facts.order_id}:{state.version}"] = time.perf_counter()


def _placed(c: Connection, number: int) -> OrderState:
    now = datetime.now(UTC)
    order = _order(number, now)
    order_id, _ = orders.insert(
        c,
        order,
        workflow_id=f"order:bench:{number}",
        origin="channel",
        submitter="",
        customer_id=customers.upsert(c, order),
        findings=(),
        content_hash=content_hash(order),
        received_at=now,
        author="channel:storefront",
    )
    identity = Identity(order_id, "channel", "", now)
    state = lifecycle.opened(facts_of(order, identity, 1, 0), now)
    progress.project(c, RecordRequest(snapshot(state), tuple(state.events), now))
    return state


def _order(number: int, now: datetime) -> CanonicalOrder:
    return CanonicalOrder(
        channel="storefront",
        shop="bench",
        external_id=str(number),
        number=f"#{number}",
        placed_at=now,
        currency="EUR",
        customer=Customer(external_id="C", name="Bench Buyer"),
        shipping_address=Address(city="Berlin", country="DE"),
        lines=(Line(line_id="1", sku="KB", quantity=1, unit_price=Decimal(9), total=Decimal(9)),),
        total=Decimal(9),
    )
