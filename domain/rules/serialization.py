"""JSON form of a rule table, and back with findings that name the path of what is wrong."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from domain.rules.cells import (
    Cell,
    CellValue,
    Column,
    ColumnType,
    Operator,
    OutputValue,
    value_count_fits,
)
from domain.rules.findings import RuleCode, RuleFinding, finding
from domain.rules.reading import DocumentReader
from domain.rules.tables import HitPolicy, Rule, Table
from domain.rules.wording import canonical_number

# No sane number in a table is longer; refuses a text that would cost megabytes as a Decimal.
_MAX_NUMBER_TEXT = 40


class TableFormatError(ValueError):
    """A JSON document is not a rule table; `findings` say where and why, in both languages."""

    def __init__(self, findings: tuple[RuleFinding, ...]) -> None:
        super().__init__("; ".join(f"{item.path}: {item.message_en}" for item in findings))
        self.findings = findings


def table_to_json(table: Table) -> dict[str, object]:
    """Plain JSON form of a table; Decimals as shortest plain text, so equal tables are equal."""
    return {
        "name": table.name,
        "hit_policy": table.hit_policy.value,
        "inputs": [_column_json(column) for column in table.inputs],
        "outputs": [_column_json(column) for column in table.outputs],
        "rules": [_rule_json(rule) for rule in table.rules],
        "default": None if table.default is None else _outputs_json(table.default),
    }


def table_from_json(document: object, root: str = "") -> Table:
    """Table of a parsed JSON document; `root` is where it lies in a larger one.

    Raises TableFormatError with every finding when the document has not the form of a table;
    whether the table makes sense is for `check` to say.
    """
    name = document.get("name") if isinstance(document, Mapping) else None
    reader = _TableReader(name if isinstance(name, str) else "", root)
    table = reader.table(document)
    if reader.findings:
        raise TableFormatError(tuple(reader.findings))
    return table


def _column_json(column: Column) -> dict[str, object]:
    return {
        "name": column.name,
        "type": column.type.value,
        "label_en": column.label_en,
        "label_zh": column.label_zh,
        "allowed": None if column.allowed is None else list(column.allowed),
        "unit": column.unit,
        "optional": column.optional,
    }


def _rule_json(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "note": rule.note,
        "when": {name: cell_to_json(cell) for name, cell in rule.when.items()},
        "then": _outputs_json(rule.then),
    }


def cell_to_json(cell: Cell) -> dict[str, object]:
    """Plain JSON form of a cell."""
    form: dict[str, object] = {"operator": cell.operator.value}
    if cell.values:
        form["values"] = [output_to_json(value) for value in cell.values]
    if cell.low_open:
        form["low_open"] = True
    if cell.high_open:
        form["high_open"] = True
    return form


def _outputs_json(outputs: Mapping[str, OutputValue]) -> dict[str, object]:
    return {name: output_to_json(value) for name, value in outputs.items()}


def output_to_json(value: OutputValue) -> object:
    """Plain JSON form of a value in a table, numbers as shortest text."""
    if isinstance(value, Decimal):
        return canonical_number(value)
    return list(value) if isinstance(value, tuple) else value


class _TableReader(DocumentReader):
    def table(self, document: object) -> Table:
        parts = self.mapping(document, "")
        self.only(parts, "", ("name", "hit_policy", "inputs", "outputs", "rules", "default"))
        inputs = self._columns(parts, "inputs")
        outputs = self._columns(parts, "outputs")
        rules = tuple(
            self._rule(row, f"rules[{index}]", inputs, outputs)
            for index, row in enumerate(self.items(parts, "rules", ""))
        )
        policy = self.choice(HitPolicy, parts, "hit_policy", "")
        default = parts.get("default")
        answer = None if default is None else self._outputs(default, "default", outputs)
        return Table(self.text(parts, "name", ""), policy, inputs, outputs, rules, answer)

    def _columns(self, parts: Mapping[str, object], key: str) -> tuple[Column, ...]:
        items = enumerate(self.items(parts, key, ""))
        return tuple(self._column(item, f"{key}[{index}]") for index, item in items)

    def _column(self, document: object, path: str) -> Column:
        parts = self.mapping(document, path)
        self.only(parts, path, Column.__slots__)
        allowed = None if parts.get("allowed") is None else self.items(parts, "allowed", path)
        unit = None if parts.get("unit") is None else self.text(parts, "unit", path)
        return Column(
            name=self.text(parts, "name", path),
            type=self.choice(ColumnType, parts, "type", path),
            label_en=self.text(parts, "label_en", path),
            label_zh=self.text(parts, "label_zh", path),
            allowed=None if allowed is None else self.texts(allowed, f"{path}.allowed"),
            unit=unit,
            optional=self.flag(parts, "optional", path),
        )

    def _rule(
        self, document: object, path: str, inputs: tuple[Column, ...], outputs: tuple[Column, ...]
    ) -> Rule:
        parts = self.mapping(document, path)
        self.only(parts, path, ("id", "note", "when", "then"))
        known = {column.name: column for column in inputs}
        when: dict[str, Cell] = {}
        for name, cell in self.mapping(parts.get("when", {}), f"{path}.when").items():
            where = f"{path}.when.{name}"
            if name in known:
                when[name] = self._cell(cell, where, known[name])
            else:
                self._unknown(where, name, known)
        then = self._outputs(parts.get("then"), f"{path}.then", outputs)
        note = self.text(parts, "note", path) if "note" in parts else ""
        return Rule(self.text(parts, "id", path), when, then, note)

    def _cell(self, document: object, path: str, column: Column) -> Cell:
        parts = self.mapping(document, path)
        self.only(parts, path, ("operator", "values", "low_open", "high_open"))
        raw = self.items(parts, "values", path) if "values" in parts else []
        values = [
            self._value(value, f"{path}.values[{index}]", column.type)
            for index, value in enumerate(raw)
        ]
        cell = Cell(
            self.choice(Operator, parts, "operator", path),
            tuple(value for value in values if value is not None and not isinstance(value, tuple)),
            self.flag(parts, "low_open", path),
            self.flag(parts, "high_open", path),
        )
        if len(cell.values) == len(raw) and not value_count_fits(cell):
            self.bad(f"{path}.values", len(raw), f"the number of values of {cell.operator.value}")
        return cell

    def _outputs(
        self, document: object, path: str, outputs: tuple[Column, ...]
    ) -> dict[str, OutputValue]:
        known = {column.name: column for column in outputs}
        answers: dict[str, OutputValue] = {}
        for name, value in self.mapping(document, path).items():
            where = f"{path}.{name}"
            if name not in known:
                self._unknown(where, name, known)
            elif value is None:
                answers[name] = None
            else:
                answers[name] = self._value(value, where, known[name].type)
        return answers

    def _value(self, raw: object, path: str, column_type: ColumnType) -> OutputValue:
        """A value in the type its column needs; None after noting that it is not one."""
        match column_type:
            case ColumnType.NUMBER | ColumnType.MONEY:
                return self._number(raw, path, column_type)
            case ColumnType.DURATION | ColumnType.INTEGER:
                good: CellValue | None = raw if type(raw) is int else None
            case ColumnType.BOOLEAN:
                good = raw if isinstance(raw, bool) else None
            case ColumnType.TEXT_LIST:
                return self.texts(raw, path)
            case _:
                good = raw if isinstance(raw, str) else None
        if good is None:
            self.bad(path, raw, f"a {column_type.value}")
        return good

    def _number(self, raw: object, path: str, column_type: ColumnType) -> Decimal | None:
        text = str(raw) if type(raw) is int else raw
        # Floats are refused: 0.1 in JSON is already not 0.1.
        if isinstance(text, str) and len(text) <= _MAX_NUMBER_TEXT:
            try:
                return Decimal(text)
            except InvalidOperation:
                pass
        self.bad(path, raw, f'a {column_type.value} written as text, like "10000.00"')
        return None

    def _unknown(self, path: str, name: str, known: Iterable[str]) -> None:
        self.findings.append(
            finding(
                RuleCode.UNKNOWN_COLUMN,
                self.name,
                column=name,
                path=self.where(path),
                value=name,
                wanted=", ".join(known),
            )
        )
