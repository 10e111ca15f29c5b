"""How fast the board answers over a million orders and ten million events.

Every part of the board is asked for by random people, for all they see or for one of their groups,
and so are the first pages of the orders and of their tasks. The orders end with a full day, when
the figures of today have the most to count.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import quantiles

from sqlalchemy import Connection, Engine, text

from api.boards import backlog_at, exceptions_at, overview_at, stage_times_at
from api.records import page_of_orders
from bench.board_orders import lay_down
from bench.board_staff import GROUPS, scope_to_read, staff
from database.order_search import OrderQuery
from database.people import Actor
from database.tasks import tasks_of

ORDERS = 1_000_000
ROUNDS = 200
# The first rounds read from disk what the others find in memory.
WARM_UP = 10

Progress = Callable[[str], None]
Ask = Callable[[Connection, Actor, str | None, datetime], object]


def _ask_overview(c: Connection, actor: Actor, group: str | None, now: datetime) -> object:
    return overview_at(c, scope_to_read(actor), group, now)


def _ask_backlog(c: Connection, actor: Actor, group: str | None, now: datetime) -> object:
    return backlog_at(c, scope_to_read(actor), group, now)


def _ask_stage_times(days: int) -> Ask:
    def ask(c: Connection, actor: Actor, group: str | None, now: datetime) -> object:
        return stage_times_at(c, scope_to_read(actor), group, now, days)

    return ask


def _ask_exceptions(days: int) -> Ask:
    def ask(c: Connection, actor: Actor, group: str | None, now: datetime) -> object:
        return exceptions_at(c, scope_to_read(actor), group, now, days)

    return ask


def _ask_orders(c: Connection, actor: Actor, group: str | None, _now: datetime) -> object:
    return page_of_orders(c, OrderQuery(group=group), scope_to_read(actor))


def _ask_tasks(c: Connection, actor: Actor, _group: str | None, _now: datetime) -> object:
    return tasks_of(c, actor.person_id, actor.roles)


QUERIES: dict[str, Ask] = {
    "overview": _ask_overview,
    "backlog": _ask_backlog,
    "stage_times_14_days": _ask_stage_times(14),
    "stage_times_31_days": _ask_stage_times(31),
    "exceptions_7_days": _ask_exceptions(7),
    "exceptions_14_days": _ask_exceptions(14),
    "orders": _ask_orders,
    "tasks": _ask_tasks,
}


def measure(
    engine: Engine, orders: int, progress: Progress, rounds: int = ROUNDS
) -> dict[str, float]:
    """Return the median and the 95th percentile of every query, in milliseconds."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    now = today - timedelta(seconds=1)
    begun = time.perf_counter()
    lay_down(engine, orders, now, progress)
    figures = _size(engine) | {"dashboard.laid_down_seconds": round(time.perf_counter() - begun)}
    worst = 0.0
    for name, ask in QUERIES.items():
        progress(f"asking for {name}")
        taken = quantiles(_timed(engine, ask, now, rounds), n=100)
        figures |= {
            f"dashboard.{name}_p50_ms": round(taken[49], 1),
            f"dashboard.{name}_p95_ms": round(taken[94], 1),
        }
        worst = max(worst, taken[94])
    return {"dashboard.p95_ms": round(worst, 1), **figures}


def _size(engine: Engine) -> dict[str, float]:
    with engine.connect() as c:
        return {
            f"dashboard.{name}": c.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for name, table in (("orders", "orders"), ("events", "stage_events"))
        }


def _timed(engine: Engine, ask: Ask, now: datetime, rounds: int) -> list[float]:
    """Ask so many times as random people and return the milliseconds of each answer."""
    chance, everybody = random.Random(20260105), staff()
    taken = []
    for number in range(WARM_UP + rounds):
        actor, group = chance.choice(everybody), chance.choice((None, None, *GROUPS))
        with engine.connect() as c:
            begun = time.perf_counter()
            ask(c, actor, group, now)
            if number >= WARM_UP:
                taken.append(1000 * (time.perf_counter() - begun))
    return taken
