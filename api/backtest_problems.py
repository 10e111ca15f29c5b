"""What can be wrong with a backtest, a shadow or a question about other rules, as problems."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.problems import ApiProblem, Kind
from database.refusals import Refused
from domain.rules.evaluation import RuleError

UNKNOWN_BACKTEST = Kind(
    404,
    "unknown_backtest",
    ("No such backtest", "回测不存在"),
    ("There is no backtest {value}; check its id.", "没有回测 {value}，请检查编号。"),
)
BACKTEST_NOT_DONE = Kind(
    409,
    "backtest_not_done",
    ("Backtest not done", "回测尚未完成"),
    (
        "Backtest {value} has no result yet, or failed; look at its state.",
        "回测 {value} 尚无结果或已失败，请查看其状态。",
    ),
)
NOT_OPEN = Kind(
    409,
    "not_open",
    ("Not a draft", "不是草稿"),
    (
        "Only a draft runs in shadow, and {value} is {state}.",
        "只有草稿可以影子评估，{value} 的状态为 {state}。",
    ),
)
NO_SHADOW = Kind(
    404,
    "no_shadow",
    ("Not in shadow", "未在影子评估中"),
    (
        "{value} does not run in shadow; start it first.",
        "{value} 未在影子评估中，请先启动。",
    ),
)
BAD_SHADOW_END = Kind(
    422,
    "bad_shadow_end",
    ("End not possible", "结束时间无效"),
    ("The shadow can't start. {en}", "无法启动影子评估。{zh}"),
)
SHADOW_RUNNING = Kind(
    409,
    "shadow_running",
    ("In shadow already", "已在影子评估中"),
    ("The shadow can't start. {en}", "无法启动影子评估。{zh}"),
)
TOO_MANY_SHADOWS = Kind(
    409,
    "too_many_shadows",
    ("Too many shadows", "影子评估过多"),
    ("The shadow can't start. {en}", "无法启动影子评估。{zh}"),
)
NO_ANSWER = Kind(
    422,
    "no_answer",
    ("No answer", "没有答案"),
    ("The rules don't answer. {en}", "规则没有答案。{zh}"),
)
ONE_OF_BOTH = Kind(
    422,
    "one_of_both",
    ("Changes or a version", "修改或版本二选一"),
    (
        "Give either changes to the order's own rules or the version of a rule set.",
        "请只提供对订单规则的修改，或一个规则集版本。",
    ),
)
_KINDS = {kind.code: kind for kind in (BAD_SHADOW_END, SHADOW_RUNNING, TOO_MANY_SHADOWS)}


@contextmanager
def refusals_as_problems() -> Iterator[None]:
    """Turn what the database refuses and the rules can't answer into problems."""
    try:
        yield
    except Refused as error:
        raise _problem(error) from error
    except RuleError as error:
        raise NO_ANSWER(en=error.en, zh=error.zh) from error


def _problem(error: Refused) -> ApiProblem:
    return _KINDS[error.code](en=error.message_en, zh=error.message_zh)
