"""Example orders for rows that no order satisfies."""

from decimal import Decimal

from domain.rules.cells import ANY, CellValue, Column, ColumnType, cell_test
from domain.rules.regions import Point, pieces
from domain.rules.tables import Rule, Table


def typical(column: Column) -> CellValue:
    """A value that a column may well hold, whatever its table says."""
    if column.allowed:
        return column.allowed[0]
    match column.type:
        case ColumnType.BOOLEAN:
            return False
        case ColumnType.MONEY | ColumnType.NUMBER:
            return Decimal(100)
        case ColumnType.DURATION:
            return 3600
        case ColumnType.COUNTRY:
            return "DE"
        case _:
            return "other"


def nearest(table: Table, rule: Rule) -> tuple[Point, str]:
    """The order that satisfies all of a row's cells that can be, and the first that can't."""
    example: Point = {}
    impossible = ""
    for column in table.inputs:
        cells = [each.when[column.name] for each in table.rules if column.name in each.when]
        test = cell_test(rule.when.get(column.name, ANY))
        values = pieces(column, cells)
        fitting = [value for value in values if test(value)]
        if not fitting and not impossible:
            impossible = column.name
        example[column.name] = (fitting or list(values))[0]
    return example, impossible
