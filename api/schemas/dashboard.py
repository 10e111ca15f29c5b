"""The board: how everything stands, where orders wait, how long stages take, what holds cost."""

from datetime import date
from decimal import Decimal

from pydantic import ConfigDict, Field, JsonValue

from api.schemas.views import View
from database.board_backlog import Stuck
from database.dashboard import AutoPass
from database.hold_losses import Closed, Loss
from database.stage_times import StageTimes, Times
from domain.breaker import BreakerState
from domain.holds import REASONS, ReasonCode
from domain.order import Instant

_SHARE = Decimal("0.0001")
_TIMES: dict[str, JsonValue] = {
    "entries": 120,
    "average_seconds": 5400.0,
    "p90_seconds": 10800.0,
}

_CUSTOMS: dict[str, JsonValue] = {
    "reason": "CUSTOMS_DOC",
    "label_en": REASONS[ReasonCode.CUSTOMS_DOC].label_en,
    "label_zh": REASONS[ReasonCode.CUSTOMS_DOC].label_zh,
}


class GroupView(View):
    """A group within reach; the code is empty for orders that have none yet."""

    code: str
    name_en: str
    name_zh: str


class OpenView(View):
    """Orders that have not ended."""

    orders: int
    red: int
    escalated: int
    late: int
    held: int


class FlowView(View):
    """Orders that came in, were completed and were closed abnormally."""

    received: int
    completed: int
    closed: int


class AutoPassView(View):
    """Orders admitted within seven days (UTC) up to today, and those that nobody had to sign.

    `share` is a decimal string between 0 and 1, null without any.
    """

    share: str | None
    automatic: int
    decided: int

    @classmethod
    def of(cls, found: AutoPass) -> "AutoPassView":
        """Return the counts with their share."""
        share = Decimal(found.automatic) / found.decided if found.decided else None
        return cls(
            share=None if share is None else str(share.quantize(_SHARE)),
            automatic=found.automatic,
            decided=found.decided,
        )


class IntakeView(View):
    """What came in from a shop today and in the last hour; `parked` waits behind its breaker."""

    channel: str
    shop: str
    today: int
    last_hour: int
    breaker: BreakerState
    parked: int


class OverviewView(View):
    """Everything within the caller's reach at `at`. A day is a day in UTC.

    `last_week` is the same weekday a week ago, up to the same time of day. What has no group yet
    (`pool`, `quarantined`, `parked`) counts for those who see such orders.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "at": "2026-11-03T08:15:00Z",
                    "groups": [{"code": "eu", "name_en": "Europe", "name_zh": "欧洲"}],
                    "open": {"orders": 412, "red": 7, "escalated": 2, "late": 5, "held": 31},
                    "today": {"received": 96, "completed": 41, "closed": 2},
                    "last_week": {"received": 88, "completed": 47, "closed": 1},
                    "auto_pass": {"share": "0.8312", "automatic": 512, "decided": 616},
                    "intake": [
                        {
                            "channel": "shopify",
                            "shop": "main",
                            "today": 61,
                            "last_hour": 9,
                            "breaker": "closed",
                            "parked": 0,
                        }
                    ],
                    "quarantined": 3,
                    "pool": 1,
                }
            ]
        }
    )

    at: Instant
    groups: list[GroupView]
    open: OpenView
    today: FlowView
    last_week: FlowView
    auto_pass: AutoPassView
    intake: list[IntakeView]
    quarantined: int
    pool: int


class CellView(View):
    """The open orders of a group in a stage."""

    group: str
    stage: str
    orders: int
    red: int
    escalated: int
    late: int
    held: int
    oldest_entered_at: Instant


class Reasoned(View):
    """Something about a reason code, with its words."""

    reason: str
    label_en: str
    label_zh: str


def _labelled(found: Stuck | Loss | Closed) -> dict[str, object]:
    terms = REASONS[ReasonCode(found.reason)]
    return vars(found) | {"label_en": terms.label_en, "label_zh": terms.label_zh}


class StuckView(Reasoned):
    """Open orders of a group that an assignee (a person or a role) has to free of one obstacle.

    `hours` adds up how long they have been held so far.
    """

    group: str
    assignee: str
    assignee_name: str
    orders: int
    red: int
    hours: float
    oldest_raised_at: Instant

    @classmethod
    def of(cls, found: Stuck) -> "StuckView":
        """Return it with words."""
        return cls.model_validate(_labelled(found) | {"hours": round(found.hours, 1)})


class BacklogView(View):
    """Where open orders are, and what they are stuck on (most orders first)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "cells": [
                        {
                            "group": "eu",
                            "stage": "preparing",
                            "orders": 41,
                            "red": 0,
                            "escalated": 1,
                            "late": 3,
                            "held": 7,
                            "oldest_entered_at": "2026-11-02T16:40:00Z",
                        }
                    ],
                    "stuck": [
                        {
                            **_CUSTOMS,
                            "group": "eu",
                            "assignee": "li",
                            "assignee_name": "Li Na",
                            "orders": 7,
                            "red": 0,
                            "hours": 31.5,
                            "oldest_raised_at": "2026-11-02T17:05:00Z",
                        }
                    ],
                }
            ]
        }
    )

    cells: list[CellView]
    stuck: list[StuckView]


class TimesView(View):
    """Stays that ended; null figures without any. `p90_seconds`: nine of ten took no longer."""

    entries: int
    average_seconds: float | None
    p90_seconds: float | None


class DayView(TimesView):
    """The stays that ended on a day (UTC)."""

    day: date


class StageTimesView(TimesView):
    """The stays in one stage, together and day by day, the oldest first."""

    stage: str
    points: list[DayView]

    @classmethod
    def of(cls, found: StageTimes, days: list[date]) -> "StageTimesView":
        """Return the figures of a stage with a point for every one of the days."""
        points = [{"day": day} | vars(found.by_day.get(day, Times())) for day in days]
        values = {"stage": str(found.stage), "points": points} | vars(found.total)
        return cls.model_validate(values)


class StageTimesList(View):
    """How long orders stayed in each stage they have left, holds and nights included."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "days": 1,
                    "stages": [
                        {
                            "stage": "in_review",
                            **_TIMES,
                            "points": [{"day": "2026-11-03", **_TIMES}],
                        }
                    ],
                }
            ]
        }
    )

    days: int
    stages: list[StageTimesView]


class LossView(Reasoned):
    """What a reason cost: `orders` were held for it at some time of the period, `open` still are.

    `previous_orders` is the same count in the period before.
    """

    orders: int
    open: int
    hours_lost: float
    previous_orders: int

    @classmethod
    def of(cls, found: Loss) -> "LossView":
        """Return it with words."""
        return cls.model_validate(_labelled(found) | {"hours_lost": round(found.hours_lost, 1)})


class ClosedView(Reasoned):
    """How many orders were closed abnormally for a reason."""

    orders: int

    @classmethod
    def of(cls, found: Closed) -> "ClosedView":
        """Return it with words."""
        return cls.model_validate(_labelled(found))


class ExceptionsView(View):
    """What holds cost in the last days, the most hours first, and why orders were closed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "days": 7,
                    "reasons": [
                        {
                            **_CUSTOMS,
                            "orders": 12,
                            "open": 7,
                            "hours_lost": 96.5,
                            "previous_orders": 4,
                        }
                    ],
                    "closed": [{**_CUSTOMS, "orders": 1}],
                }
            ]
        }
    )

    days: int
    reasons: list[LossView]
    closed: list[ClosedView] = Field(description="most orders first")
