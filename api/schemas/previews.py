"""Orders under other rules as the API shows them: previews and counterfactuals."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.schemas.views import ORDER_ID, View
from domain.order import Instant, Short

_DEADLINE: dict[str, JsonValue] = {
    "stage": "in_review",
    "limit_seconds": 7200,
    "due_at": "2026-11-03T10:15:00Z",
}
_BEFORE: dict[str, JsonValue] = {
    "confirmation": "automatic",
    "tier": "manager",
    "policy": "any_of",
    "roles": ["regional_manager"],
    "quorum": 1,
    "group": "eu",
    "warehouse": "de",
    "priority": 3,
}
_AFTER: dict[str, JsonValue] = _BEFORE | {"tier": "auto", "policy": "auto", "roles": []}
_PREVIEWED: dict[str, JsonValue] = {
    "order_id": ORDER_ID,
    "rule_set": "2026-11",
    "before": _BEFORE,
    "after": _AFTER,
    "tables": ["approval"],
    "changes": True,
    "signed": [],
    "lost": [],
    "needed": 0,
    "deadline_before": _DEADLINE,
    "deadline_after": _DEADLINE,
    "en": "",
    "zh": "",
}
_CHANGE: dict[str, JsonValue] = {
    "table": "approval",
    "row": "above_2000",
    "column": "amount",
    "value": "> 5000",
}
_SIDE: dict[str, JsonValue] = {
    "rule_set": "2026-11",
    "verdict": _BEFORE,
    "people": {"regional_manager": ["mia"]},
    "behalf": {},
    "limits": {"in_review": 7200},
    "deadline": _DEADLINE,
    "explanation": [],
}

OrderIds = Annotated[list[Short], Field(min_length=1, max_length=5_000)]


class PreviewBody(BaseModel):
    """Which open orders to look at: by id, else those that match, else all under other versions."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"stage": "in_review", "group": "eu"}]}
    )

    order_ids: OrderIds | None = None
    stage: Short | None = None
    group: Short | None = None
    channel: Short | None = None
    tier: Short | None = None


class VerdictView(View):
    """What one set of rules says of an order; `priority` is 1 (first) to 5."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_BEFORE]})

    confirmation: str
    tier: str
    policy: str
    roles: list[str]
    quorum: int
    group: str
    warehouse: str
    priority: int


class DeadlineView(View):
    """The limit of the stage an order is in, and when it passes; null: there is none."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_DEADLINE]})

    stage: str
    limit_seconds: int | None
    due_at: Instant | None


class PreviewedView(View):
    """One order under its own rules and under this version. `signed` have signed its content,
    `lost` of them would not count any more, `needed` signatures would still be asked for; without
    `after`, `en` and `zh` say why it can't be known."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_PREVIEWED]})

    order_id: str
    rule_set: str
    before: VerdictView | None
    after: VerdictView | None
    tables: list[str]
    changes: bool
    signed: list[str]
    lost: list[str]
    needed: int
    deadline_before: DeadlineView | None
    deadline_after: DeadlineView | None
    en: str
    zh: str


class PreviewView(View):
    """What a version would change: `matching` orders match, `looked_at` of them are listed,
    `by_table` counts those whose answers differ."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rule_set": "2026-12",
                    "matching": 1,
                    "looked_at": 1,
                    "changed": 1,
                    "losing_signatures": 0,
                    "unknown": 0,
                    "by_table": {"approval": 1},
                    "orders": [_PREVIEWED],
                }
            ]
        }
    )

    rule_set: str
    matching: int
    looked_at: int
    changed: int
    losing_signatures: int
    unknown: int
    by_table: dict[str, int]
    orders: list[PreviewedView]


class ChangeBody(BaseModel):
    """One cell of a rule table, written as in a sheet."""

    model_config = ConfigDict(
        extra="forbid", from_attributes=True, json_schema_extra={"examples": [_CHANGE]}
    )

    table: Short
    row: Short
    column: Short
    value: Annotated[str, Field(max_length=500)]


class CounterfactualBody(BaseModel):
    """Under which rules to look at the order: its own with some cells changed, or a version."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"changes": [_CHANGE]}]}
    )

    changes: Annotated[list[ChangeBody], Field(max_length=100)] = []
    rule_set: Short | None = None


class SideView(View):
    """One order under one set of rules: what is decided, who may sign by role, the limits of its
    stages in seconds, the deadline of the stage it is in, and why."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_SIDE]})

    rule_set: str
    verdict: VerdictView
    people: dict[str, list[str]]
    behalf: dict[str, str]
    limits: dict[str, int | None]
    deadline: DeadlineView | None
    explanation: list[dict[str, Any]]


class CounterfactualView(View):
    """An order as it is and as it would be; `tables` are those that answer differently."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "order_id": ORDER_ID,
                    "before": _SIDE,
                    "after": {**_SIDE, "rule_set": "2026-11+", "verdict": _AFTER, "people": {}},
                    "tables": ["approval"],
                }
            ]
        },
    )

    order_id: str
    before: SideView
    after: SideView
    tables: list[str]
