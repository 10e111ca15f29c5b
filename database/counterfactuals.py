"""What would be different for one order under changed rules; nothing is changed by asking."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from database import past_cases, rules, staffing
from database.past_calendars import openings_for
from domain.admission import staff_question, terms_for
from domain.backtest.cases import PastCase, Verdict
from domain.backtest.judging import assessed, differences, made_ready, verdict_of
from domain.backtest.preview import Deadline, deadline
from domain.backtest.report import UNKNOWN
from domain.rules.evaluation import RuleError
from domain.rules.ruleset import RuleSet


@dataclass(frozen=True)
class Side:
    """One order under one set of rules: what is decided, who may sign it, its deadlines, and why.

    `people` is by role; `behalf` names for each delegate the absent person they stand in for.
    `limits` are the seconds each stage may take; `deadline` is that of the stage it is in now.
    """

    rule_set: str
    verdict: Verdict
    people: dict[str, tuple[str, ...]]
    behalf: dict[str, str]
    limits: dict[str, int | None]
    deadline: Deadline | None
    explanation: list[dict[str, Any]]


@dataclass(frozen=True)
class Counterfactual:
    """An order as it is and as it would be; `tables` are those that answer differently."""

    order_id: str
    before: Side
    after: Side
    tables: tuple[str, ...]


def counterfactual(
    c: Connection, order_id: str, other: Callable[[RuleSet], RuleSet], now: datetime
) -> Counterfactual:
    """Return what would be different under `other` of the order's own rules at `now` (UTC).

    Raises RuleError for an order that was never admitted or has no amount in their base currency,
    and when the tables have no answer.
    """
    cases = past_cases.of_orders(c, [order_id], now)
    own = rules.get(c, cases[0].rule_set) if cases else None
    if own is None:
        raise RuleError(*UNKNOWN["never_admitted"])
    if cases[0].base_amount is None:
        raise RuleError(*UNKNOWN["no_rate"])
    others = other(own)
    if cases[0].base_currency != others.base_currency:
        raise RuleError(*UNKNOWN["other_base_currency"])
    before, after = (_side(c, cases[0], each, now) for each in (own, others))
    tables = differences(before.verdict, after.verdict)
    if (before.limits, before.deadline) != (after.limits, after.deadline):
        tables = (*tables, "stages")
    return Counterfactual(order_id, before, after, tables)


def _side(c: Connection, case: PastCase, rule_set: RuleSet, now: datetime) -> Side:
    ready = made_ready(rule_set, openings_for(c, rule_set, now, now))
    said = assessed(case, ready)
    verdict = verdict_of(said)
    staff = staffing.entitlements(c, staff_question(case.facts, said), now)
    terms = terms_for(case.facts, rule_set)
    return Side(
        rule_set=rule_set.version,
        verdict=verdict,
        people={group.role: group.people for group in staff.signers},
        behalf=dict(staff.behalf),
        limits={stage: each.limit_seconds for stage, each in terms.items()},
        deadline=deadline(case, verdict.group, ready),
        explanation=[
            evaluation.to_json()
            | {"sentences": {lang: list(evaluation.sentences(lang)) for lang in ("en", "zh")}}
            for evaluation in said.evaluations
        ],
    )
