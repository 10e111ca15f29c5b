"""What a batch asks of each order, and what is said of each answer."""

import pytest

from domain.actions import Decide, Outcome, Repin, Verdict
from domain.batches import (
    MOST_TRIES,
    BatchKind,
    BatchOrder,
    Item,
    ItemCode,
    ItemState,
    Result,
    action_id,
    action_of,
    pause_after,
    reason,
    refused,
    result_of,
    said,
    without_answer,
)
from domain.refusals import Refusal, RefusalCode

ITEM = Item(1, "ord_1", "order:a:b:1", "hash-1", action_id("bat_1", "ord_1"), 1)


def test_the_action_of_an_order_has_the_same_id_whenever_it_is_asked_and_only_in_its_batch() -> (
    None
):
    assert action_id("bat_1", "ord_1") == action_id("bat_1", "ord_1")
    others = {action_id("bat_2", "ord_1"), action_id("bat_1", "ord_2")}
    assert action_id("bat_1", "ord_1") not in others


def test_an_order_is_asked_what_a_single_click_of_the_starter_asks() -> None:
    batch = BatchOrder("bat_1", BatchKind.DECIDE, "lead", "reject", has_note=True)
    assert action_of(batch, ITEM) == Decide(
        ITEM.action_id, "lead", Verdict.REJECT, "hash-1", ITEM.action_id
    )


def test_without_a_note_none_is_pointed_to() -> None:
    asked = action_of(BatchOrder("bat_1", BatchKind.DECIDE, "lead", "approve"), ITEM)
    assert isinstance(asked, Decide)
    assert asked.note_id == ""


def test_a_repin_names_the_rule_set() -> None:
    batch = BatchOrder("bat_1", BatchKind.REPIN, "lead", rule_set="v2", has_note=True)
    assert action_of(batch, ITEM) == Repin(ITEM.action_id, "lead", "v2", ITEM.action_id)


def test_an_order_that_answers_no_is_refused_in_its_own_words() -> None:
    refusal = Refusal(RefusalCode.ALREADY_SIGNED, "lead")
    answered = Outcome(
        "a", False, str(refusal.code), "in_review", refusal.message_en, refusal.message_zh
    )
    assert result_of(answered) == refused(refusal)
    assert said(refused(refusal), "ord_1") == (refusal.message_en, refusal.message_zh)


@pytest.mark.parametrize("code", ItemCode)
def test_every_code_of_ours_has_words_in_both_languages_that_name_the_order(code: ItemCode) -> None:
    english, chinese = said(Result(ItemState.FAILED, str(code)), "ord_1")
    assert "ord_1" in english
    assert "ord_1" in chinese
    assert english != chinese


@pytest.mark.parametrize("state", ItemState)
def test_a_state_without_a_code_has_words_too(state: ItemState) -> None:
    english, chinese = said(Result(state, ""), "ord_1")
    assert english
    assert chinese
    assert english != chinese


def test_an_order_that_never_answers_stays_unknown_for_it_may_have_heard() -> None:
    assert without_answer(ItemCode.NO_ANSWER, MOST_TRIES).state is ItemState.UNKNOWN


def test_an_order_that_never_starts_fails_in_the_end_and_not_before() -> None:
    assert without_answer(ItemCode.NOT_STARTED, MOST_TRIES - 1).state is ItemState.UNKNOWN
    assert without_answer(ItemCode.NOT_STARTED, MOST_TRIES).state is ItemState.FAILED


def test_pauses_grow_up_to_half_a_minute() -> None:
    pauses = [pause_after(tries).total_seconds() for tries in (0, 1, 2, 3, 6, 50)]
    assert pauses == [1, 1, 2, 4, 32, 32]


def test_a_preview_says_why_in_both_languages() -> None:
    assert reason("already_signed") == ("signed by you already", "您已签核")
