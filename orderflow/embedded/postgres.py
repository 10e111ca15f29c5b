"""A real PostgreSQL on loopback, started by us from packaged binaries, its data kept in home."""

import asyncio
import hashlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from database import engine as database
from orderflow.children import Child
from orderflow.embedded.binaries import postgres_binaries
from orderflow.embedded.cluster import DATABASE, ROLE, ensure_cluster, stored_password
from orderflow.embedded.place import Place, place_for
from orderflow.embedded.ports import LOOPBACK, PortBook
from orderflow.errors import OperatorError
from orderflow.processes import kill
from orderflow.supervisor import Supervisor

NAME = "postgres"
# Below the range from which systems take ports for outgoing connections, so that the port is
# still ours when the server restarts.
PREFERRED_PORT = 15432
# Sized for a small machine that also runs Temporal, the API and a worker.
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "8MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    # Statements may hold names and addresses, which have no place in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    # The tag of our processes in the process list, see _leftovers.
    "update_process_title": "on",
}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A prepared data folder and how to run a server on it."""

    home: Path
    place: Place
    binaries: Path
    port: int
    password: str

    @property
    def tag(self) -> str:
        """Names our server processes in the process list."""
        return "orderflow-" + hashlib.sha256(str(self.home).encode()).hexdigest()[:10]

    def url(self, database: str = DATABASE) -> str:
        """SQLAlchemy URL; it holds the password."""
        return _url(self.password, self.port, database)

    def child(self) -> Child:
        """The server as a supervised child."""
        settings = {**_SETTINGS, "port": str(self.port), "cluster_name": self.tag}
        return Child(
            name=NAME,
            argv=[
                str(self.binaries / "postgres"),
                *("-D", str(self.place.data)),
                *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
            ],
            env={"PATH": os.defpath, "LC_ALL": "C"},
            cwd=Path("/"),
            account=self.place.account,
            before_start=self._clear_the_way,
            ready=self._answers,
            # Fast shutdown when asked; immediate when the supervisor dies: Postgres then recovers
            # from its log at the next start, and no process stays behind.
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
            grace_seconds=20,
        )

    async def _clear_the_way(self) -> None:
        await asyncio.to_thread(self._end_leftovers)

    def _end_leftovers(self) -> None:
        """After a kill -9 backends may live on and hold the shared memory of the data folder.

        The home is locked by our supervisor, so whatever still runs on it is a leftover. The pid
        in a stale `postmaster.pid` may belong to a stranger by now, which Postgres would take for
        a running server.
        """
        survivors = kill(_leftovers(self.tag))
        if survivors:
            raise OperatorError(
                f"Old Postgres processes do not end: {[p.pid for p in survivors]}. Kill them.",
                f"旧的 Postgres 进程无法结束:{[p.pid for p in survivors]}。请手动结束。",
            )
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)

    async def _answers(self) -> bool:
        return await asyncio.to_thread(_connects, self.url("postgres"))


async def start_postgres(supervisor: Supervisor) -> str:
    """Start the embedded Postgres of the supervisor's home; returns the SQLAlchemy URL.

    The database exists, is empty at first, and its durability settings have been checked.
    """
    server = await asyncio.to_thread(prepared_postgres, supervisor.home, supervisor.ports)
    await supervisor.start(server.child())
    await asyncio.to_thread(_create_database, server.url("postgres"))
    await asyncio.to_thread(_check_durability, server.url())
    return server.url()


def prepared_postgres(home: Path, ports: PortBook) -> EmbeddedPostgres:
    """Make the data folder if there is none yet and settle port, user and binaries."""
    place = place_for(home)
    binaries = postgres_binaries(place.root, place.account)
    password = ensure_cluster(home, place, binaries)
    return EmbeddedPostgres(home, place, binaries, ports.claim(NAME, PREFERRED_PORT), password)


def embedded_database_url(home: Path) -> str | None:
    """SQLAlchemy URL of the home's embedded Postgres; None when it never ran.

    For commands beside a running `orderflow up`; whether the server runs shows on connecting.
    """
    port = PortBook(home).known().get(NAME)
    return _url(stored_password(home), port, DATABASE) if port else None


def _check_durability(url: str) -> None:
    engine = database.create_engine(url, 1)
    database.assert_durable(engine)
    engine.dispose()


def _url(password: str, port: int, database: str) -> str:
    return f"postgresql+psycopg2://{ROLE}:{password}@{LOOPBACK}:{port}/{database}"


def _connects(url: str) -> bool:
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except OperationalError:
        return False
    return True


def _create_database(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        query = text("select 1 from pg_database where datname = :name")
        if connection.scalar(query, {"name": DATABASE}) is None:
            connection.execute(text(f"create database {DATABASE}"))


def _leftovers(tag: str) -> list[psutil.Process]:
    """Servers and backends by the tag in their command line, which any user may read."""
    found = []
    for process in psutil.process_iter():
        try:
            if "postgres" in process.name() and tag in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found
