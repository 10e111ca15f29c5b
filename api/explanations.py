"""Why an order is planned as it is: what admission stored, read out against rules and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from api.schemas.explanation import (
    AdmissionView,
    Both,
    DeadlineView,
    DueView,
    Explanation,
    GroupView,
    PauseView,
    PeopleView,
    PriorityView,
    RateView,
    RoleView,
    RuleSetRef,
    TableAnswerView,
)
from api.schemas.views import tidy
from database import entitlements, explanations, fx, rules, staffing
from database.admissions import Admission
from database.orders import OrderRow
from database.progress import Progress
from database.progress_tables import holds
from database.rule_versions import StoredRuleSet
from domain.explanation import TableAnswer, Words, answers, deadlines
from domain.money import BASE_CURRENCY
from domain.recomputation import amount_differences, recomputed
from domain.signers_explained import (
    asked_in,
    explained,
    question_of,
    stored_answer,
    stored_question,
)

_PICKED: Words = ("a person picked the group", "由人工指定作业组")
_NOT_ASKED: Words = ("no table was asked for it", "未查询规则表")


@dataclass(frozen=True)
class Reader:
    """Who reads and when (UTC); `sees_people` lets them see who was left out."""

    now: datetime
    sees_people: bool


def explanation_of(
    c: Connection, order: OrderRow, at: Progress | None, reader: Reader
) -> Explanation | None:
    """Return why an order is planned as it is, None before its first admission."""
    found = explanations.of_order(c, order.order_id)
    if not found:
        return None
    versions = {name: rules.stored(c, name) for name in {each.rule_set_id for each in found}}
    newest = found[0]
    stored = versions[newest.rule_set_id]
    said = answers(stored.rule_set if stored else None, newest.explanation)
    return Explanation(
        order_id=order.order_id,
        content_version=newest.content_version,
        rule_set_id=newest.rule_set_id,
        at=newest.at,
        base_amount=_base_amount(newest),
        fx_rate_id=newest.fx_rate_id,
        inputs=newest.inputs,
        tables=newest.explanation,
        plan=newest.plan,
        rule_set=_rule_set(c, newest, stored),
        fx=_rate(c, newest),
        answers=[TableAnswerView.of(each) for each in said],
        people=_people(c, newest, order.submitter, reader),
        group=_group(newest.plan, said),
        deadlines=[DeadlineView.of(each) for each in deadlines(newest.plan)],
        due=_due(c, at) if at else None,
        priority=_priority(newest.plan, said),
        admissions=[_admission(each, versions[each.rule_set_id]) for each in found],
    )


def _base_amount(admission: Admission) -> Decimal | None:
    amount = admission.base_amount
    return None if amount is None else tidy(amount, _base_currency(admission))


def _base_currency(admission: Admission) -> str:
    return str(admission.inputs.get("base_currency", BASE_CURRENCY))


def _rule_set(c: Connection, admission: Admission, stored: StoredRuleSet | None) -> RuleSetRef:
    in_force = rules.published_id(c)
    return RuleSetRef(
        version=admission.rule_set_id,
        state=stored.state if stored else "",
        author=stored.author if stored else "",
        publisher=stored.publisher if stored else None,
        published_at=stored.published_at if stored else None,
        newer=in_force if in_force != admission.rule_set_id else None,
    )


def _rate(c: Connection, admission: Admission) -> RateView | None:
    if not admission.fx_rate_id:
        return None
    kept = c.execute(
        select(fx.fx_rates).where(fx.fx_rates.c.rate_id == admission.fx_rate_id)
    ).one_or_none()
    if kept is not None:
        return RateView.model_validate(kept)
    used = admission.inputs.get("fx_rate")
    return RateView(
        rate_id=admission.fx_rate_id,
        currency=str(admission.inputs.get("currency", "")),
        base=_base_currency(admission),
        rate=Decimal(str(used)) if used is not None else Decimal(0),
        valid_from=None,
    )


def _people(c: Connection, admission: Admission, submitter: str, reader: Reader) -> PeopleView:
    """The newest answer about the staff counts: people come and go while an order waits."""
    inputs, plan = admission.inputs, admission.plan
    question = stored_question(inputs, plan, admission.base_amount, submitter)
    asked, asked_at = stored_answer(inputs, plan), admission.at
    again = [e for e in entitlements.of_order(c, admission.order_id) if e.at > admission.at]
    if again:
        question, asked = question_of(again[-1].question), asked_in(again[-1].answer)
        asked_at = again[-1].at
    staff = staffing.staff_of(c, question, reader.now) if reader.sees_people else None
    roles = explained(question, asked, staff, _base_currency(admission))
    return PeopleView(
        tier=str(plan.get("tier", "")),
        policy=str(plan.get("policy", "")),
        quorum=int(plan.get("quorum") or 1),
        if_nobody=str(plan.get("if_nobody") or "superior"),
        rescue=str(plan.get("rescue") or ""),
        asked_at=asked_at,
        as_of=reader.now if reader.sees_people else None,
        roles=[RoleView.of(role) for role in roles],
    )


def _answer_of(said: tuple[TableAnswer, ...], table: str) -> TableAnswer | None:
    return next((each for each in said if each.table == table), None)


def _group(plan: Mapping[str, Any], said: tuple[TableAnswer, ...]) -> GroupView:
    answer, group = _answer_of(said, "routing"), str(plan.get("group", ""))
    picked = answer is not None and group != str(answer.outputs.get("group") or "")
    words = _PICKED if picked else answer.words if answer else _NOT_ASKED
    return GroupView(
        group=group,
        warehouse=str(plan.get("warehouse", "")),
        picked=picked,
        sentence=Both.of(words),
    )


def _priority(plan: Mapping[str, Any], said: tuple[TableAnswer, ...]) -> PriorityView:
    answer = _answer_of(said, "priority")
    words = answer.words if answer else _NOT_ASKED
    return PriorityView(priority=int(plan.get("priority") or 3), sentence=Both.of(words))


def _due(c: Connection, at: Progress) -> DueView:
    stopping = select(holds).where(holds.c.order_id == at.order_id, holds.c.pauses_clock)
    pauses = [
        PauseView(
            hold_id=row.hold_id, reason=row.reason, since=row.raised_at, until=row.released_at
        )
        for row in c.execute(stopping.order_by(holds.c.raised_at, holds.c.hold_id))
    ]
    return DueView(
        stage=at.stage,
        entered_at=at.entered_at,
        due_at=at.due_at,
        stalls_at=at.stalls_at,
        paused=at.paused,
        pauses=pauses,
    )


def _admission(admission: Admission, stored: StoredRuleSet | None) -> AdmissionView:
    rule_set = stored.rule_set if stored else None
    differences = [
        *(recomputed(rule_set, admission.explanation) if rule_set else ()),
        *amount_differences(admission.inputs, admission.base_amount),
    ]
    return AdmissionView(
        seq=admission.seq,
        content_version=admission.content_version,
        rule_set_id=admission.rule_set_id,
        at=admission.at,
        base_amount=_base_amount(admission),
        fx_rate_id=admission.fx_rate_id,
        inputs=admission.inputs,
        answers=[TableAnswerView.of(each) for each in answers(rule_set, admission.explanation)],
        contradictions=[Both.of(each.sentences) for each in differences],
    )
