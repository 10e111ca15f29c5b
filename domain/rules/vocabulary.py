"""What the coded values of rule tables are called, so that people pick words instead of codes."""

from collections.abc import Mapping

from domain.holds import REASONS
from domain.rules.cells import Column
from domain.stages import LABELS

Words = tuple[str, str]

_OWN: Mapping[str, Words] = {
    # roles
    "customer_service": ("customer service", "客服"),
    "sales": ("sales", "销售"),
    "regional_manager": ("regional manager", "区域经理"),
    "ops_director": ("operations director", "运营总监"),
    "finance": ("finance", "财务"),
    "warehouse_keeper": ("warehouse keeper", "仓库管理员"),
    "logistics": ("logistics", "物流"),
    "team_lead": ("team lead", "组长"),
    "rules_editor": ("rules editor", "规则编辑"),
    "auditor": ("auditor", "审计"),
    "administrator": ("administrator", "系统管理员"),
    "approvers": ("the approvers it waits on", "待审批人"),
    "system": ("the system", "系统"),
    # ways of signing, and who is asked when nobody can
    "auto": ("auto", "自动通过"),
    "any_of": ("any of", "或签"),
    "countersign": ("countersign", "会签"),
    "sequential": ("one after the other", "依次审批"),
    "superior": ("the superior", "上级代审"),
    "rescue": ("the named person", "指定代审人"),
    "hold": ("wait", "挂起等待"),
    # what an order is
    "business": ("business", "企业"),
    "consumer": ("consumer", "个人消费者"),
    "channel": ("sales channel", "销售渠道"),
    "api": ("API", "接口"),
    "form": ("form", "表单"),
    "file": ("file", "文件"),
    "automatic": ("automatic", "自动确认"),
    # what happens when a limit passes, and whom it tells
    "red": ("red", "标红"),
    "escalate": ("escalate", "升级"),
    "warn": ("warning", "警告"),
    "none": ("nothing", "不提醒"),
    "superiors": ("superiors", "上级"),
    "role": ("a role", "角色"),
    # what the sweep looks for
    "overdue_not_escalated": ("overdue, nobody told", "超时未升级"),
    "no_progress": ("no progress", "无进展"),
    "stuck_retries": ("stuck in retries", "反复重试"),
    "reported_problem": ("reported problem", "已报告故障"),
    "inbox_not_taken": ("inbox not taken", "收件未处理"),
}
_WORDS: Mapping[str, Words] = {
    **_OWN,
    **{reason.value: (terms.label_en, terms.label_zh) for reason, terms in REASONS.items()},
    **{stage.value: words for stage, words in LABELS.items()},
}

TABLE_TITLES: Mapping[str, Words] = {
    "approval": ("Approval", "审批"),
    "confirmation": ("Confirmation", "确认"),
    "routing": ("Routing", "分派"),
    "stages": ("Stages", "阶段"),
    "stall": ("Stall", "停滞"),
    "breaker": ("Breaker", "熔断"),
    "priority": ("Priority", "优先级"),
    "escalation": ("Escalation", "升级"),
    "holds": ("Holds", "卡点"),
}


def meaning(column: Column, text: str) -> str | None:
    """Code that a text stands for in a column with a closed list: a code, or a name of one.

    None when it is none of them or could be two.
    """
    allowed = column.allowed or ()
    if text in allowed:
        return text
    wanted = _folded(text)
    found = {
        code
        for code in allowed
        if wanted in (_folded(code), *(_folded(word) for word in _WORDS.get(code, ())))
    }
    return found.pop() if len(found) == 1 else None


def word(code: str, lang: str) -> str:
    """What a code (a role, a stage, a reason) is called, "en" or "zh"; itself if it has no name."""
    words = _WORDS.get(code)
    return words[lang == "zh"] if words else code


def spelling(column: Column, code: str, lang: str) -> str:
    """Name of a code for people, "en" or "zh"; the code itself where no name is unambiguous."""
    words = _WORDS.get(code)
    if words is None or code not in (column.allowed or ()):
        return code
    word = words[1 if lang == "zh" else 0]
    return word if meaning(column, word) == code else code


def spellings(column: Column, lang: str) -> tuple[str, ...]:
    """Names of all values that a closed column allows, "en" or "zh"."""
    return tuple(spelling(column, code, lang) for code in column.allowed or ())


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()
