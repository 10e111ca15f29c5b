"""The files of an import, in pieces, until it has ended: api and worker share no disk."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    delete,
    insert,
    select,
)

from database.metadata import metadata

PIECE_BYTES = 1024 * 1024

import_files = Table(
    "import_files",
    metadata,
    Column("import_id", Text, ForeignKey("imports.import_id"), primary_key=True),
    Column("no", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)

import_chunks = Table(
    "import_chunks",
    metadata,
    Column("import_id", Text, primary_key=True),
    Column("file", SmallInteger, primary_key=True, autoincrement=False),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("bytes", LargeBinary, nullable=False),
    ForeignKeyConstraint(["import_id", "file"], ["import_files.import_id", "import_files.no"]),
)


@dataclass(frozen=True)
class FileOf:
    """One file of an import: its name as it was sent, and its size."""

    no: int
    name: str
    sha256: str
    bytes: int


def add(c: Connection, import_id: str, file: FileOf, pieces: Iterator[bytes]) -> None:
    """Keep a file; `pieces` are at most `PIECE_BYTES` each, so that memory stays flat."""
    c.execute(insert(import_files).values(import_id=import_id, **vars(file)))
    for no, piece in enumerate(pieces):
        values = {"import_id": import_id, "file": file.no, "no": no, "bytes": piece}
        c.execute(insert(import_chunks).values(values))


def of(c: Connection, import_ids: list[str]) -> dict[str, list[FileOf]]:
    """Return the files of some imports, in the order they were given."""
    query = select(import_files).where(import_files.c.import_id.in_(import_ids))
    found: dict[str, list[FileOf]] = {import_id: [] for import_id in import_ids}
    for row in c.execute(query.order_by(import_files.c.no)):
        found[row.import_id].append(FileOf(row.no, row.name, row.sha256, row.bytes))
    return found


def pieces(c: Connection, import_id: str, file: int) -> Iterator[bytes]:
    """Return a file's content, one piece in memory at a time."""
    place = import_chunks.c.import_id == import_id, import_chunks.c.file == file
    numbers = select(import_chunks.c.no).where(*place).order_by(import_chunks.c.no)
    for no in c.execute(numbers).scalars().all():
        query = select(import_chunks.c.bytes).where(*place, import_chunks.c.no == no)
        yield bytes(c.execute(query).scalar_one())


def forget(c: Connection, import_id: str) -> None:
    """Drop the content of an import that has ended; names and sizes stay."""
    c.execute(delete(import_chunks).where(import_chunks.c.import_id == import_id))
