"""Real servers for the tests that need them: one Postgres and one Temporal per test process."""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Engine, text
from temporalio.client import Client

from database.engine import create_engine, migrate
from orderflow.embedded.postgres import start_postgres
from orderflow.embedded.temporal import start_temporal
from orderflow.supervisor import Supervisor
from workflows.payloads import data_converter

NAMESPACE = "orderflow"
T = TypeVar("T")


class House:
    """A supervisor on a loop of its own, so that tests of any kind can share its servers."""

    def __init__(self, home: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.supervisor = self.run(self._enter(home))

    async def _enter(self, home: Path) -> Supervisor:
        return await Supervisor(home).__aenter__()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the servers' loop and wait for it."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(timeout=250)

    def close(self) -> None:
        """Stop the servers."""
        self.run(self.supervisor.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=60)


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The supervisor that owns this process's servers."""
    # pytest's own folders are closed to the system user that Postgres runs as under root.
    home = Path(tempfile.mkdtemp(prefix="orderflow-test-"))
    house = House(home)
    yield house
    house.close()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(house: House) -> str:
    """A migrated Postgres of our own."""
    url = house.run(start_postgres(house.supervisor))
    migrate(url)
    return url


@pytest.fixture(scope="session")
def _shared_engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url, 20)
    yield engine
    engine.dispose()


# Deleting a test's few rows takes a tenth of the time of TRUNCATE, which makes a new file for every
# table and index. Foreign keys and the triggers that protect what is published stand aside for it.
_EMPTIED = text("""
DO $$
DECLARE found record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR found IN SELECT format('%I', tablename) AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'DELETE FROM ' || found.name;
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
""")


@pytest.fixture
def engine(_shared_engine: Engine) -> Engine:
    """An engine on a database without rows."""
    with _shared_engine.begin() as c:
        c.execute(_EMPTIED)
    return _shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back."""
    with engine.connect() as c, c.begin() as transaction:
        yield c
        if transaction.is_active:
            transaction.rollback()


@pytest.fixture(scope="session")
def temporal_address(house: House) -> str:
    """A Temporal dev server with our namespace and search attributes."""
    return house.run(start_temporal(house.supervisor, NAMESPACE)).address


@pytest.fixture
async def temporal_client(temporal_address: str) -> Client:
    """A client of the dev server that speaks as the worker does."""
    return await Client.connect(
        temporal_address, namespace=NAMESPACE, data_converter=data_converter
    )
