"""What a backtest notes of each past order: which answers change, and what became of the order."""

from decimal import Decimal

from domain.approvals import Policy, matching
from domain.backtest.cases import Ending, PastCase, Verdict
from domain.backtest.deadlines import LIMITED, missed_then, would_miss
from domain.backtest.judging import Rules, differences, judge
from domain.backtest.tally import Tally
from domain.rules.evaluation import RuleError
from domain.stages import Stage


def take(case: PastCase, draft: Rules, against: Rules | None, tally: Tally) -> None:
    """Count one past order in; `against` None compares with what was decided then."""
    order_id, amount = case.facts.order_id, case.amount
    _observe(case, tally)
    tally.count(("found",), order_id, amount)
    unknown = _unknown(case, draft, against)
    if unknown or case.decided is None:
        tally.count(("unknown", unknown), order_id, amount)
        return
    try:
        before = case.decided if against is None else judge(case, against)
        after = judge(case, draft)
    except RuleError as error:
        tally.count(("unknown", "no_answer"), order_id, amount)
        tally.count(("no_answer", error.en, error.zh), order_id, amount)
        return
    tally.count(("judged",), order_id, amount)
    _compare(case, before, after, tally)
    _compare_deadlines(case, before, after, draft, against, tally)


def _unknown(case: PastCase, *sides: Rules | None) -> str:
    """Why the order can't be judged, empty when it can."""
    if case.decided is None:
        return "never_admitted"
    if case.base_amount is None:
        return "no_rate"
    if any(case.base_currency != side.rule_set.base_currency for side in sides if side):
        return "other_base_currency"
    return ""


def _observe(case: PastCase, tally: Tally) -> None:
    """Note how long each signer took, for the part of the approval that they signed for."""
    if case.decided is None or not case.signatures:
        return
    parts = matching(case.signers, [signed.person for signed in case.signatures])
    role_of = {person: case.signers[index].role for index, person in parts.items()}
    for signed in case.signatures:
        role = role_of.get(signed.person) or _role_of(case, signed.person)
        entered = [
            visit.entered_at
            for visit in case.visits
            if visit.stage == Stage.IN_REVIEW and visit.entered_at <= signed.at
        ]
        if role and entered:
            tally.waited(case.decided.tier, role, entered[-1], signed.at)


def _role_of(case: PastCase, person: str) -> str:
    """The first role they could sign for; empty for who was asked in some other way."""
    return next((group.role for group in case.signers if person in group.people), "")


def _compare(case: PastCase, before: Verdict, after: Verdict, tally: Tally) -> None:
    order_id, amount = case.facts.order_id, case.amount
    changed = differences(before, after)
    tally.count(("tier", before.tier, after.tier), order_id, amount)
    for table in changed:
        tally.count(("changed_table", table), order_id, amount)
    if not changed:
        return
    tally.count(("changed",), order_id, amount)
    told = {
        "approval": (before.signing, after.signing),
        "confirmation": (before.confirmation, after.confirmation),
        "routing": (before.route, after.route),
        "priority": (str(before.priority), str(after.priority)),
    }
    for table in changed:
        tally.count((table, *told[table]), order_id, amount)
    if "approval" in changed:
        _compare_work(order_id, amount, before, after, tally)
        _look_back(case, before, after, tally)


def _compare_work(
    order_id: str, amount: Decimal, before: Verdict, after: Verdict, tally: Tally
) -> None:
    """Note whose signatures fall away and whose are asked for instead."""
    for name, verdict in (("saved", before), ("added", after)):
        # Any one of several roles is one signature, whoever gives it.
        any_of = verdict.policy == Policy.ANY_OF and verdict.roles
        for role in ["|".join(verdict.roles)] if any_of else verdict.roles:
            for _ in range(verdict.quorum):
                tally.count((name, verdict.tier, role), order_id, amount)


def _look_back(case: PastCase, before: Verdict, after: Verdict, tally: Tally) -> None:
    order_id, amount = case.facts.order_id, case.amount
    if before.is_automatic == after.is_automatic:
        return
    if before.is_automatic:
        tally.count(("now_people",), order_id, amount)
        return
    tally.count(("now_automatic",), order_id, amount)
    reason = case.closed_reason if case.ending in (Ending.RETURNED, Ending.CLOSED) else ""
    tally.count(("ended", str(case.ending), reason), order_id, amount)
    if any(not signed.approved for signed in case.signatures):
        tally.count(("rejected_then",), order_id, amount)


def _compare_deadlines(
    case: PastCase,
    before: Verdict,
    after: Verdict,
    draft: Rules,
    against: Rules | None,
    tally: Tally,
) -> None:
    order_id, amount = case.facts.order_id, case.amount
    for stage in LIMITED:
        if not any(visit.stage == stage for visit in case.visits):
            tally.count(("deadline", stage.value, "not_reached"), order_id, amount)
            continue
        was = (
            missed_then(case, stage)
            if against is None
            else would_miss(case, before, against, stage)
        )
        will = would_miss(case, after, draft, stage)
        tally.count(("deadline", stage.value, _fate(was, will)), order_id, amount)


def _fate(was: bool | None, will: bool | None) -> str:
    if was is None or will is None:
        return "unknown"
    if was:
        return "missed" if will else "missed_to_met"
    return "met_to_missed" if will else "met"
