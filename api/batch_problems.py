"""What may be wrong with a batch."""

from api.problems import Kind

UNKNOWN_BATCH = Kind(
    404,
    "unknown_batch",
    ("No such batch", "批处理不存在"),
    (
        "There is no batch {value} that you started; check its id.",
        "没有由您发起的批处理 {value}，请检查编号。",
    ),
)
BATCH_EMPTY = Kind(
    422,
    "batch_empty",
    ("No order chosen", "未选中订单"),
    (
        "No order matches, so there is nothing to start; widen the filter.",
        "没有符合条件的订单，无法启动；请放宽筛选条件。",
    ),
)
BATCH_TOO_LARGE = Kind(
    422,
    "batch_too_large",
    ("Too many orders", "订单过多"),
    (
        "{value} orders are more than the {most} that one batch takes; narrow the filter.",
        "共 {value} 单，超过单个批处理上限 {most}；请缩小筛选范围。",
    ),
)
BATCH_ENDED = Kind(
    409,
    "batch_ended",
    ("Batch ended", "批处理已结束"),
    (
        "Batch {value} is done, so there is nothing left to cancel; see the result of each order.",
        "批处理 {value} 已完成，无可取消；请查看各订单的结果。",
    ),
)
PREVIEW_REQUIRED = Kind(
    422,
    "preview_required",
    ("Look at it first", "请先预览"),
    (
        "A filter is started from its preview: send it with preview=true, then with the "
        "preview_digest of that answer.",
        "按筛选条件处理须先预览：请先以 preview=true 发送，再附上返回的 preview_digest。",
    ),
)
PREVIEW_OUTDATED = Kind(
    409,
    "preview_outdated",
    ("Preview outdated", "预览已过期"),
    (
        "The orders changed since they were shown: they are {value} now, {fit} of which wait for "
        "you; look at the preview again.",
        "预览后订单已有变化：现共 {value} 单，其中 {fit} 单等待您处理；请重新预览。",
    ),
)
NOT_IN_FORCE = Kind(
    409,
    "not_in_force",
    ("Rules not in force", "规则集未生效"),
    (
        "Rule set {value} is not the published one, which is {in_force}; orders can only be put "
        "under that.",
        "规则集 {value} 不是当前发布版本（{in_force}）；订单只能改用当前版本。",
    ),
)
