"""Judging pages of past orders, here or in processes of their own that let live work go first."""

import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import Engine

from database import past_cases
from database.engine import create_engine
from database.past_cases import Range
from domain.backtest.counting import take
from domain.backtest.judging import Rules, made_ready
from domain.backtest.tally import Tally
from domain.openings import Openings
from domain.rules.ruleset import RuleSet, rule_set_from_json, rule_set_to_json

SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True)
class Ready:
    """A rule set with the working time it counts by, in a form that travels between processes."""

    document: Mapping[str, Any]
    openings: Mapping[str, Openings]

    @classmethod
    def of(cls, rule_set: RuleSet, openings: Mapping[str, Openings]) -> "Ready":
        """Return a rule set made ready to travel."""
        return cls(rule_set_to_json(rule_set), openings)

    def rules(self) -> Rules:
        """Return the rules to judge by."""
        return made_ready(rule_set_from_json(self.document), self.openings)


class Judge:
    """Judges pages of orders as they were at `as_of` (UTC)."""

    def __init__(self, engine: Engine, draft: Ready, against: Ready | None, as_of: datetime):
        self._engine = engine
        self._draft = draft.rules()
        self._against = against.rules() if against else None
        self._as_of = as_of

    def page(self, within: Range) -> Tally:
        """Return what a page of orders counts to."""
        tally = Tally()
        with self._engine.connect() as c:
            for case in past_cases.of_range(c, within, self._as_of):
                take(case, self._draft, self._against, tally)
        return tally


def one_by_one(judge: Judge, pages: Sequence[Range]) -> Iterator[tuple[Range, Tally]]:
    """Yield each page with its tally, judged by this process."""
    for page in pages:
        yield page, judge.page(page)


def side_by_side(
    engine: Engine,
    pages: Sequence[Range],
    draft: Ready,
    against: Ready | None,
    as_of: datetime,
    *,
    processes: int,
    nice: int,
    stop: threading.Event,
) -> Iterator[tuple[Range, Tally]]:
    """Yield each page with its tally as processes of their own get done with them.

    `nice` is how far they stand back behind other processes, 0 to 19. Raises WorkerLostError when
    one of them ends before it is through.
    """
    url = engine.url.render_as_string(hide_password=False)
    shares = [pages[number::processes] for number in range(processes)]
    left = {
        _begun((url, draft, against, as_of, share, nice)): len(share) for share in shares if share
    }
    workers = list(left)
    try:
        while left and not stop.is_set():
            for pipe in wait([worker.pipe for worker in left], SECONDS_BETWEEN_LOOKS):
                worker = next(each for each in left if each.pipe is pipe)
                yield worker.told()
                left[worker] -= 1
                if not left[worker]:
                    del left[worker]
    finally:
        for worker in workers:
            worker.end()


class WorkerLostError(Exception):
    """A process that judged pages ended before it was through."""


@dataclass(frozen=True, eq=False)
class _Worker:
    process: BaseProcess
    pipe: Any

    def told(self) -> tuple[Range, Tally]:
        try:
            said: tuple[Range, Tally] = self.pipe.recv()
        except EOFError:
            self.process.join()
            raise WorkerLostError(f"exit code {self.process.exitcode}") from None
        return said

    def end(self) -> None:
        self.process.terminate()
        self.process.join()
        self.pipe.close()


Share = tuple[str, Ready, Ready | None, datetime, Sequence[Range], int]


def _begun(share: Share) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, *share), daemon=True)
    process.start()
    # Theirs alone, so that its end is noticed.
    theirs.close()
    return _Worker(process, ours)


def _work(
    pipe: Any,
    url: str,
    draft: Ready,
    against: Ready | None,
    as_of: datetime,
    pages: Sequence[Range],
    nice: int,
) -> None:
    """Judge a share of the pages; without a parent to tell it ends at the next one."""
    os.nice(nice)
    # What judging makes is short-lived and without cycles: the collector would only look on.
    gc.freeze()
    gc.set_threshold(100_000)
    judge = Judge(create_engine(url, pool_size=1), draft, against, as_of)
    for page in pages:
        pipe.send((page, judge.page(page)))
    pipe.close()
