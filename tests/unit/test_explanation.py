"""What admission stored can be recomputed, and reads as sentences whatever its age."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.explanation import answers, deadlines
from domain.left_out import Reason, left_out
from domain.recomputation import amount_differences, recomputed
from domain.rules.cells import above
from domain.rules.defaults import default_rule_set
from domain.rules.explanation import Evaluation
from domain.rules.questions import priority_for
from domain.rules.ruleset import RuleSet, approval_for, confirmation_for, routing_for
from domain.signers_explained import explained, stored_answer, stored_question
from domain.staffing import Member, StaffQuestion

RULES = default_rule_set()


def stored(rules: RuleSet, amount: str = "2500.00") -> list[dict[str, Any]]:
    """Return what admission keeps of an order of this amount, as it comes back from Postgres."""
    order: Mapping[str, Any] = {
        "amount": Decimal(amount),
        "first_cooperation": False,
        "customer_kind": "business",
        "country": "DE",
    }
    evaluations: list[Evaluation] = [
        confirmation_for(rules, origin="channel", settled=True, findings=0)[1],
        routing_for(rules, "DE")[1],
        approval_for(rules, **order)[1],
        priority_for(rules, **order)[1],
    ]
    kept = [
        each.to_json() | {"sentences": {lang: each.sentences(lang) for lang in ("en", "zh")}}
        for each in evaluations
    ]
    read: list[dict[str, Any]] = json.loads(json.dumps(kept))
    return read


def with_threshold(amount: int) -> RuleSet:
    approval = RULES.tables["approval"]
    rows = [
        replace(rule, when={"amount": above(Decimal(amount))}, note="managers see less")
        if rule.id == "above_2000"
        else rule
        for rule in approval.rules
    ]
    return replace(RULES, tables={**RULES.tables, "approval": replace(approval, rules=tuple(rows))})


@pytest.mark.parametrize("amount", ["0.01", "2000.00", "2000.01", "10000.01"])
def test_the_stored_inputs_give_the_same_answer_again(amount: str) -> None:
    assert recomputed(RULES, stored(RULES, amount)) == ()


def test_other_rules_are_noticed_with_both_answers() -> None:
    found = recomputed(with_threshold(3000), stored(RULES))
    assert {(each.table, each.what) for each in found} == {
        ("approval", "matched"),
        ("approval", "outputs"),
        ("approval", "rejected"),
    }
    (matched,) = [each for each in found if each.what == "matched"]
    assert (matched.stored, matched.computed) == (["above_2000"], ["otherwise"])
    assert all("above_2000" in words for words in matched.sentences)


@pytest.mark.parametrize("part", ["matched", "outputs", "inputs"])
def test_a_stored_answer_that_was_tampered_with_is_noticed(part: str) -> None:
    kept = stored(RULES)
    kept[2][part] = {"amount": "NaN"} if part == "inputs" else ["otherwise"]
    assert recomputed(RULES, kept)


def test_an_admission_from_before_the_newer_tables_still_agrees() -> None:
    old = {name: table for name, table in RULES.tables.items() if name != "priority"}
    rules = replace(RULES, version="old", tables=old)
    assert recomputed(rules, stored(rules)) == ()
    assert recomputed(rules, stored(rules)[:3]) == ()
    kept = stored(rules)
    # Answered by default tables that are not the default any more.
    kept[3] |= {"version": "default-1", "matched": ["gone"]}
    assert recomputed(rules, kept) == ()


def test_the_amount_in_base_currency_follows_from_the_stored_rate() -> None:
    inputs = {"total": "320.51", "currency": "EUR", "base_currency": "CNY", "fx_rate": "7.8"}
    assert amount_differences(inputs, Decimal("2499.98")) == ()
    (found,) = amount_differences(inputs, Decimal("2500.00"))
    assert (found.stored, found.computed) == ("2500.00", "2499.98")
    assert amount_differences({"currency": "EUR"}, None) == ()


def test_an_answer_names_its_row_its_note_and_why_not_those_above() -> None:
    rules = with_threshold(2200)
    approval = answers(rules, stored(rules))[2]
    assert (approval.row, approval.note) == ("above_2000", "managers see less")
    assert [each.row for each in approval.why_not] == ["above_10000", "first_cooperation"]
    assert approval.why_not[0].words == (
        "row above_10000 does not apply: it needs order amount > 10000 CNY, but it is 2500.00 CNY",
        "行 above_10000 未命中：要求 订单金额 > 10000 CNY，实际为 2500.00 CNY",
    )
    assert "managers see less" in approval.words[0]
    assert approval.outputs["tier"] == "manager"


def test_what_an_old_admission_lacks_is_left_empty() -> None:
    (answer,) = answers(None, [{"table": "approval", "matched": "above_2000"}])
    assert (answer.row, answer.note, answer.why_not, answer.words) == (
        "above_2000",
        "",
        (),
        ("", ""),
    )
    assert deadlines({"tier": "manager"}) == ()


def test_deadlines_say_limit_calendar_and_ladder() -> None:
    ladder = [
        {"after_seconds": 7200, "tell": "superiors", "level": 2, "role": ""},
        {"after_seconds": 14400, "tell": "role", "level": 1, "role": "ops_director"},
    ]
    terms = {
        "owner_role": "approvers",
        "limit_seconds": 5400,
        "on_breach": "escalate",
        "stall_seconds": 28800,
        "window_seconds": None,
        "calendar": "berlin",
        "ladder": ladder,
    }
    (found,) = deadlines({"terms": {"in_review": terms}})
    assert found.words[0].startswith("In review: limit 1 h 30 min (by the calendar berlin), then")
    assert "审核中：时限 1 小时 30 分钟 (日历 berlin)" in found.words[1]
    assert [words[0] for words in found.ladder_words] == [
        "2 h later: the superiors 2 level(s) up are told",
        "4 h later: the operations director is told",
    ]
    assert found.ladder_words[1][1] == "再过 4 小时：通知运营总监"


def member(person: str, role: str = "finance", group: str = "", **facts: Any) -> Member:
    return Member(person, roles=((role, group),), **facts)


def test_everybody_who_is_not_asked_has_a_reason() -> None:
    staff = {
        each.person: each
        for each in (
            member("asked"),
            member("gone", active=False),
            member("self"),
            member("other", group="na"),
            member("small", limit=Decimal(100)),
            member("away", absent=True, delegate="asked"),
            member("new"),
            member("nobody", role="sales"),
        )
    }
    question = StaffQuestion(("finance",), Decimal("2500"), "eu", ("self",))
    found = left_out(question, staff, {"finance": ("asked",)}, "CNY")["finance"]
    assert {each.person: each.reason for each in found} == {
        "gone": Reason.LEFT,
        "self": Reason.SUBMITTER,
        "other": Reason.OTHER_GROUP,
        "small": Reason.LIMIT,
        "away": Reason.ABSENT,
        "new": Reason.CAME_LATER,
    }
    (small,) = [each for each in found if each.person == "small"]
    assert small.en == "small may approve up to 100.00 CNY, the order is 2500.00 CNY"
    assert small.zh == "small 的审批额度为 100.00 CNY，订单金额为 2500.00 CNY"


def test_delegates_are_named_with_whom_they_stand_in_for() -> None:
    answer = {"signers": [{"role": "finance", "people": ["dora"]}], "behalf": {"dora": "fay"}}
    question = {"roles": ["finance"], "amount": "10.00", "group": "eu", "barred": ["", "sam"]}
    inputs = {"staff": {"question": question, "answer": answer}}
    asked = stored_answer(inputs, {})
    read = stored_question(inputs, {}, None, "")
    assert (read.amount, read.barred) == (Decimal(10), ("sam",))
    (role,) = explained(read, asked, None, "CNY")
    assert (role.role, role.asked, role.left_out) == ("finance", (("dora", "fay"),), ())


def test_an_old_plan_answers_who_was_asked() -> None:
    plan = {"group": "eu", "signers": [{"role": "finance", "people": ["fay"]}]}
    question = stored_question({}, plan, Decimal(5), "sam")
    assert (question.roles, question.barred, question.group) == (("finance",), ("sam",), "eu")
    assert stored_answer({}, plan).signers == {"finance": ("fay",)}
