"""What colleagues read of an order's codes: what it waits for, its flags, and its columns."""

from collections.abc import Mapping

from domain.holds import REASONS, ReasonCode
from domain.stages import LABELS, Stage

Words = tuple[str, str]

FLAGS: Mapping[str, Words] = {
    "red": ("red", "红灯"),
    "escalated": ("escalated", "已升级"),
    "late": ("late", "延误"),
    "held": ("held", "有卡点"),
}

_WAITS: Mapping[str, Words] = {
    "start": ("its workflow to begin", "流程启动"),
    "system": ("the system", "系统处理"),
    "closing": ("being closed", "正在关闭"),
    "confirm": ("confirmation", "确认"),
    "approve": ("approval", "审批"),
    "prepare": ("the warehouse", "仓库备货"),
    "follow_delivery": ("delivery", "送达"),
}
_CALL: Words = ("an answer from outside", "外部系统答复")


def stage_words(stage: str) -> Words:
    """Return the words of a stage, none before the first."""
    return LABELS[Stage(stage)] if stage else ("", "")


def reason_words(reason: str) -> Words:
    """Return the words of a reason code, none for none."""
    if not reason:
        return "", ""
    terms = REASONS[ReasonCode(reason)]
    return terms.label_en, terms.label_zh


def waits_words(waits_for: str) -> Words:
    """Return the words of what an order waits for: a hold, a call, a task."""
    kind, _, what = waits_for.partition(":")
    if kind == "hold":
        return reason_words(what)
    return _CALL if kind == "call" else _WAITS.get(kind, (waits_for, waits_for))
