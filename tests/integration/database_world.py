"""Rows that database tests start from, and many people doing one thing at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from database import customers, orders, people
from database.people import Person, RoleGrant
from domain.order import Address, CanonicalOrder, Customer, Line, content_hash
from domain.projection import RecordRequest, snapshot
from domain.state import OrderState
from tests.unit.order_states import OrderBuilder, an_order

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AT_ONCE = 16

T = TypeVar("T")
A = TypeVar("A")


def later(minutes: float) -> datetime:
    """Return the instant this many minutes after NOW."""
    return NOW + timedelta(minutes=minutes)


def canonical(external_id: str = "1001", **changes: Any) -> CanonicalOrder:
    """Return a German dealer's order of two keyboards for 100.00 EUR."""
    line = Line(line_id="1", sku="KB", quantity=2, unit_price=Decimal(50), total=Decimal(100))
    order = CanonicalOrder(
        channel="shopify",
        shop="main",
        external_id=external_id,
        number=f"#{external_id}",
        placed_at=NOW,
        source_updated_at=NOW,
        currency="EUR",
        customer=Customer(external_id="C-17", name="Beispiel GmbH", email="a@example.com"),
        shipping_address=Address(city="Berlin", country="DE"),
        lines=(line,),
        total=Decimal(100),
    )
    return order.model_copy(update=changes)


def place(c: Connection, external_id: str = "1001", **changes: Any) -> str:
    """Keep an order and return its id."""
    return place_as(c, canonical(external_id, **changes))[0]


def place_as(c: Connection, order: CanonicalOrder, submitter: str = "") -> tuple[str, bool]:
    """Keep an order the way the relay does; its id and whether it was new."""
    return orders.insert(
        c,
        order,
        workflow_id=f"order:{order.channel}:{order.shop}:{order.external_id}",
        origin="form" if submitter else "channel",
        submitter=submitter,
        customer_id=customers.upsert(c, order),
        findings=[],
        content_hash=content_hash(order),
        received_at=NOW,
        author=submitter or "channel:shopify",
    )


def story_of(order_id: str) -> OrderBuilder:
    """Start describing the life of an order that is kept already."""
    builder = an_order()
    return replace(builder, facts=replace(builder.facts, order_id=order_id))


def request_of(state: OrderState, since: int = 0) -> RecordRequest:
    """Return what the workflow would record now, with the events after number `since`."""
    events = tuple(event for event in state.events if event.seq > since)
    return RecordRequest(snapshot(state), events, events[-1].at)


def employ(c: Connection, person_id: str, *roles: str, **facts: Any) -> None:
    """Add a person with roles; `role:group` limits a role to a group."""
    grants = tuple(RoleGrant(*role.split(":")) for role in roles)
    people.save_person(
        c, Person(person_id=person_id, name=person_id.title(), roles=grants, **facts)
    )


def at_once(work: Callable[[A], T], arguments: Sequence[A]) -> list[T]:
    """Do the work for all arguments in threads that start together, and return the answers."""
    starting = Barrier(min(AT_ONCE, len(arguments)))

    def start(numbered: tuple[int, A]) -> T:
        if numbered[0] < starting.parties:
            starting.wait(timeout=10)
        return work(numbered[1])

    with ThreadPoolExecutor(starting.parties) as pool:
        return list(pool.map(start, enumerate(arguments)))


def in_transaction(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Do something in a transaction of its own."""
    with engine.begin() as c:
        return work(c)
