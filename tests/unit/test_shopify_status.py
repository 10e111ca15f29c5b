"""Shopify's payment and fulfilment words decide the stage by one table."""

from dataclasses import replace

import pytest

from channels.shopify.status import StatusFacts, cancel_reason, status_row
from domain.holds import ReasonCode
from domain.stages import Stage
from tests.unit.shopify_bodies import first, mapped, order_body

PC, IR, PR = Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING
SH, CO, AC = Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY

# Rows: payment; columns: none, on hold, scheduled, in progress, partial, fulfilled.
COLUMNS = ("", "on_hold", "scheduled", "in_progress", "partial", "fulfilled")
GRID = {
    "": (PC, IR, PC, PR, PR, SH),
    "pending": (PC, IR, PC, PR, PR, SH),
    "authorized": (IR, IR, IR, PR, PR, SH),
    "partially_paid": (PC, IR, PC, PR, PR, SH),
    "paid": (IR, IR, IR, PR, PR, SH),
    "partially_refunded": (PR, IR, IR, PR, PR, SH),
    "refunded": (AC, AC, AC, AC, AC, AC),
    "voided": (AC, AC, AC, AC, SH, SH),
    "expired": (AC, AC, AC, AC, SH, SH),
}


@pytest.mark.parametrize(
    ("financial", "fulfilment", "stage"),
    [
        (financial, fulfilment, stage)
        for financial, row in GRID.items()
        for fulfilment, stage in zip(COLUMNS, row, strict=True)
    ],
)
def test_every_pair_has_its_stage(financial: str, fulfilment: str, stage: Stage) -> None:
    assert status_row(StatusFacts(financial, fulfilment)).stage is stage


@pytest.mark.parametrize(
    ("facts", "stage", "flag"),
    [
        (StatusFacts("pending", "", cod=True), IR, None),
        (StatusFacts("partially_paid", "", terms=True), IR, None),
        (StatusFacts("pending", "fulfilled", cod=True), SH, "cash_outstanding"),
        (StatusFacts("pending", "fulfilled"), SH, "payment_outstanding"),
        (StatusFacts("paid", "fulfilled", delivered=True), CO, None),
        (StatusFacts("paid", "fulfilled", ships=False), CO, None),
        (StatusFacts("paid", "fulfilled", delivery_failed=True), SH, "delivery_exception"),
        (StatusFacts("paid", "partial", delivered=True), PR, "partial"),
        (StatusFacts("partially_refunded", "", fulfillable=False), AC, "refunded"),
        (StatusFacts("partially_refunded", "partial", fulfillable=False), SH, None),
        (StatusFacts("voided", "in_progress"), AC, "alert"),
        (StatusFacts("voided", "fulfilled"), SH, "alert"),
        (StatusFacts("paid", "restocked"), IR, "restocked"),
        (StatusFacts("paid", "pending"), IR, "unknown_status"),
        (StatusFacts("borrowed", "fulfilled"), IR, "unknown_status"),
        (StatusFacts("PAID", "FULFILLED"), SH, None),
        (StatusFacts("paid", "fulfilled", cancelled=True), AC, None),
    ],
)
def test_special_cases(facts: StatusFacts, stage: Stage, flag: str | None) -> None:
    row = status_row(facts)
    assert row.stage is stage
    assert flag is None or flag in row.flags


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("customer", ReasonCode.BUYER_CANCEL),
        ("fraud", ReasonCode.FRAUD_RISK),
        ("inventory", ReasonCode.STOCK_OUT),
        ("declined", ReasonCode.PAYMENT_FAILED),
        ("other", ReasonCode.OTHER),
        ("staff", ReasonCode.OTHER),
        ("", ReasonCode.OTHER),
    ],
)
def test_cancellation_keeps_its_reason(word: str, reason: ReasonCode) -> None:
    facts = StatusFacts("voided", "", cancelled=True, cancel_reason=word)
    assert cancel_reason(facts) is reason


def test_closing_without_cancellation_has_a_reason_too() -> None:
    facts = StatusFacts("voided", "")
    assert cancel_reason(facts) is ReasonCode.PAYMENT_FAILED
    assert cancel_reason(replace(facts, financial="refunded")) is ReasonCode.BUYER_CANCEL
    shipped = replace(facts, financial="refunded", fulfilment="fulfilled")
    assert cancel_reason(shipped) is ReasonCode.RETURN


def test_archived_alone_is_not_completed() -> None:
    body = order_body(fulfillment_status="fulfilled", closed_at="2026-10-09T00:00:00Z")
    assert mapped(body).stage is SH


def test_unknown_status_is_told() -> None:
    message = first(order_body(financial_status="borrowed"))
    assert message.order is not None
    assert message.order.payment.status == "unknown"
    assert [(f.code.value, f.severity) for f in message.findings] == [("UNKNOWN_STATUS", "warning")]
