"""The error workbook of an import: what is still to be corrected, as it was sent."""

from pathlib import Path

from sqlalchemy import Connection

from channels.spreadsheet.error_book import ErrorBook
from channels.spreadsheet.records import RowProblem
from database import import_problems
from database.import_problems import Problem


def write_errors(c: Connection, import_id: str, path: Path) -> int:
    """Write the workbook to a file and return how many rows are to be corrected.

    Without any there is no file.
    """
    with ErrorBook(path) as book:
        for problem in import_problems.unsolved(c, import_id):
            _add(book, problem)
    if not book.rows:
        path.unlink()
    return book.rows


def _add(book: ErrorBook, problem: Problem) -> None:
    if problem.row is not None:
        row = problem.row
        cells, headers = tuple(row["cells"]), tuple(row["headers"])
        findings = tuple(problem.findings)
        book.add_row(RowProblem(row["sheet"], row["row"], findings, headers, cells))
    elif problem.body is not None:
        book.add_order(problem.body, problem.findings)
