"""The default rule set decides as the operations handbook says, and explains itself."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.rules.breaker import breaker_terms
from domain.rules.cells import OutputValue, eq
from domain.rules.defaults import default_rule_set, scaled
from domain.rules.evaluation import RuleError, evaluate, inputs_from_json
from domain.rules.findings import RuleCode
from domain.rules.questions import hold_terms, ladder_for
from domain.rules.ruleset import (
    Approval,
    RuleSet,
    approval_for,
    check_rule_set,
    confirmation_for,
    routing_for,
    stage_terms,
    stall_terms,
)
from domain.rules.shapes import STAGES, STALL_KINDS
from domain.rules.tables import HitPolicy, Rule, Table
from domain.stages import TERMINAL
from domain.state import HoldTerms
from domain.terms import pinned_terms

RULES = default_rule_set()
BOTH = ("ops_director", "finance")


def _with_table(table: Table) -> RuleSet:
    return replace(RULES, tables={**RULES.tables, table.name: table})


def _codes(rule_set: RuleSet) -> list[RuleCode]:
    return [finding.code for finding in check_rule_set(rule_set)]


def test_the_default_rule_set_passes_its_own_check() -> None:
    assert check_rule_set(RULES) == ()


@pytest.mark.parametrize(
    ("amount", "first", "kind", "expected"),
    [
        ("2000.00", False, "business", Approval("auto", "auto", ())),
        ("2000.01", False, "business", Approval("manager", "any_of", ("regional_manager",))),
        ("10000.00", False, "business", Approval("manager", "any_of", ("regional_manager",))),
        ("10000.01", False, "business", Approval("countersign", "countersign", BOTH)),
        ("10.00", True, "business", Approval("first_cooperation", "countersign", BOTH)),
        ("10.00", True, "consumer", Approval("auto", "auto", ())),
        ("10000.01", True, "business", Approval("countersign", "countersign", BOTH)),
        ("2000.01", True, "consumer", Approval("manager", "any_of", ("regional_manager",))),
        ("0", False, "consumer", Approval("auto", "auto", ())),
        ("-5.00", False, "consumer", Approval("auto", "auto", ())),
    ],
)
def test_an_order_gets_the_signatures_of_its_amount_and_customer(
    amount: str, first: bool, kind: str, expected: Approval
) -> None:
    approval, explanation = approval_for(
        RULES, amount=Decimal(amount), first_cooperation=first, customer_kind=kind, country="DE"
    )
    assert approval == expected
    assert explanation.version == RULES.version
    assert explanation.outputs["tier"] == expected.tier


@pytest.mark.parametrize(
    ("origin", "settled", "findings", "mode"),
    [
        ("channel", True, 0, "automatic"),
        ("channel", False, 0, "customer_service"),
        ("channel", True, 1, "customer_service"),
        ("api", True, 0, "customer_service"),
        ("form", True, 0, "customer_service"),
        ("file", True, 0, "customer_service"),
    ],
)
def test_only_a_settled_channel_order_without_findings_confirms_itself(
    origin: str, settled: bool, findings: int, mode: str
) -> None:
    assert confirmation_for(RULES, origin=origin, settled=settled, findings=findings)[0] == mode


@pytest.mark.parametrize(
    ("country", "group", "warehouse"),
    [
        ("US", "na", "lax"),
        ("CA", "na", "lax"),
        ("DE", "eu", "de"),
        ("FR", "eu", "de"),
        ("IT", "eu", "de"),
        ("JP", "", ""),
        ("", "", ""),
    ],
)
def test_a_country_leads_to_its_group_or_to_the_manual_pool(
    country: str, group: str, warehouse: str
) -> None:
    route, explanation = routing_for(RULES, country)
    assert (route.group, route.warehouse) == (group, warehouse)
    assert bool(route.carrier) is bool(group)
    assert explanation.matched is not None


def test_the_stage_limits_are_those_of_the_handbook() -> None:
    terms = {stage: stage_terms(RULES, stage) for stage in STAGES}
    assert [
        (terms[stage].limit, terms[stage].on_breach, terms[stage].owner_role) for stage in STAGES
    ] == [
        (timedelta(minutes=30), "red", "customer_service"),
        (timedelta(hours=2), "escalate", "approvers"),
        (timedelta(hours=4), "warn", "warehouse_keeper"),
        (None, "none", "logistics"),
        (None, "none", "system"),
        (None, "none", "customer_service"),
    ]
    assert terms["shipped"].window == timedelta(days=7)
    assert terms["shipped"].label_zh == "已发货"


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in TERMINAL])
def test_every_open_stage_has_a_deadline(stage: str) -> None:
    terms = stage_terms(RULES, stage)
    assert terms.limit or terms.stall


def test_every_kind_of_stall_has_a_threshold_and_a_recipient() -> None:
    for kind in STALL_KINDS:
        assert stall_terms(RULES, kind).after > timedelta(0)
        assert stall_terms(RULES, kind).role


def test_scaling_multiplies_every_duration_and_nothing_else() -> None:
    fast = scaled(RULES, Decimal("0.01"))
    assert stage_terms(fast, "pending_confirmation").limit == timedelta(seconds=18)
    assert stage_terms(fast, "pending_confirmation").stall == timedelta(seconds=72)
    assert stage_terms(fast, "shipped").window == timedelta(seconds=6048)
    assert stage_terms(fast, "shipped").limit is None
    assert stall_terms(fast, "stuck_retries").after == timedelta(seconds=9)
    assert fast.tables["approval"] == RULES.tables["approval"]
    assert [rung.after_seconds for rung in ladder_for(fast, "in_review")] == [72, 144]
    assert fast.tables["escalation"].rules[-1].then["after_seconds"] is None
    assert fast.tables["priority"] == RULES.tables["priority"]
    assert fast.tables["holds"] == RULES.tables["holds"]
    assert check_rule_set(fast) == ()
    assert (fast.version, fast.digest() == RULES.digest()) == ("default-2*0.01", False)


def test_scaling_never_goes_below_a_second() -> None:
    assert stage_terms(scaled(RULES, Decimal("0.000001")), "in_review").limit == timedelta(
        seconds=1
    )


@pytest.mark.parametrize("factor", ["0", "-1", "NaN"])
def test_an_impossible_time_scale_is_refused(factor: str) -> None:
    with pytest.raises(ValueError, match="above zero"):
        scaled(RULES, Decimal(factor))


def test_an_explanation_stored_as_json_can_be_recomputed() -> None:
    _, first = approval_for(
        RULES,
        amount=Decimal("2000.01"),
        first_cooperation=True,
        customer_kind="consumer",
        country="US",
    )
    stored = json.loads(json.dumps(first.to_json()))
    table = RULES.compiled("approval")
    again = evaluate(table, inputs_from_json(table.table, stored["inputs"]), stored["version"])
    assert again == first
    assert again.to_json() == stored


def test_an_explanation_reads_as_sentences_in_both_languages() -> None:
    _, explanation = approval_for(
        RULES,
        amount=Decimal("2000.01"),
        first_cooperation=True,
        customer_kind="consumer",
        country="US",
    )
    english, chinese = explanation.sentences("en"), explanation.sentences("zh")
    assert "order amount > 10000 CNY, but it is 2000.01 CNY" in english[1]
    assert "要求 订单金额 > 10000 CNY，实际为 2000.01 CNY" in chinese[1]
    assert "row above_2000 applies" in english[-1]
    assert "行 above_2000 命中" in chinese[-1]
    assert len(english) == len(chinese) == 4


def test_a_missing_table_is_found_before_publishing_and_named_when_asked() -> None:
    tables = {name: table for name, table in RULES.tables.items() if name != "routing"}
    crippled = replace(RULES, tables=tables)
    assert _codes(crippled) == [RuleCode.TABLE_MISSING]
    with pytest.raises(RuleError, match="routing"):
        routing_for(crippled, "DE")


def test_a_rule_set_of_before_there_were_breakers_is_whole_and_has_the_default_ones() -> None:
    tables = {name: table for name, table in RULES.tables.items() if name != "breaker"}
    old = replace(RULES, version="of-old", tables=tables)
    assert check_rule_set(old) == ()
    assert breaker_terms(old, "shopify") == breaker_terms(RULES, "shopify")


def test_a_breaker_opens_at_twenty_refused_orders_of_three_in_ten() -> None:
    terms = breaker_terms(RULES, "shopify")
    assert (terms.min_count, terms.max_share, terms.probes) == (20, Decimal(30), 5)
    assert (terms.window, terms.pause) == (timedelta(minutes=10), timedelta(minutes=5))
    assert terms.role == "customer_service"
    assert breaker_terms(scaled(RULES, Decimal("0.01")), "any").pause == timedelta(seconds=3)


def test_after_the_limit_of_review_superiors_hear_and_then_the_director() -> None:
    first, second = ladder_for(RULES, "in_review")
    assert (first.after_seconds, first.tell, first.level) == (2 * 3600, "superiors", 2)
    assert (second.after_seconds, second.tell, second.role) == (4 * 3600, "role", "ops_director")
    assert ladder_for(RULES, "preparing") == ()


def test_only_stages_with_a_limit_carry_a_ladder() -> None:
    everywhere = RULES.tables["escalation"].rules[0]
    rules = (replace(everywhere, when={"step": eq(Decimal(1))}), *RULES.tables["escalation"].rules)
    terms = pinned_terms(_with_table(replace(RULES.tables["escalation"], rules=rules)))
    assert {stage for stage, each in terms.items() if each.ladder} == {
        "pending_confirmation",
        "in_review",
        "preparing",
    }


def test_a_hold_that_the_rules_treat_as_ours_travels_with_no_order() -> None:
    assert hold_terms(RULES) == {}
    changed = _changed_output("holds", "STOCK_OUT", "pauses_clock", True)
    assert hold_terms(changed) == {"STOCK_OUT": HoldTerms("warehouse_keeper", True)}


def test_a_table_that_lost_an_output_is_found() -> None:
    routing = RULES.tables["routing"]
    rules = tuple(replace(rule, then={"group": "x"}) for rule in routing.rules[-1:])
    findings = check_rule_set(
        _with_table(replace(routing, outputs=routing.outputs[:1], rules=rules))
    )
    assert [(item.code, item.column) for item in findings] == [
        (RuleCode.WRONG_COLUMN, "warehouse"),
        (RuleCode.WRONG_COLUMN, "carrier"),
    ]


def test_a_table_that_asks_for_an_input_nobody_gives_is_found() -> None:
    approval = RULES.tables["approval"]
    weight = replace(approval.inputs[0], name="weight")
    changed = replace(approval, inputs=(*approval.inputs, weight))
    assert _codes(_with_table(changed)) == [RuleCode.WRONG_COLUMN]


def test_thresholds_in_another_currency_are_found() -> None:
    found = check_rule_set(replace(RULES, base_currency="USD"))
    assert {item.code for item in found} == {RuleCode.WRONG_CURRENCY}
    assert [item.table for item in found] == ["approval", "priority"]


def _changed_output(table: str, row: str, column: str, value: OutputValue) -> RuleSet:
    rules = tuple(
        replace(rule, then={**rule.then, column: value}) if rule.id == row else rule
        for rule in RULES.tables[table].rules
    )
    return _with_table(replace(RULES.tables[table], rules=rules))


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "code"),
    [
        ("approval", "above_10000", "roles", (), RuleCode.NO_SIGNERS),
        ("approval", "otherwise", "roles", ("finance",), RuleCode.NO_SIGNERS),
        ("approval", "above_10000", "roles", ("finanse",), RuleCode.NOT_ALLOWED),
        ("routing", "europe", "warehouse", "", RuleCode.NO_WAREHOUSE),
        ("stages", "shipped", "stall_seconds", None, RuleCode.NO_DEADLINE),
        ("stages", "in_review", "limit_seconds", -5, RuleCode.WRONG_TYPE),
        ("breaker", "every_channel", "min_count", 0, RuleCode.BAD_FORMAT),
        ("breaker", "every_channel", "probes", 0, RuleCode.BAD_FORMAT),
        ("breaker", "every_channel", "max_share", Decimal(101), RuleCode.BAD_FORMAT),
        ("approval", "above_10000", "quorum", 0, RuleCode.BAD_FORMAT),
        ("approval", "above_10000", "if_nobody", "rescue", RuleCode.OUTPUT_MISSING),
        ("priority", "large", "priority", 0, RuleCode.BAD_FORMAT),
        ("priority", "large", "priority", 6, RuleCode.BAD_FORMAT),
        ("escalation", "in_review_1", "tell", None, RuleCode.OUTPUT_MISSING),
        ("escalation", "in_review_1", "level", None, RuleCode.OUTPUT_MISSING),
        ("escalation", "in_review_1", "level", 0, RuleCode.BAD_FORMAT),
        ("escalation", "in_review_2", "role", None, RuleCode.OUTPUT_MISSING),
    ],
)
def test_outputs_that_would_strand_an_order_are_found(
    table: str, row: str, column: str, value: OutputValue, code: RuleCode
) -> None:
    assert _codes(_changed_output(table, row, column, value)) == [code]


def test_a_forgotten_stage_is_a_gap_with_that_stage_as_example() -> None:
    stages = RULES.tables["stages"]
    findings = check_rule_set(_with_table(replace(stages, rules=stages.rules[1:])))
    assert [(item.code, item.example) for item in findings] == [
        (RuleCode.GAP, {"stage": "pending_confirmation"})
    ]


def test_an_extra_table_is_checked_like_the_others() -> None:
    kind = RULES.tables["stall"].inputs[0]
    extra = Table("carriers", HitPolicy.FIRST, (kind,), (), (Rule("a", {"kind": eq("typo")}),))
    assert _codes(_with_table(extra)) == [RuleCode.NOT_ALLOWED]


def test_no_matching_row_is_an_error_with_words_in_both_languages() -> None:
    routing = RULES.tables["routing"]
    with pytest.raises(RuleError, match="no row matches") as caught:
        routing_for(_with_table(replace(routing, rules=routing.rules[:1])), "DE")
    assert "兜底行" in caught.value.zh
