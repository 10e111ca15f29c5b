"""Line 2: what the published rules and the ledgers make of an order that is well-formed.

Pure: the activity looks things up, this module decides. First `assess` asks the rule tables, then
the activity reserves what the assessment needs, then `planned` puts everything together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.approvals import TOO_FEW, Approval, Handover, Policy, can_be_approved
from domain.facts import OrderFacts, is_past_review
from domain.holds import ReasonCode
from domain.rules.explanation import Evaluation
from domain.rules.questions import hold_terms, priority_for
from domain.rules.ruleset import RuleSet, approval_for, confirmation_for, routing_for
from domain.staffing import StaffAnswer, StaffQuestion
from domain.stages import Stage
from domain.state import Obstacle, Plan, Terms
from domain.terms import pinned_terms

# The tier of an order that was approved before it was moved here.
MOVED_IN = "moved_in"


@dataclass(frozen=True)
class Assessment:
    """What the tables say; `base_amount` is None without an exchange rate, then no tier either."""

    rule_set: RuleSet
    base_amount: Decimal | None
    needs_confirmation: bool
    tier: str
    policy: Policy
    roles: tuple[str, ...]
    quorum: int
    if_nobody: str
    rescue: str
    priority: int
    group: str
    warehouse: str
    evaluations: tuple[Evaluation, ...]


@dataclass(frozen=True)
class LedgerAnswer:
    """What stock and credit said; SKUs that are short or not known in the warehouse."""

    credit_granted: bool = True
    short: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def assess(
    facts: OrderFacts,
    rule_set: RuleSet,
    *,
    first_cooperation: bool,
    base_amount: Decimal | None,
    picked: tuple[str, str] = ("", ""),
) -> Assessment:
    """Ask the tables; `picked` is the group and warehouse a person chose, which routing obeys."""
    mode, confirmation = confirmation_for(
        rule_set, origin=facts.origin, settled=facts.settled, findings=facts.findings
    )
    route, routing = routing_for(rule_set, facts.country)
    evaluations = [confirmation, routing]
    # Without an amount nobody knows who has to sign: any one of nobody, which never passes.
    tier, policy, roles = "", Policy.ANY_OF, tuple[str, ...]()
    quorum, if_nobody, rescue, priority = 1, "superior", "", facts.priority
    if is_past_review(facts):
        tier, policy = MOVED_IN, Policy.AUTO
    elif base_amount is not None:
        approval, evaluation = approval_for(
            rule_set,
            amount=base_amount,
            first_cooperation=first_cooperation,
            customer_kind=facts.customer_kind,
            country=facts.country,
        )
        tier, policy, roles = approval.tier, Policy(approval.policy), approval.roles
        quorum, if_nobody, rescue = approval.quorum, approval.if_nobody, approval.rescue
        evaluations.append(evaluation)
    if base_amount is not None:
        priority, evaluation = priority_for(
            rule_set,
            amount=base_amount,
            first_cooperation=first_cooperation,
            customer_kind=facts.customer_kind,
            country=facts.country,
        )
        evaluations.append(evaluation)
    group, warehouse = picked if picked[0] else (route.group, route.warehouse)
    return Assessment(
        rule_set=rule_set,
        base_amount=base_amount,
        needs_confirmation=mode != "automatic",
        tier=tier,
        policy=policy,
        roles=roles,
        quorum=quorum,
        if_nobody=if_nobody,
        rescue=rescue,
        priority=priority,
        group=group,
        warehouse=warehouse,
        evaluations=tuple(evaluations),
    )


def staff_question(
    facts: OrderFacts,
    assessment: Assessment,
    handovers: tuple[Handover, ...] = (),
    asked: tuple[str, ...] = (),
) -> StaffQuestion:
    """Return what has to be looked up to know who may sign what was assessed."""
    # Nobody approves what they wrote themselves.
    barred = {facts.submitter, facts.amended_by} - {""}
    return StaffQuestion(
        roles=tuple(dict.fromkeys(assessment.roles)),
        amount=assessment.base_amount,
        group=assessment.group,
        barred=tuple(sorted(barred)),
        if_nobody=assessment.if_nobody,
        rescue=assessment.rescue,
        handovers=handovers,
        asked=asked,
    )


def calendars_of(terms: Mapping[str, Terms]) -> set[str]:
    """Return the codes of the calendars that deadlines count in; empty when all are 24 x 7."""
    return {each.calendar for each in terms.values() if each.calendar}


def planned(
    facts: OrderFacts,
    assessment: Assessment,
    staff: StaffAnswer,
    ledger: LedgerAnswer,
    fx_rate_id: str = "",
    calendars: Mapping[str, tuple[int, ...]] | None = None,
) -> Plan:
    """Put the plan together; everything that stands in its way is an obstacle, never a guess."""
    return Plan(
        content_version=facts.content_version,
        rule_set=assessment.rule_set.version,
        needs_confirmation=assessment.needs_confirmation,
        tier=assessment.tier,
        policy=assessment.policy,
        signers=staff.signers,
        group=assessment.group,
        warehouse=assessment.warehouse,
        base_amount=assessment.base_amount,
        fx_rate_id=fx_rate_id,
        terms=terms_for(facts, assessment.rule_set),
        obstacles=_obstacles(facts, assessment, staff, ledger),
        quorum=assessment.quorum,
        if_nobody=assessment.if_nobody,
        rescue=assessment.rescue,
        behalf=dict(staff.behalf),
        priority=assessment.priority,
        calendars=dict(calendars or {}),
        hold_terms=hold_terms(assessment.rule_set),
    )


def _obstacles(
    facts: OrderFacts,
    assessment: Assessment,
    staff: StaffAnswer,
    ledger: LedgerAnswer,
) -> tuple[Obstacle, ...]:
    found: list[Obstacle] = []
    if facts.start_stage == Stage.SHIPPED:
        return ()  # its goods have left: nothing stands in their way any more
    if assessment.base_amount is None:
        found.append(Obstacle(ReasonCode.FX_RATE_MISSING, facts.currency))
    if not assessment.group and not facts.fulfilled_by_channel:
        found.append(Obstacle(ReasonCode.NO_ROUTE, facts.country or "no country"))
    if not ledger.credit_granted:
        found.append(Obstacle(ReasonCode.CREDIT_LIMIT))
    if ledger.unknown:
        found.append(Obstacle(ReasonCode.SKU_UNKNOWN, ", ".join(ledger.unknown)))
    if ledger.short:
        found.append(Obstacle(ReasonCode.STOCK_OUT, ", ".join(ledger.short)))
    asked = Approval(assessment.policy, staff.signers, quorum=assessment.quorum)
    if assessment.base_amount is not None and not can_be_approved(asked):
        found.append(Obstacle(ReasonCode.OTHER, TOO_FEW))
    return tuple(found)


def terms_for(facts: OrderFacts, rule_set: RuleSet) -> dict[str, Terms]:
    """The stage table's terms; what the channel itself sends is followed by logistics, and no
    keeper of ours is late with it."""
    terms = pinned_terms(rule_set)
    if facts.fulfilled_by_channel:
        preparing, shipped = terms[Stage.PREPARING], terms[Stage.SHIPPED]
        terms[Stage.PREPARING] = replace(
            preparing, owner_role=shipped.owner_role, limit_seconds=None, on_breach="none"
        )
    return terms
