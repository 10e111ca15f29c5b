"""The supervisor with real processes: restarts, orderly stops, no process left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from orderflow.children import Child, ChildState
from orderflow.supervisor import (
    AlreadyRunningError,
    StartError,
    StopRequestedError,
    Supervisor,
)
from tests.patience import PATIENCE_SECONDS, until

ROOT = Path(__file__).parents[2]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def file_exists(path: Path) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        return path in path.parent.iterdir()

    return ready


def grandparent(mark: str, first: str = "") -> str:
    """A child that starts a grandchild in a session of its own."""
    grandchild = f"import time; time.sleep(600)  # {mark}-grandchild"
    return textwrap.dedent(f"""
        import pathlib, signal, subprocess, sys, time
        {first}
        subprocess.Popen([sys.executable, "-c", {grandchild!r}], start_new_session=True)
        time.sleep(600)
    """)


def sleeper(name: str, mark: str, **options: object) -> Child:
    """A child whose processes are found by a word in their command line."""
    code = f"import time; print('up', flush=True); time.sleep(600)  # {mark}"
    return Child(name=name, argv=python(code), **options)  # type: ignore[arg-type]


def processes(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            zombie = process.status() == psutil.STATUS_ZOMBIE
            if not zombie and mark in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return [p for p in found if p.pid != os.getpid()]


@pytest.fixture
def mark(request: pytest.FixtureRequest) -> Iterator[str]:
    word = f"mark-{os.getpid()}-{request.node.name}"
    yield word
    for process in processes(word):
        process.kill()


async def test_a_crashed_child_is_started_again(tmp_path: Path, mark: str) -> None:
    async with Supervisor(tmp_path) as supervisor:
        await supervisor.start(sleeper("a", mark))
        first = supervisor.pid("a")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pid("a") not in {None, first})
        await supervisor.wait_ready("a")
        (row,) = supervisor.status()
        assert (row.name, row.state, row.restarts) == ("a", ChildState.READY, 1)
        assert row.last_exit == -signal.SIGKILL
    assert processes(mark) == []


async def test_relatives_of_a_crashed_child_are_gone_before_it_is_back(
    tmp_path: Path, mark: str
) -> None:
    async with Supervisor(tmp_path) as supervisor:
        await supervisor.start(Child(name="a", argv=python(grandparent(mark))))
        await until(lambda: len(_grandchildren(mark)) == 1)
        (old,) = _grandchildren(mark)
        pid = supervisor.pid("a")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(lambda: old not in processes(mark) and len(_grandchildren(mark)) == 1)
    assert processes(mark) == []


def _grandchildren(mark: str) -> list[psutil.Process]:
    return [p for p in processes(f"{mark}-grandchild") if "subprocess" not in p.cmdline()[-1]]


async def test_stop_ends_deaf_children_and_grandchildren_that_left_the_group(
    tmp_path: Path, mark: str
) -> None:
    deaf = grandparent(mark, first="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    async with Supervisor(tmp_path) as supervisor:
        child = Child(name="deaf", argv=python(deaf), grace_seconds=0.3)
        await supervisor.start(child)
        await until(lambda: _grandchildren(mark))
    assert processes(mark) == []


async def test_children_stop_in_reverse_order_with_time_to_finish(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    code = """
        import pathlib, signal, sys
        def stop(*_):
            with open({journal!r}, "a") as file:
                file.write("{name}\\n")
            sys.exit(0)
        signal.signal(signal.SIGTERM, stop)
        pathlib.Path({up!r}).touch()
        signal.pause()
    """
    async with Supervisor(tmp_path) as supervisor:
        for name in ("first", "second", "third"):
            up = tmp_path / f"{name}.up"
            filled = textwrap.dedent(code).format(journal=str(journal), up=str(up), name=name)
            await supervisor.start(
                Child(name=name, argv=[sys.executable, "-c", filled], ready=file_exists(up))
            )
    assert journal.read_text().split() == ["third", "second", "first"]


async def test_a_child_that_never_gets_ready_is_stopped_and_its_last_lines_are_shown(
    tmp_path: Path, mark: str
) -> None:
    async def never() -> bool:
        return False

    async with Supervisor(tmp_path) as supervisor:
        child = sleeper("slow", mark, ready=never, ready_seconds=1.0)
        with pytest.raises(StartError) as caught:
            await supervisor.start(child)
        assert "did not become ready within 1 s" in caught.value.en
        assert "未能在 1 秒内就绪" in caught.value.zh
        assert str(caught.value).endswith("up")
        assert processes(mark) == []


async def test_a_child_that_keeps_exiting_fails_before_the_deadline(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    code = "print('no such database'); raise SystemExit(3)"
    async with Supervisor(tmp_path) as supervisor:
        child = Child(name="bad", argv=python(code), ready=never, ready_seconds=100, restart=False)
        with pytest.raises(StartError, match="last exit code: 3") as caught:
            await supervisor.start(child)
        assert "no such database" in str(caught.value)


async def test_a_command_that_does_not_exist_says_so(tmp_path: Path) -> None:
    async with Supervisor(tmp_path) as supervisor:
        with pytest.raises(StartError, match="no-such-command"):
            await supervisor.start(Child(name="absent", argv=["/no-such-command"]))


async def test_asking_to_stop_ends_a_start_that_still_waits(tmp_path: Path, mark: str) -> None:
    async def never() -> bool:
        return False

    async with Supervisor(tmp_path) as supervisor:
        starting = asyncio.create_task(supervisor.start(sleeper("slow", mark, ready=never)))
        await until(lambda: processes(mark))
        supervisor.request_stop()
        with pytest.raises(StopRequestedError):
            await starting
        assert processes(mark) == []
        with pytest.raises(StopRequestedError):
            await supervisor.start(sleeper("late", mark))


async def test_asking_twice_does_not_wait_for_the_grace(tmp_path: Path, mark: str) -> None:
    up = tmp_path / "up"
    code = f"""
        import pathlib, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        pathlib.Path({str(up)!r}).touch()
        time.sleep(600)  # {mark}
    """
    async with Supervisor(tmp_path) as supervisor:
        child = Child(name="deaf", argv=python(code), ready=file_exists(up), grace_seconds=600)
        await supervisor.start(child)
        supervisor.request_stop()
        supervisor.request_stop()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await supervisor.stop()
    assert processes(mark) == []


async def test_a_home_has_one_supervisor(tmp_path: Path) -> None:
    async with Supervisor(tmp_path):
        with pytest.raises(AlreadyRunningError) as caught:
            await Supervisor(tmp_path).__aenter__()
        assert f"process {os.getpid()}" in caught.value.en
        assert str(os.getpid()) in caught.value.zh
    async with Supervisor(tmp_path):
        pass


async def test_output_goes_to_the_log_and_to_the_console_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    up = tmp_path / "up"
    code = f"import pathlib; print('hello', flush=True); pathlib.Path({str(up)!r}).touch()\n"
    code += "import time; time.sleep(600)"
    async with Supervisor(tmp_path) as supervisor:
        child = Child(name="a", argv=python(code), ready=file_exists(up), echo=True)
        await supervisor.start(child)
    assert (tmp_path / "logs" / "a.log").read_text() == "hello\n"
    assert "a | hello" in capsys.readouterr().out


PARENT = """
import asyncio, sys
from pathlib import Path
from orderflow.children import Child
from orderflow.supervisor import Supervisor

async def main():
    async with Supervisor(Path({home!r})) as supervisor:
        await supervisor.start(Child(name="a", argv=[sys.executable, "-c", {child!r}]))
        await supervisor.wait()

asyncio.run(main())
"""


def start_parent(home: Path, mark: str) -> subprocess.Popen[bytes]:
    child = f"{grandparent(mark)}  # {mark}-child"
    code = PARENT.format(home=str(home), child=child)
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)


def _children(mark: str, parent: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return [p for p in processes(f"{mark}-child") if p.pid != parent.pid]


async def test_sigterm_stops_the_parent_and_everything_below(tmp_path: Path, mark: str) -> None:
    parent = start_parent(tmp_path, mark)
    await until(lambda: _children(mark, parent) and len(processes(mark)) == 3)
    parent.send_signal(signal.SIGTERM)
    await until(lambda: parent.poll() is not None)
    assert parent.returncode == 0
    assert processes(mark) == []


async def test_killing_the_parent_takes_its_children_and_the_next_start_the_rest(
    tmp_path: Path, mark: str
) -> None:
    parent = start_parent(tmp_path, mark)
    await until(lambda: _children(mark, parent) and len(processes(mark)) == 3)
    parent.kill()
    parent.wait()
    if sys.platform == "linux":
        await until(lambda: not _children(mark, parent))
    async with Supervisor(tmp_path):
        assert processes(mark) == []


def _stranger(mark: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(python(f"import time; time.sleep(600)  # {mark}"))


async def test_a_stranger_with_a_recorded_pid_is_left_alone(tmp_path: Path, mark: str) -> None:
    stranger = _stranger(mark)
    try:
        (tmp_path / "run").mkdir()
        record = f'{{"pid": {stranger.pid}, "started": 1.0, "family": "{tmp_path}#a"}}'
        (tmp_path / "run" / "a.json").write_text(record)
        async with Supervisor(tmp_path):
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
