"""The explanation of an evaluation: what matched, and why the rows above it did not."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.rules.cells import Cell, Column, OutputValue
from domain.rules.tables import Table
from domain.rules.wording import cell_text, plain, value_text


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that did not match: its first failing cell and the value that failed it."""

    row: str
    column: Column
    cell: Cell
    actual: object

    def to_json(self) -> dict[str, object]:
        """Plain JSON form; Decimals as text."""
        found: dict[str, object] = {
            "row": self.row,
            "column": self.column.name,
            "operator": self.cell.operator.value,
            "values": plain(self.cell.values),
            "actual": plain(self.actual),
        }
        if self.cell.low_open or self.cell.high_open:
            found |= {"low_open": self.cell.low_open, "high_open": self.cell.high_open}
        return found

    def sentence(self, lang: str) -> str:
        """One line for people, "en" or "zh"."""
        wanted = cell_text(self.column, self.cell, lang)
        actual = value_text(self.column, self.actual, lang)
        if lang == "zh":
            return f"行 {self.row} 未命中：要求 {wanted}，实际为 {actual}"
        return f"row {self.row} does not apply: it needs {wanted}, but it is {actual}"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Answer of a table and its explanation.

    `rows` and `results` hold one entry under FIRST and UNIQUE, any number under COLLECT, none when
    nothing matched. `version` is the id of the rule set.
    """

    table: Table
    version: str
    inputs: Mapping[str, object]
    rows: tuple[str, ...]
    results: tuple[Mapping[str, OutputValue], ...]
    rejected: tuple[Rejection, ...]

    @property
    def matched(self) -> str | None:
        """Id of the (first) matched row; None when no row matched, which callers treat as error."""
        return self.rows[0] if self.rows else None

    @property
    def outputs(self) -> Mapping[str, OutputValue]:
        """Outputs of the (first) matched row; empty when no row matched."""
        return self.results[0] if self.results else {}

    def to_json(self) -> dict[str, object]:
        """Plain JSON form for storing and for the API; Decimals as text."""
        return {
            "table": self.table.name,
            "version": self.version,
            "inputs": {name: plain(value) for name, value in self.inputs.items()},
            "matched": list(self.rows),
            "outputs": [_plain_outputs(result) for result in self.results],
            "rejected": [rejection.to_json() for rejection in self.rejected],
        }

    def sentences(self, lang: str) -> tuple[str, ...]:
        """The explanation in lines for people, "en" or "zh": inputs, rejected rows, answer."""
        lines = [self._opening(lang), *(item.sentence(lang) for item in self.rejected)]
        lines += [
            self._answer(row, result, lang)
            for row, result in zip(self.rows, self.results, strict=True)
        ]
        if not self.rows:
            lines.append("没有任何行命中" if lang == "zh" else "no row applies")
        return tuple(lines)

    def _opening(self, lang: str) -> str:
        seen = self._listed(self.table.inputs, self.inputs, lang)
        if lang == "zh":
            return f"规则表 {self.table.name}（规则集 {self.version}），输入：{seen}"
        return f"table {self.table.name} (rule set {self.version}) with {seen}"

    def _answer(self, row: str, result: Mapping[str, OutputValue], lang: str) -> str:
        given = self._listed(self.table.outputs, result, lang)
        note = next((rule.note for rule in self.table.rules if rule.id == row), "")
        if lang == "zh":
            return f"行 {row} 命中：{given}" + (f"（{note}）" if note else "")
        return f"row {row} applies: {given}" + (f" ({note})" if note else "")

    @staticmethod
    def _listed(columns: tuple[Column, ...], values: Mapping[str, object], lang: str) -> str:
        comma = "，" if lang == "zh" else ", "
        return comma.join(
            f"{column.label(lang)} = {value_text(column, values[column.name], lang)}"
            for column in columns
            if column.name in values
        )


def _plain_outputs(outputs: Mapping[str, OutputValue]) -> dict[str, object]:
    return {name: plain(value) for name, value in outputs.items()}
