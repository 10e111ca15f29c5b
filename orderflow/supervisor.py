"""Runs the servers of one home folder together: started in order, kept alive, stopped in reverse.

A home is run by one supervisor at a time. Children die with it (Linux), and what a killed run
left behind is ended by the next start.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import structlog

from orderflow.children import Child, ChildState, Keeper
from orderflow.embedded.ports import PortBook
from orderflow.errors import OperatorError
from orderflow.logfiles import last_lines
from orderflow.processes import reap

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# With the growing delays between them about six seconds: enough for a port or a lock to get free.
START_ATTEMPTS = 6

_log = structlog.get_logger("orderflow.supervisor")


class AlreadyRunningError(OperatorError):
    """Another supervisor holds this home."""


class StartError(OperatorError):
    """A child did not become ready; the text ends with the last lines of its log."""


class StopRequestedError(Exception):
    """Ctrl-C or SIGTERM came while a child was being started."""


@dataclass(frozen=True)
class ChildStatus:
    """One row for people: how a child is doing."""

    name: str
    state: ChildState
    pid: int | None
    restarts: int
    last_exit: int | None
    """Exit code of the last run, minus the signal number when a signal ended it."""
    up_seconds: float
    """Since its last start; 0 when it does not run."""


class Supervisor:
    """An async context that owns a home folder and the children started in it."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.ports = PortBook(self.home)
        self._keepers: dict[str, tuple[Keeper, asyncio.Task[None]]] = {}
        self._stop_requested = asyncio.Event()
        self._hurry = asyncio.Event()
        self._lock: IO[str] | None = None
        self._signals: list[signal.Signals] = []

    async def __aenter__(self) -> Self:
        """Raises AlreadyRunningError when the home is taken."""
        prepare_home(self.home)
        self._lock = _locked(self.home)
        for name in await asyncio.to_thread(reap, self.home / "run"):
            _log.warning("ended what an earlier run left behind", child=name)
        self._listen_for_signals()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self.stop()
        finally:
            for number in self._signals:
                asyncio.get_running_loop().remove_signal_handler(number)
            self.ports.release()
            if self._lock:
                self._lock.close()

    async def start(self, child: Child) -> None:
        """Start the child and return when it is ready.

        Raises StartError after its deadline or when it keeps exiting, StopRequestedError when we
        are asked to stop in the meantime. A child that did not become ready is stopped again.
        """
        if self._stop_requested.is_set():
            raise StopRequestedError
        keeper = Keeper(child, self.home)
        self._keepers[child.name] = keeper, asyncio.create_task(keeper.run())
        try:
            await self.wait_ready(child.name)
        except BaseException:
            await self._stop_one(child.name)
            raise

    async def wait_ready(self, name: str) -> None:
        """Return when the child serves, also after a restart; raises like `start`."""
        keeper, task = self._keepers[name]
        deadline = time.monotonic() + keeper.child.ready_seconds
        already = keeper.exits
        while not keeper.became_ready.is_set():
            if self._stop_requested.is_set():
                raise StopRequestedError
            if task.done() or keeper.exits - already >= START_ATTEMPTS:
                raise _start_error(keeper, task)
            if time.monotonic() > deadline:
                raise _start_error(keeper, task)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(keeper.became_ready.wait(), 0.1)

    async def wait(self) -> None:
        """Return when Ctrl-C, SIGTERM or `request_stop` asks to stop."""
        await self._stop_requested.wait()

    def request_stop(self) -> None:
        """Ask for an orderly stop; asking again cuts the graces short."""
        if self._stop_requested.is_set():
            self._hurry.set()
        self._stop_requested.set()

    async def stop(self) -> None:
        """Stop every child, the last started first; no process of theirs is left."""
        self._stop_requested.set()
        for name in reversed(list(self._keepers)):
            await self._stop_one(name)

    def status(self) -> list[ChildStatus]:
        """How the children are, in the order they were started."""
        return [_status(keeper) for keeper, _ in self._keepers.values()]

    def pid(self, name: str) -> int | None:
        """The process id of a child's leader; None while it does not run."""
        return self._keepers[name][0].pid

    async def _stop_one(self, name: str) -> None:
        keeper, task = self._keepers.pop(name)
        await keeper.stop(self._hurry)
        await asyncio.gather(task, return_exceptions=True)

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            # Only the main thread may; elsewhere the owner calls request_stop.
            with contextlib.suppress(ValueError, RuntimeError):
                loop.add_signal_handler(number, self.request_stop)
                self._signals.append(number)


def prepare_home(home: Path) -> None:
    """Create the home folder with what every supervisor keeps in it.

    For root it is made passable for others, because Postgres then runs as somebody else; its
    secrets are files of mode 0600.
    """
    try:
        for folder in (home, home / "logs", home / "run"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise OperatorError(
            f"The state folder {home} cannot be used ({error.strerror}). "
            "Choose another with ORDERFLOW_HOME, or run as its owner.",
            f"无法使用状态目录 {home}({error.strerror})。"
            "请用 ORDERFLOW_HOME 指定其他目录，或以其所有者身份运行。",
        ) from error


def _locked(home: Path) -> IO[str]:
    lock = (home / "supervisor.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "?"
        lock.close()
        raise AlreadyRunningError(
            f"orderflow already runs on {home} (process {holder}). "
            "Stop it first, or choose another folder with ORDERFLOW_HOME.",
            f"{home} 上已有 orderflow 在运行(进程 {holder})。"
            "请先停止它，或用 ORDERFLOW_HOME 指定其他目录。",
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _cause(task: asyncio.Task[None]) -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None


def _start_error(keeper: Keeper, task: asyncio.Task[None]) -> OperatorError:
    cause = _cause(task)
    if isinstance(cause, OperatorError):
        return cause
    name, seconds = keeper.child.name, keeper.child.ready_seconds
    code = "-" if keeper.last_exit is None else keeper.last_exit
    reason = f" {cause}." if cause else ""
    return StartError(
        f"{name} did not become ready within {seconds:g} s (exits: {keeper.exits}, last exit "
        f"code: {code}).{reason} Its log is {keeper.log_path}.",
        f"{name} 未能在 {seconds:g} 秒内就绪(退出 {keeper.exits} 次，最后退出码 {code})。"
        f"日志文件:{keeper.log_path}。最后几行 / last lines:\n{last_lines(keeper.log_path)}",
    )


def _status(keeper: Keeper) -> ChildStatus:
    up = time.monotonic() - keeper.started_at if keeper.pid is not None else 0.0
    restarts = max(0, keeper.exits - (keeper.pid is None))
    return ChildStatus(keeper.child.name, keeper.state, keeper.pid, restarts, keeper.last_exit, up)
