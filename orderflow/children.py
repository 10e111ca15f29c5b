"""One supervised child: started, watched until ready, restarted when it crashes, stopped."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog

from orderflow.logfiles import echo, rotate
from orderflow.processes import (
    FAMILY_VARIABLE,
    Account,
    PidRecord,
    dying_with_parent,
    family_of,
    kill,
)

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 10.0
# A child that lived this long starts over with the first delay when it crashes.
STEADY_SECONDS = 30.0
_POLL_SECONDS = 0.1

_log = structlog.get_logger("orderflow.supervisor")


@dataclass(frozen=True)
class Child:
    """What to run and how to treat it."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    """The whole environment of the child; None hands on ours."""
    cwd: Path | None = None
    account: Account | None = None
    """The system user to run as; None keeps ours."""
    before_start: Callable[[], Awaitable[None]] | None = None
    """Runs before the start and before each restart."""
    ready: Callable[[], Awaitable[bool]] | None = None
    """Whether it serves; an exception counts as no. None: ready as soon as it runs."""
    ready_seconds: float = 120.0
    restart: bool = True
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 10.0
    """From the stop signal until SIGKILL."""
    death_signal: signal.Signals = signal.SIGKILL
    """Sent by the kernel when the supervisor dies."""
    echo: bool = False
    """Whether its output is shown on the console too."""


class ChildState(StrEnum):
    """Where a child is in its life."""

    STARTING = "starting"
    READY = "ready"
    WAITING = "waiting to restart"
    STOPPED = "stopped"


class Keeper:
    """Keeps one child alive; its own task runs `run` until `stop`."""

    def __init__(self, child: Child, home: Path) -> None:
        self.child = child
        self.log_path = home / "logs" / f"{child.name}.log"
        self.state = ChildState.STOPPED
        self.exits = 0
        self.last_exit: int | None = None
        self.started_at = 0.0
        self.became_ready = asyncio.Event()
        self._family = f"{home}#{child.name}"
        self._pid_path = home / "run" / f"{child.name}.json"
        self._process: asyncio.subprocess.Process | None = None
        self._record: PidRecord | None = None
        self._stopping = asyncio.Event()
        self._spawning = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process id while the child runs."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process else None

    async def run(self) -> None:
        """Start, wait for the exit, wait a little, start again; returns when it shall not run."""
        rotate(self.log_path)
        delay = FIRST_DELAY_SECONDS
        while await self._respawn():
            await self._live()
            if self._stopping.is_set() or not self.child.restart:
                break
            if time.monotonic() - self.started_at > STEADY_SECONDS:
                delay = FIRST_DELAY_SECONDS
            await self._pause(delay)
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)
        self.state = ChildState.STOPPED

    async def stop(self, hurry: asyncio.Event) -> None:
        """Ask the child to stop, kill the family after its grace or as soon as `hurry` is set."""
        async with self._spawning:
            self._stopping.set()
        if self.pid is None or self._record is None or self._process is None:
            return
        relatives = await asyncio.to_thread(family_of, self._record)
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(self.child.stop_signal)
        await _first_of(self._process.wait(), hurry.wait(), limit=self.child.grace_seconds)
        await asyncio.to_thread(kill, relatives)
        await self._process.wait()

    async def _respawn(self) -> bool:
        while True:
            try:
                return await self._spawn()
            except Exception:
                if not self.exits:
                    raise
                _log.exception("restart failed, trying again", child=self.child.name)
                await _first_of(self._stopping.wait(), limit=LONGEST_DELAY_SECONDS)

    async def _spawn(self) -> bool:
        async with self._spawning:
            if self._stopping.is_set():
                return False
            self.state = ChildState.STARTING
            self.became_ready.clear()
            if self.child.before_start:
                await self.child.before_start()
            self._process = await self._exec()
            self.started_at = time.monotonic()
            self._record = PidRecord.of(self._process.pid, self._family)
            if self._record:
                self._record.write(self._pid_path)
            return True

    async def _exec(self) -> asyncio.subprocess.Process:
        options = self.child.account.popen_options if self.child.account else {}
        environment = os.environ if self.child.env is None else self.child.env
        with self.log_path.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self.child.argv,
                env={**environment, FAMILY_VARIABLE: self._family},
                cwd=self.child.cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
                umask=0o077,
                preexec_fn=dying_with_parent(self.child.death_signal),
                **options,  # type: ignore[arg-type]
            )

    async def _live(self) -> None:
        assert self._process is not None  # noqa: S101 - set by _spawn
        watchers = [asyncio.create_task(self._watch_ready())]
        if self.child.echo:
            watchers.append(asyncio.create_task(echo(self.log_path, self.child.name)))
        try:
            self.last_exit = await self._process.wait()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
        self.exits += 1
        await self._clear_up()

    async def _watch_ready(self) -> None:
        while not await self._is_ready():  # noqa: ASYNC110 - asked over the network
            await asyncio.sleep(_POLL_SECONDS)
        self.state = ChildState.READY
        self.became_ready.set()

    async def _is_ready(self) -> bool:
        try:
            return self.child.ready is None or await self.child.ready()
        except Exception:
            _log.debug("ready check failed", child=self.child.name, exc_info=True)
            return False

    async def _clear_up(self) -> None:
        """A crashed leader may leave relatives that hold its port or its files."""
        self.became_ready.clear()
        if self._record:
            await asyncio.to_thread(kill, await asyncio.to_thread(family_of, self._record))
        self._pid_path.unlink(missing_ok=True)

    async def _pause(self, seconds: float) -> None:
        self.state = ChildState.WAITING
        _log.warning(
            "child exited, restarting",
            child=self.child.name,
            exit_code=self.last_exit,
            after_seconds=seconds,
            log=str(self.log_path),
        )
        await _first_of(self._stopping.wait(), limit=seconds)


async def _first_of(*awaitables: Awaitable[object], limit: float) -> None:
    tasks = [asyncio.ensure_future(a) for a in awaitables]
    await asyncio.wait(tasks, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
