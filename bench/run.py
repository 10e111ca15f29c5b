"""`orderflow bench`: runs a measurement on servers of its own and prints what it found."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from rich.table import Table

from bench import backtest, batch, dashboard, flow, importing, page, rule_tables, viewers
from bench.browser import chromium
from bench.stack import stack
from orderflow.console import err, out
from orderflow.errors import OperatorError

ROUNDS = 3
# Orders per round, where a measurement is not meant for more of them.
FEW = 120
Progress = Callable[[str], None]


class UnknownBenchError(OperatorError):
    """There is no measurement of this name."""


async def run_bench(what: str, *, orders: int | None, as_json: bool) -> None:
    """Measure and print; raises UnknownBenchError for another name.

    `orders` is how many orders (or viewers) to measure with, None for what it is meant for.
    """
    if what not in _BENCHES:
        raise UnknownBenchError(
            f"There is no bench {what!r}; use one of {', '.join(_BENCHES)}.",
            f"没有名为 {what!r} 的测量,可用:{', '.join(_BENCHES)}。",
        )
    with err.status(what) as status:
        figures = await _BENCHES[what](orders or _ORDERS.get(what, FEW), status.update)
    if as_json:
        print(json.dumps(figures, indent=2))
        return
    table = Table(title=f"orderflow bench {what}")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:g}")
    out.print(table)


async def _flow(orders: int, progress: Progress) -> dict[str, float]:
    progress("starting servers")
    async with stack() as servers:
        result = await flow.measure(servers, orders, ROUNDS, progress)
    return result.figures()


async def _rules(orders: int, progress: Progress) -> dict[str, float]:
    return rule_tables.measure(progress)


async def _import(orders: int, progress: Progress) -> dict[str, float]:
    progress("starting Postgres")
    async with importing.postgres() as engine:
        return await asyncio.to_thread(importing.measure, engine, progress)


async def _backtest(orders: int, progress: Progress) -> dict[str, float]:
    progress("starting Postgres")
    async with importing.postgres() as engine:
        return await asyncio.to_thread(backtest.measure, engine, orders, progress)


async def _batch(orders: int, progress: Progress) -> dict[str, float]:
    progress("starting servers")
    return await batch.measure(orders, progress)


async def _dashboard(orders: int, progress: Progress) -> dict[str, float]:
    progress("starting Postgres")
    async with importing.postgres() as engine:
        return await asyncio.to_thread(dashboard.measure, engine, orders, progress)


async def _viewers(count: int, progress: Progress) -> dict[str, float]:
    progress("starting servers")
    async with stack() as servers:
        return await viewers.measure(servers, count, progress)


async def _page(orders: int, progress: Progress) -> dict[str, float]:
    async with chromium() as browser:
        progress("starting servers")
        async with stack() as servers:
            return await page.measure(browser, servers, orders, progress)


_ORDERS = {
    "dashboard": dashboard.ORDERS,
    "viewers": viewers.VIEWERS,
    "page": page.ORDERS,
}
_BENCHES: dict[str, Callable[[int, Progress], Awaitable[dict[str, float]]]] = {
    "flow": _flow,
    "rules": _rules,
    "import": _import,
    "backtest": _backtest,
    "batch": _batch,
    "dashboard": _dashboard,
    "viewers": _viewers,
    "page": _page,
}
