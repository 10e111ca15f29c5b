"""The log files of supervised children: rotation, last lines, live echo."""

import asyncio
import itertools
from pathlib import Path

ROTATE_BYTES = 10 * 1024 * 1024
KEPT_FILES = 3
_TAIL_BYTES = 8192
_ECHO_SECONDS = 0.2


def rotate(path: Path, max_bytes: int = ROTATE_BYTES, keep: int = KEPT_FILES) -> None:
    """Move a log that outgrew the size to `<name>.1`, shifting the older ones up to `keep`."""
    if not path.exists() or path.stat().st_size <= max_bytes:
        return
    names = [path, *(path.with_name(f"{path.name}.{n}") for n in range(1, keep + 1))]
    for newer, older in reversed(list(itertools.pairwise(names))):
        if newer.exists():
            newer.replace(older)


def last_lines(path: Path, count: int = 15) -> str:
    """The end of a log as one text, empty when there is none."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        text = file.read().decode("utf-8", errors="replace")
    return "\n".join(text.splitlines()[-count:])


async def echo(path: Path, prefix: str) -> None:
    """Print what is appended to the log from now on, each line prefixed, until cancelled.

    Follows the file instead of standing between the child and it, so that a slow terminal never
    blocks a server.
    """
    with path.open("rb") as file:
        file.seek(0, 2)
        pending = b""
        try:
            while True:
                pending = _print_lines(pending + file.read(), prefix)
                await asyncio.sleep(_ECHO_SECONDS)
        finally:
            _print_lines(pending + file.read() + b"\n", prefix)


def _print_lines(data: bytes, prefix: str) -> bytes:
    *lines, rest = data.split(b"\n")
    for line in lines:
        if line.strip():
            print(f"{prefix} | {line.decode('utf-8', errors='replace')}", flush=True)
    return rest
