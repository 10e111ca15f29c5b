"""The sheet that says what a workbook of rules is: version, currency, hit policies, how to edit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.grids import Grid
from domain.rules.cell_grammar import GRAMMAR
from domain.rules.cell_values import CellError, read_word
from domain.rules.cell_writing import free_text
from domain.rules.tables import Table

NAMES = {"en": "About", "zh": "说明"}
_VERSION = ("Base version", "基础版本")
_CURRENCY = ("Base currency", "本位币")
_TABLE = ("Table", "规则表")
_COLUMNS = {"en": ("Table", "Sheet", "Hit policy"), "zh": ("规则表", "工作表", "命中策略")}
_HOW = {
    "en": (
        "How to edit",
        "One row is one rule. Conditions stand to the left, outputs (→) to the right.",
        "FIRST: the first row that fits answers, so their order matters. UNIQUE: exactly one row "
        "may fit. COLLECT: all that fit.",
        "Keep row ids: they name a rule in explanations. Give a new row an id of its own.",
        "Columns may be moved, not removed. A row with the id default answers when no other does.",
        "The stages sheet: red after 30 min; stalled after 2 h; completed 7 d after delivery; "
        "calendar: group. A stage is renamed by: New name (code).",
        "Conditions:",
    ),
    "zh": (
        "编辑说明",
        "每行是一条规则。左侧为条件，右侧（→）为结果。",
        "FIRST：自上而下第一个符合的行生效，顺序有意义。UNIQUE：必须恰好一行符合。COLLECT：所有符合的行。",
        "请保留行编号：解释中以此指明规则。新增行请填写不重复的编号。",
        "列可以调换位置，但不能删除。编号为 default 的行在没有其他行符合时生效。",
        "阶段表：30 分钟标红；2 小时算停滞；签收后 7 天完成；日历: group。"
        "阶段改名写作：新名称 (代码)。",
        "条件的写法：",
    ),
}  # fmt: skip


@dataclass
class About:
    """What a workbook says of itself; places are (row, column) from 0.

    `sheets` maps the names of sheets to tables, `policies` tables to their hit policy.
    """

    grid: Grid | None = None
    version: str = ""
    currency: str = ""
    currency_at: tuple[int, int] = (0, 0)
    sheets: dict[str, str] = field(default_factory=dict)
    policies: dict[str, tuple[str, tuple[int, int]]] = field(default_factory=dict)


def about_sheet(
    version: str, currency: str, tables: Mapping[str, Table], names: Mapping[str, str], lang: str
) -> Grid:
    """The sheet about a rule set, "en" or "zh"; `names` are those of the sheets of its tables."""
    zh = lang == "zh"
    rows = [
        [_VERSION[zh], free_text(version)],
        [_CURRENCY[zh], free_text(currency)],
        [],
        list(_COLUMNS[lang]),
        *([free_text(n), free_text(names[n]), t.hit_policy.value] for n, t in tables.items()),
        [],
        *([line] for line in (*_HOW[lang], *GRAMMAR[lang])),
    ]
    return Grid(NAMES[lang], rows, header_rows=0, widths=(30, 30, 16))


def read_about(sheets: list[Grid]) -> About:
    """What the workbook says of itself, as far as it does; nothing without such a sheet."""
    wanted = {name.casefold() for name in NAMES.values()}
    grid = next((sheet for sheet in sheets if sheet.name.strip().casefold() in wanted), None)
    about = About(grid)
    in_tables = False
    for number, cells in enumerate(grid.rows if grid is not None else []):
        first, second, third = (*(_word(cell) for cell in cells[:3]), "", "", "")[:3]
        if first in _VERSION:
            about.version = second
        elif first in _CURRENCY:
            about.currency, about.currency_at = second.upper(), (number, 1)
        elif first in _TABLE:
            in_tables = True
        elif not first:
            in_tables = False
        elif in_tables:
            about.sheets[second.casefold()] = first
            about.policies[first] = (third.upper(), (number, 2))
    return about


def _word(cell: str) -> str:
    try:
        return read_word(cell)
    except CellError:
        return cell.strip()
