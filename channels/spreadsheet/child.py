"""The reading process: bounds itself, reads one import, tells it as records on its output.

Its input is one JSON object `{"paths", "options", "limits"}`. It may be killed at any time; the
parent turns every end but a proper one into a finding.
"""

import gc
import json
import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO

from channels.spreadsheet.limits import Limits
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.reading import records
from channels.spreadsheet.records import write_record

OUT_OF_MEMORY = 75
# A file waits for whatever is live on the same machine.
NICE = 10


def bound(limits: Limits) -> None:
    """Limit this process's memory and CPU time, let others go first, and forbid a core dump."""
    os.nice(NICE)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    _limit(resource.RLIMIT_CPU, limits.seconds)


def main(request: BinaryIO, pipe: BinaryIO) -> int:
    """Do what the request says; returns the exit code."""
    told = json.load(request)
    limits = Limits(**told["limits"])
    bound(limits)
    options = ExtractOptions(**told["options"])
    # What a reading makes is short-lived and without cycles: the collector would only look on.
    gc.freeze()
    gc.set_threshold(100_000)
    try:
        for record in records([Path(path) for path in told["paths"]], options, limits):
            write_record(pipe, record)
        pipe.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    within = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(kind, (within, hard))
    except (ValueError, OSError):
        # macOS refuses to bound the address space; time is bounded there all the same.
        return


if __name__ == "__main__":
    # Without the interpreter's clean-up: there is nothing to save, and memory may be used up.
    os._exit(main(sys.stdin.buffer, sys.stdout.buffer))
