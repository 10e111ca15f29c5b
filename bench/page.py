"""What a first visit costs a person at a desk: the bytes that come, and when there is what to see.

A real api process serves the pages as they were built to a Chromium that has none of them yet.
"""

import asyncio
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from api import passwords
from api.permissions import V1
from bench.board_orders import lay_down
from bench.board_staff import staff
from bench.dashboard import Progress
from bench.stack import Stack, serve_api
from database import credentials

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, ViewportSize

ORDERS = 3_000
ROUNDS = 5
_DESKTOP: "ViewportSize" = {"width": 1280, "height": 800}
# Of each page its address, and what it shows last.
_PAGES = {"sign_in": ("/login", "form"), "board": ("/", ".trends svg")}
_FIGURES = """() => {
    const came = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind));
    const [painted] = performance.getEntriesByName("first-contentful-paint");
    return {
        transfer_kb: came.reduce((sum, each) => sum + each.transferSize, 0) / 1000,
        files: came.length,
        first_paint_ms: painted.startTime,
        complete_ms: performance.now(),
    };
}"""


async def measure(
    browser: "Browser", stack: Stack, orders: int, progress: Progress
) -> dict[str, float]:
    """Return the medians of several first visits to each page, over so many orders.

    `complete` is when the last part of the page shows.
    """
    now, password = datetime.now(UTC), passwords.made_up()
    await asyncio.to_thread(lay_down, stack.engine, orders, now, progress)
    person = await asyncio.to_thread(_admit, stack.engine, password, now)
    url = await serve_api(stack)
    figures: dict[str, float] = {"page.orders": orders, "page.visits": ROUNDS}
    for name, (path, last) in _PAGES.items():
        progress(f"visiting {name}")
        visits = []
        for _ in range(ROUNDS):
            window = await browser.new_context(base_url=url, viewport=_DESKTOP)
            if name != "sign_in":
                await _sign_in(window, person, password)
            visits.append(await _visit(window, path, last))
            await window.close()
        for figure in visits[0]:
            figures[f"page.{name}_{figure}"] = round(median(v[figure] for v in visits), 1)
    return figures


def _admit(engine: Engine, password: str, now: datetime) -> str:
    """Let somebody who sees the whole board sign in."""
    person = staff()[0].person_id
    with engine.begin() as c:
        credentials.set_password(c, person, passwords.hashed(password), now)
    return person


async def _sign_in(window: "BrowserContext", person: str, password: str) -> None:
    data = {"person": person, "password": password}
    answer = await window.request.post(f"{V1}/session", data=data)
    assert answer.ok, answer.status


async def _visit(window: "BrowserContext", path: str, last: str) -> dict[str, float]:
    page = await window.new_page()
    await page.goto(path)
    await page.wait_for_selector(last)
    seen: dict[str, float] = await page.evaluate(_FIGURES)
    return seen
