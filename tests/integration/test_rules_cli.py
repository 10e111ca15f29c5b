"""`orderflow rules`: exported, changed in a workbook, imported, checked, published by a second
person; the next order follows the new rules, an open one its own, and both are explained."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from channels.spreadsheet.grids import read_grids, write_grids
from database import explanations, rules
from orderflow import console
from orderflow.cli import app
from tests.integration.database_rules_sets import published_rules, rule_set
from tests.integration.database_world import employ
from tests.integration.rules_world import admitted, order_over


@pytest.fixture
def home(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder to work in, and a company with two editors of rules whose v1 is in force."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", database_url)
    monkeypatch.setattr(console.out, "_width", 200)
    with engine.begin() as c:
        published_rules(c, "v1")
        for person in ("ruth", "sven"):
            employ(c, person, "rules_editor")
        employ(c, "mia", "regional_manager")
    return tmp_path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, words)])


def edited(path: Path, sheet: str, before: str, after: str) -> None:
    """Change one cell of a workbook the way a person would."""
    grids = read_grids(path.read_bytes(), path.name)
    (grid,) = [each for each in grids if each.name == sheet]
    (place,) = [
        (y, x) for y, row in enumerate(grid.rows) for x, cell in enumerate(row) if cell == before
    ]
    grid.rows[place[0]][place[1]] = after
    path.write_bytes(write_grids(grids))


@pytest.mark.parametrize(("lang", "sheet"), [("en", "Approval"), ("zh", "审批")])
def test_a_threshold_changed_in_a_workbook_rules_the_next_order_and_no_open_one(
    home: Path, engine: Engine, lang: str, sheet: str
) -> None:
    before = order_over(engine, "1001", 3000)
    assert admitted(engine, before).tier == "manager"
    book = home / "rules.xlsx"
    assert run("export", book, "--lang", lang).exit_code == 0
    edited(book, sheet, "> 2000", "> 5000")
    assert run("check", book).exit_code == 0
    imported = run("import", book, "--version", "v2", "--as", "ruth", "--note", "5000")
    assert imported.exit_code == 0, imported.output
    assert "order amount > 5000 CNY" in imported.output
    assert "订单金额 > 5000 CNY" in imported.output
    assert run("publish", "v2", "--as", "sven").exit_code == 1
    assert run("check", "v2", "--as", "ruth").exit_code == 0
    refused = run("publish", "v2", "--as", "ruth")
    assert refused.exit_code == 1
    assert "somebody else has to publish it" in refused.output
    assert run("publish", "v2", "--as", "sven").exit_code == 0
    after = order_over(engine, "1002", 3000)
    assert admitted(engine, after).tier == "auto"
    assert admitted(engine, before, "v1").tier == "manager"
    old, new = (run("explain", each) for each in (before, after))
    assert "row above_2000 applies" in old.output
    assert "v2" in old.output
    assert "it needs order amount > 5000 CNY, but it is 3000" in new.output.replace("\n", " ")
    with engine.connect() as c:
        assert list(explanations.contradictions(c)) == []


def test_a_workbook_that_was_not_changed_says_the_same(home: Path) -> None:
    for name in ("rules.xlsx", "rules.json"):
        assert run("export", "v1", name).exit_code == 0
        assert "两者相同" in run("diff", "v1", name).output
    assert json.loads((home / "rules.json").read_text())["version"] == "v1"


def test_a_wrong_cell_is_named_with_its_sheet_and_nothing_is_kept(
    home: Path, engine: Engine
) -> None:
    book = home / "rules.xlsx"
    run("export", book)
    edited(book, "Approval", "> 2000", "> 2000 EUR")
    for words in (["check", book], ["import", book, "--as", "ruth"]):
        found = run(*words)
        assert found.exit_code == 1
        assert "Approval!" in found.output
    with engine.connect() as c:
        assert [each.rule_set_id for each in rules.overview(c)] == ["v1"]


def test_a_draft_from_an_older_export_is_stale_until_it_is_rebased(
    home: Path, engine: Engine
) -> None:
    book = home / "rules.xlsx"
    run("export", book)
    edited(book, "Approval", "> 2000", "> 5000")
    with engine.begin() as c:
        published_rules(c, "v2")
    assert run("import", book, "--version", "v3", "--as", "ruth").exit_code == 0
    run("check", "v3", "--as", "ruth")
    stale = run("publish", "v3", "--as", "sven")
    assert (stale.exit_code, "rebase" in stale.output, "变基" in stale.output) == (1, True, True)
    assert run("rebase", "v3", "--as", "ruth").exit_code == 0
    assert run("check", "v3", "--as", "ruth").exit_code == 0
    assert run("publish", "v3", "--as", "sven").exit_code == 0
    shown = run("history", "v3")
    assert [word in shown.output for word in ("rebased", "变基", "ruth", "sven")] == [True] * 4


def test_versions_and_tables_are_shown_in_both_languages(home: Path) -> None:
    listed = run("list")
    assert listed.exit_code == 0
    assert "in force 现行" in listed.output
    shown = run("show", "v1", "--table", "approval", "--lang", "zh")
    for words in ("order amount", "订单金额", "> 10000", "会签"):
        assert words in shown.output, words
    assert "routing" not in shown.output


def test_a_discarded_draft_is_told(home: Path, engine: Engine) -> None:
    with engine.begin() as c:
        rules.save_draft(c, rule_set("v2"), "ruth", "")
    assert run("discard", "v2", "--note", "no", "--as", "sven").exit_code == 0
    assert "discarded 已作废" in run("list").output


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (["export", "v1"], 2, ".xlsx"),
        (["export", "nothing", "x.json"], 1, "nothing"),
        (["import", "missing.xlsx"], 2, "missing.xlsx"),
        (["import", "missing.xlsx", "--as", "eve"], 2, "eve"),
        (["publish", "v1", "--as", "mia"], 2, "rules.publish"),
        (["publish", "v1", "--as", "operator"], 2, "operator"),
        (["publish", "v9", "--as", "sven"], 1, "v9"),
        (["show", "v1", "--table", "prices"], 2, "prices"),
        (["show", "v1", "--lang", "fr"], 2, "fr"),
        (["explain", "none-such"], 2, "none-such"),
        (["check", "v9"], 1, "v9"),
    ],
)
def test_what_is_asked_wrongly_is_said_with_its_exit_code(
    home: Path, words: list[str], code: int, named: str
) -> None:
    result = run(*words)
    assert result.exit_code == code, result.output
    assert named in result.output


def test_a_file_is_checked_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.rule_files import json_of

    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", "postgresql://x:x@127.0.0.1:1/x")
    path = tmp_path / "mine.json"
    path.write_bytes(json_of(rule_set("mine")))
    assert run("check", path).exit_code == 0
    document: dict[str, Any] = json.loads(path.read_text())
    del document["tables"]["routing"]
    path.write_text(json.dumps(document))
    found = run("check", path)
    assert (found.exit_code, "routing" in found.output) == (1, True)
