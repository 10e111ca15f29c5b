"""The kinds of problems our own routes answer with, in both languages."""

from api.problems import Kind

UNAUTHENTICATED = Kind(
    401,
    "unauthenticated",
    ("Not signed in", "未认证"),
    (
        "Sign in again, or send a valid API key as 'Authorization: Bearer <key>'.",
        "请重新登录，或在 Authorization: Bearer <key> 中提供有效的 API 密钥。",
    ),
    {"WWW-Authenticate": "Bearer"},
)
BAD_SIGNATURE = Kind(
    401,
    "bad_signature",
    ("Signature not accepted", "签名未通过"),
    (
        "The signature does not match this body and a secret of this shop; check the channel, the "
        "shop's name and its secret, and sign exactly the bytes that are sent.",
        "签名与正文或店铺密钥不符；请检查渠道、店铺名称和密钥，并对实际发送的字节签名。",
    ),
)
FORBIDDEN = Kind(
    403,
    "forbidden",
    ("Not allowed", "无权限"),
    (
        "This needs the permission {permission}, which none of your roles grants; ask an "
        "administrator.",
        "此操作需要权限 {permission}，您的角色不具备；请联系管理员。",
    ),
)
OTHER_GROUP = Kind(
    403,
    "other_group",
    ("Another group's order", "其他组的订单"),
    (
        "This order belongs to group {group}, and your roles do not reach that far.",
        "此订单属于 {group} 组，超出您的权限范围。",
    ),
)
NOT_YOUR_HOLD = Kind(
    403,
    "not_your_hold",
    ("Somebody else's hold", "他人的卡点"),
    (
        "Hold {value} is for {assignee} to release, for whoever raised it, or for a team lead.",
        "卡点 {value} 须由 {assignee}、提出人或组长解除。",
    ),
)
UNKNOWN_ORDER = Kind(
    404,
    "unknown_order",
    ("No such order", "订单不存在"),
    ("There is no order {value}; check its id.", "没有订单 {value}，请检查编号。"),
)
UNKNOWN_QUARANTINE = Kind(
    404,
    "unknown_quarantine",
    ("Not in quarantine", "不在隔离区"),
    (
        "Nothing with id {value} waits in quarantine; somebody may have resolved it already.",
        "隔离区没有编号 {value} 的待处理消息，可能已被处理。",
    ),
)
ALREADY_RESOLVED = Kind(
    409,
    "already_resolved",
    ("Resolved already", "已处理"),
    (
        "{person} has resolved message {value} already ({resolution}); reload it, your correction "
        "was not sent.",
        "消息 {value} 已由 {person} 处理（{resolution}）；请刷新，您的更正未发送。",
    ),
)
NOT_FIXABLE = Kind(
    409,
    "not_fixable",
    ("Not to be corrected here", "不能在此更正"),
    ("Message {value}: {english}", "消息 {value}：{chinese}"),
)
NOTHING_CHANGED = Kind(
    422,
    "nothing_changed",
    ("Nothing changed", "内容未更改"),
    (
        "The text of message {value} is what came in; correct it, or try the message again.",
        "消息 {value} 的正文与原文相同；请更正内容，或直接重试该消息。",
    ),
)
UNKNOWN_PERSON = Kind(
    404,
    "unknown_person",
    ("No such person", "人员不存在"),
    (
        "Nobody with the id {value} works here; check it.",
        "没有编号为 {value} 的在职人员，请检查编号。",
    ),
)
UNREGISTERED_SHOP = Kind(
    404,
    "unregistered_shop",
    ("No such shop", "没有该店铺"),
    (
        "There is no shop {value}; see orderflow shops list for those that are registered.",
        "没有店铺 {value}；已登记的店铺见 orderflow shops list。",
    ),
)
IDEMPOTENCY_KEY_REUSED = Kind(
    409,
    "idempotency_key_reused",
    ("Idempotency-Key used before", "Idempotency-Key 已使用"),
    (
        "Idempotency-Key {value} was used for a different request; send a new key.",
        "Idempotency-Key {value} 已用于其他请求，请使用新的键。",
    ),
)
BAD_ACTION_ID = Kind(
    422,
    "bad_action_id",
    ("Id not usable", "编号无效"),
    (
        "The id of an action has 1 to 200 visible ASCII characters, and body and Idempotency-Key "
        "name the same one.",
        "操作编号须为 1 至 200 个可见 ASCII 字符，且正文与 Idempotency-Key 一致。",
    ),
)
TOO_LARGE = Kind(
    413,
    "too_large",
    ("Body too large", "正文过大"),
    (
        "A body has at most {value} bytes; send less.",
        "正文不得超过 {value} 字节，请缩减后再发送。",
    ),
)
INVALID = Kind(
    422,
    "invalid",
    ("Request not valid", "请求无效"),
    (
        "{value} field(s) of this request are wrong; correct what the findings name.",
        "此请求有 {value} 处错误，请按 findings 更正。",
    ),
)
NOT_JSON = Kind(
    400,
    "not_json",
    ("Not JSON", "不是 JSON"),
    (
        "The body is not valid JSON in UTF-8; correct it and send it again.",
        "正文不是有效的 UTF-8 JSON，请更正后重新发送。",
    ),
)
BAD_CURSOR = Kind(
    422,
    "bad_cursor",
    ("Cursor not known", "游标无效"),
    (
        "{value} is no cursor of this list; start without one.",
        "{value} 不是此列表的游标，请从头开始。",
    ),
)
UNAVAILABLE = Kind(
    503,
    "unavailable",
    ("Not available now", "暂时不可用"),
    (
        "The database does not answer; nothing was taken over. Send the same again shortly.",
        "数据库暂无响应，未接收任何内容。请稍后重新发送。",
    ),
    {"Retry-After": "5"},
)
OUTCOME_UNKNOWN = Kind(
    503,
    "outcome_unknown",
    ("Orders can't be reached", "无法联系订单"),
    (
        "The order's workflow can't be reached, so whether this happened is unknown. Send the same "
        "again with Idempotency-Key {value}: it takes effect once.",
        "无法联系订单工作流，结果未知。请使用 Idempotency-Key {value} 重新发送，只会生效一次。",
    ),
    {"Retry-After": "5"},
)
NOT_STARTED = Kind(
    503,
    "not_started",
    ("Order not started yet", "订单尚未启动"),
    (
        "Order {value} was accepted and is about to start; send the same again shortly.",
        "订单 {value} 已接收，即将启动；请稍后重新发送。",
    ),
    {"Retry-After": "2"},
)
BUSY = Kind(
    503,
    "busy",
    ("Too many listeners", "监听连接过多"),
    (
        "As many clients follow changes here as this process can serve; try again shortly.",
        "此进程的实时连接已达上限，请稍后重试。",
    ),
    {"Retry-After": "10"},
)
INTERNAL = Kind(
    500,
    "internal",
    ("Something is broken here", "内部错误"),
    (
        "This request hit a defect of ours, which was logged; try again or tell the operators.",
        "请求触发了系统缺陷，已记录；请重试或联系运维人员。",
    ),
)
UNKNOWN_IMPORT = Kind(
    404,
    "unknown_import",
    ("No such import", "导入不存在"),
    ("There is no import {value}; check its id.", "没有导入 {value}，请检查编号。"),
)
IMPORT_ENDED = Kind(
    409,
    "import_ended",
    ("Import ended", "导入已结束"),
    (
        "This import has ended as {value} and can't be cancelled; what it stored are orders now.",
        "此导入已结束（{value}），无法取消；已写入的内容已成为订单。",
    ),
)
NOTHING_TO_CORRECT = Kind(
    404,
    "nothing_to_correct",
    ("Nothing to correct", "没有需要更正的内容"),
    (
        "No row of import {value} waits to be corrected, so there is no error workbook.",
        "导入 {value} 没有待更正的行，因此没有错误工作簿。",
    ),
)
UNKNOWN_MAPPING = Kind(
    404,
    "unknown_mapping",
    ("No such mapping", "列对应关系不存在"),
    (
        "There is no saved column mapping {value}; list them under /api/v1/imports/mappings.",
        "没有已保存的列对应关系 {value}；可在 /api/v1/imports/mappings 查看。",
    ),
)
BAD_UPLOAD = Kind(
    400,
    "bad_upload",
    ("Upload can't be read", "上传内容无法读取"),
    (
        "The body is no multipart/form-data with 1 to {value} parts named 'file'; send it again.",
        "正文须为 multipart/form-data，含 1 至 {value} 个名为 file 的文件；请重新发送。",
    ),
)
UNKNOWN_SHOP = Kind(
    404,
    "unknown_shop",
    ("No shop to poll", "没有可同步的店铺"),
    (
        "There is no shop {value} that can be polled; register it with its address (orderflow "
        "shops add CHANNEL SHOP --base-url URL).",
        "没有可同步的店铺 {value}；请登记店铺及其地址"
        "(orderflow shops add 渠道 店铺 --base-url 地址)。",
    ),
)
SYNC_UNREACHABLE = Kind(
    503,
    "sync_unreachable",
    ("Polling can't be reached", "无法联系同步流程"),
    (
        "Temporal does not answer, so the shop is not polled now; send the same again shortly.",
        "Temporal 暂无响应，未能立即同步；请稍后重试。",
    ),
    {"Retry-After": "5"},
)
