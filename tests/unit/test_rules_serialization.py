"""JSON form of rule tables and rule sets: nothing is lost, and bad documents are explained."""

import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.rules.cells import ANY, above
from domain.rules.defaults import default_rule_set
from domain.rules.findings import RuleCode
from domain.rules.ruleset import rule_set_from_json, rule_set_to_json
from domain.rules.serialization import TableFormatError, table_from_json, table_to_json

RULES = default_rule_set()


def _approval() -> dict[str, Any]:
    return deepcopy(table_to_json(RULES.tables["approval"]))


def test_the_default_rule_set_survives_a_round_trip_through_text() -> None:
    again = rule_set_from_json(json.loads(json.dumps(rule_set_to_json(RULES))))
    assert again == RULES
    assert again.digest() == RULES.digest()


def test_the_digest_follows_content_and_not_version_or_spelling() -> None:
    approval = RULES.tables["approval"]
    first = approval.rules[0]

    def digest(threshold: str) -> str:
        changed = replace(first, when={"amount": above(Decimal(threshold)), "country": ANY})
        table = replace(approval, rules=(changed, *approval.rules[1:]))
        return replace(RULES, tables={**RULES.tables, "approval": table}).digest()

    assert replace(RULES, version="other").digest() == RULES.digest()
    assert digest("10000.00") == digest("1E+4") == RULES.digest()
    assert digest("10000.01") != RULES.digest()
    assert replace(RULES, base_currency="USD").digest() != RULES.digest()


def test_the_digest_follows_the_order_of_rows() -> None:
    approval = RULES.tables["approval"]
    table = replace(approval, rules=approval.rules[::-1])
    assert replace(RULES, tables={**RULES.tables, "approval": table}).digest() != RULES.digest()


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        (("name",), 5, "name"),
        (("hit_policy",), "BEST", "hit_policy"),
        (("rules",), {}, "rules"),
        (("rules", 1), "row", "rules[1]"),
        (("rules", 0, "id"), None, "rules[0].id"),
        (("rules", 0, "note"), 1, "rules[0].note"),
        (("rules", 0, "colour"), "red", "rules[0].colour"),
        (("rules", 0, "when"), [], "rules[0].when"),
        (("rules", 0, "when", "weight"), {"operator": "any"}, "rules[0].when.weight"),
        (("rules", 0, "when", "amount"), ">5", "rules[0].when.amount"),
        (("rules", 0, "when", "amount", "operator"), "~", "rules[0].when.amount.operator"),
        (("rules", 0, "when", "amount", "values"), [0.1], "rules[0].when.amount.values[0]"),
        (("rules", 0, "when", "amount", "values"), ["much"], "rules[0].when.amount.values[0]"),
        (("rules", 0, "when", "amount", "values"), ["9" * 99], "rules[0].when.amount.values[0]"),
        (("rules", 0, "when", "amount", "values"), [True], "rules[0].when.amount.values[0]"),
        (("rules", 0, "when", "amount", "values"), [], "rules[0].when.amount.values"),
        (("rules", 0, "when", "amount", "low_open"), 1, "rules[0].when.amount.low_open"),
        (("rules", 0, "then"), None, "rules[0].then"),
        (("rules", 0, "then", "roles"), "finance", "rules[0].then.roles"),
        (("rules", 0, "then", "tier"), 5, "rules[0].then.tier"),
        (("rules", 0, "then", "colour"), "red", "rules[0].then.colour"),
        (("inputs", 0, "type"), "float", "inputs[0].type"),
        (("inputs", 0, "allowed"), "x", "inputs[0].allowed"),
        (("inputs", 0, "optional"), "no", "inputs[0].optional"),
        (("default",), 5, "default"),
    ],
)
def test_a_bad_document_is_refused_with_the_path_of_the_fault(
    place: tuple[str | int, ...], value: object, path: str
) -> None:
    document = _approval()
    target: Any = document
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    with pytest.raises(TableFormatError) as caught:
        table_from_json(document)
    assert path in [item.path for item in caught.value.findings]
    assert all(item.message_en and item.message_zh for item in caught.value.findings)


@pytest.mark.parametrize("document", [None, [], "table", 5, {}])
def test_something_else_than_a_table_is_refused(document: object) -> None:
    with pytest.raises(TableFormatError):
        table_from_json(document)


def test_all_faults_of_a_document_are_reported_at_once() -> None:
    document = _approval()
    document["rules"][0]["when"]["amount"]["values"] = [0.1]
    document["rules"][2]["then"]["tier"] = 5
    with pytest.raises(TableFormatError) as caught:
        table_from_json(document)
    assert [item.path for item in caught.value.findings] == [
        "rules[0].when.amount.values[0]",
        "rules[2].then.tier",
    ]


def test_findings_of_a_rule_set_lead_to_the_table() -> None:
    document: dict[str, Any] = deepcopy(rule_set_to_json(RULES))
    document["tables"]["routing"]["rules"][0]["when"]["planet"] = {"operator": "any"}
    with pytest.raises(TableFormatError) as caught:
        rule_set_from_json(document)
    (found,) = caught.value.findings
    assert (found.code, found.table) == (RuleCode.UNKNOWN_COLUMN, "routing")
    assert found.path == "tables.routing.rules[0].when.planet"


@pytest.mark.parametrize("document", [None, {}, {"version": "1", "tables": []}])
def test_something_else_than_a_rule_set_is_refused(document: object) -> None:
    with pytest.raises(TableFormatError):
        rule_set_from_json(document)
