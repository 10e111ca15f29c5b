"""What the tables that came later answer; a rule set of before falls back to the default tables."""

from collections.abc import Mapping
from decimal import Decimal

from domain.holds import REASONS, ReasonCode
from domain.rules.defaults import default_rule_set
from domain.rules.evaluation import RuleError
from domain.rules.explanation import Evaluation
from domain.rules.ruleset import RuleSet
from domain.state import HoldTerms, Rung

LONGEST_LADDER = 9
_DEFAULT = default_rule_set()


def asked(rule_set: RuleSet, table: str) -> RuleSet:
    """Return the set that answers for a table: this one, or the default where it has none."""
    return rule_set if table in rule_set.tables else _DEFAULT


def priority_for(
    rule_set: RuleSet,
    *,
    amount: Decimal,
    first_cooperation: bool,
    customer_kind: str,
    country: str,
) -> tuple[int, Evaluation]:
    """Return the priority of an order, 1 (first) to 5, explained; `amount` in base currency."""
    found = asked(rule_set, "priority").evaluate(
        "priority",
        {
            "amount": amount,
            "first_cooperation": first_cooperation,
            "customer_kind": customer_kind,
            "country": country,
        },
    )
    return _whole(found.outputs, "priority"), found


def ladder_for(rule_set: RuleSet, stage: str) -> tuple[Rung, ...]:
    """Return the steps that follow a passed limit of this stage, in their order."""
    rungs: list[Rung] = []
    for step in range(1, LONGEST_LADDER + 1):
        inputs = {"stage": stage, "step": Decimal(step)}
        said = asked(rule_set, "escalation").evaluate("escalation", inputs).outputs
        if said.get("after_seconds") is None:
            break
        level, role = said.get("level"), said.get("role")
        rungs.append(
            Rung(
                after_seconds=_whole(said, "after_seconds"),
                tell=str(said.get("tell") or "superiors"),
                level=level if type(level) is int else 1,
                role=str(role or ""),
            )
        )
    return tuple(rungs)


def hold_terms(rule_set: RuleSet) -> dict[str, HoldTerms]:
    """Return who follows which hold up and what pauses the clock, where it differs from ours."""
    return dict(rule_set.derived("hold_terms", lambda: _hold_terms(rule_set)))


def _hold_terms(rule_set: RuleSet) -> dict[str, HoldTerms]:
    if "holds" not in rule_set.tables:
        return {}
    found = {}
    for reason in ReasonCode:
        said = rule_set.evaluate("holds", {"reason": str(reason)}).outputs
        terms = HoldTerms(str(said["role"]), said["pauses_clock"] is True)
        ours = REASONS[reason]
        if terms != HoldTerms(ours.role, ours.pauses_clock):
            found[str(reason)] = terms
    return found


def _whole(said: Mapping[str, object], name: str) -> int:
    value = said.get(name)
    if type(value) is not int:
        raise RuleError(
            f"{name} is {value!r} where a whole number is due; check the set before publishing it",
            f"{name} 的输出 {value!r} 不是整数，请在发布前检查",
        )
    return value
