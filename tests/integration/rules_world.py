"""Orders admitted by the real activity, for tests of what rules decide."""

from decimal import Decimal

from sqlalchemy import Engine

from activities.admission import Admission
from activities.ledgers import BuiltinLedger
from activities.signatures import AdmitRequest
from database import orders, stock
from database.orders import identity_of
from domain.facts import facts_of
from domain.order import Customer
from domain.state import Plan
from tests.integration.database_world import place

# For whom the first order is nothing special.
CONSUMER = Customer(external_id="C-18", kind="consumer", name="Erika Beispiel")


def order_over(engine: Engine, external_id: str, total: int) -> str:
    """Keep an order of so many CNY, with stock for it, and return its id."""
    with engine.begin() as c:
        stock.set_on_hand(c, "de", "KB", 1000)
        facts = {"currency": "CNY", "total": Decimal(total), "customer": CONSUMER}
        return place(c, external_id, **facts)


def admitted(engine: Engine, order_id: str, pinned: str = "") -> Plan:
    """Let the worker's activity admit an order, under the version in force unless pinned."""
    with engine.connect() as c:
        row, content = orders.get(c, order_id), orders.content(c, order_id)
    assert row is not None
    assert content is not None
    facts = facts_of(content.order, identity_of(row), 1, 0)
    return Admission(engine, BuiltinLedger()).admit(AdmitRequest(facts, pinned, "", ""))
