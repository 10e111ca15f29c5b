"""Past orders judged by other rules: what changes, what it would have meant, always the same."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from unittest.mock import MagicMock

import pytest

from database import previews
from database.shadows import Admitted
from domain.approvals import SignerGroup
from domain.backtest.cases import Ending, HoldSpan, PastCase, Signed, Visit
from domain.backtest.changes import changed, read_change
from domain.backtest.counting import take
from domain.backtest.deadlines import would_miss
from domain.backtest.judging import differences, judge, made_ready
from domain.backtest.preview import previewed
from domain.backtest.report import UNKNOWN, Question, digest, report
from domain.backtest.tables import sheets
from domain.backtest.tally import MOST_EXAMPLES, Sum, Tally, Waits
from domain.holds import ReasonCode
from domain.rules.defaults import default_rule_set
from domain.rules.evaluation import RuleError
from domain.rules.ruleset import RuleSet
from domain.stages import Stage
from intake import shadows
from tests.unit.order_states import START, after, facts_for_test

BASE = default_rule_set()
NOW_RULES = made_ready(BASE)
MANAGER = SignerGroup("regional_manager", ("mia",))


def with_cell(cell: str, base: RuleSet = BASE) -> RuleSet:
    return changed(base, [read_change(cell)])


HIGHER = with_cell("approval.above_2000.amount=> 5000")
LOWER = with_cell("approval.above_2000.amount=> 500")


def a_case(
    order_id: str = "o-1",
    amount: str | None = "3000",
    *,
    review_minutes: float = 60,
    ending: Ending = Ending.COMPLETED,
    reason: str = "",
    signed: bool = True,
) -> PastCase:
    """An order that a manager signed (below 2000: nobody), decided by the default rules."""
    money = Decimal(amount) if amount is not None else None
    case = PastCase(
        facts=replace(facts_for_test(), order_id=order_id),
        rule_set="r1",
        base_amount=money,
        base_currency="CNY",
        first_cooperation=False,
        picked=("", ""),
        decided=None,
        signers=(MANAGER,),
        visits=(
            Visit("pending_confirmation", START, START, False),
            Visit("in_review", START, after(review_minutes), review_minutes >= 120),
            Visit("preparing", after(review_minutes), after(review_minutes + 60), False),
            Visit("shipped", after(review_minutes + 60), after(days=9), False),
            Visit("completed", after(days=9), None, False),
        ),
        holds=(),
        signatures=(Signed("mia", after(review_minutes), True),) if signed else (),
        ending=ending,
        closed_reason=reason,
    )
    return replace(case, decided=judge(case, NOW_RULES))


def judged(cases: list[PastCase], draft: RuleSet) -> dict[str, object]:
    tally = Tally()
    for case in cases:
        take(case, made_ready(draft), None, tally)
    return report(tally, Question(draft, None, len(cases), "o-last"))


def part(result: dict[str, object], *path: str) -> object:
    found: object = result
    for name in path:
        assert isinstance(found, dict)
        found = found[name]
    return found


def test_an_order_between_both_thresholds_moves_with_its_money() -> None:
    result = judged([a_case("o-1", "3000"), a_case("o-2", "6000"), a_case("o-3", "100")], HIGHER)
    assert part(result, "orders", "changed") == {
        "orders": 1,
        "amount": "3000.00",
        "examples": ["o-1"],
    }
    assert part(result, "amount_moved") == "3000.00"
    assert {
        "from": "manager",
        "to": "auto",
        "orders": 1,
        "amount": "3000.00",
        "examples": ["o-1"],
    } in (
        part(result, "tiers")  # type: ignore[operator]
    )


def test_what_was_decided_then_is_what_the_same_rules_say() -> None:
    assert part(judged([a_case("o-1"), a_case("o-2", "20000")], BASE), "orders", "changed") == {
        "orders": 0,
        "amount": "0.00",
        "examples": [],
    }


def test_refunds_among_those_that_would_now_pass_are_named() -> None:
    cases = [
        a_case("o-1", ending=Ending.RETURNED, reason="RETURN"),
        a_case("o-2", ending=Ending.CLOSED, reason="FRAUD_RISK"),
        a_case("o-3"),
    ]
    ended = part(judged(cases, HIGHER), "now_automatic", "ended")
    assert isinstance(ended, list)
    assert [(e["ending"], e["reason"], e["orders"]) for e in ended] == [
        ("closed_abnormally", "FRAUD_RISK", 1),
        ("completed", "", 1),
        ("returned", "RETURN", 1),
    ]


def test_hours_are_observed_or_not_given() -> None:
    few = judged([a_case(f"o-{n}") for n in range(4)], HIGHER)
    assert part(few, "hours", "saved_hours") is None
    assert part(few, "hours", "saved")[0]["note_en"] == "not enough observations"  # type: ignore[index]
    enough = judged([a_case(f"o-{n}", review_minutes=30 * n) for n in range(1, 6)], HIGHER)
    assert part(enough, "hours", "saved_hours") == "7.5"
    observed = part(enough, "hours", "observed")
    assert observed[0]["median_hours"] == "1.5"  # type: ignore[index]


def test_an_automatic_pass_meets_the_deadline_that_people_missed() -> None:
    result = judged([a_case(review_minutes=200)], HIGHER)
    fates = {each["stage"]: each for each in part(result, "deadlines")}  # type: ignore[attr-defined]
    assert fates["in_review"]["missed_to_met"] == 1


def test_a_review_that_never_was_has_no_known_length() -> None:
    case = a_case(amount="1000", signed=False, review_minutes=0)
    result = judged([case], LOWER)
    fates = {each["stage"]: each for each in part(result, "deadlines")}  # type: ignore[attr-defined]
    assert fates["in_review"]["unknown"] == 1
    assert part(result, "now_people", "orders") == 1


@pytest.mark.parametrize(("limit", "missed"), [("1 h", True), ("61 m", False)])
def test_a_limit_of_the_draft_is_held_against_the_time_it_took(limit: str, missed: bool) -> None:
    rules = made_ready(with_cell(f"stages.in_review.limit_seconds={limit}"))
    case = a_case()
    assert case.decided is not None
    assert would_miss(case, case.decided, rules, Stage.IN_REVIEW) is missed


def test_a_hold_that_stops_the_clock_is_not_counted() -> None:
    rules = made_ready(with_cell("stages.in_review.limit_seconds=45 m"))
    span = HoldSpan(ReasonCode.PAYMENT_PENDING, after(10), after(40), paused=True, usual=True)
    case = replace(a_case(), holds=(span,))
    assert case.decided is not None
    assert would_miss(case, case.decided, rules, Stage.IN_REVIEW) is False
    unpaused = with_cell("holds.PAYMENT_PENDING.pauses_clock=no", rules.rule_set)
    assert would_miss(case, case.decided, made_ready(unpaused), Stage.IN_REVIEW) is True


def test_what_cannot_be_known_is_counted_and_named() -> None:
    cases = [a_case("o-1", None), replace(a_case("o-2"), decided=None)]
    unknown = part(judged(cases, HIGHER), "unknown")
    assert isinstance(unknown, list)
    assert [(each["reason"], each["orders"]) for each in unknown] == [
        ("never_admitted", 1),
        ("no_rate", 1),
    ]


def test_amounts_are_never_held_against_limits_in_another_currency() -> None:
    case, in_euro = a_case("o-1", "3000"), replace(BASE, base_currency="EUR")
    decided = replace(case, decided=judge(case, made_ready(BASE)))
    tally = Tally()
    take(decided, made_ready(BASE), made_ready(in_euro), tally)
    assert tally.of("unknown", "other_base_currency").orders == 1
    assert tally.of("judged").orders == 0
    signed: dict[str, list[tuple[str, str]]] = {}
    rules, others = made_ready(BASE), made_ready(in_euro)
    shown = previews._one(MagicMock(), decided, rules, others, signed, START)
    assert (shown.after, shown.en) == (None, UNKNOWN["other_base_currency"][0])
    found = shadows._result(Admitted("ord_1", 1, START), decided, others)
    assert (found.shadow, found.tables, found.note) == (None, (), "other_base_currency")


def test_the_digest_depends_neither_on_order_nor_on_who_counted() -> None:
    random = Random(7)  # noqa: S311 - the same cases every time
    cases = [
        a_case(
            f"o-{n:03d}", str(random.randrange(100, 20000)), review_minutes=random.randrange(300)
        )
        for n in range(200)
    ]
    alone = judged(cases, HIGHER)
    shuffled = random.sample(cases, len(cases))
    parts = [Tally() for _ in range(3)]
    for number, case in enumerate(shuffled):
        take(case, made_ready(HIGHER), None, parts[number % 3])
    total = Tally()
    for each in reversed(parts):
        total.merge(each)
    together = report(total, Question(HIGHER, None, len(cases), "o-last"))
    assert digest(together) == digest(alone)
    assert digest(judged(cases[:-1], HIGHER)) != digest(alone)


def test_examples_are_the_largest_and_few() -> None:
    found = Sum()
    for n in range(50):
        found.add(f"o-{n:02d}", Decimal(n))
    assert found.examples == [f"o-{n:02d}" for n in range(49, 49 - MOST_EXAMPLES, -1)]


def test_the_median_of_an_even_number_is_the_lower_middle() -> None:
    waits = Waits()
    for minutes in (1, 2, 10, 20):
        waits.add(minutes * 60)
    assert waits.median_minutes() == 2


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "nowhere.row.amount=1",
        "approval.no_such_row.amount=> 1",
        "approval.above_2000.no_such_column=1",
        "approval.above_2000.amount=> many",
    ],
)
def test_a_change_that_makes_no_sense_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(RuleError) as refused:
        changed(BASE, [read_change(text)])
    assert refused.value.en.isascii() or "“" in refused.value.en
    assert not refused.value.zh.isascii()


def test_a_change_leaves_the_rules_it_was_made_from() -> None:
    case = a_case()
    tried = judge(case, made_ready(with_cell('approval.above_2000.amount=">5000"')))
    assert case.decided is not None
    assert differences(case.decided, tried) == ("approval",)
    assert judge(case, NOW_RULES) == case.decided


def test_a_preview_says_whose_signature_would_be_lost() -> None:
    case = replace(a_case(), visits=(Visit("in_review", START, None, False),))
    rules = made_ready(with_cell("approval.above_2000.roles=finance"))
    finance = (SignerGroup("finance", ("fay",)),)
    assert case.decided is not None
    before, now = (case.decided, NOW_RULES), (judge(case, rules), rules)
    found = previewed(case, before, now, ["mia"], finance)
    assert (found.lost, found.needed, found.tables) == (("mia",), 1, ("approval",))
    assert found.deadline_after is not None
    assert found.deadline_after.due_at == START + timedelta(hours=2)


def test_every_question_has_its_table() -> None:
    result = judged([a_case(f"o-{n}", review_minutes=200) for n in range(6)], HIGHER)
    names = [sheet.name for sheet in sheets(result)]
    assert names == ["summary", "tiers", "signing", "now automatic", "hours", "deadlines"]
    for sheet in sheets(result):
        assert all(len(row) == len(sheet.headings) for row in sheet.rows), sheet.name
