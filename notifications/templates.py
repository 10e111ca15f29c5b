"""What a message says, in the reader's language; it names orders and codes, never customers."""

from collections.abc import Mapping
from typing import Any

from domain.holds import REASONS, ReasonCode
from domain.stages import LABELS, Stage
from notifications.text import Text, clean, inert
from notifications.wording import Wording
from notifications.words_approvals import APPROVALS
from notifications.words_office import OFFICE
from notifications.words_orders import ORDERS
from notifications.words_shops import SHOPS

TEXTS: Wording = {**ORDERS, **APPROVALS, **SHOPS, **OFFICE}


class _Words(dict[str, str]):
    """What varies in a text; what an event does not say is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "-"


def rendered(kind: str, order: str, data: Mapping[str, Any], locale: str) -> Text:
    """Return the message for an event; an event without a template says just its code.

    `data` is the event's: every text in it may be used by name. Outsiders' words (an order's
    number, a shop's name) are cut to one line, and made harmless where markdown is read.
    """
    zh = locale == "zh"
    title, body = _template(kind, str(data.get("stage", "")))[int(zh)]
    words = _words(order, {"kind": kind, **data}, zh)
    marked = _Words({name: inert(word) for name, word in words.items()})
    return Text(
        title.format_map(words),
        body.format_map(words).strip(),
        title.format_map(marked),
        body.format_map(marked).strip(),
    )


def _template(kind: str, stage: str) -> tuple[tuple[str, str], tuple[str, str]]:
    found = TEXTS.get(f"{kind}:{stage}") or TEXTS.get(kind)
    return found or (("Order {order}: {kind}", ""), ("订单 {order}:{kind}", ""))


def _words(order: str, data: Mapping[str, Any], zh: bool) -> _Words:
    said = {name: clean(value) for name, value in data.items() if isinstance(value, str | int)}
    return _Words(
        said
        | {
            "order": clean(order),
            "stage": stage_word(data.get("stage"), zh),
            "reason": _reason(data.get("reason"), zh),
            "reason_line": _reason_line(data.get("reason"), zh),
            "detail": clean(data.get("detail", "")),
            "again": _again(str(data.get("step", "")), zh),
            "lines": _stalls(data.get("stalls", ())),
        }
    )


def stage_word(code: object, zh: bool) -> str:
    """Return the name of a stage in the reader's language, empty for none."""
    known = str(code) in list(Stage)
    return LABELS[Stage(str(code))][int(zh)] if known else clean(code or "")


def _reason(code: object, zh: bool) -> str:
    if str(code) not in list(ReasonCode):
        return clean(code or "")
    terms = REASONS[ReasonCode(str(code))]
    return terms.label_zh if zh else terms.label_en


def _reason_line(code: object, zh: bool) -> str:
    words = _reason(code, zh)
    if not words:
        return ""
    return f"原因:{words}。" if zh else f" Reason: {words}."


def _again(step: str, zh: bool) -> str:
    """Return which reminder of an escalation this is, nothing for the first."""
    if not step.isdecimal() or int(step) < 2:
        return ""
    return f"(第 {step} 次提醒)" if zh else f" ({_ordinal(int(step))} reminder)"


def _ordinal(number: int) -> str:
    teens = 10 <= number % 100 <= 20
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _stalls(stalls: Any) -> str:
    return "\n".join(
        clean(
            f"{row['subject']} · {row['kind']} · {row['stage'] or '-'} · {row['detail']} · "
            f"{row['since']} · {row['owner'] or '-'}"
        )
        for row in stalls
    )
