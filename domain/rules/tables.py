"""Decision tables: hit policy, typed inputs and outputs, and the rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.rules.cells import Cell, Column, Operator, OutputValue

# Row id that an explanation names when the table's default answered.
DEFAULT_ROW = "default"


class HitPolicy(StrEnum):
    """Which matching rows answer: the first, the only one, or all of them in order."""

    FIRST = "FIRST"
    UNIQUE = "UNIQUE"
    COLLECT = "COLLECT"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the cells that must all hold, and the values it answers with.

    An input without a cell accepts anything; `any` cells are dropped, so that two rows that mean
    the same compare equal.
    """

    id: str
    when: Mapping[str, Cell] = field(default_factory=dict)
    then: Mapping[str, OutputValue] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        kept = {name: cell for name, cell in self.when.items() if cell.operator != Operator.ANY}
        object.__setattr__(self, "when", kept)
        object.__setattr__(self, "then", dict(self.then))


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table; `default` answers when no row matches, None means that nothing does."""

    name: str
    hit_policy: HitPolicy
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]
    default: Mapping[str, OutputValue] | None = None

    def input(self, name: str) -> Column | None:
        """Input column of this name, or None."""
        return next((column for column in self.inputs if column.name == name), None)

    def output(self, name: str) -> Column | None:
        """Output column of this name, or None."""
        return next((column for column in self.outputs if column.name == name), None)
