"""What the published stage and escalation tables say, in the form that travels with an order."""

from domain.rules.questions import ladder_for
from domain.rules.ruleset import RuleSet, stage_terms
from domain.stages import Stage
from domain.state import Terms


def pinned_terms(rule_set: RuleSet) -> dict[str, Terms]:
    """Return the terms of every stage in the plain form that travels with the order."""
    return dict(rule_set.derived("terms", lambda: _terms(rule_set)))


def _terms(rule_set: RuleSet) -> dict[str, Terms]:
    terms = {}
    for stage in Stage:
        row = stage_terms(rule_set, str(stage))
        terms[str(stage)] = Terms(
            owner_role=row.owner_role,
            limit_seconds=int(row.limit.total_seconds()) if row.limit is not None else None,
            on_breach=row.on_breach,
            stall_seconds=int(row.stall.total_seconds()) if row.stall is not None else None,
            window_seconds=int(row.window.total_seconds()) if row.window is not None else None,
            calendar=row.calendar,
            ladder=ladder_for(rule_set, str(stage)) if row.limit is not None else (),
        )
    return terms
