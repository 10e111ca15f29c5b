"""Reading files in a child process that may die of them: records, one by one, at the caller's pace.

The pipe holds the child back while the caller is busy, so neither process grows with the file. A
child that is killed, runs out of memory or time, or talks nonsense becomes one finding.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, cast

import channels
from channels.spreadsheet.child import OUT_OF_MEMORY
from channels.spreadsheet.limits import DEFAULT_LIMITS, Limits
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.records import Ended, Garbled, Order, Record, RowProblem, read_record
from channels.spreadsheet.wording import problem
from domain.findings import Finding

_CHILD = "channels.spreadsheet.child"
_ROOT = str(Path(next(iter(channels.__path__))).resolve().parent)
_GRACE_SECONDS = 5.0
# A process that starts on a busy machine says nothing for a while.
_START_SECONDS = 120.0
# Nothing of our environment, where credentials live, is any business of a file's reader.
_PASSED_ON = ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


def extract(
    paths: Sequence[Path | str],
    options: ExtractOptions | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Record]:
    """Read files as one import: Started, then orders, rows and progress, and Ended as the last.

    Never raises for what is in the files: what can't be read is a RowProblem with row 0, and
    `Ended.complete` is then False. Closing the iterator ends the child.
    """
    options = options or ExtractOptions()
    names = ", ".join(Path(path).name for path in paths)
    rows, orders = 0, options.skip
    with _Child(paths, options, limits) as child:
        for record in child.records():
            if isinstance(record, Order):
                orders = record.ordinal
            rows = getattr(record, "rows_read", rows)
            yield record
            if isinstance(record, Ended):
                return
        yield RowProblem(names, 0, (_why(child, names),))
    yield Ended(rows, orders, complete=False)


class _Child:
    """One reading process and the watch over it."""

    def __init__(
        self, paths: Sequence[Path | str], options: ExtractOptions, limits: Limits
    ) -> None:
        self._limits = limits
        self._waiting_since: float | None = None
        self._patience = max(_START_SECONDS, limits.stall_seconds)
        self._over = threading.Event()
        self.stalled = False
        self.garbled = False
        request = {
            "paths": [str(Path(path).resolve()) for path in paths],
            "options": {**asdict(options), "mapping": dict(options.mapping)},
            "limits": asdict(limits),
        }
        self._request = json.dumps(request).encode()

    def __enter__(self) -> "_Child":
        self._process = subprocess.Popen(
            [sys.executable, "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Its tracebacks would quote the file, whose content is no business of our logs.
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=_ROOT,
            start_new_session=True,
        )
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._end()
        cast(BinaryIO, self._process.stdout).close()

    @property
    def exit_code(self) -> int:
        """How the process ended; waits for it, and makes an end of one that does not."""
        return self._end()

    def records(self) -> Iterator[Record]:
        """Return what it tells, until it ends or talks nonsense."""
        self._ask()
        pipe = cast(BinaryIO, self._process.stdout)
        try:
            while (record := self._heard(pipe)) is not None:
                yield record
        except Garbled:
            self.garbled = True

    def _ask(self) -> None:
        stdin = cast(BinaryIO, self._process.stdin)
        try:
            stdin.write(self._request)
            stdin.close()
        except BrokenPipeError:
            return

    def _heard(self, pipe: BinaryIO) -> Record | None:
        self._waiting_since = time.monotonic()
        try:
            return read_record(pipe)
        finally:
            self._waiting_since = None
            self._patience = self._limits.stall_seconds

    def _watch(self) -> None:
        pause = min(1.0, self._limits.stall_seconds / 4)
        while not self._over.wait(pause):
            since = self._waiting_since
            if since is not None and time.monotonic() - since > self._patience:
                self.stalled = True
                self._process.kill()
                return

    def _end(self) -> int:
        if self._over.is_set() or self.garbled:
            self._process.kill()
        try:
            return self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"PYTHONPATH": _ROOT, "PYTHONUTF8": "1"}


def _why(child: _Child, names: str) -> Finding:
    """Say as clearly as can be told from outside why the child did not finish."""
    code = child.exit_code
    if child.stalled or code == -signal.SIGXCPU:
        return problem("time", names)
    # A library in Rust aborts when it gets no memory.
    if code in (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV):
        return problem("memory", names)
    return problem("died", names)
