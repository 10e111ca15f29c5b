"""Admission: rates, rules, people, credit and stock for one content version, in one transaction."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import Connection, Engine
from temporalio import activity

from activities import signatures as calls
from activities.failures import Refused, gives_up
from activities.ledgers import Ledger
from database import (
    admissions,
    calendars,
    customers,
    entitlements,
    fx,
    orders,
    rules,
    staffing,
)
from domain import admission, money
from domain.admission import Assessment, LedgerAnswer
from domain.facts import OrderFacts
from domain.rules.ruleset import RuleSet
from domain.staffing import StaffAnswer, StaffQuestion
from domain.stages import Stage
from domain.state import Plan


@dataclass(frozen=True)
class _Rate:
    id: str
    rate: Decimal


@dataclass(frozen=True)
class _Staffed:
    """What was asked about people and customer, and what came back."""

    question: StaffQuestion
    answer: StaffAnswer
    first_cooperation: bool


class Admission:
    """Line 2 against our own Postgres (and an ERP, when there is one)."""

    def __init__(self, engine: Engine, ledger: Ledger) -> None:
        self._engine = engine
        self._ledger = ledger
        self._rule_sets: dict[str, RuleSet] = {}

    @activity.defn(name=calls.ADMIT)
    @gives_up
    def admit(self, request: calls.AdmitRequest) -> Plan:
        """Plan one content version and reserve what it needs; repeating changes nothing more."""
        with self._engine.begin() as c:
            return self._admit(c, request)

    @activity.defn(name=calls.ENTITLE)
    @gives_up
    def entitle(self, request: calls.EntitleRequest) -> calls.EntitleAnswer:
        """Look up who may sign now, and keep what was found for the explanation."""
        now = datetime.now(UTC)
        with self._engine.begin() as c:
            found = staffing.entitlements(c, request.question, now)
            entitlements.save(
                c, request.order_id, request.content_version, now, request.question, found
            )
        return calls.EntitleAnswer(found)

    def _admit(self, c: Connection, request: calls.AdmitRequest) -> Plan:
        facts, now = request.facts, datetime.now(UTC)
        order = orders.get(c, facts.order_id)
        if order is None:
            raise Refused("ORDER_MISSING", f"no order {facts.order_id} in the database")
        rule_set = self._rule_set(c, request.rule_set)
        rate = _rate(c, facts, rule_set.base_currency)
        base = (
            money.convert(facts.total, facts.currency, rate.rate, rule_set.base_currency)
            if (rate)
            else None
        )
        first = customers.is_first_cooperation(c, order.customer_id, facts.order_id)
        assessment = admission.assess(
            facts,
            rule_set,
            first_cooperation=first,
            base_amount=base,
            picked=(request.group, request.warehouse),
        )
        question = admission.staff_question(facts, assessment, request.handovers, request.asked)
        reserved = self._reserve(c, facts, assessment, order.customer_id)
        # Last, since an ERP takes its time: whose change of staff comes after this finds the
        # admission on record.
        staff = staffing.entitlements(c, question, datetime.now(UTC))
        plan = admission.planned(
            facts,
            assessment,
            staff,
            reserved,
            rate.id if rate else "",
            _working_times(c, facts, assessment, now),
        )
        _explain(c, facts, assessment, plan, rate, _Staffed(question, staff, first))
        return plan

    def _rule_set(self, c: Connection, pinned: str) -> RuleSet:
        """Return the pinned rule set, else the published one; versions never change, so kept."""
        version = pinned or rules.published_id(c)
        if version is None:
            raise Refused("NO_RULE_SET", "no rule set is published; publish one")
        if version not in self._rule_sets:
            found = rules.get(c, version)
            if found is None:
                raise Refused("NO_RULE_SET", f"rule set {version} does not exist")
            self._rule_sets[version] = found
        return self._rule_sets[version]

    def _reserve(
        self, c: Connection, facts: OrderFacts, assessment: Assessment, customer_id: str
    ) -> LedgerAnswer:
        granted = True
        if facts.start_stage == Stage.SHIPPED:
            return LedgerAnswer()  # shipped before it was moved here: off the ledger
        if facts.on_terms and assessment.base_amount is not None:
            granted = self._ledger.hold_credit(
                c,
                facts.order_id,
                customer_id,
                assessment.base_amount,
                assessment.rule_set.base_currency,
            )
        if not assessment.warehouse or facts.fulfilled_by_channel:
            return LedgerAnswer(granted)
        quantities: dict[str, int] = {}
        for line in facts.lines:
            quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
        missing = self._ledger.reserve(c, facts.order_id, assessment.warehouse, quantities)
        return LedgerAnswer(granted, missing.short, missing.unknown)


def _rate(c: Connection, facts: OrderFacts, base_currency: str) -> _Rate | None:
    if facts.currency == base_currency:
        return _Rate("", Decimal(1))
    found = fx.rate_on(c, facts.currency, base_currency, facts.submitted_at.date())
    return _Rate(found.rate_id, found.rate) if found else None


def _working_times(
    c: Connection, facts: OrderFacts, assessment: Assessment, now: datetime
) -> dict[str, tuple[int, ...]]:
    codes = admission.calendars_of(admission.terms_for(facts, assessment.rule_set))
    return calendars.working_times(c, codes, assessment.group, now) if codes else {}


def _explain(
    c: Connection,
    facts: OrderFacts,
    assessment: Assessment,
    plan: Plan,
    rate: _Rate | None,
    staffed: _Staffed,
) -> None:
    """Keep why: the tables' inputs and answers, and the rate that was used."""
    explanation = [
        evaluation.to_json()
        | {"sentences": {lang: evaluation.sentences(lang) for lang in ("en", "zh")}}
        for evaluation in assessment.evaluations
    ]
    inputs = {
        "total": facts.total,
        "currency": facts.currency,
        "base_currency": assessment.rule_set.base_currency,
        "fx_rate": rate.rate if rate else None,
        "first_cooperation": staffed.first_cooperation,
        "staff": {"question": asdict(staffed.question), "answer": asdict(staffed.answer)},
    }
    admissions.save(
        c,
        admissions.Admission(
            order_id=facts.order_id,
            content_version=facts.content_version,
            rule_set_id=plan.rule_set,
            at=datetime.now(UTC),
            inputs=inputs,
            explanation=explanation,
            plan=asdict(plan),
            fx_rate_id=plan.fx_rate_id,
            base_amount=plan.base_amount,
        ),
    )
