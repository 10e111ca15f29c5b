"""Shadows as the API shows them: drafts that are asked beside the rules in force."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, JsonValue

from api.schemas.views import ORDER_ID, View, tidy
from database.shadows import Shadow, ShadowReport
from domain.order import Amount, Instant

_SHADOW: dict[str, JsonValue] = {
    "id": "sh_018f2f6c7a5b7cc0b1d2e3f4a5b6c7d8",
    "rule_set": "2026-12",
    "running": True,
    "started_by": "wang",
    "started_at": "2026-11-03T08:15:00Z",
    "ends_at": "2026-11-10T08:15:00Z",
    "stopped_at": None,
    "stopped_by": "",
}
_DIFFERENCE: dict[str, JsonValue] = {
    "table": "approval",
    "admissions": 12,
    "amount": "41300.00",
    "examples": [ORDER_ID],
}
_REPORT: dict[str, JsonValue] = {
    **_SHADOW,
    "looked_at": 310,
    "differing": 12,
    "unanswered": 0,
    "amount": "41300.00",
    "currency": "CNY",
    "differences": [_DIFFERENCE],
}


class ShadowBody(BaseModel):
    """Until when the draft is asked beside the rules in force; 14 days at most."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"ends_at": "2026-11-10T08:15:00Z"}]}
    )

    ends_at: Instant


class ShadowView(View):
    """One time a draft was asked beside the rules in force, without effect."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SHADOW]})

    id: str
    rule_set: str
    running: bool
    started_by: str
    started_at: Instant
    ends_at: Instant
    stopped_at: Instant | None
    stopped_by: str


class DifferenceView(View):
    """Admissions that one table of the draft answers differently, with their worth."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DIFFERENCE]})

    table: str
    admissions: int
    amount: Amount
    examples: list[str]


class ShadowReportView(ShadowView):
    """What a shadow has found so far; for `unanswered` admissions the draft had no answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REPORT]})

    looked_at: int
    differing: int
    unanswered: int
    amount: Amount
    currency: str
    differences: list[DifferenceView]


def shadow_view(shadow: Shadow) -> ShadowView:
    """Return what people see of a shadow."""
    return ShadowView(**_values(shadow))


def report_view(found: ShadowReport, currency: str) -> ShadowReportView:
    """Return what people see of what it found; amounts are in this base currency."""

    def shown(amount: Decimal) -> Decimal:
        return tidy(amount, currency)

    return ShadowReportView(
        **_values(found.shadow),
        looked_at=found.looked_at,
        differing=found.differing,
        unanswered=found.unanswered,
        amount=shown(found.amount),
        currency=currency,
        differences=[
            DifferenceView(
                table=each.table,
                admissions=each.admissions,
                amount=shown(each.amount),
                examples=list(each.examples),
            )
            for each in found.differences
        ],
    )


def _values(shadow: Shadow) -> dict[str, object]:
    return {
        "id": shadow.shadow_id,
        "rule_set": shadow.rule_set_id,
        "running": shadow.stopped_at is None,
        "started_by": shadow.started_by,
        "started_at": shadow.started_at,
        "ends_at": shadow.ends_at,
        "stopped_at": shadow.stopped_at,
        "stopped_by": shadow.stopped_by,
    }
