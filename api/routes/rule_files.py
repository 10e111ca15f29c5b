"""Rule tables as workbooks: exported for people to edit, imported as drafts."""

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.datastructures import FormData, UploadFile

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import BAD_UPLOAD, INVALID
from api.problems import ApiProblem
from api.routes.rules import known, usable
from api.rule_files import RuleFile, opened, workbook_of
from api.rule_problems import (
    BAD_VERSION,
    BAD_WORKBOOK,
    EDITED_MEANWHILE,
    FOUND_WRONG,
    UNKNOWN_RULE_SET,
    VERSION_TAKEN,
    found_wrong,
    refusals_as_problems,
)
from api.schemas.rules import IMPORTED, Imported, ImportedDocument, ImportForm, VersionView
from api.state import services_of
from api.uploads import uploaded
from channels.spreadsheet.grids import GridError
from database import rules
from database.rule_versions import StoredRuleSet
from domain.order import Short
from domain.validation import findings_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An xlsx workbook, a sheet per table",
        "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "version"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "version": {"type": "string"},
                        "base": {"type": "string"},
                        "note": {"type": "string"},
                        "revision": {"type": "integer"},
                    },
                }
            },
            "application/json": {
                "schema": ImportedDocument.model_json_schema(),
                "examples": {"rule set": {"value": IMPORTED}},
            },
        },
    }
}
_TAKEN = problems(
    UNKNOWN_RULE_SET,
    BAD_VERSION,
    BAD_WORKBOOK,
    FOUND_WRONG,
    VERSION_TAKEN,
    EDITED_MEANWHILE,
    BAD_UPLOAD,
)

router = APIRouter(prefix=f"{V1}/rules", tags=["rules"])


@router.get(
    "/{version}/export.xlsx",
    summary="Download a version as a workbook",
    response_class=Response,
    responses=_WORKBOOK | problems(UNKNOWN_RULE_SET),
)
def export(
    c: ConnectionDep,
    actor: ActorDep,
    version: Annotated[Short, Path(examples=["2026-12"])],
    lang: Annotated[Literal["en", "zh"], Query(description="of headings and words")] = "en",
) -> Response:
    """Return a workbook with a sheet per table; change it and send it as an import."""
    data = workbook_of(known(c, version).rule_set, lang)
    # A header holds Latin letters only, a version may be named in Chinese.
    name = re.sub(r"[^A-Za-z0-9._-]", "_", version)
    shown = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(data, headers=shown, media_type=XLSX)


@router.post(
    "/import",
    summary="Import a workbook as a draft",
    responses=_TAKEN,
    openapi_extra=_FORM,
)
async def import_rules(request: Request, actor: ActorDep) -> Imported:
    """Keep a workbook, or the JSON of a rule set, as a draft made from `base`.

    `base` is what the file was exported from unless named, else the version in force. Naming the
    `revision` that was read replaces an existing draft. What is wrong is answered with 422:
    `rule_findings` name sheet and cell.
    """
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        try:
            document = ImportedDocument.model_validate_json(await request.body())
        except ValidationError as error:
            raise _invalid(error) from error
        parts = document.model_dump(include={"base_currency", "tables"})
        whole = RuleFile((), parts | {"version": document.version})
        return await run_in_threadpool(_kept, request, actor.person_id, document, whole)
    async with uploaded(request) as form:
        fields, file = _fields(form), form.get("file")
        if not isinstance(file, UploadFile):
            raise BAD_UPLOAD(value=1)
        read = await run_in_threadpool(_opened, file.filename or "", await file.read())
        return await run_in_threadpool(_kept, request, actor.person_id, fields, read)


def _kept(request: Request, person: str, fields: ImportForm, file: RuleFile) -> Imported:
    usable(fields.version)
    with services_of(request).state.engine.begin() as c, refusals_as_problems():
        base = _base(c, fields, file)
        rule_set, findings = file.rule_set(base.rule_set, fields.version)
        if rule_set is None:
            raise found_wrong(findings)
        rules.save_draft(
            c,
            rule_set,
            person,
            fields.note,
            revision=fields.revision,
            based_on=base.rule_set_id,
        )
        draft = VersionView.of(known(c, fields.version))
    return Imported(draft=draft, findings=[each.to_json() for each in findings])


def _base(c: Connection, fields: ImportForm, file: RuleFile) -> StoredRuleSet:
    """Return the version named, else the one the file was exported from, else that in force."""
    said = rules.stored(c, file.exported_from) if not fields.base else None
    return said or known(c, fields.base or rules.published_id(c) or "")


def _opened(name: str, data: bytes) -> RuleFile:
    try:
        return opened(data, name)
    except GridError as error:
        raise ApiProblem(BAD_WORKBOOK, error.en, error.zh) from error


def _fields(form: FormData) -> ImportForm:
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    try:
        return ImportForm.model_validate(fields)
    except ValidationError as error:
        raise _invalid(error) from error


def _invalid(error: ValidationError) -> ApiProblem:
    findings = findings_of(error)
    return INVALID(findings=findings, value=len(findings))
