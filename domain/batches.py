"""Many orders at once: what a batch asks of each of them, and what became of it in words.

A batch is many single actions. Nothing is judged here that the order itself does not judge.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.actions import Decide, Outcome, Repin, Verdict
from domain.refusals import Refusal, RefusalCode

MOST_ITEMS = 5000
CHUNK = 20
# An order that does not answer so many times is left to a person; it is told by signal as well.
MOST_TRIES = 5
_MOST_DOUBLINGS = 5


class BatchKind(StrEnum):
    """What a batch does to its orders."""

    DECIDE = "decide"
    REPIN = "repin"


class ItemState(StrEnum):
    """What became of one order of a batch; unknown: it was asked and has not answered."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class ItemCode(StrEnum):
    """Why nothing came of an item, beside what orders refuse themselves."""

    UNKNOWN_ORDER = "unknown_order"
    OTHER_GROUP = "other_group"
    NOT_STARTED = "not_started"
    NO_ANSWER = "no_answer"
    NOT_TAKEN_OVER = "not_taken_over"


@dataclass(frozen=True)
class BatchOrder:
    """What is asked of every order of a batch, by whom; `has_note` says that a reason was given."""

    batch_id: str
    kind: BatchKind
    person: str
    verdict: str = ""
    rule_set: str = ""
    has_note: bool = False


@dataclass(frozen=True)
class Item:
    """One order of a batch on its way; `tries` counts how often it was taken to be asked."""

    ordinal: int
    order_id: str
    workflow_id: str
    content_hash: str
    action_id: str
    tries: int


@dataclass(frozen=True)
class Result:
    """What became of an item, with the words of a refusal."""

    state: ItemState
    code: str
    message_en: str = ""
    message_zh: str = ""


def action_id(batch_id: str, order_id: str) -> str:
    """Return the id of a batch's action on an order: always the same one, so it happens once."""
    return "act_" + hashlib.sha256(f"{batch_id}:{order_id}".encode()).hexdigest()[:32]


def action_of(batch: BatchOrder, item: Item) -> Decide | Repin:
    """Return what one order is asked: the same as by a single click of the person who started."""
    note_id = item.action_id if batch.has_note else ""
    if batch.kind is BatchKind.REPIN:
        return Repin(item.action_id, batch.person, batch.rule_set, note_id)
    verdict = Verdict(batch.verdict)
    return Decide(item.action_id, batch.person, verdict, item.content_hash, note_id)


def result_of(outcome: Outcome) -> Result:
    """Return what an order's answer makes of its item."""
    state = ItemState.ACCEPTED if outcome.accepted else ItemState.REFUSED
    return Result(state, outcome.code, outcome.message_en, outcome.message_zh)


def refused(refusal: Refusal) -> Result:
    """Return the result of a refusal."""
    words = refusal.message_en, refusal.message_zh
    return Result(ItemState.REFUSED, str(refusal.code), *words)


def without_answer(code: ItemCode, tries: int) -> Result:
    """Return the result of asking in vain: unknown, and in the end failed where nothing was there
    to be asked."""
    gave_up = tries >= MOST_TRIES and code is ItemCode.NOT_STARTED
    return Result(ItemState.FAILED if gave_up else ItemState.UNKNOWN, str(code))


def pause_after(tries: int) -> timedelta:
    """Return how long to wait before an order is asked again: 1 s, 2 s, 4 s, up to 32 s."""
    doublings = min(max(tries - 1, 0), _MOST_DOUBLINGS)
    return timedelta(seconds=2.0**doublings)


_SAID: Mapping[str, tuple[str, str]] = {
    "signed": ("Signed; other signatures are still due.", "已签核,仍需其他人签核。"),
    "approved": ("Approved.", "已通过审批。"),
    "rejected": ("Rejected; the order is being closed.", "已驳回,订单正在关闭。"),
    "returned": ("Returned to whoever submitted it.", "已退回提交人。"),
    "repinned": ("Under the new rules from now on.", "已改用新规则集。"),
    ItemCode.UNKNOWN_ORDER: (
        "There is no order {value}; check its id.",
        "没有订单 {value},请检查编号。",
    ),
    ItemCode.OTHER_GROUP: (
        "Order {value} belongs to a group that your roles do not reach.",
        "订单 {value} 所属作业组超出您的权限范围。",
    ),
    ItemCode.NOT_STARTED: (
        "Order {value} has not started yet; decide on it later.",
        "订单 {value} 尚未启动,请稍后再处理。",
    ),
    ItemCode.NO_ANSWER: (
        "Order {value} has not answered; it was told, and takes it once. Look at its timeline.",
        "订单 {value} 未回应;操作已送达且只生效一次,请查看其时间线。",
    ),
    ItemCode.NOT_TAKEN_OVER: (
        "Order {value} could not take this over; open it and decide there.",
        "订单 {value} 未能接收此操作,请打开订单单独处理。",
    ),
}
_STATES: Mapping[ItemState, tuple[str, str]] = {
    ItemState.PENDING: ("Not asked yet.", "尚未处理。"),
    ItemState.ACCEPTED: ("Accepted.", "已接受。"),
    ItemState.REFUSED: ("Refused.", "被拒绝。"),
    ItemState.FAILED: ("Failed.", "失败。"),
    ItemState.UNKNOWN: ("Asked, no answer yet.", "已发送,尚无回应。"),
    ItemState.CANCELLED: (
        "The batch was cancelled before this order's turn.",
        "批处理已取消,未处理此订单。",
    ),
}


def said(result: Result, order_id: str) -> tuple[str, str]:
    """Return an item's result in English and Chinese."""
    if result.message_en:
        return result.message_en, result.message_zh or result.message_en
    english, chinese = _SAID.get(result.code) or _STATES[result.state]
    return english.format(value=order_id), chinese.format(value=order_id)


_REASONS: Mapping[str, tuple[str, str]] = {
    ItemCode.UNKNOWN_ORDER: ("no such order", "订单不存在"),
    ItemCode.OTHER_GROUP: ("another group's order", "属于其他作业组"),
    ItemCode.NOT_STARTED: ("not started yet", "尚未启动"),
    RefusalCode.CLOSED: ("closed already", "已关闭"),
    RefusalCode.WRONG_STAGE: ("not in review", "不在审核阶段"),
    RefusalCode.STALE_CONTENT: ("changed since it was shown", "展示后内容已变更"),
    RefusalCode.IS_SUBMITTER: ("submitted by yourself", "由您本人提交"),
    RefusalCode.ALREADY_SIGNED: ("signed by you already", "您已签核"),
    RefusalCode.NOT_ENTITLED: ("waits for other people's signatures", "等待其他人签核"),
    RefusalCode.SAME_RULES: ("under these rules already", "已适用该规则集"),
}


def reason(code: str) -> tuple[str, str]:
    """Return in both languages why an order is expected to refuse."""
    return _REASONS[code]
