"""The measurements of the board run: what they lay down is sound, and every query answers."""

import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from bench import dashboard, viewers
from bench.board_orders import lay_down
from bench.board_staff import GROUPS
from bench.browser import NoBrowserError
from bench.run import run_bench
from bench.stack import stack
from database import doctor
from database.board_backlog import cells

ORDERS = 3_000


def quiet(_: str) -> None:
    """Tell nobody how far the work is."""


def test_the_board_is_measured_over_orders_as_they_are(engine: Engine) -> None:
    figures = dashboard.measure(engine, ORDERS, quiet, rounds=3)
    assert figures["dashboard.orders"] == ORDERS
    assert 9 < figures["dashboard.events"] / ORDERS < 12
    worst = max(value for name, value in figures.items() if name.endswith("_p95_ms"))
    assert figures["dashboard.p95_ms"] == worst
    assert {f"dashboard.{name}_p50_ms" for name in dashboard.QUERIES} < figures.keys()


def test_what_is_laid_down_is_sound_and_spread(engine: Engine) -> None:
    lay_down(engine, ORDERS, datetime.now(UTC), quiet)
    with engine.connect() as c:
        found = [each for each in doctor.violations(c) if each.invariant == "I15"]
        still_open = cells(c, None)
        held = c.execute(text("SELECT count(*) FROM holds")).scalar_one()
    assert found == []
    assert 0.005 < sum(cell.orders for cell in still_open) / ORDERS < 0.05
    assert {cell.group for cell in still_open} <= set(GROUPS)
    assert 0.05 < held / ORDERS < 0.15


async def test_viewers_are_measured_beside_one_who_does_not_read() -> None:
    async with stack() as servers:
        figures = await viewers.measure(servers, 3, quiet, changes=5, burst=5)
    assert figures["viewers.viewers"] == 3
    assert figures["viewers.rss_mib_with"] > 0
    assert figures["viewers.delay_p95_ms_with_slow_one"] > 0


async def test_without_chromium_the_page_bench_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ORDERFLOW_CHROMIUM", raising=False)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(NoBrowserError) as said:
        await run_bench("page", orders=None, as_json=True)
    assert "apt-get install chromium" in said.value.en
    assert "apt-get install chromium" in said.value.zh


async def test_without_playwright_the_page_bench_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(NoBrowserError, match="Playwright is not installed"):
        await run_bench("page", orders=None, as_json=True)
