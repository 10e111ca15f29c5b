"""What an order's workflow refuses, as problems: which HTTP status each refusal has."""

from collections.abc import Mapping

from temporalio.exceptions import ApplicationError

from api.problems import ApiProblem, Kind
from domain.actions import Outcome
from domain.refusals import Refusal, RefusalCode

KINDS: Mapping[RefusalCode, tuple[int, str, str]] = {
    RefusalCode.CLOSED: (409, "Order closed", "订单已关闭"),
    RefusalCode.WRONG_STAGE: (409, "Not possible in this stage", "当前阶段不允许"),
    RefusalCode.ALREADY_DONE: (409, "Done already", "已完成"),
    RefusalCode.NOT_ENTITLED: (403, "Not your signature", "无签核资格"),
    RefusalCode.IS_SUBMITTER: (403, "Your own order", "不能审批自己的订单"),
    RefusalCode.ALREADY_SIGNED: (409, "Signed already", "已签核"),
    RefusalCode.STALE_CONTENT: (409, "Order changed", "订单已变更"),
    RefusalCode.NOTE_REQUIRED: (422, "Note required", "必须填写备注"),
    RefusalCode.HELD: (409, "Order held", "订单处于卡点"),
    RefusalCode.UNKNOWN_HOLD: (404, "No such hold", "卡点不存在"),
    RefusalCode.UNKNOWN_PARCEL: (404, "No such parcel", "包裹不存在"),
    RefusalCode.UNKNOWN_LINE: (422, "No such line", "订单行不存在"),
    RefusalCode.TOO_MANY_PIECES: (422, "Too many pieces", "数量过多"),
    RefusalCode.ALREADY_SHIPPED: (409, "Shipped already", "已发货"),
    RefusalCode.ALREADY_DISPATCHED: (409, "Warehouse at work", "仓库已开始处理"),
    RefusalCode.SIGNS_LATER: (409, "Not your turn yet", "尚未轮到您签核"),
    RefusalCode.NOT_FIT: (422, "Cannot sign this order", "不能签核此订单"),
    RefusalCode.TOO_SOON: (409, "Urged a moment ago", "刚刚已催办"),
    RefusalCode.NOTHING_TO_WITHDRAW: (403, "Nothing of yours to take back", "无可撤回"),
    RefusalCode.SAME_RULES: (409, "Under these rules already", "已适用该规则集"),
}


def problem_of(refusal: Refusal) -> ApiProblem:
    """Return the problem that tells the caller of a refusal."""
    return _problem(refusal.code, refusal.message_en, refusal.message_zh)


def problem_of_error(error: ApplicationError) -> ApiProblem | None:
    """Return the problem a refused Update stands for, None when it is no refusal of ours."""
    try:
        code = RefusalCode(error.type or "")
    except ValueError:
        return None
    chinese = str(error.details[0]) if error.details else error.message
    return _problem(code, error.message, chinese)


def problem_of_outcome(outcome: Outcome) -> ApiProblem:
    """Return the problem a refusal stands for that the workflow remembers for a repeated id."""
    return _problem(RefusalCode(outcome.code), outcome.message_en, outcome.message_zh)


def problem_of_kept(
    code: str, english: str, chinese: str, headers: Mapping[str, str] | None = None
) -> ApiProblem:
    """Return the problem of a refusal whose code and words were kept."""
    return _problem(RefusalCode(code), english, chinese, headers)


def _problem(
    code: RefusalCode, english: str, chinese: str, headers: Mapping[str, str] | None = None
) -> ApiProblem:
    status, title, title_zh = KINDS[code]
    kind = Kind(status, str(code), (title, title_zh), (english, chinese), headers)
    return ApiProblem(kind, english, chinese)
