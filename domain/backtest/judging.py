"""Judging a past order under other rules, by the very code that admits new ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.admission import Assessment, assess
from domain.backtest.cases import PastCase, Verdict
from domain.calendar_checks import GROUP_CALENDAR
from domain.holds import REASONS
from domain.openings import Openings
from domain.rules.questions import hold_terms
from domain.rules.ruleset import RuleSet
from domain.state import Terms
from domain.terms import pinned_terms


@dataclass(frozen=True)
class Rules:
    """A rule set made ready for many orders: its stage terms, and reasons that stop a clock.

    `openings` is working time by the calendar codes of the stage terms; where they say "group"
    it is by `group:` and the group's code. What is not in it is 24 x 7.
    """

    rule_set: RuleSet
    terms: Mapping[str, Terms]
    pausing: frozenset[str]
    openings: Mapping[str, Openings] = field(default_factory=dict)

    def open_in(self, stage: str, group: str) -> Openings:
        """Return the working time by which a stage's limit counts for this group's orders."""
        code = self.terms[stage].calendar
        return self.openings.get(of_group(group) if code == GROUP_CALENDAR else code, ())


def of_group(group: str) -> str:
    """Return the name under which a group's own working time is known."""
    return f"{GROUP_CALENDAR}:{group}"


def made_ready(rule_set: RuleSet, openings: Mapping[str, Openings] | None = None) -> Rules:
    """Return a rule set ready for judging; raises RuleError when a stage has no terms."""
    told = hold_terms(rule_set)
    pausing = frozenset(
        str(reason)
        for reason, ours in REASONS.items()
        if (told[str(reason)].pauses_clock if str(reason) in told else ours.pauses_clock)
    )
    return Rules(rule_set, pinned_terms(rule_set), pausing, openings or {})


def assessed(case: PastCase, rules: Rules) -> Assessment:
    """Return what admission makes of the order; raises RuleError when the tables can't answer."""
    return assess(
        case.facts,
        rules.rule_set,
        first_cooperation=case.first_cooperation,
        base_amount=case.base_amount,
        picked=case.picked,
    )


def judge(case: PastCase, rules: Rules) -> Verdict:
    """Return what these rules say of the order; raises RuleError when they have no answer."""
    return verdict_of(assessed(case, rules))


def verdict_of(said: Assessment) -> Verdict:
    """Return what an assessment comes to."""
    return Verdict(
        confirmation="customer_service" if said.needs_confirmation else "automatic",
        tier=said.tier,
        policy=str(said.policy),
        roles=said.roles,
        quorum=said.quorum,
        group=said.group,
        warehouse=said.warehouse,
        priority=said.priority,
    )


def differences(before: Verdict, after: Verdict) -> tuple[str, ...]:
    """Return the tables whose answers differ: approval, confirmation, routing, priority."""
    pairs = {
        "approval": ((before.tier, before.signing), (after.tier, after.signing)),
        "confirmation": (before.confirmation, after.confirmation),
        "routing": (before.route, after.route),
        "priority": (before.priority, after.priority),
    }
    return tuple(table for table, (old, new) in pairs.items() if old != new)
