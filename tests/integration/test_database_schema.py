"""Migrations, durability and notices against a real Postgres."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Engine, text
from sqlalchemy.engine import make_url

import database
from database.engine import assert_durable, create_engine, listen, migrate
from database.metadata import metadata
from database.refusals import Refused
from tests.integration.database_world import at_once
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.filterwarnings("ignore:Computed default")


@pytest.fixture
def empty_database_url(engine: Engine, database_url: str) -> Iterator[str]:
    """A database nobody has migrated."""
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as c:
        c.execute(text("DROP DATABASE IF EXISTS still_empty"))
        c.execute(text("CREATE DATABASE still_empty"))
    yield make_url(database_url).set(database="still_empty").render_as_string(False)
    with alone.connect() as c:
        c.execute(text("DROP DATABASE still_empty WITH (FORCE)"))


def import_every_table() -> None:
    for module in pkgutil.iter_modules(database.__path__):
        if not module.ispkg:
            importlib.import_module(f"database.{module.name}")


def test_migrations_make_exactly_the_tables_the_code_declares(connection: Connection) -> None:
    import_every_table()
    options = {"compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    assert compare_metadata(context, metadata) == []


def test_migrations_make_exactly_the_checks_the_code_declares(connection: Connection) -> None:
    import_every_table()
    declared = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    made = connection.execute(
        text(
            "SELECT conname FROM pg_constraint "
            "WHERE contype = 'c' AND connamespace = 'public'::regnamespace".replace("::", "\\:\\:")
        )
    )
    assert set(made.scalars()) == {name[:63] for name in declared}


def test_processes_that_migrate_at_the_same_time_do_not_fail(empty_database_url: str) -> None:
    at_once(migrate, [empty_database_url] * 4)
    engine = create_engine(empty_database_url, 1)
    with engine.connect() as c:
        assert c.execute(text("SELECT count(*) FROM orders")).scalar_one() == 0
    engine.dispose()


def test_a_server_that_may_forget_commits_is_refused(engine: Engine, database_url: str) -> None:
    assert_durable(engine)
    forgetful = create_engine(f"{database_url}?options=-csynchronous_commit%3Doff", 1)
    with forgetful.connect() as c:
        c.execute(text("SET SESSION synchronous_commit = off"))
        c.commit()
    with pytest.raises(Refused, match="synchronous_commit=off") as refused:
        assert_durable(forgetful)
    assert "synchronous_commit" in refused.value.message_zh
    forgetful.dispose()


def test_sessions_run_in_utc(connection: Connection) -> None:
    assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"


def test_a_listener_hears_what_was_committed_and_nothing_else(
    engine: Engine, database_url: str
) -> None:
    with listen(database_url, "first", "second") as listener:
        with engine.begin() as c:
            c.execute(text("SELECT pg_notify('first', 'a'), pg_notify('other', 'x')"))
            assert listener.heard() == []
        heard = [(notice.channel, notice.payload) for notice in listener.wait(PATIENCE_SECONDS)]
        assert heard == [("first", "a")]
        assert listener.wait(0) == []
