"""What may be wrong with a link or a message."""

from api.problems import Kind

UNKNOWN_LINK = Kind(
    404,
    "unknown_link",
    ("No such link", "链接不存在"),
    (
        "This link is not known here; open it exactly as the message shows it.",
        "无法识别此链接，请按消息中的原样打开。",
    ),
)
NOT_YOUR_LINK = Kind(
    403,
    "not_your_link",
    ("Somebody else's link", "他人的链接"),
    (
        "This link was sent to somebody else; only they can use it.",
        "此链接发给了其他人，仅本人可用。",
    ),
)
LINK_EXPIRED = Kind(
    410,
    "link_expired",
    ("Link expired", "链接已过期"),
    (
        "This link was good until {value}; open the order and decide there.",
        "此链接有效期至 {value}，请打开订单后处理。",
    ),
)
UNKNOWN_MESSAGE = Kind(
    404,
    "unknown_message",
    ("No such message", "消息不存在"),
    (
        "There is no message {value} to you, or none that you may see; check its id.",
        "没有发给您或您可查看的消息 {value}，请检查编号。",
    ),
)
NOTHING_TO_RESEND = Kind(
    409,
    "nothing_to_resend",
    ("Nothing to send again", "无需重发"),
    (
        "Message {value} is {state}: it failed for good in no medium, so nothing is sent again.",
        "消息 {value} 状态为 {state}，没有最终失败的渠道，无需重发。",
    ),
)
SETTINGS_CHANGED = Kind(
    409,
    "settings_changed",
    ("Changed meanwhile", "已被更改"),
    (
        "These settings were changed at {value}, after you had read them; read them again.",
        "这些设置已于 {value} 被更改，请重新读取后再提交。",
    ),
)
