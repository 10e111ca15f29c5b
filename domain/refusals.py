"""Why an action is not accepted, in words for the person who tried it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.rules.vocabulary import word


class RefusalCode(StrEnum):
    """The reasons; also the `type` of the ApplicationError that a refused Update raises."""

    CLOSED = "closed"
    WRONG_STAGE = "wrong_stage"
    ALREADY_DONE = "already_done"
    NOT_ENTITLED = "not_entitled"
    IS_SUBMITTER = "is_submitter"
    ALREADY_SIGNED = "already_signed"
    STALE_CONTENT = "stale_content"
    NOTE_REQUIRED = "note_required"
    HELD = "held"
    UNKNOWN_HOLD = "unknown_hold"
    UNKNOWN_PARCEL = "unknown_parcel"
    UNKNOWN_LINE = "unknown_line"
    TOO_MANY_PIECES = "too_many_pieces"
    ALREADY_SHIPPED = "already_shipped"
    ALREADY_DISPATCHED = "already_dispatched"
    SIGNS_LATER = "signs_later"
    NOT_FIT = "not_fit"
    TOO_SOON = "too_soon"
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"
    SAME_RULES = "same_rules"


MESSAGES: Mapping[RefusalCode, tuple[str, str]] = {
    RefusalCode.CLOSED: (
        "The order is closed or being closed ({value}); nothing more can be done to it.",
        "订单已关闭或正在关闭({value}),不能再操作。",
    ),
    RefusalCode.WRONG_STAGE: (
        "This is not possible while the order is in stage {value}.",
        "订单处于 {value} 阶段时不能执行此操作。",
    ),
    RefusalCode.ALREADY_DONE: (
        "This has been done already ({value}); reload the order to see by whom.",
        "此操作已完成({value}),请刷新订单查看操作人。",
    ),
    RefusalCode.NOT_ENTITLED: (
        "{value} is not among the people whose signature this order waits for.",
        "{value} 不在此订单等待签核的人员之中。",
    ),
    RefusalCode.IS_SUBMITTER: (
        "{value} submitted this order and cannot approve it; another person has to decide.",
        "{value} 是提交人,不能审批自己的订单,请由他人审批。",
    ),
    RefusalCode.ALREADY_SIGNED: (
        "{value} has signed this order already; the other signature must be another person's.",
        "{value} 已签核此订单,其余签核须由他人完成。",
    ),
    RefusalCode.STALE_CONTENT: (
        "The order changed after it was shown to you; reload it and decide on content {value}.",
        "订单内容在您查看后已变更,请刷新后对内容 {value} 重新审批。",
    ),
    RefusalCode.NOTE_REQUIRED: (
        "A reason code and a note are required for {value}.",
        "{value} 必须填写原因代码和备注。",
    ),
    RefusalCode.HELD: (
        "The order is held ({value}); release the hold first.",
        "订单处于卡点({value}),请先解除卡点。",
    ),
    RefusalCode.UNKNOWN_HOLD: (
        "There is no open hold {value} on this order.",
        "此订单没有编号为 {value} 的未解除卡点。",
    ),
    RefusalCode.UNKNOWN_PARCEL: (
        "No parcel with tracking number {value} waits for delivery.",
        "没有运单号为 {value} 的在途包裹。",
    ),
    RefusalCode.UNKNOWN_LINE: (
        "The order has no line {value}.",
        "订单中没有行 {value}。",
    ),
    RefusalCode.TOO_MANY_PIECES: (
        "More pieces than are left to ship: {value}.",
        "发货数量超过剩余数量:{value}。",
    ),
    RefusalCode.ALREADY_SHIPPED: (
        "Goods have left the warehouse ({value}); request a return instead.",
        "货物已出库({value}),请改为申请退货。",
    ),
    RefusalCode.ALREADY_DISPATCHED: (
        "The warehouse is already working on it ({value}); it cannot change group any more.",
        "仓库已开始处理({value}),不能再更换分组。",
    ),
    RefusalCode.SIGNS_LATER: (
        "{value} has to sign first; your signature is due after that.",
        "须由 {value} 先签核,之后才轮到您。",
    ),
    RefusalCode.NOT_FIT: (
        "{value} may not sign this order: submitter, absent, without the role, group or limit, or "
        "asked already.",
        "{value} 不能签核此订单:为提交人、不在岗、角色/作业组/额度不符,或已在签核名单中。",
    ),
    RefusalCode.TOO_SOON: (
        "They were urged a moment ago; you can urge again after {value} UTC.",
        "刚刚已催办,请在 {value}(UTC)之后再催。",
    ),
    RefusalCode.NOTHING_TO_WITHDRAW: (
        "{value} has given no signature on this order and did not submit it.",
        "{value} 未签核也未提交此订单,无可撤回。",
    ),
    RefusalCode.SAME_RULES: (
        "The order is under rule set {value} already.",
        "订单已适用规则集 {value}。",
    ),
}


# Whose value is a stage, a reason for closing or a reason of a hold.
_CODED = frozenset(
    {
        RefusalCode.CLOSED,
        RefusalCode.WRONG_STAGE,
        RefusalCode.HELD,
        RefusalCode.ALREADY_SHIPPED,
    }
)


@dataclass(frozen=True)
class Refusal:
    """One refusal with the value that caused it."""

    code: RefusalCode
    value: str = ""

    @property
    def message_en(self) -> str:
        """The reason in English."""
        return MESSAGES[self.code][0].format(value=self._said("en"))

    @property
    def message_zh(self) -> str:
        """The reason in Chinese."""
        return MESSAGES[self.code][1].format(value=self._said("zh"))

    def _said(self, lang: str) -> str:
        return word(self.value, lang) if self.code in _CODED else self.value
