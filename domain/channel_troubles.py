"""What can keep a shop from being read, in words for the person who looks after it."""

from collections.abc import Mapping
from enum import StrEnum


class ChannelTrouble(StrEnum):
    """Why the last call to a shop's API did not do its work."""

    THROTTLED = "THROTTLED"
    UNAVAILABLE = "UNAVAILABLE"
    REFUSED = "REFUSED"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    DEFECT = "DEFECT"


# {detail} is the channel's own code, or the class of an exception of ours.
MESSAGES: Mapping[ChannelTrouble, tuple[str, str]] = {
    ChannelTrouble.THROTTLED: (
        "The shop asked to be called less often; it is called again when it allows.",
        "店铺要求降低调用频率；将在其允许后再次调用。",
    ),
    ChannelTrouble.UNAVAILABLE: (
        "The shop gives no usable answer; it is called again, ever more slowly. If this lasts, "
        "check the shop's address.",
        "店铺未返回可用的结果；系统会逐渐放慢并持续重试。若持续出现，请检查店铺地址。",
    ),
    ChannelTrouble.REFUSED: (
        "The shop refuses us ({detail}); check its credential and permissions, save the shop again "
        "and poll it now.",
        "店铺拒绝访问({detail})；请检查凭证和权限，重新保存店铺后立即同步。",
    ),
    ChannelTrouble.UNKNOWN_ORDER: (
        "A notification named this order, but the shop knows none such; look for it in the shop.",
        "通知提到了此订单，但店铺查无此单；请到店铺后台核实。",
    ),
    ChannelTrouble.DEFECT: (
        "Reading the shop hit a defect of ours ({detail}), which was logged; tell the operators.",
        "读取店铺时触发系统缺陷({detail})，已记录；请通知运维人员。",
    ),
}


def words(trouble: ChannelTrouble, detail: str = "") -> tuple[str, str]:
    """Return the trouble in English and Chinese."""
    english, chinese = MESSAGES[trouble]
    return english.format(detail=detail), chinese.format(detail=detail)
