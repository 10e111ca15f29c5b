"""Rule sets on a terminal: versions, tables, findings, differences, history."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.table import Table as Shown
from rich.text import Text

from database.audit import AuditRow
from database.rule_versions import RuleSetVersion
from domain.rules.cell_writing import answer_text, condition_text
from domain.rules.cells import ANY
from domain.rules.differences import RuleSetDiff
from domain.rules.findings import RuleFinding
from domain.rules.tables import DEFAULT_ROW, Rule, Table
from domain.rules.vocabulary import TABLE_TITLES

_STATES = {
    "draft": "draft 草稿",
    "checked": "checked 已检查",
    "published": "in force 现行",
    "superseded": "superseded 已替换",
    "discarded": "discarded 已作废",
}
_ACTIONS = {
    "rules_saved": "saved 保存",
    "rules_checked": "checked 检查",
    "rules_rebased": "rebased 变基",
    "rules_published": "published 发布",
    "rules_discarded": "discarded 作废",
}


def versions_table(versions: Iterable[RuleSetVersion]) -> Shown:
    """List versions with where each stands and who had a hand in it."""
    table = _headed(
        "rule sets 规则集",
        "version 版本",
        "state 状态",
        "revision 修订",
        "based on 基于",
        "editors 编辑",
        "publisher 发布",
        "since (UTC) 时间",
        "note 说明",
    )
    for each in versions:
        table.add_row(
            Text(each.rule_set_id),
            _STATES[each.state],
            str(each.revision),
            Text(each.based_on or ""),
            Text(", ".join(each.editors)),
            Text(each.publisher or ""),
            _instant(each.published_at or each.updated_at),
            Text(each.note),
            style="bold" if each.state == "published" else None,
        )
    return table


def rules_table(table: Table, lang: str) -> Shown:
    """Show one rule table, conditions first, answers behind them."""
    english, chinese = TABLE_TITLES.get(table.name, (table.name, table.name))
    title = f"{table.name} · {english} {chinese} · {table.hit_policy.value}"
    shown = Shown(title=title, show_lines=True)
    shown.add_column("row 行")
    for column in table.inputs:
        shown.add_column(_heading(column.label_en, column.label_zh, column.unit), style="cyan")
    for column in table.outputs:
        shown.add_column(_heading(column.label_en, column.label_zh, column.unit))
    shown.add_column("note 备注")
    rows = list(table.rules)
    if table.default is not None:
        rows.append(Rule(DEFAULT_ROW, {}, table.default))
    for rule in rows:
        wanted = [condition_text(c, rule.when.get(c.name, ANY), lang) for c in table.inputs]
        given = [answer_text(c, rule.then.get(c.name), lang) for c in table.outputs]
        shown.add_row(*map(Text, (rule.id, *wanted, *given, rule.note)))
    return shown


def _heading(english: str, chinese: str, unit: str | None) -> str:
    return f"{english}\n{chinese}" + (f" ({unit})" if unit else "")


def findings_table(findings: Sequence[RuleFinding]) -> Shown:
    """Show findings, each with its cell and an example that shows it."""
    wrong = sum(each.severity == "error" for each in findings)
    title = f"{wrong} errors 错误 · {len(findings) - wrong} warnings 警告"
    table = _headed(title, "where 位置", "English", "中文", "example 示例")
    for each in findings:
        table.add_row(
            Text(_place(each)),
            Text(each.message_en),
            Text(each.message_zh),
            Text(_example(each)),
            style="red" if each.severity == "error" else "yellow",
        )
    return table


def _place(found: RuleFinding) -> str:
    parts = [part for part in (found.table, found.row, found.column) if part]
    where = " / ".join(parts) or found.path
    return f"{found.sheet}!{found.cell}\n{where}" if found.cell else where


def _example(found: RuleFinding) -> str:
    example = found.to_json()["example"]
    if not isinstance(example, Mapping):
        return ""
    return "\n".join(f"{name} = {value}" for name, value in example.items())


def diff_table(found: RuleSetDiff) -> Shown:
    """Show what differs, a line per difference in both languages."""
    title = f"{found.before} → {found.after}"
    table = _headed(title, "English", "中文")
    for english, chinese in zip(found.sentences("en"), found.sentences("zh"), strict=True):
        table.add_row(Text(english), Text(chinese))
    return table


def history_table(entries: Iterable[AuditRow]) -> Shown:
    """Show who did what to versions, in its order."""
    table = _headed(
        "history 历史", "at (UTC) 时间", "version 版本", "who 操作人", "what 操作", "detail 详情"
    )
    for entry in entries:
        left = {name: value for name, value in entry.detail.items() if name != "rule_set_id"}
        left.pop("digest", None)
        table.add_row(
            _instant(entry.at),
            Text(str(entry.detail.get("rule_set_id", ""))),
            Text(entry.actor),
            _ACTIONS.get(entry.action, entry.action),
            Text(json.dumps(left, ensure_ascii=False)),
        )
    return table


def _headed(title: str, *headings: str) -> Shown:
    table = Shown(title=title)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
