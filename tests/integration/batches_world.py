"""Thousands of orders that wait for approval, written as rows, and a Temporal that only answers."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.actions import Action, Decide, Outcome, Repin
from domain.refusals import Refusal, RefusalCode

HASH = "a" * 64
APPROVED = "approved"

_ORDERS = text("""
WITH customer AS (
    SELECT customer_id FROM customers LIMIT 1
), new_orders AS (
    INSERT INTO orders (order_id, channel, shop, external_id, workflow_id, number, origin,
        submitter, customer_id, currency, total, country, placed_at, received_at, content_version,
        priority)
    SELECT 'ord_' || lpad(CAST(n AS text), 6, '0'), 'shopify', 'main', CAST(n AS text),
        'order:shopify:main:' || n, '#' || n, 'channel', '', customer_id,
        CASE WHEN n % 2 = 0 THEN 'EUR' ELSE 'USD' END, 100, 'DE', now(), now(), 1, 3
    FROM generate_series(1, :count) AS n, customer RETURNING order_id
), contents AS (
    INSERT INTO order_contents (order_id, version, body, content_hash, findings, author,
        created_at)
    SELECT order_id, 1, '{}', :hash, '[]', 'channel:shopify', now() FROM new_orders
), progress AS (
    INSERT INTO order_progress (order_id, version, content_version, stage, entered_at, group_code,
        warehouse, tier, rule_set, waits_for, paused, red, escalated, late, held, closed_reason,
        closed_note_id, owner_person, owner_label, last_event_seq, updated_at)
    SELECT order_id, 4, 1, 'in_review', now(), CASE WHEN order_id < 'ord_000011' THEN 'na' ELSE
        'eu' END, 'de', 'manager', 'r1', 'approve', false, order_id = 'ord_000020', false, false,
        false, '', '', 'lead', 'lead', 4, now() FROM new_orders
)
INSERT INTO tasks (order_id, key, kind, role, group_code, people, assignee_person, hold_id,
    opened_at)
SELECT order_id, 'in_review:approve:team_lead', 'approve', 'team_lead', 'eu', ARRAY['lead', 'mia'],
    'lead', '', now() FROM new_orders
""")


def pending_orders(c: Connection, count: int) -> list[str]:
    """Keep so many orders that wait for `lead` or `mia`; the first ten are of group na, the others
    of eu, number 20 is red. A customer has to be there already."""
    c.execute(_ORDERS, {"count": count, "hash": HASH})
    return [f"ord_{n:06d}" for n in range(1, count + 1)]


class Handle:
    """One order's workflow, which remembers the ids it has seen."""

    def __init__(self, orders: "AnsweringOrders", workflow_id: str) -> None:
        self._orders = orders
        self._id = workflow_id

    async def execute_update(self, name: str, action: Decide | Repin, **_: Any) -> Outcome:
        return self._orders.answered(self._id, name, action)

    async def signal(self, name: str, action: Action, **_: Any) -> None:
        self._orders.signals[self._id] += 1


class AnsweringOrders:
    """Stands in for the Temporal client: every order accepts, unless it is said to do otherwise."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.signals: Counter[str] = Counter()
        self.actions: dict[str, Decide | Repin] = {}
        self.instead: dict[str, Callable[[Decide | Repin], Outcome]] = {}

    def get_workflow_handle(self, workflow_id: str) -> Handle:
        return Handle(self, workflow_id)

    def answered(self, workflow_id: str, name: str, action: Decide | Repin) -> Outcome:
        """Answer as this order does."""
        assert name == type(action).__name__.lower()
        self.asked[workflow_id] += 1
        self.actions[workflow_id] = action
        instead = self.instead.get(workflow_id)
        return instead(action) if instead else Outcome(action.id, True, APPROVED, "in_review")


def refuses(code: RefusalCode) -> Callable[[Decide | Repin], Outcome]:
    """Refuse as a validator does."""

    def refuse(action: Decide | Repin) -> Outcome:
        refusal = Refusal(code, action.actor)
        raise WorkflowUpdateFailedError(
            ApplicationError(refusal.message_en, refusal.message_zh, type=str(code))
        )

    return refuse


def hangs(action: Decide | Repin) -> Outcome:
    """Never answer."""
    raise TimeoutError


def is_gone(action: Decide | Repin) -> Outcome:
    """There is no such workflow."""
    raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")


def is_away(action: Decide | Repin) -> Outcome:
    """Temporal is down."""
    raise RPCError("connection refused", RPCStatusCode.UNAVAILABLE, b"")
