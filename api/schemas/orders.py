"""The list of orders; amounts are decimal strings, instants RFC 3339 in UTC."""

from typing import Any

from pydantic import ConfigDict

from api.schemas.views import ORDER_ID, Priced, StageLabel, View, stage_label
from database.order_lists import OrderListRow
from domain.holds import ReasonCode
from domain.order import Instant


class OrderSummary(Priced):
    """One order of a list; an order that has just come in has no stage yet. `customer_name` is
    null for those who may not read content."""

    order_id: str
    channel: str
    shop: str
    external_id: str
    number: str
    country: str
    placed_at: Instant
    received_at: Instant
    stage: str
    stage_label: StageLabel | None = None
    entered_at: Instant | None
    group: str
    waits_for: str
    due_at: Instant | None
    stalls_at: Instant | None
    flags: tuple[str, ...]
    owner_person: str
    owner_label: str
    closed_reason: str
    priority: int
    owner_name: str
    customer_name: str | None
    held_reasons: tuple[ReasonCode, ...]

    @classmethod
    def of(cls, row: OrderListRow, may_read_content: bool) -> "OrderSummary":
        """Return what the caller may see of a row."""
        summary = cls.model_validate(row)
        shown: dict[str, Any] = {"stage_label": stage_label(row.stage)}
        shown |= {} if may_read_content else {"customer_name": None}
        return summary.model_copy(update=shown)


SUMMARY_EXAMPLE: dict[str, Any] = {
    "order_id": ORDER_ID,
    "channel": "storefront",
    "shop": "main",
    "external_id": "1001",
    "number": "#1001",
    "currency": "EUR",
    "total": "117.95",
    "country": "DE",
    "placed_at": "2026-11-03T08:15:00Z",
    "received_at": "2026-11-03T08:15:03Z",
    "stage": "in_review",
    "stage_label": {"en": "In review", "zh": "审核中"},
    "entered_at": "2026-11-03T08:15:04Z",
    "group": "eu",
    "waits_for": "approve",
    "due_at": "2026-11-03T10:15:04Z",
    "stalls_at": "2026-11-03T12:15:04Z",
    "flags": ["escalated"],
    "owner_person": "li",
    "owner_label": "regional_manager",
    "closed_reason": "",
    "priority": 3,
    "owner_name": "Li Wei",
    "customer_name": "Beispiel GmbH",
    "held_reasons": [],
}


class OrderList(View):
    """A page of orders; `next_cursor` is null on the last one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"orders": [SUMMARY_EXAMPLE], "next_cursor": None}]}
    )

    orders: list[OrderSummary]
    next_cursor: str | None
