"""How soon a message has to arrive: at once, in waking hours, or collected with others."""

from collections.abc import Mapping
from enum import StrEnum


class Urgency(StrEnum):
    """Urgent breaks quiet hours; low is collected into digests."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


# Why each kind that breaks quiet hours does so, in English and Chinese.
URGENT: Mapping[str, tuple[str, str]] = {
    "escalated": (
        "Somebody below did not decide in time: the next person up is the last line.",
        "下级未按时处理,上级是最后一道防线。",
    ),
    "stall_digest": (
        "What stands still has no other alarm.",
        "停滞事项没有其他告警途径。",
    ),
    "channel_refused": (
        "A shop refuses us: its orders stay outside until somebody acts.",
        "店铺拒绝访问,处理前其订单无法进入。",
    ),
    "breaker_open": (
        "Orders of a shop are kept back until somebody looks.",
        "店铺订单被暂存,需有人处理。",
    ),
    "medium_broken": (
        "Messages to people do not arrive.",
        "通知无法送达。",
    ),
    "test_message": (
        "Somebody is waiting to see it arrive.",
        "有人正在等待测试消息。",
    ),
}

# News that asks for nothing at once.
LOW = frozenset(
    {
        "copied",
        "approved",
        "cancel_requested",
        "return_requested",
        "stage_entered",
        "rules_published",
        "batch_done",
        "backtest_finished",
    }
)


def urgency_of(kind: str, stage: str = "") -> Urgency:
    """Return how soon a message of this kind has to arrive; being asked to sign is no mere news."""
    if kind in URGENT:
        return Urgency.URGENT
    if kind == "stage_entered" and stage == "in_review":
        return Urgency.NORMAL
    return Urgency.LOW if kind in LOW else Urgency.NORMAL
