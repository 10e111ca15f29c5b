"""The answer for a customer: complete sentences in both languages, and nothing that is ours."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from domain.customer_answer import CustomerAnswer, Standing, Usual, answer
from domain.holds import REASONS, ReasonCode
from domain.stages import TERMINAL, Stage
from domain.tasks import TaskKind

NOW = datetime(2026, 11, 5, 8, 0, tzinfo=UTC)
SINCE = datetime(2026, 11, 3, 8, 15, tzinfo=UTC)
USUAL = Usual(p50_seconds=3 * 86400, p90_seconds=6 * 86400, sample=20)

OPEN = [stage for stage in Stage if stage not in TERMINAL]
WAITS = [*map(str, TaskKind), "system", "closing", "call:credit", *(f"hold:{r}" for r in REASONS)]
# What no customer may read: who works here, what was thought of them, and our own words.
OURS = re.compile(
    r"fraud|credit|limit|suspic|approv|hold|finance|manager|_|欺诈|信用|额度|审批|卡点|组长"
)


def standing(stage: Stage | None, waits_for: str = "approve", **facts: object) -> Standing:
    if waits_for.startswith("hold:"):
        facts["holds"] = (ReasonCode(waits_for.removeprefix("hold:")),)
    return Standing(stage, waits_for, SINCE, SINCE, **facts)  # type: ignore[arg-type]


def is_complete(found: CustomerAnswer) -> bool:
    english = all(re.fullmatch(r"[A-Z].*[.]", part) for part in [found.text_en])
    return english and found.text_zh.endswith("。") and "{" not in found.text_en + found.text_zh


@pytest.mark.parametrize(("stage", "waits_for"), list(product(OPEN, WAITS)))
@pytest.mark.parametrize("usual", [None, USUAL])
def test_every_stage_and_reason_is_said_in_full_and_gives_nothing_away(
    stage: Stage, waits_for: str, usual: Usual | None
) -> None:
    found = answer(standing(stage, waits_for), usual, NOW)
    assert is_complete(found)
    assert "3 November 2026" in found.text_en
    assert "2026年11月3日" in found.text_zh
    assert not OURS.search(found.text_en.lower() + found.text_zh)
    assert not re.search(r"FRAUD|CREDIT_LIMIT", f"{found.waits_for} {found.holds}")


@pytest.mark.parametrize("reason", [*REASONS, ""])
@pytest.mark.parametrize("stage", sorted(TERMINAL))
def test_an_ended_order_says_when_and_promises_nothing(stage: Stage, reason: str) -> None:
    found = answer(standing(stage, "system", closed_reason=str(reason)), USUAL, NOW)
    assert is_complete(found)
    assert (found.next_stage, "Next" in found.text_en) == (None, False)
    assert not OURS.search(found.text_en.lower() + found.text_zh)


def test_an_order_that_has_just_come_in_is_being_taken_in() -> None:
    found = answer(standing(None, "start"), None, NOW)
    assert found.text_en == (
        "Since 3 November 2026, your order is being taken in. Next we confirm it."
    )
    assert found.next_stage is Stage.PENDING_CONFIRMATION


@pytest.mark.parametrize("reason", [ReasonCode.FRAUD_RISK, ReasonCode.CREDIT_LIMIT])
def test_what_concerns_trust_is_a_routine_check(reason: ReasonCode) -> None:
    found = answer(standing(Stage.IN_REVIEW, f"hold:{reason}"), None, NOW)
    assert "routine check" in found.text_en
    assert "例行核查" in found.text_zh
    assert (found.waits_for, found.holds) == ("hold:ROUTINE_CHECK", ("ROUTINE_CHECK",))


def test_the_time_left_counts_from_now() -> None:
    found = answer(standing(Stage.PREPARING, "prepare"), USUAL, NOW)
    assert found.left_seconds == 86400 + 900
    assert "shipped within 25 hours from now, nearly always within 5 days" in found.text_en
    assert "25小时内发货，绝大多数订单不超过5天" in found.text_zh


def test_once_shipped_it_is_about_the_delivery() -> None:
    assert (
        "delivered within" in answer(standing(Stage.SHIPPED, "follow_delivery"), USUAL, NOW).text_en
    )


def test_what_takes_longer_than_usual_is_said() -> None:
    slow = answer(standing(Stage.PREPARING), USUAL, NOW + timedelta(days=2))
    assert "a little longer than usual" in slow.text_en
    assert slow.left_seconds == 0
    very_slow = answer(standing(Stage.PREPARING), USUAL, NOW + timedelta(days=20))
    assert "we are following it up" in very_slow.text_en


def test_how_long_a_hold_lasts_is_not_promised() -> None:
    found = answer(standing(Stage.PREPARING, "hold:STOCK_OUT"), USUAL, NOW)
    assert "Once that is settled" in found.text_en


def test_too_few_orders_tell_nothing() -> None:
    few = Usual(p50_seconds=60, p90_seconds=120, sample=19)
    found = answer(standing(Stage.PREPARING), few, NOW)
    assert found.left_seconds is None
    assert "usual" not in found.text_en
