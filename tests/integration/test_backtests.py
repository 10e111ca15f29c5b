"""Rules proved before they are in force: on a past, beside the present, on orders in flight."""

import asyncio
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection, Engine, text
from typer.testing import CliRunner

from bench.backtest import lay_down
from database import backtests, rules, shadows
from database.past_cases import newest
from database.refusals import Refused
from domain.backtest.changes import changed, read_change
from domain.rules.defaults import default_rule_set
from intake import backtest_run
from intake.backtest_run import Job, run
from intake.backtests import Backtests
from intake.shadows import Shadows
from orderflow.cli import app
from tests.integration.api_world import as_, open_house, serving, state_on

ORDERS = 300
DRAFT = "draft-5000"
CELL = "approval.above_2000.amount=>5000"


@pytest.fixture
def past(engine: Engine) -> Engine:
    """A past of some hundred orders, staff, and a draft with another threshold."""
    lay_down(engine, ORDERS, lambda _words: None)
    with engine.begin() as c:
        open_house(c)
        rules.save_draft(c, draft(), "root", "if the threshold were 5000")
    return engine


def draft() -> Any:
    return replace(changed(default_rule_set(), [read_change(CELL)]), version=DRAFT)


def told(*words: str) -> Any:
    """Run `orderflow rules ...` and return what it told programs."""
    result = CliRunner().invoke(app, ["rules", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def everything(c: Connection) -> tuple[Any, ...]:
    """What orders consist of: nothing of it may change by asking."""
    told = "SELECT md5(string_agg(CAST(t AS text), '' ORDER BY CAST(t AS text))) FROM {table} t"
    tables = ("orders", "admissions", "order_progress", "stage_events", "decisions")
    return tuple(c.execute(text(told.replace("{table}", name))).scalar_one() for name in tables)


def test_a_backtest_is_the_same_on_the_command_line_and_in_a_worker(
    past: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", database_url)
    with past.connect() as c:
        before = everything(c)
    here = told("backtest", DRAFT, "--orders", str(ORDERS))
    assert here["result"]["orders"]["judged"] == ORDERS
    moved = [t for t in here["result"]["tiers"] if t["from"] != t["to"]]
    assert [(each["from"], each["to"]) for each in moved] == [("manager", "auto")]
    assert here["result"]["now_automatic"]["orders"] == moved[0]["orders"] > 0
    shown = CliRunner().invoke(app, ["rules", "backtest", DRAFT, "--orders", "50"])
    assert "规则回测" in shown.stdout
    found = asyncio.run(_asked_of_a_worker(past, database_url))
    assert found["digest"] == here["digest"]
    with past.connect() as c:
        assert everything(c) == before


async def _asked_of_a_worker(engine: Engine, url: str) -> Any:
    async with serving(state_on(engine, url)) as client:
        body = {"orders": ORDERS}
        headers = as_("root", key="once")
        asked = [
            await client.post(f"/api/v1/rules/{DRAFT}/backtests", json=body, headers=headers)
            for _ in range(2)
        ]
        assert [answer.status_code for answer in asked] == [202, 202]
        path = f"/api/v1/backtests/{asked[0].json()['id']}"
        early = await client.get(f"{path}/result.xlsx", headers=as_("root"))
        assert early.status_code == 409
        assert await asyncio.to_thread(Backtests(engine).run_once)
        assert not await asyncio.to_thread(Backtests(engine).run_once)
        found = (await client.get(path, headers=as_("audi"))).json()
        assert (found["state"], found["orders_done"]) == ("done", ORDERS)
        book = await client.get(f"{path}/result.xlsx", headers=as_("root"))
        assert "tiers" in CalamineWorkbook.from_filelike(_file(book.content)).sheet_names
        listed = await client.get(f"/api/v1/rules/{DRAFT}/backtests", headers=as_("root"))
        assert len(listed.json()["backtests"]) == 3
        unknown = await client.post("/api/v1/rules/none/backtests", json=body, headers=headers)
        assert unknown.status_code == 404
        return found


def _file(content: bytes) -> Any:
    return io.BytesIO(content)


def test_two_processes_come_to_the_same_as_one(past: Engine) -> None:
    with past.connect() as c:
        upto = newest(c, datetime.now(UTC))
    job = Job(draft(), None, ORDERS, upto, datetime.now(UTC))
    alone = run(past, job, processes=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(backtest_run, "FEW", 0)
        together = run(past, job, processes=2, page=70)
    assert together.digest == alone.digest


def test_a_backtest_whose_runner_died_begins_anew(past: Engine) -> None:
    now = datetime.now(UTC)
    with past.begin() as c:
        made = backtests.create(
            c, DRAFT, against="", orders=ORDERS, started_by="root", now=now - timedelta(hours=1)
        )
        taken = backtests.claim(c, "dead", now - timedelta(hours=1), 60)
    assert taken is not None
    assert Backtests(past).run_once()
    with past.connect() as c:
        found = backtests.get(c, made.backtest_id)
    assert found is not None
    assert (found.state, found.attempts) == ("done", 2)
    with past.begin() as c, pytest.raises(backtests.BacktestLost):
        backtests.advance(c, made.backtest_id, "dead", 1, 1, now)


def test_a_shadow_reports_what_would_differ_and_changes_nothing(
    past: Engine, database_url: str
) -> None:
    now = datetime.now(UTC)
    with past.begin() as c:
        c.execute(text("UPDATE admissions SET at = :now"), {"now": now})
        shadows.start(c, DRAFT, started_by="root", ends_at=now + timedelta(days=1), now=now)
        before = everything(c)
    while Shadows(past).run_once():
        pass
    found = asyncio.run(_shadow(past, database_url))
    assert found["looked_at"] == ORDERS
    assert [each["table"] for each in found["differences"]] == ["approval"]
    assert 0 < found["differing"] < ORDERS
    with past.connect() as c:
        assert everything(c) == before


async def _shadow(engine: Engine, url: str) -> Any:
    path = f"/api/v1/rules/{DRAFT}/shadow"
    ends = {"ends_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    async with serving(state_on(engine, url)) as client:
        again = await client.post(path, json=ends, headers=as_("root"))
        assert (again.status_code, again.json()["code"]) == (409, "shadow_running")
        stopped = await client.post(f"{path}/stop", headers=as_("root"))
        assert stopped.json()["running"] is False
        late = {"ends_at": (datetime.now(UTC) + timedelta(days=15)).isoformat()}
        too_long = await client.post(path, json=late, headers=as_("root"))
        assert (too_long.status_code, too_long.json()["code"]) == (422, "bad_shadow_end")
        return (await client.get(path, headers=as_("audi"))).json()


def test_at_most_three_drafts_run_in_shadow(past: Engine) -> None:
    now = datetime.now(UTC)
    with past.begin() as c:
        for number in range(3):
            version = rules.save_draft(c, replace(draft(), version=f"d{number}"), "root", "")
            shadows.start(c, version, started_by="root", ends_at=now + timedelta(1), now=now)
        with pytest.raises(Refused) as refused:
            shadows.start(c, DRAFT, started_by="root", ends_at=now + timedelta(1), now=now)
    assert refused.value.code == "too_many_shadows"


def test_a_question_about_one_order_and_a_preview_of_open_ones(
    past: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", database_url)
    with past.begin() as c:
        order_id = c.execute(
            text("SELECT order_id FROM order_progress WHERE tier = 'manager' ORDER BY 1 LIMIT 1")
        ).scalar_one()
        c.execute(
            text(
                "DELETE FROM stage_events WHERE order_id = :id AND stage <> 'in_review'"
                " AND kind <> 'submitted'"
            ),
            {"id": order_id},
        )
        c.execute(
            text("UPDATE order_progress SET stage = 'in_review' WHERE order_id = :id"),
            {"id": order_id},
        )
        c.execute(
            text(
                "UPDATE decisions SET content_hash = replace(:id, 'ord_bench_', 'hash-')"
                " WHERE order_id = :id"
            ),
            {"id": order_id},
        )
        before = everything(c)
    found = told("whatif", order_id, "--set", 'approval.above_2000.amount=">50000"')
    assert found["before"]["verdict"]["tier"] == "manager"
    assert found["after"]["verdict"]["tier"] == "auto"
    assert found["before"]["people"] == {"regional_manager": ["mia"]}
    asyncio.run(_asked(past, database_url, order_id))
    with past.connect() as c:
        assert everything(c) == before


async def _asked(engine: Engine, url: str, order_id: str) -> None:
    async with serving(state_on(engine, url)) as client:
        asked = {"order_ids": [order_id]}
        path = f"/api/v1/rules/{DRAFT}/preview"
        preview = (await client.post(path, json=asked, headers=as_("lead"))).json()
        assert (preview["matching"], preview["looked_at"]) == (1, 1)
        shown = preview["orders"][0]
        assert shown["before"]["tier"] == "manager"
        assert shown["deadline_before"]["stage"] == "in_review"
        everyone = (await client.post(path, json={}, headers=as_("lead"))).json()
        assert everyone["matching"] >= 1
        ask = f"/api/v1/orders/{order_id}/counterfactual"
        wrong = {"changes": [{"table": "approval", "row": "no", "column": "amount", "value": "1"}]}
        refused = await client.post(ask, json=wrong, headers=as_("lead"))
        assert (refused.status_code, refused.json()["code"]) == (422, "no_answer")
        both = await client.post(ask, json={}, headers=as_("lead"))
        assert both.json()["code"] == "one_of_both"
        other = await client.post(ask, json={"rule_set": DRAFT}, headers=as_("lead"))
        assert other.json()["after"]["rule_set"] == DRAFT
