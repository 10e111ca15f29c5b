"""How much of a file one import may take up; beyond it the file is refused, not half read."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The bounds of one file and of the child process that reads it.

    `unpacked_bytes` and `ratio` bound what a workbook may unpack to (a 5 MB file can hold 500 MB);
    `seconds` is CPU time, `stall_seconds` wall time in which nothing is heard of the child,
    `memory_bytes` its address space. `order_rows` bounds the rows of one order: a wrong order
    number column would otherwise make a single order of the whole file.
    """

    file_bytes: int = 200 * _MIB
    unpacked_bytes: int = 2048 * _MIB
    ratio: int = 400
    rows: int = 1_100_000
    columns: int = 1_000
    cell_characters: int = 50_000
    order_rows: int = 5_000
    seconds: int = 3_600
    stall_seconds: int = 600
    memory_bytes: int = 3072 * _MIB


DEFAULT_LIMITS = Limits()
