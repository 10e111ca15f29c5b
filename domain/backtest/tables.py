"""A backtest's result as tables for people, the same on a terminal and in a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cells = tuple[str | int, ...]
Told = Mapping[str, Any]

_CHANGES = (
    ("tiers", "approval tiers 审批档位"),
    ("signing", "signatures 签核方式"),
    ("confirmation", "confirmation 确认方式"),
    ("routing", "routing 分派"),
    ("priority", "priority 优先级"),
)
_FATES = {
    "met": "met 按时",
    "missed": "missed 超时",
    "missed_to_met": "missed → met 超时变按时",
    "met_to_missed": "met → missed 按时变超时",
    "unknown": "can't be known 无法判断",
    "not_reached": "not reached 未到达",
}


@dataclass(frozen=True)
class Sheet:
    """One table: `name` is short, in ASCII; title and headings are in English and Chinese."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[Cells, ...]
    note: str = ""


def sheets(result: Told) -> list[Sheet]:
    """Return a result as tables, the summary first; what is empty is left out, but the summary."""
    found = [
        _summary(result),
        *(_changes(result, name, title) for name, title in _CHANGES),
        _ended(result),
        _hours(result),
        _deadlines(result),
        _unknown(result),
    ]
    return [found[0], *(sheet for sheet in found[1:] if sheet.rows)]


def _summary(result: Told) -> Sheet:
    orders, hours = result["orders"], result["hours"]
    currency = result["base_currency"]
    automatic, people = result["now_automatic"], result["now_people"]
    none = "not enough observations 观测数据不足"
    against = result["against"]["version"] or "as decided then 当时的决定"
    return Sheet(
        "summary",
        "backtest 规则回测",
        ("", ""),
        (
            ("rule set 规则集", str(result["rule_set"]["version"])),
            ("against 对照", against),
            ("orders judged 已评估订单", f"{orders['judged']:,} / {orders['found']:,}"),
            ("decisions that change 决定改变", _counted(orders["changed"], currency)),
            ("money moved between tiers 跨档位金额", f"{result['amount_moved']} {currency}"),
            ("now pass automatically 改为自动通过", _counted(automatic, currency)),
            ("now need people 改为人工审批", _counted(people, currency)),
            ("waiting hours saved 节省等待工时", hours["saved_hours"] or none),
            ("waiting hours added 增加等待工时", hours["added_hours"] or none),
            *(
                (f"unknown: {each['en']} {each['zh']}", each["orders"])
                for each in result["unknown"]
            ),
        ),
    )


def _counted(found: Told, currency: str) -> str:
    return f"{found['orders']:,} · {found['amount']} {currency}"


def _changes(result: Told, name: str, title: str) -> Sheet:
    headings = ("from 原", "to 新", "orders 订单", "amount 金额", "examples 示例")
    rows = tuple(
        (each["from"], each["to"], each["orders"], each["amount"], _listed(each))
        for each in result[name]
    )
    return Sheet(name, title, headings, rows)


def _ended(result: Told) -> Sheet:
    """What became in truth of the orders that nobody would look at any more."""
    headings = ("ended 结局", "reason 原因", "orders 订单", "amount 金额", "examples 示例")
    rows = [
        (each["ending"], each["reason"], each["orders"], each["amount"], _listed(each))
        for each in result["now_automatic"]["ended"]
    ]
    rejected = result["now_automatic"]["rejected_then"]
    if rejected["orders"]:
        told = (rejected["orders"], rejected["amount"], _listed(rejected))
        rows.append(("rejected by a signer then 当时被驳回", "", *told))
    title = "what became of those that would now pass automatically 改为自动通过的订单的实际结局"
    return Sheet("now automatic", title, headings, tuple(rows))


def _hours(result: Told) -> Sheet:
    hours = result["hours"]
    headings = ("", "tier 档位", "role 角色", "orders 订单", "hours 工时", "basis 依据")
    rows: list[Cells] = []
    for side, title in (("saved", "saved 节省"), ("added", "added 增加")):
        for each in hours[side]:
            told = each["hours"] or f"{each['note_en']} {each['note_zh']}"
            basis = "" if each["basis"] == "none" else each["basis"]
            rows.append((title, each["tier"], each["role"], each["orders"], told, basis))
    for each in hours["observed"]:
        told = f"{each['note_en']} {each['note_zh']}"
        if each["mean_hours"]:
            told = f"mean 平均 {each['mean_hours']}, median 中位 {each['median_hours']}"
        observed = (each["tier"], each["role"], each["observations"], told, "")
        rows.append(("observed 观测", *observed))
    note = f"{hours['definition_en']}\n{hours['definition_zh']}"
    return Sheet("hours", "people's hours 人员工时", headings, tuple(rows), note)


def _deadlines(result: Told) -> Sheet:
    rows = tuple((each["stage"], *(each[fate] for fate in _FATES)) for each in result["deadlines"])
    return Sheet("deadlines", "deadlines 时限", ("stage 阶段", *_FATES.values()), rows)


def _unknown(result: Told) -> Sheet:
    headings = ("reason 原因", "", "orders 订单", "amount 金额", "examples 示例")
    rows: list[Cells] = []
    for each in result["unknown"]:
        words = f"{each['en']} {each['zh']}"
        rows.append((each["reason"], words, each["orders"], each["amount"], _listed(each)))
        rows += [
            ("", f"{told['en']} {told['zh']}", told["orders"], "", "") for told in each["messages"]
        ]
    return Sheet("unknown", "what can't be known 无法判断的订单", headings, tuple(rows))


def _listed(found: Told) -> str:
    examples: Sequence[str] = found.get("examples", ())
    return ", ".join(examples)
