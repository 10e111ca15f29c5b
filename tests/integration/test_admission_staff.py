"""Admission names who may sign by the staff as it is when the plan is made, not before."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, Engine

from activities.admission import Admission
from activities.ledgers import BuiltinLedger, Missing
from activities.signatures import AdmitRequest
from database import orders, people
from database.orders import identity_of
from domain.facts import facts_of
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import employ
from tests.integration.rules_world import order_over


class SlowLedger(BuiltinLedger):
    """A ledger that takes so long that somebody leaves meanwhile."""

    def __init__(self, engine: Engine, leaver: str) -> None:
        self._engine, self._leaver = engine, leaver

    def reserve(
        self, c: Connection, order_id: str, warehouse: str, quantities: Mapping[str, int]
    ) -> Missing:
        with self._engine.begin() as elsewhere:
            found = people.get(elsewhere, self._leaver)
            assert found is not None
            people.save_person(elsewhere, replace(found, active=False))
        return super().reserve(c, order_id, warehouse, quantities)


def test_somebody_who_leaves_while_stock_is_reserved_is_not_asked(engine: Engine) -> None:
    with engine.begin() as c:
        published_rules(c, "slow-ledger")
        employ(c, "slow-leaver", "regional_manager")
        employ(c, "slow-stayer", "regional_manager")
    order_id = order_over(engine, "slow-ledger-1", 5000)
    with engine.connect() as c:
        row, content = orders.get(c, order_id), orders.content(c, order_id)
    assert row is not None
    assert content is not None
    facts = facts_of(content.order, identity_of(row), 1, 0)
    ledger = SlowLedger(engine, "slow-leaver")
    plan = Admission(engine, ledger).admit(AdmitRequest(facts, "", "", ""))
    asked = {person for group in plan.signers for person in group.people}
    assert "slow-stayer" in asked
    assert "slow-leaver" not in asked
