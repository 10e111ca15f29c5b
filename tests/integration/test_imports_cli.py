"""`orderflow import`: on the database without a server of ours, interrupted, killed and resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, func, select, update
from typer.testing import CliRunner

from database import column_mappings, imports, inbox
from database.column_mappings import ColumnMapping
from intake.import_run import MOST_ORDERS
from orderflow import console
from orderflow.cli import app
from tests.integration.imports_world import HEADERS, counted, csv_of, many, row, saved
from tests.patience import PATIENCE_SECONDS

# Enough to be in the middle of it when we look.
LONG = 20 * MOST_ORDERS


@pytest.fixture
def environment(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, str]:
    """Where the command finds its database, and a folder to leave its workbooks in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", database_url)
    root = str(Path(__file__).parents[2])
    return {**os.environ, "ORDERFLOW_DATABASE_URL": database_url, "PYTHONPATH": root}


def told(*words: str | Path) -> tuple[int, dict[str, Any]]:
    """Run the command; its exit code and what it told programs."""
    result = CliRunner().invoke(app, ["import", *map(str, words), "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else {}


def messages(engine: Engine) -> tuple[int, int]:
    """Return how many messages and how many different bodies there are."""
    query = select(func.count(), func.count(inbox.inbox.c.body.distinct()))
    with engine.connect() as c:
        rows, different = c.execute(query).one()
    return int(rows), int(different)


def test_a_file_is_imported_and_again_changes_nothing(
    engine: Engine, environment: Mapping[str, str], tmp_path: Path
) -> None:
    path = saved(tmp_path, many(3))
    code, first = told(path)
    assert (code, first["state"], first["orders_stored"]) == (0, "done", 3)
    code, again = told(path)
    assert (code, again["orders_stored"], again["orders_known"]) == (0, 0, 3)
    assert messages(engine) == (3, 3)


def test_what_is_wrong_is_written_to_a_workbook(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    path = saved(tmp_path, csv_of([row("A-1"), row("A-2", quantity="1.5"), row("")]))
    code, outcome = told(path, "--dry-run", "--errors", tmp_path / "wrong.xlsx")
    assert (code, outcome["orders"], outcome["moved"]) == (0, 3, 1)
    assert {each["code"] for each in outcome["reasons"]} == {"BAD_QUANTITY", "REQUIRED"}
    assert outcome["share"] == "33.33"
    sheet = CalamineWorkbook.from_path(outcome["errors"]).get_sheet_by_index(0)
    assert len(sheet.to_python()) == 3
    assert told(path, "--dry-run")[1]["errors"] == "orders-errors.xlsx"


def test_people_get_a_summary_in_both_languages(
    environment: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.out, "_width", 120)
    path = saved(tmp_path, csv_of([row("A-1"), row("A-2", quantity="1.5")]))
    result = CliRunner().invoke(app, ["import", str(path), "--dry-run"])
    assert result.exit_code == 0
    for words in ("orders in the file", "文件中的订单", "数量不是有效整数", "orders-errors.xlsx"):
        assert words in result.stdout


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], "--template"),
        (["no-such.csv"], "no-such.csv"),
        (["orders.csv", "--currency", "XXX"], "currency"),
        (["orders.csv", "--shop", "a b"], "a b"),
        (["orders.csv", "--as", "nobody"], "nobody"),
        (["orders.csv", "--mapping", "missing"], "missing"),
        (["orders.csv", "--mapping", "missing.json"], "missing.json"),
    ],
)
def test_what_is_asked_wrongly_is_said_and_ends_with_2(
    engine: Engine,
    environment: Mapping[str, str],
    tmp_path: Path,
    words: list[str],
    named: str,
) -> None:
    saved(tmp_path, many(1))
    result = CliRunner().invoke(app, ["import", *words])
    assert result.exit_code == 2
    assert named in result.output
    assert counted(engine, "imports") == 0


def test_a_file_that_can_not_be_read_ends_with_1(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    path = saved(tmp_path, b"PK\x03\x04 cut off", "orders.xlsx")
    code, outcome = told(path)
    assert (code, outcome["state"]) == (1, "failed")
    assert outcome["findings"][0]["message_zh"]


def test_a_mapping_is_taken_by_name_or_from_a_file(
    engine: Engine, environment: Mapping[str, str], tmp_path: Path
) -> None:
    mapping = {"Beleg": "order_id"}
    path = saved(tmp_path, csv_of([row("A-1")], ("Beleg", *HEADERS[1:])))
    with engine.begin() as c:
        column_mappings.save(c, ColumnMapping("dealer", mapping, "cs", datetime.now(UTC)))
    (tmp_path / "map.json").write_text(json.dumps(mapping))
    for given in ("dealer", tmp_path / "map.json"):
        code, outcome = told(path, "--dry-run", "--mapping", given)
        assert (code, outcome["moved"]) == (0, 1)


def test_the_template_is_written_and_imports_cleanly(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "template.xlsx"
    assert CliRunner().invoke(app, ["import", "--template", str(path)]).exit_code == 0
    code, outcome = told(path, "--dry-run")
    assert (code, outcome["share"]) == (0, "100.00")


def in_the_middle(engine: Engine, process: subprocess.Popen[bytes]) -> None:
    """Wait until the command has stored some of its file."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while counted(engine, "inbox") == 0:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def started(environment: Mapping[str, str], path: Path) -> subprocess.Popen[bytes]:
    """Start the command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "orderflow", "import", str(path), "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_killed_in_the_middle_it_resumes_without_a_double(
    engine: Engine, environment: Mapping[str, str], tmp_path: Path
) -> None:
    path = saved(tmp_path, many(LONG))
    process = started(environment, path)
    in_the_middle(engine, process)
    process.kill()
    process.communicate()
    assert 0 < counted(engine, "inbox") < LONG
    # Until its lease has passed it may still be at work.
    assert told(path)[0] == 2
    with engine.begin() as c:
        passed = datetime.now(UTC) - timedelta(seconds=1)
        c.execute(update(imports.imports).values(taken_until=passed))
    code, outcome = told(path)
    assert (code, outcome["orders_stored"], outcome["orders_known"]) == (0, LONG, 0)
    assert messages(engine) == (LONG, LONG)
    assert counted(engine, "imports") == 1


def test_interrupted_it_says_how_to_go_on_and_does(
    engine: Engine, environment: Mapping[str, str], tmp_path: Path
) -> None:
    path = saved(tmp_path, many(LONG))
    process = started(environment, path)
    in_the_middle(engine, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert "same command" in said.decode()
    assert "再次执行相同命令" in said.decode()
    assert 0 < counted(engine, "inbox") < LONG
    code, outcome = told(path)
    assert (code, outcome["orders_stored"]) == (0, LONG)
    assert messages(engine) == (LONG, LONG)
