"""Imports as the routes show them, with their files and what became of their orders."""

from collections.abc import Sequence

from sqlalchemy import Connection

from api.permissions import V1
from api.problem_kinds import UNKNOWN_IMPORT
from api.schemas.imports import ImportDetail, ImportList, ImportView, ReportView, values_of
from database import import_files, import_reports, imports
from database.imports import Import


def known(c: Connection, import_id: str) -> Import:
    """Return the import; raises ApiProblem when there is none of this id."""
    found = imports.get(c, import_id)
    if found is None:
        raise UNKNOWN_IMPORT(value=import_id)
    return found


def detail(c: Connection, found: Import) -> ImportDetail:
    """Show one import with its report."""
    files = import_files.of(c, [found.import_id])[found.import_id]
    report = import_reports.report(c, found)
    has_errors = report.refused + report.quarantined > 0
    url = f"{V1}/imports/{found.import_id}/errors.xlsx" if has_errors else None
    return ImportDetail(**values_of(found, files), report=ReportView.of(report), errors_url=url)


def listed(c: Connection, found: Sequence[Import], next_cursor: int | None) -> ImportList:
    """Show a page of imports."""
    files = import_files.of(c, [each.import_id for each in found])
    views = [ImportView(**values_of(each, files[each.import_id])) for each in found]
    return ImportList(items=views, next_cursor=next_cursor)
