"""Operating-system processes: dying with the parent, finding and ending whole families."""

import contextlib
import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

FAMILY_VARIABLE = "ORDERFLOW_FAMILY"
_PR_SET_PDEATHSIG = 1
# Start times come in clock ticks against a boot time that clock corrections may shift a little.
_SAME_START_SECONDS = 2.0
_DEATH_SECONDS = 5.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Account:
    """The system user and group, by number, that a child runs as."""

    uid: int
    gid: int

    @property
    def popen_options(self) -> dict[str, object]:
        """Keyword arguments for `subprocess` that switch to this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class PidRecord:
    """A process that a supervisor started, told apart from a later owner of the same pid."""

    pid: int
    started: float
    """Seconds since the epoch."""
    family: str

    @classmethod
    def of(cls, pid: int, family: str) -> "PidRecord | None":
        """The record of a living process; None when it is gone already."""
        try:
            return cls(pid, psutil.Process(pid).create_time(), family)
        except psutil.Error:
            return None

    def write(self, path: Path) -> None:
        """Store the record; a torn file after a crash reads as no record."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> "PidRecord | None":
        """The stored record; None when it is absent or torn."""
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def leader(self) -> psutil.Process | None:
        """The process itself while it lives; None when the pid is free or somebody else's."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _SAME_START_SECONDS
        except psutil.Error:
            return None
        return process if same else None


def dying_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` after which the kernel sends the signal when our spawning thread ends.

    Linux only, None elsewhere: there the leftovers are reaped by the next start. Runs after the
    switch of user, which would clear the setting.
    """
    if sys.platform != "linux":
        return None
    # Looked up before the fork: between fork and exec only the call itself is safe.
    prctl = ctypes.CDLL(None).prctl
    parent, number = os.getpid(), int(death_signal)

    def arm() -> None:
        prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arm


def family_of(record: PidRecord) -> list[psutil.Process]:
    """Every living process of the record's family: leader, descendants, group, marked ones.

    The environment marker finds grandchildren that left the process group. Never holds this
    process or its ancestors.
    """
    kin: dict[int, psutil.Process] = {}
    if leader := record.leader():
        with contextlib.suppress(psutil.Error):
            kin = {p.pid: p for p in [leader, *leader.children(recursive=True)]}
    for process in psutil.process_iter():
        if _same_group(process.pid, record) or _carries_marker(process, record.family):
            kin[process.pid] = process
    for relative in [psutil.Process(), *psutil.Process().parents()]:
        kin.pop(relative.pid, None)
    return list(kin.values())


def _same_group(pid: int, record: PidRecord) -> bool:
    try:
        if os.getpgid(pid) != record.pid:
            return False
    except OSError:
        return False
    # A stranger that got the old pid and leads a group of its own is no kin.
    return not psutil.pid_exists(record.pid) or record.leader() is not None


def _carries_marker(process: psutil.Process, family: str) -> bool:
    try:
        return bool(process.environ().get(FAMILY_VARIABLE) == family)
    except (psutil.Error, OSError):
        return False


def kill(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Kill the processes and wait up to 5 s; returns those that are still there.

    Exit codes are left for whoever started them: a zombie counts as gone.
    """
    doomed = list(processes)
    for process in doomed:
        with contextlib.suppress(psutil.Error):
            process.kill()
    deadline = time.monotonic() + _DEATH_SECONDS
    while (alive := [p for p in doomed if is_alive(p)]) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return alive


def is_alive(process: psutil.Process) -> bool:
    """Whether this very process still runs."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def reap(folder: Path) -> list[str]:
    """End the families recorded in the folder by a run that was killed; returns their names."""
    reaped = []
    for path in sorted(folder.glob("*.json")):
        record = PidRecord.read(path)
        leftovers = family_of(record) if record else []
        if leftovers:
            kill(leftovers)
            reaped.append(path.stem)
        path.unlink(missing_ok=True)
    return reaped
