"""Why an order has its tier, people, group, deadlines and priority."""

from datetime import date
from typing import Any

from pydantic import ConfigDict, JsonValue

from api.schemas.views import ORDER_ID, View
from domain.explanation import StageDeadline, TableAnswer, Words
from domain.left_out import Reason
from domain.order import Amount, Instant
from domain.signers_explained import RoleExplained


class Both(View):
    """The same in English and Chinese."""

    en: str
    zh: str

    @classmethod
    def of(cls, words: Words) -> "Both":
        """Return a pair of words."""
        return cls(en=words[0], zh=words[1])


class WhyNotView(View):
    """A row above the answer, and why it does not apply."""

    row: str
    sentence: Both


class TableAnswerView(View):
    """What one table said: the row that applies with its note, and why not those above it."""

    table: str
    title: Both
    version: str
    row: str
    note: str
    outputs: dict[str, Any]
    why_not: list[WhyNotView]
    sentence: Both

    @classmethod
    def of(cls, answer: TableAnswer) -> "TableAnswerView":
        """Return an answer for people."""
        return cls(
            table=answer.table,
            title=Both.of(answer.title),
            version=answer.version,
            row=answer.row,
            note=answer.note,
            outputs=dict(answer.outputs),
            why_not=[
                WhyNotView(row=each.row, sentence=Both.of(each.words)) for each in answer.why_not
            ],
            sentence=Both.of(answer.words),
        )


class RuleSetRef(View):
    """The version an order was planned under; `newer` is the one in force where that is another."""

    version: str
    state: str
    author: str
    publisher: str | None
    published_at: Instant | None
    newer: str | None


class RateView(View):
    """The exchange rate that was used: `rate` units of `base` for one of `currency`, from a day on.

    `valid_from` is null when the rate is not kept any more."""

    rate_id: str
    currency: str
    base: str
    rate: Amount
    valid_from: date | None


class AskedView(View):
    """Somebody who may sign; `on_behalf_of` names the absent person they stand in for."""

    person: str
    on_behalf_of: str


class LeftOutView(View):
    """Somebody with the role who is not asked, and why."""

    person: str
    reason: Reason
    sentence: Both


class RoleView(View):
    """One role of the approval."""

    role: str
    asked: list[AskedView]
    left_out: list[LeftOutView]

    @classmethod
    def of(cls, role: RoleExplained) -> "RoleView":
        """Return a role for people."""
        return cls(
            role=role.role,
            asked=[AskedView(person=who, on_behalf_of=absent) for who, absent in role.asked],
            left_out=[
                LeftOutView(
                    person=each.person, reason=each.reason, sentence=Both.of((each.en, each.zh))
                )
                for each in role.left_out
            ],
        )


class PeopleView(View):
    """Why these people. They were looked up at `asked_at`; who was left out and why is judged by
    what is known `as_of` now (null for those who may not read people, who see nobody there)."""

    tier: str
    policy: str
    quorum: int
    if_nobody: str
    rescue: str
    asked_at: Instant
    as_of: Instant | None
    roles: list[RoleView]


class GroupView(View):
    """Why this group: the routing row, or that a person picked another one."""

    group: str
    warehouse: str
    picked: bool
    sentence: Both


class DeadlineView(View):
    """What the stage table says of a stage; seconds of working time of `calendar` (empty: always).

    `ladder` is who hears how long after the limit has passed."""

    stage: str
    label: Both
    owner_role: str
    limit_seconds: int | None
    stall_seconds: int | None
    window_seconds: int | None
    on_breach: str
    calendar: str
    sentence: Both
    ladder: list[Both]

    @classmethod
    def of(cls, deadline: StageDeadline) -> "DeadlineView":
        """Return a deadline for people."""
        return cls(
            stage=deadline.stage,
            label=Both.of(deadline.label),
            owner_role=deadline.owner_role,
            limit_seconds=deadline.limit_seconds,
            stall_seconds=deadline.stall_seconds,
            window_seconds=deadline.window_seconds,
            on_breach=deadline.on_breach,
            calendar=deadline.calendar,
            sentence=Both.of(deadline.words),
            ladder=[Both.of(words) for words in deadline.ladder_words],
        )


class PauseView(View):
    """A hold that stands or stood in the way of the clock; `until` is null while it does."""

    hold_id: str
    reason: str
    since: Instant
    until: Instant | None


class DueView(View):
    """Where the order stands now: the instant that is due, and what stopped the clock."""

    stage: str
    entered_at: Instant
    due_at: Instant | None
    stalls_at: Instant | None
    paused: bool
    pauses: list[PauseView]


class PriorityView(View):
    """Why this place in everybody's list, 1 first."""

    priority: int
    sentence: Both


class AdmissionView(View):
    """One admission of the order. `contradictions` is empty when recomputing the stored inputs
    under the stored version gives the same rows and answers."""

    seq: int
    content_version: int
    rule_set_id: str
    at: Instant
    base_amount: Amount | None
    fx_rate_id: str
    inputs: dict[str, Any]
    answers: list[TableAnswerView]
    contradictions: list[Both]


_SENTENCE: dict[str, JsonValue] = {
    "en": "row above_2000 applies: tier = manager",
    "zh": "行 above_2000 命中：审批档位 = manager",
}
_ANSWER: dict[str, JsonValue] = {
    "table": "approval",
    "title": {"en": "Approval", "zh": "审批"},
    "version": "2026-11",
    "row": "above_2000",
    "note": "",
    "outputs": {"tier": "manager"},
    "why_not": [
        {
            "row": "above_10000",
            "sentence": {
                "en": "row above_10000 does not apply: it needs order amount > 10000 CNY, but it "
                "is 2500.00 CNY",
                "zh": "行 above_10000 未命中：要求 订单金额 > 10000 CNY，实际为 2500.00 CNY",
            },
        }
    ],
    "sentence": _SENTENCE,
}
_ADMISSION: dict[str, JsonValue] = {
    "content_version": 1,
    "rule_set_id": "2026-11",
    "at": "2026-11-03T08:15:04Z",
    "base_amount": "2500.00",
    "fx_rate_id": "EUR-CNY-2026-11-03",
    "inputs": {"currency": "EUR", "total": "320.51"},
}


class Explanation(View):
    """Why the order is planned the way it is. The first keys are the newest admission as it was
    stored (`tables`: what each rule table answered and why); `answers`, `people`, `group`,
    `deadlines` and `priority` say it in sentences; `admissions` are all of them, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "order_id": ORDER_ID,
                    **_ADMISSION,
                    "tables": [{"table": "approval", "matched": ["above_2000"]}],
                    "plan": {"tier": "manager", "group": "eu"},
                    "rule_set": {
                        "version": "2026-11",
                        "state": "superseded",
                        "author": "ruth",
                        "publisher": "sven",
                        "published_at": "2026-11-01T08:00:00Z",
                        "newer": "2026-12",
                    },
                    "fx": {
                        "rate_id": "EUR-CNY-2026-11-03",
                        "currency": "EUR",
                        "base": "CNY",
                        "rate": "7.8",
                        "valid_from": "2026-11-03",
                    },
                    "answers": [_ANSWER],
                    "people": {
                        "tier": "manager",
                        "policy": "any_of",
                        "quorum": 1,
                        "if_nobody": "superior",
                        "rescue": "",
                        "asked_at": "2026-11-03T08:15:04Z",
                        "as_of": "2026-11-03T09:00:00Z",
                        "roles": [
                            {
                                "role": "regional_manager",
                                "asked": [{"person": "li", "on_behalf_of": ""}],
                                "left_out": [],
                            }
                        ],
                    },
                    "group": {
                        "group": "eu",
                        "warehouse": "de",
                        "picked": False,
                        "sentence": _SENTENCE,
                    },
                    "deadlines": [],
                    "due": None,
                    "priority": {"priority": 3, "sentence": _SENTENCE},
                    "admissions": [
                        {"seq": 1, **_ADMISSION, "answers": [_ANSWER], "contradictions": []}
                    ],
                }
            ]
        }
    )

    order_id: str
    content_version: int
    rule_set_id: str
    at: Instant
    base_amount: Amount | None
    fx_rate_id: str
    inputs: dict[str, Any]
    tables: Any
    plan: dict[str, Any]
    rule_set: RuleSetRef
    fx: RateView | None
    answers: list[TableAnswerView]
    people: PeopleView
    group: GroupView
    deadlines: list[DeadlineView]
    due: DueView | None
    priority: PriorityView
    admissions: list[AdmissionView]
