"""Differences between two rule sets as data, as JSON and in words of two languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Change = Literal["added", "removed", "changed", "moved"]
_WORDS: Mapping[str, tuple[str, str]] = {
    "added": ("added", "新增"),
    "removed": ("removed", "删除"),
    "changed": ("changed", "修改"),
    "moved": ("moved", "移动"),
}


@dataclass(frozen=True, slots=True)
class CellDiff:
    """One cell that differs: its column (empty: the note of the row), before and after in words
    of both languages and as plain JSON; an absent condition is "is anything"."""

    column: str
    label: tuple[str, str]
    before: tuple[str, str]
    after: tuple[str, str]
    before_json: object
    after_json: object

    def to_json(self) -> dict[str, object]:
        """Plain JSON form."""
        return {
            "column": self.column,
            "label": _both(self.label),
            "before": self.before_json,
            "after": self.after_json,
            "before_words": _both(self.before),
            "after_words": _both(self.after),
        }


@dataclass(frozen=True, slots=True)
class RowDiff:
    """A row that was added, removed, moved or changed; places count from 1, None where it is not.

    A row that moved and changed is `changed`, with both places.
    """

    row: str
    change: Change
    place_before: int | None
    place_after: int | None
    cells: tuple[CellDiff, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain JSON form."""
        return {
            "row": self.row,
            "change": self.change,
            "place_before": self.place_before,
            "place_after": self.place_after,
            "cells": [cell.to_json() for cell in self.cells],
        }


@dataclass(frozen=True, slots=True)
class TableDiff:
    """A table that differs; `columns` names those whose definition does, with what happened."""

    table: str
    change: Change
    rows: tuple[RowDiff, ...] = ()
    columns: tuple[tuple[str, Change], ...] = ()
    hit_policy: tuple[str, str] | None = None

    def to_json(self) -> dict[str, object]:
        """Plain JSON form."""
        return {
            "table": self.table,
            "change": self.change,
            "columns": [{"column": name, "change": change} for name, change in self.columns],
            "hit_policy": self.hit_policy and list(self.hit_policy),
            "rows": [row.to_json() for row in self.rows],
        }

    def sentences(self, lang: str) -> Iterator[str]:
        """One line per difference, "en" or "zh"."""
        zh = lang == "zh"
        name = f"表 {self.table}" if zh else f"table {self.table}"
        if self.change in ("added", "removed"):
            yield f"{name}：{_word(self.change, lang)}" if zh else f"{name}: {self.change}"
        for column, change in self.columns:
            said = f"列 {column} {_word(change, lang)}" if zh else f"column {column} {change}"
            yield _line(name, said, lang)
        if self.hit_policy:
            before, after = self.hit_policy
            said = f"{'命中策略' if zh else 'hit policy'} {before} → {after}"
            yield _line(name, said, lang)
        for row in self.rows:
            for said in _row_words(row, lang):
                yield _line(name, said, lang)


@dataclass(frozen=True, slots=True)
class RuleSetDiff:
    """Everything that differs between two versions, in the order of the tables and rows."""

    before: str
    after: str
    tables: tuple[TableDiff, ...]
    base_currency: tuple[str, str] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not self.tables and self.base_currency is None

    def to_json(self) -> dict[str, object]:
        """Plain JSON form, with the sentences for people."""
        return {
            "before": self.before,
            "after": self.after,
            "same": self.is_empty,
            "base_currency": self.base_currency and list(self.base_currency),
            "tables": [table.to_json() for table in self.tables],
            "sentences": {lang: list(self.sentences(lang)) for lang in ("en", "zh")},
        }

    def sentences(self, lang: str) -> tuple[str, ...]:
        """One line per difference for people, "en" or "zh"; empty when nothing differs."""
        lines = [said for table in self.tables for said in table.sentences(lang)]
        if self.base_currency:
            before, after = self.base_currency
            word = "本位币" if lang == "zh" else "base currency"
            lines.insert(0, f"{word} {before} → {after}")
        return tuple(lines)


def _row_words(row: RowDiff, lang: str) -> Iterator[str]:
    zh = lang == "zh"
    name = f"行 {row.row}" if zh else f"row {row.row}"
    if row.change in ("added", "removed"):
        yield f"{name} {_word(row.change, lang)}"
    elif row.change == "moved":
        places = f"{row.place_before} → {row.place_after}"
        yield f"{name} 移动：第 {places} 行" if zh else f"{name} moved from place {places}"
    for cell in row.cells:
        before, after = cell.before[zh], cell.after[zh]
        if not cell.column:
            before, after = (f"{cell.label[zh]} {text!r}" for text in (before, after))
        yield f"{name}：{before} → {after}" if zh else f"{name}: {before} → {after}"


def _line(table: str, said: str, lang: str) -> str:
    return f"{table}，{said}" if lang == "zh" else f"{table}, {said}"


def _word(change: str, lang: str) -> str:
    return _WORDS[change][lang == "zh"]


def _both(words: tuple[str, str]) -> dict[str, str]:
    return {"en": words[0], "zh": words[1]}
