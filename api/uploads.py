"""Files that people upload: read from the form after it is known who sends them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.problem_kinds import BAD_UPLOAD, INVALID
from api.problems import ApiProblem
from api.schemas.imports import ImportForm
from database.import_arrivals import Arrival
from database.imports import ImportOptions
from domain.validation import findings_of

MOST_FILES = 8
MOST_FILE_BYTES = 200 * 1024 * 1024
# Beside the files there are a few short fields and the boundaries.
MOST_UPLOAD_BYTES = MOST_FILE_BYTES + 1024 * 1024
_LONGEST_NAME = 200


@asynccontextmanager
async def uploaded(request: Request) -> AsyncIterator[FormData]:
    """Lend the form of a request; large files are on disk, and gone when the block ends.

    Raises ApiProblem for a body that is no such form.
    """
    try:
        form = await request.form(max_files=MOST_FILES, max_fields=20)
    except ApiProblem:
        raise
    except HTTPException as error:
        raise BAD_UPLOAD(value=MOST_FILES) from error
    try:
        yield form
    finally:
        await form.close()


def arrivals_of(form: FormData) -> list[Arrival]:
    """Return the files of the form; raises ApiProblem when there is none."""
    files = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
    if not files:
        raise BAD_UPLOAD(value=MOST_FILES)
    return [Arrival(_name(part, no), part.file) for no, part in enumerate(files, 1)]


def _name(part: UploadFile, no: int) -> str:
    """Keep the last part of the name, which is all that browsers ought to send."""
    name = PurePath((part.filename or "").replace("\\", "/").replace("\0", "")).name
    return name[-_LONGEST_NAME:] or f"file-{no}"


def fields_of(form: FormData) -> ImportForm:
    """Return what the form says beside the files; raises ApiProblem with what is wrong."""
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    try:
        return ImportForm.model_validate(fields)
    except ValidationError as error:
        raise _invalid(error) from error


def options_of(fields: ImportForm, mapping: dict[str, str]) -> ImportOptions:
    """Return how to read the files; raises ApiProblem with what is wrong."""
    told = fields.model_dump(exclude={"shop", "mapping"})
    try:
        return ImportOptions.model_validate(told | {"mapping": mapping})
    except ValidationError as error:
        raise _invalid(error) from error


def mapping_in(text: str) -> Any:
    """Return the mapping that is written out as JSON, None when the text is a name."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _invalid(error: ValidationError) -> ApiProblem:
    findings = findings_of(error)
    return INVALID(findings=findings, value=len(findings))
