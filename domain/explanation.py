"""Why an order is planned as it is, in sentences: its tables, tier, group, deadlines, priority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.rules.cell_writing import duration_text
from domain.rules.questions import asked
from domain.rules.ruleset import RuleSet
from domain.rules.vocabulary import TABLE_TITLES, word
from domain.stages import LABELS, Stage

Words = tuple[str, str]
_BREACHES: Mapping[str, Words] = {
    "red": ("then it turns red", "超时标红"),
    "escalate": ("then the superiors are told", "超时通知上级"),
    "warn": ("then a warning goes out", "超时警告"),
}
ALL_DAY: Words = ("24 x 7", "7×24 小时")


@dataclass(frozen=True, slots=True)
class WhyNot:
    """A row above the answer, and why it does not apply."""

    row: str
    words: Words


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """What one table said: its row with the note somebody wrote there, and why not those above."""

    table: str
    title: Words
    version: str
    row: str
    note: str
    outputs: Mapping[str, object]
    why_not: tuple[WhyNot, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class StageDeadline:
    """What the stage table says of a stage; durations in seconds of the calendar's working time."""

    stage: str
    label: Words
    owner_role: str
    limit_seconds: int | None
    stall_seconds: int | None
    window_seconds: int | None
    on_breach: str
    calendar: str
    ladder: tuple[Mapping[str, object], ...]
    words: Words
    ladder_words: tuple[Words, ...] = field(default_factory=tuple)


def answers(rule_set: RuleSet | None, explanation: Sequence[object]) -> tuple[TableAnswer, ...]:
    """Read what admission stored, whatever its age; notes come from the rule set itself."""
    return tuple(_answer(rule_set, each) for each in explanation if isinstance(each, Mapping))


def _answer(rule_set: RuleSet | None, stored: Mapping[str, object]) -> TableAnswer:
    name = str(stored.get("table", ""))
    row = _first(stored.get("matched"))
    outputs = _first_mapping(stored.get("outputs"))
    rejected = [each for each in _items(stored.get("rejected")) if isinstance(each, Mapping)]
    english, chinese = (_lines(stored, lang) for lang in ("en", "zh"))
    return TableAnswer(
        table=name,
        title=TABLE_TITLES.get(name, (name, name)),
        version=str(stored.get("version", "")),
        row=row,
        note=_note(rule_set, name, row),
        outputs=outputs,
        why_not=tuple(
            WhyNot(str(each.get("row", "")), (_at(english, place), _at(chinese, place)))
            for place, each in enumerate(rejected, 1)
        ),
        words=(_at(english, len(rejected) + 1), _at(chinese, len(rejected) + 1)),
    )


def _note(rule_set: RuleSet | None, name: str, row: str) -> str:
    table = asked(rule_set, name).tables.get(name) if rule_set else None
    rules = table.rules if table else ()
    return next((rule.note for rule in rules if rule.id == row), "")


def _lines(stored: Mapping[str, object], lang: str) -> list[object]:
    """The stored sentences: the inputs, a line per rejected row, the answer."""
    sentences = stored.get("sentences")
    return _items(sentences.get(lang)) if isinstance(sentences, Mapping) else []


def _at(lines: list[object], place: int) -> str:
    return str(lines[place]) if place < len(lines) else ""


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _first(value: object) -> str:
    items = _items(value)
    return str(items[0]) if items else value if isinstance(value, str) else ""


def _first_mapping(value: object) -> Mapping[str, object]:
    first = next(iter(_items(value)), None)
    return first if isinstance(first, Mapping) else {}


def deadlines(plan: Mapping[str, object]) -> tuple[StageDeadline, ...]:
    """The time limits of a stored plan, in the order of the stages."""
    terms = plan.get("terms")
    if not isinstance(terms, Mapping):
        return ()
    return tuple(
        _deadline(stage, terms[stage.value])
        for stage in Stage
        if isinstance(terms.get(stage.value), Mapping)
    )


def _deadline(stage: Stage, terms: Mapping[str, object]) -> StageDeadline:
    ladder = tuple(each for each in _items(terms.get("ladder")) if isinstance(each, Mapping))
    calendar = str(terms.get("calendar") or "")
    limit, stall = _whole(terms.get("limit_seconds")), _whole(terms.get("stall_seconds"))
    window, breach = _whole(terms.get("window_seconds")), str(terms.get("on_breach", "none"))
    return StageDeadline(
        stage=stage.value,
        label=LABELS[stage],
        owner_role=str(terms.get("owner_role", "")),
        limit_seconds=limit,
        stall_seconds=stall,
        window_seconds=window,
        on_breach=breach,
        calendar=calendar,
        ladder=ladder,
        words=(
            _deadline_words("en", stage, limit, stall, window, breach, calendar),
            _deadline_words("zh", stage, limit, stall, window, breach, calendar),
        ),
        ladder_words=tuple((_rung("en", each), _rung("zh", each)) for each in ladder),
    )


def _deadline_words(
    lang: str,
    stage: Stage,
    limit: int | None,
    stall: int | None,
    window: int | None,
    breach: str,
    calendar: str,
) -> str:
    zh = lang == "zh"
    parts = []
    if limit is not None:
        hours = f"日历 {calendar}" if zh else f"by the calendar {calendar}"
        hours = hours if calendar else ALL_DAY[zh]
        parts.append(f"{'时限' if zh else 'limit'} {duration_text(limit, lang)} ({hours})")
        parts += [_BREACHES[breach][zh]] if breach in _BREACHES else []
    if stall is not None:
        word = "停滞阈值" if zh else "reported as stalled after"
        parts.append(f"{word} {duration_text(stall, lang)}")
    if window is not None:
        word = "异议期" if zh else "objections within"
        parts.append(f"{word} {duration_text(window, lang)}")
    said = ("，" if zh else ", ").join(parts) or ("无时限" if zh else "no limit")
    return f"{LABELS[stage][zh]}{'：' if zh else ': '}{said}"


def _rung(lang: str, rung: Mapping[str, object]) -> str:
    zh = lang == "zh"
    after = duration_text(_whole(rung.get("after_seconds")) or 0, lang)
    if rung.get("tell") == "role":
        role = word(str(rung.get("role", "")), lang)
        return f"再过 {after}：通知{role}" if zh else f"{after} later: the {role} is told"
    level = _whole(rung.get("level")) or 1
    if zh:
        return f"再过 {after}：通知上溯 {level} 级的上级"
    return f"{after} later: the superiors {level} level(s) up are told"


def _whole(value: object) -> int | None:
    return value if type(value) is int else None
