"""Connections to Postgres: the pool, the schema's newest state, and listening for notices."""

import select as readiness
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import psycopg2
import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, NullPool, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from database.refusals import Refused

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number does, as long as nothing else in the database locks the same one.
_MIGRATION_LOCK = 7_302_611_855


def create_engine(url: str, pool_size: int = 10, *, pre_ping: bool = True) -> Engine:
    """Make a pool of at most `pool_size` connections; sessions run in UTC.

    With `pre_ping` a pooled connection is checked before use, so a restarted server costs a
    reconnect and no error; whoever repeats what failed anyway saves the round trip without it.
    Waiting for a connection, a lock or a statement ends with an error after a while, so that an
    overloaded server shows as one.
    """
    return sqlalchemy.create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=pre_ping,
        # Parameters hold names and addresses; errors end up in logs and histories.
        hide_parameters=True,
        connect_args={
            "application_name": "orderflow",
            "connect_timeout": 5,
            "options": "-c timezone=UTC -c lock_timeout=10s -c statement_timeout=60s",
        },
    )


def driver_url(url: str) -> URL:
    """Return the URL with the driver we use; a bare `postgresql://` would mean another one."""
    return make_url(url).set(drivername="postgresql+psycopg2")


def assert_durable(engine: Engine) -> None:
    """Raise Refused when the server may acknowledge a commit that a crash can undo."""
    with engine.connect() as c:
        settings = {
            name: c.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one()
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        }
    for name, value in settings.items():
        if value == "off":
            raise Refused(
                "not_durable",
                f"Postgres runs with {name}=off and would lose acknowledged orders in a crash; "
                f"set {name}=on and restart",
                f"Postgres 的 {name} 为 off,崩溃时会丢失已确认的订单;请设为 on 后重新启动",
            )


def migrate(url: str) -> None:
    """Bring the schema to its newest state; several processes may do so at once."""
    engine = sqlalchemy.create_engine(driver_url(url), poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as c:
        c.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        config.attributes["connection"] = c
        command.upgrade(config, "head")


@dataclass(frozen=True)
class Notice:
    """One NOTIFY: the channel and its payload."""

    channel: str
    payload: str


class Listener:
    """A connection of its own that hears what others NOTIFY on some channels.

    Notices sent while nobody was connected are lost: look at the tables after connecting, and now
    and then anyway. Errors of the connection are SQLAlchemy's `OperationalError`; make a new one.
    """

    def __init__(self, url: str, *channels: str) -> None:
        engine = sqlalchemy.create_engine(
            driver_url(url), poolclass=NullPool, pool_reset_on_return=None
        )
        # Kept, because the driver's connection is closed with it.
        with _lost_connections():
            self._pooled = engine.raw_connection()
            self._connection = cast(Any, self._pooled.driver_connection)
            self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                for channel in channels:
                    cursor.execute(f'LISTEN "{channel}"')

    def __enter__(self) -> Self:
        """Use the listener until the end of a `with` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def fileno(self) -> int:
        """Return the socket, for an event loop that waits for it and then calls `heard`."""
        number: int = self._connection.fileno()
        return number

    def heard(self) -> list[Notice]:
        """Return what has come in, without waiting."""
        with _lost_connections():
            self._connection.poll()
        notices = [Notice(n.channel, n.payload) for n in self._connection.notifies]
        self._connection.notifies.clear()
        return notices

    def wait(self, timeout: float) -> list[Notice]:
        """Return what comes in, after `timeout` seconds at the latest, then perhaps nothing."""
        already = self.heard()
        if already:
            return already
        readiness.select([self], [], [], timeout)
        return self.heard()

    def close(self) -> None:
        """End the connection."""
        self._pooled.close()


@contextmanager
def _lost_connections() -> Iterator[None]:
    """Raise what the driver says of a lost connection as SQLAlchemy would, which is not asked."""
    try:
        yield
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise OperationalError("LISTEN", None, error) from error


def listen(url: str, *channels: str) -> Listener:
    """Start to hear notices on these channels; use it in a `with` block."""
    return Listener(url, *channels)
