"""Backtests of rule sets as the API shows them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.schemas.views import ORDER_ID, View
from database.backtests import Backtest
from domain.order import Instant, Short

MOST_ORDERS = 1_000_000
BACKTEST_ID = "bt_018f2f6c7a5b7cc0b1d2e3f4a5b6c7d8"

_SHORT: dict[str, JsonValue] = {
    "id": BACKTEST_ID,
    "rule_set": "2026-12",
    "against": "",
    "orders": 100000,
    "newest_order": ORDER_ID,
    "as_of": "2026-11-03T08:15:00Z",
    "state": "done",
    "orders_done": 100000,
    "orders_total": 100000,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "started_by": "wang",
    "created_at": "2026-11-03T08:15:00Z",
    "started_at": "2026-11-03T08:15:01Z",
    "finished_at": "2026-11-03T08:15:32Z",
    "error_en": "",
    "error_zh": "",
}
_RESULT: dict[str, JsonValue] = {
    "rule_set": {"version": "2026-12", "digest": "5891b5b5"},
    "orders": {"judged": 100000, "changed": {"orders": 412, "amount": "1316400.00"}},
    "tiers": [{"from": "manager", "to": "auto", "orders": 412, "amount": "1316400.00"}],
    "hours": {"saved_hours": "530.4", "added_hours": "0.0"},
}


class BacktestBody(BaseModel):
    """What to try a rule set on: the last `orders`, compared with what was decided then or, with
    `against`, with what another version says. `repeats` names a backtest whose very orders are
    judged again, as they were then: the same rules then give the same digest."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"orders": 100000, "against": ""}]}
    )

    orders: Annotated[int, Field(ge=1, le=MOST_ORDERS)] = 10_000
    against: Annotated[Short, Field(description="a version; empty: as decided then")] = ""
    repeats: Annotated[str, Field(pattern="^(bt_[0-9a-f]{32})?$")] = ""


class BacktestView(View):
    """One backtest and how far it has come."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SHORT]})

    id: str
    rule_set: str
    against: str
    orders: int
    newest_order: str
    as_of: Instant
    state: Literal["waiting", "running", "done", "failed"]
    orders_done: int
    orders_total: int | None
    digest: str
    started_by: str
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    error_en: str
    error_zh: str


class BacktestDetail(BacktestView):
    """One backtest with its result, once it is done; amounts are decimal strings in base
    currency, examples are order ids, the largest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_SHORT, "result": _RESULT}]})

    result: dict[str, Any] | None


class BacktestList(View):
    """The backtests of a version, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"backtests": [_SHORT]}]})

    backtests: list[BacktestView]


def detail(found: Backtest) -> BacktestDetail:
    """Return what people see of a backtest with its result."""
    return BacktestDetail(**_values(found), result=dict(found.result) if found.result else None)


def listed(found: list[Backtest]) -> BacktestList:
    """Return what people see of many."""
    return BacktestList(backtests=[BacktestView(**_values(each)) for each in found])


def _values(found: Backtest) -> dict[str, Any]:
    same = BacktestView.model_fields.keys() & Backtest.__dataclass_fields__.keys()
    return {name: getattr(found, name) for name in same} | {
        "id": found.backtest_id,
        "rule_set": found.rule_set_id,
        "orders": found.orders_wanted,
        "newest_order": found.upto_id,
    }
