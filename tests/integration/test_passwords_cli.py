"""Passwords from the command line, and the first one of an embedded installation."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from api import passwords
from database import audit, credentials, sessions
from orderflow.cli import app
from orderflow.setup import ensure_administrator, ensure_password
from tests.integration.database_world import employ

NEW = "wörter genug für alle"


@pytest.fixture(autouse=True)
def _house(engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", database_url)
    with engine.begin() as c:
        employ(c, "li", "sales")


def run(typed: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["users", "password", "li", *words], input=typed)


def is_password(engine: Engine, person: str, password: str) -> bool:
    with engine.connect() as c:
        return passwords.matches(password, credentials.password_hash(c, person))


@pytest.mark.parametrize(("typed", "words"), [(f"{NEW}\n{NEW}\n", ()), (f"{NEW}\n", ("--stdin",))])
def test_a_password_is_typed_twice_or_read_and_ends_the_sessions(
    engine: Engine, typed: str, words: tuple[str, ...]
) -> None:
    now = datetime.now(UTC)
    with engine.begin() as c:
        sessions.start(c, sessions.token_hash("t"), "li", "x", now)
    result = run(typed, *words)
    assert result.exit_code == 0
    assert NEW not in result.output
    assert is_password(engine, "li", NEW)
    assert not is_password(engine, "li", NEW.upper())
    with engine.connect() as c:
        assert sessions.find(c, sessions.token_hash("t"), now) is None
        entry = audit.entries_of(c, audit.SYSTEM_CHAIN)[-1]
    assert (entry.action, entry.detail) == ("password_set", {"person_id": "li"})


def test_a_short_password_and_an_unknown_person_are_refused(engine: Engine) -> None:
    short = run("short\n", "--stdin")
    assert short.exit_code == 2
    unknown = CliRunner().invoke(app, ["users", "password", "lo", "--stdin"], input=f"{NEW}\n")
    assert unknown.exit_code == 2
    with engine.connect() as c:
        assert credentials.password_hash(c, "li") is None


def test_one_password_typed_in_two_spellings_is_the_same() -> None:
    kept = passwords.hashed("w\u00f6rter genug")
    assert passwords.matches("wo\u0308rter genug", kept)
    assert not passwords.matches("\ud800", kept)


def test_the_first_password_is_written_once_for_its_owner_alone(
    engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as c:
        c.exec_driver_sql("TRUNCATE people CASCADE")
    ensure_administrator(engine, tmp_path)
    path = ensure_password(engine, tmp_path)
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert is_password(engine, "admin", first.strip())
    ensure_password(engine, tmp_path)
    assert path.read_text() == first
    path.unlink()
    ensure_password(engine, tmp_path)
    assert not path.exists(), "somebody who has a password keeps it"
