"""One backtest from its question to its result; nothing is kept of it here."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from database import past_cases
from database.past_calendars import openings_for
from database.past_cases import Place
from domain.backtest.report import Question, digest, report
from domain.backtest.tally import Tally
from domain.rules.ruleset import RuleSet
from intake.backtest_pages import Judge, Ready, one_by_one, side_by_side

PAGE = 2_000
# Starting processes takes as long as judging this many orders.
FEW = 5_000
PROCESSES = 2

Told = Callable[[int, int], None]


class Stopped(Exception):
    """The runner was asked to stop."""


@dataclass(frozen=True)
class Job:
    """Which rules on which orders: the last `wanted` up to a place, as they were at `as_of` (UTC).

    `against` None compares with what was decided then; `upto` None: there is no order.
    """

    draft: RuleSet
    against: RuleSet | None
    wanted: int
    upto: Place | None
    as_of: datetime


@dataclass(frozen=True)
class Outcome:
    """The result as JSON values, and its digest."""

    result: dict[str, Any]
    digest: str


def run(
    engine: Engine,
    job: Job,
    *,
    told: Told = lambda _done, _total: None,
    stop: threading.Event | None = None,
    processes: int = PROCESSES,
    nice: int = 0,
    page: int = PAGE,
) -> Outcome:
    """Judge all orders of a job; `told` hears how many are done of how many.

    More than a few are judged by processes of their own, which stand back by `nice`.

    Raises Stopped when `stop` is set, RuleError when a rule set has no terms for a stage.
    """
    stop = stop or threading.Event()
    with engine.connect() as c:
        pages = past_cases.ranges(c, job.upto, job.wanted, page) if job.upto else []
        draft, against = _ready(c, job.draft, job), _ready(c, job.against, job)
    if draft is None:
        raise LookupError("a backtest without rules")
    total, done, tally = sum(each.orders for each in pages), 0, Tally()
    told(0, total)
    if total > FEW:
        judged = side_by_side(
            engine, pages, draft, against, job.as_of, processes=processes, nice=nice, stop=stop
        )
    else:
        judged = one_by_one(Judge(engine, draft, against, job.as_of), pages)
    for within, part in judged:
        tally.merge(part)
        done += within.orders
        told(done, total)
        if stop.is_set():
            raise Stopped
    if done < total:
        raise Stopped
    return _outcome(tally, job)


def _ready(c: Connection, rule_set: RuleSet | None, job: Job) -> Ready | None:
    if rule_set is None:
        return None
    since = past_cases.oldest(c, job.upto, job.wanted) if job.upto else None
    openings = openings_for(c, rule_set, since, job.as_of) if since else {}
    return Ready.of(rule_set, openings)


def _outcome(tally: Tally, job: Job) -> Outcome:
    last = job.upto.order_id if job.upto else ""
    result = report(tally, Question(job.draft, job.against, job.wanted, last))
    return Outcome(result, digest(result))
