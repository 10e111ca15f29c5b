"""What the stages sheet says in one cell about a stage's deadlines, and back again.

Clauses stand in any order, parted by ";" or a line break, each at most once:

    red after 30 min          30 分钟标红            limit, and what happens when it passes
    escalate after 2 h        2 小时升级             (red, escalate, warning, or just due)
    warning                   警告                   what happens, without a limit
    due after 4 h             4 小时到期             a limit that nothing follows
    stalled after 8 h         8 小时算停滞           when the sweep reports it
    completed 7 d after delivery   签收后 7 天完成   the objection window
    calendar: group           日历: group            working time instead of 24 x 7

A blank cell, or "-", sets none of them.
"""

import re
from collections.abc import Callable, Mapping

from domain.rules.cell_grammar import is_plain_word, narrowed, quoted
from domain.rules.cell_values import CellError, read_duration, read_word
from domain.rules.cell_writing import duration_text
from domain.rules.cells import OutputValue
from domain.rules.findings import Both, RuleCode

FIELDS = ("limit_seconds", "on_breach", "stall_seconds", "window_seconds", "calendar")

_VERBS = {
    "red": ("red", "标红"),
    "escalate": ("escalate", "升级"),
    "warn": ("warning", "警告"),
    "none": ("due", "到期"),
}
_SAID: Mapping[str, str] = {
    **dict.fromkeys(("red", "turns red", "标红", "变红", "转红"), "red"),
    **dict.fromkeys(
        ("escalate", "escalated", "superiors are told", "升级", "上报", "通知上级"), "escalate"
    ),
    **dict.fromkeys(("warn", "warning", "警告", "预警", "提醒"), "warn"),
    **dict.fromkeys(("due", "none", "到期", "不提醒"), "none"),
}
_VERB = "|".join(sorted(_SAID, key=len, reverse=True))
_STALL = (r"stall(?:ed|s)?\s+after\s+(.+)", r"(.+?)\s*后?\s*(?:算|视为)?\s*停滞")
_WINDOW = (
    r"completed?\s+(.+?)\s+after\s+delivery",
    r"(?:签收|送达)后\s*(.+?)\s*(?:后|自动)?完成",
)
_BREACH = (rf"({_VERB})\s*(?:after|:)?\s+(.+)", rf"({_VERB})")
_BREACH_AFTER = (rf"(?:after\s+)?(.+?)\s*[后:]?\s*({_VERB})",)
_CALENDAR = (r"(?:working\s+)?calendar\s*:\s*(.+)", r"(?:工作)?日历\s*:\s*(.+)")
_NOTHING = frozenset({"", "-", "–", "—", "none", "(none)", "无", "(无)"})
_WANTED = Both(
    'clauses like "red after 30 min; stalled after 2 h"', "如“30 分钟标红；2 小时算停滞”的写法"
)
_ONCE = Both("said once only", "只出现一次的内容")
_LONGEST = 1_000


def reminder_text(then: Mapping[str, OutputValue], lang: str) -> str:
    """The deadlines of a stage as clauses that `read_reminder` reads back; "en" or "zh"."""
    zh = lang == "zh"
    clauses = [*_breach_clause(then, lang)]
    stall, window = then.get("stall_seconds"), then.get("window_seconds")
    if type(stall) is int:
        shown = duration_text(stall, lang)
        clauses.append(f"{shown}算停滞" if zh else f"stalled after {shown}")
    if type(window) is int:
        shown = duration_text(window, lang)
        clauses.append(f"签收后 {shown}完成" if zh else f"completed {shown} after delivery")
    calendar = then.get("calendar")
    if isinstance(calendar, str):
        code = calendar if is_plain_word(calendar) else quoted(calendar)
        clauses.append(f"日历: {code}" if zh else f"calendar: {code}")
    return ("；" if zh else "; ").join(clauses)


def read_reminder(text: str) -> dict[str, OutputValue]:
    """Every field of a stage's deadlines, None for what is not said (`on_breach` is "none").

    Raises CellError for a clause that is none, or is said twice.
    """
    found: dict[str, OutputValue] = {}
    if len(text) > _LONGEST:
        raise CellError(RuleCode.BAD_FORMAT, text[:80], _WANTED)
    if narrowed(text).casefold() not in _NOTHING:
        for clause in _clauses(text):
            said = _read_clause(clause)
            if said.keys() & found.keys():
                raise CellError(RuleCode.BAD_FORMAT, clause, _ONCE)
            found |= said
    return {**dict.fromkeys(FIELDS), "on_breach": "none", **found}


def _breach_clause(then: Mapping[str, OutputValue], lang: str) -> list[str]:
    limit, breach = then.get("limit_seconds"), str(then.get("on_breach") or "none")
    verb = _VERBS.get(breach, (breach, breach))[lang == "zh"]
    if type(limit) is not int:
        return [] if breach == "none" else [verb]
    shown = duration_text(limit, lang)
    return [f"{shown}{verb}" if lang == "zh" else f"{verb} after {shown}"]


def _clauses(text: str) -> list[str]:
    """Clauses of a cell; a quoted calendar may hold any sign."""
    parts = re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^;；\n"]|")+', text)
    return [part.strip() for part in parts if part.strip()]


def _read_clause(clause: str) -> dict[str, OutputValue]:
    # A row of blanks would be tried in every partition; only a quoted calendar means its own.
    bare = " ".join(clause.split())
    for patterns, reader in _READERS:
        text = clause if patterns is _CALENDAR else bare
        for pattern in patterns:
            # Narrowing keeps every character at its place: what is meant is cut from the original.
            found = re.fullmatch(pattern, narrowed(text), re.IGNORECASE)
            if found:
                return reader(*(text[slice(*span)] for span in found.regs[1:]))
    raise CellError(RuleCode.BAD_FORMAT, clause, _WANTED)


def _read_breach(verb: str, duration: str = "") -> dict[str, OutputValue]:
    said: dict[str, OutputValue] = {"on_breach": _SAID[narrowed(verb).casefold()]}
    return said | {"limit_seconds": read_duration(duration)} if duration else said


def _read_breach_after(duration: str, verb: str) -> dict[str, OutputValue]:
    return _read_breach(verb, duration)


_READERS: tuple[tuple[tuple[str, ...], Callable[..., dict[str, OutputValue]]], ...] = (
    (_CALENDAR, lambda code: {"calendar": read_word(code)}),
    (_STALL, lambda duration: {"stall_seconds": read_duration(duration)}),
    (_WINDOW, lambda duration: {"window_seconds": read_duration(duration)}),
    (_BREACH, _read_breach),
    (_BREACH_AFTER, _read_breach_after),
)
