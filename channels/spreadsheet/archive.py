"""The zip inside an xlsx, looked at before anybody parses it: bombs, lies and cut ends."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from channels.spreadsheet.limits import Limits
from channels.spreadsheet.tables import Unreadable
from channels.spreadsheet.wording import problem

_CHUNK = 1 << 18
_SMALL = 1 << 20
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def is_zip(path: Path) -> bool:
    """Tell whether the file starts like a zip archive, whole or cut short."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def has_formulas(path: Path, name: str, limits: Limits) -> bool:
    """Unpack every part to nowhere, counting, and tell whether a sheet holds formulas.

    Raises Unreadable for an archive that is damaged, or that unpacks to more than it says, than
    `limits.unpacked_bytes`, or than `limits.ratio` times its size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_declared(archive, path.stat().st_size, name, limits)
            parts = archive.infolist()
            # Every part is looked at, also after the first formula.
            return sum(_inspected(archive, each, name) for each in parts) > 0
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable(problem("damaged", name)) from error
    except RuntimeError as error:
        # zipfile's word for an encrypted part.
        raise Unreadable(problem("locked", name)) from error


def _check_declared(archive: zipfile.ZipFile, size: int, name: str, limits: Limits) -> None:
    unpacked = sum(each.file_size for each in archive.infolist())
    too_dense = unpacked > _SMALL and unpacked > limits.ratio * size
    if unpacked > limits.unpacked_bytes or too_dense:
        raise _bomb(name, unpacked)


def _inspected(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> bool:
    """Check one part against what it declares; its formulas start with `<f>` or `<f `."""
    seen, formulas, tail = 0, False, b""
    is_sheet = bool(_SHEET.fullmatch(part.filename))
    for chunk in _unpacked(archive, part):
        seen += len(chunk)
        if seen > part.file_size:
            raise _bomb(name, seen)
        if is_sheet and not formulas:
            text = tail + chunk
            formulas = b"<f>" in text or b"<f " in text
            tail = chunk[-2:]
    return formulas


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack without believing the declared size, at which the zipfile module would stop."""
    if part.compress_type != zipfile.ZIP_DEFLATED or archive.fp is None:
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
        return
    with archive.open(part):
        # Opening checks the part's own header and leaves the file at its first packed byte.
        start = archive.fp.tell()
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = part.compress_size
    archive.fp.seek(start)
    while left > 0 and not inflate.eof:
        packed = archive.fp.read(min(_CHUNK, left))
        if not packed:
            raise EOFError(part.filename)
        left -= len(packed)
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _CHUNK)
            packed = inflate.unconsumed_tail
    if not inflate.eof:
        raise EOFError(part.filename)


def _bomb(name: str, unpacked: int) -> Unreadable:
    size = f"{unpacked // (1 << 20)} MiB"
    return Unreadable(problem("bomb", name, hint=(f" ({size} or more)", f"（至少 {size}）")))
