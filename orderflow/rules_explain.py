"""`orderflow rules explain`: why an order has its tier, people, group and deadlines."""

from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from api.explanations import Reader, explanation_of
from api.schemas.explanation import Both, DueView, Explanation, PeopleView
from database import order_lists, orders, progress
from database.order_search import OrderQuery
from database.orders import OrderRow
from orderflow.console import out
from orderflow.rules_desk import UsageError, at_the_desk, checked_lang

_MOST_NAMED = 5


def explain(said: str, lang: str) -> None:
    """Print why the order that an id, a number or a channel's id names is planned as it is."""
    with at_the_desk() as c:
        checked_lang(lang)
        order = _order(c, said)
        at = progress.get_progress(c, order.order_id)
        found = explanation_of(c, order, at, Reader(datetime.now(UTC), sees_people=True))
    if found is None:
        out.print("It was not admitted yet. 订单尚未准入。")
        return
    out.print(_tables(found, lang))
    out.print(_people(found.people, lang))
    out.print(_deadlines(found, lang))


def _order(c: Connection, said: str) -> OrderRow:
    order = orders.get(c, said)
    if order is not None:
        return order
    query = OrderQuery(text=said, limit=_MOST_NAMED)
    ids = [row.order_id for row in order_lists.search(c, query).orders]
    order = orders.get(c, ids[0]) if len(ids) == 1 else None
    if order is None:
        named = ", ".join(ids) or "none"
        raise UsageError(
            f"{said!r} names not exactly one order ({named}); give its id.",
            f"{said!r} 未能唯一确定订单（{named}）；请给出订单编号。",
        )
    return order


def _tables(found: Explanation, lang: str) -> Table:
    newer = f", newer in force 已有更新版本: {found.rule_set.newer}" if found.rule_set.newer else ""
    title = f"{found.order_id}\nrule set 规则集 {found.rule_set_id}{newer}"
    table = _headed(title, "table 表", "why 原因", "why not 未命中")
    for answer in found.answers:
        why_not = "\n".join(_in(each.sentence, lang) for each in answer.why_not)
        note = f"\n{answer.note}" if answer.note else ""
        table.add_row(
            Text(_in(answer.title, lang)), Text(_in(answer.sentence, lang) + note), Text(why_not)
        )
    if found.fx:
        day = f"{found.fx.valid_from or '?'}"
        used = f"1 {found.fx.currency} = {found.fx.rate} {found.fx.base} ({day})"
        table.add_row("rate 汇率", Text(used), Text(found.fx.rate_id))
    table.add_row("group 作业组", Text(_in(found.group.sentence, lang)), "")
    for each in found.admissions:
        for wrong in each.contradictions:
            table.add_row("!", Text(_in(wrong, lang), style="red"), "")
    return table


def _people(people: PeopleView, lang: str) -> Table:
    title = f"{people.tier} · {people.policy} · {people.asked_at:%Y-%m-%d %H:%M} UTC"
    left_out = "left out (as of now) 未列入（按当前情况）"
    table = _headed(title, "role 角色", "asked 审批人", left_out)
    for role in people.roles:
        asked = [
            each.person + (f" (→ {each.on_behalf_of})" if each.on_behalf_of else "")
            for each in role.asked
        ]
        missing = "\n".join(_in(each.sentence, lang) for each in role.left_out)
        table.add_row(Text(role.role), Text(", ".join(asked)), Text(missing))
    return table


def _deadlines(found: Explanation, lang: str) -> Table:
    table = _headed(_due(found.due), "stage 阶段", "deadline 时限", "ladder 升级")
    for each in found.deadlines:
        ladder = "\n".join(_in(rung, lang) for rung in each.ladder)
        table.add_row(Text(_in(each.label, lang)), Text(_in(each.sentence, lang)), Text(ladder))
    return table


def _due(due: DueView | None) -> str:
    if due is None or due.due_at is None:
        return "deadlines 时限"
    paused = " · paused 暂停计时" if due.paused else ""
    return f"due 到期 {due.due_at:%Y-%m-%d %H:%M} UTC{paused}"


def _headed(title: str, *headings: str) -> Table:
    table = Table(title=title, show_lines=True)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _in(words: Both, lang: str) -> str:
    return words.zh if lang == "zh" else words.en
