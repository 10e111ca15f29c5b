"""Decisions from a message: what a link would do, and the words that go with it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from api.schemas.views import ORDER_ID, Priced
from domain.actions import Verdict
from domain.order import Instant, Notes

_LINK: dict[str, Any] = {
    "verdict": "approve",
    "order_id": ORDER_ID,
    "number": "#1001",
    "stage": "in_review",
    "total": "12000.00",
    "currency": "CNY",
    "possible": True,
    "obstacle": "",
    "needs_note": False,
    "expires_at": "2026-11-05T08:15:04Z",
    "used_at": None,
}

Obstacle = Literal["", "used", "expired", "changed", "not_waiting"]


class LinkView(Priced):
    """What a link would do for the person it was sent to; looking does nothing. `obstacle` says why
    it would not: used, expired, the order changed, or it waits for this signature no longer."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LINK]})

    verdict: Verdict
    order_id: str
    number: str
    stage: str
    possible: bool
    obstacle: Obstacle
    needs_note: bool
    expires_at: Instant
    used_at: Instant | None


class LinkBody(BaseModel):
    """Rejecting and returning need a note."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"note": "Price below the agreed minimum."}, {}]},
    )

    note: Notes = ""
