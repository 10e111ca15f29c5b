"""Taking the files of an import in: the same files sent again are the same import until it ends."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from database import import_files, imports
from database.encoding import canonical_json
from database.import_files import PIECE_BYTES, FileOf
from database.imports import Import, ImportOptions


@dataclass(frozen=True)
class Arrival:
    """A file as it is sent: its name and its content, which is read more than once."""

    name: str
    content: BinaryIO


@dataclass(frozen=True)
class Consignment:
    """Files with where they go and how they are read; equal ones have the same fingerprint."""

    arrivals: Sequence[Arrival]
    files: Sequence[FileOf]
    shop: str
    options: ImportOptions
    fingerprint: str


def packed(arrivals: Sequence[Arrival], shop: str, options: ImportOptions) -> Consignment:
    """Read the files once to know them again, whatever they are called."""
    files = [_described(no, arrival) for no, arrival in enumerate(arrivals, 1)]
    told = [shop, options.model_dump(mode="json"), [file.sha256 for file in files]]
    fingerprint = hashlib.sha256(canonical_json(told)).hexdigest()
    return Consignment(arrivals, files, shop, options, fingerprint)


def take_in(c: Connection, sent: Consignment, submitter: str, now: datetime) -> tuple[Import, bool]:
    """Keep files as a new import, or find the unfinished one that they began before.

    Returns the import and whether it is new. A new one waits in state `interrupted` until
    `imports.release`.
    """
    import_id = f"imp_{uuid.uuid4().hex}"
    is_new = imports.create(
        c,
        import_id,
        shop=sent.shop,
        submitter=submitter,
        fingerprint=sent.fingerprint,
        options=sent.options,
        now=now,
    )
    if is_new:
        for file, arrival in zip(sent.files, sent.arrivals, strict=True):
            import_files.add(c, import_id, file, _pieces(arrival.content))
    found = imports.unfinished(c, sent.fingerprint)
    if found is None:
        # It ended between our two looks, so there is nothing to go on with.
        return take_in(c, sent, submitter, now)
    return found, is_new


def _described(no: int, arrival: Arrival) -> FileOf:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(arrival.content):
        digest.update(piece)
        size += len(piece)
    return FileOf(no, arrival.name, digest.hexdigest(), size)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    content.seek(0)
    while piece := content.read(PIECE_BYTES):
        yield piece
