"""The runner of backtests: takes one that waits, judges its orders, and keeps the result.

Any number of runners may run; one backtest runs at a time in the whole house, behind live work. One
whose runner died is taken again when its lease has passed, and begins anew: nothing of it is kept
before its end.
"""

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from database import backtests, outbox, people, rules
from database.backtests import Backtest, BacktestLost
from database.outbox import Notification
from domain.rules.evaluation import RuleError
from intake.backtest_run import Job, Outcome, Stopped, Told, run
from intake.one_by_one import OneByOne

LEASE_SECONDS = 60.0
SECONDS_BETWEEN_WORDS = 1.0
# A backtest that breaks our own code this often is a person's to look at.
DEFECT_ATTEMPTS = 3
# One core stays for the live orders.
PROCESSES = 1
# And what runs on the other one lets them go first.
NICE = 10

BROKEN = (
    "the backtest broke {attempts} times ({error}); tell the operators, with its id",
    "回测失败 {attempts} 次（{error}）；请将编号告知运维人员",
)
GONE = (
    "there is no rule set {version} any more; ask with another one",
    "规则集 {version} 已不存在，请换一个版本",
)

log = structlog.get_logger(__name__)


class Backtests(OneByOne):
    """Runs backtests one after the other until it is cancelled."""

    def __init__(self, engine: Engine, processes: int = PROCESSES) -> None:
        super().__init__("backtests")
        self._engine = engine
        self._processes = processes

    def _work(self) -> bool:
        with self._engine.begin() as c:
            taken = backtests.claim(c, self._owner, datetime.now(UTC), LEASE_SECONDS)
        if taken is not None:
            run_kept(
                self._engine,
                taken,
                self._owner,
                stop=self._stop,
                processes=self._processes,
                nice=NICE,
            )
        return taken is not None


def run_kept(
    engine: Engine,
    taken: Backtest,
    owner: str,
    *,
    told: Told = lambda _done, _total: None,
    stop: threading.Event | None = None,
    processes: int,
    nice: int = 0,
) -> None:
    """Run a backtest that `owner` has claimed, and keep how it ended.

    Raises OperationalError when Postgres is away; the lease then passes by itself.
    """
    try:
        heard = _Heard(engine, taken, owner, told)
        job = _job(engine, taken)
        outcome = run(engine, job, told=heard, stop=stop, processes=processes, nice=nice)
        _finish(engine, taken, owner, outcome)
    except BacktestLost:
        log.warning("backtest is somebody else's now", backtest_id=taken.backtest_id)
    except Stopped:
        with engine.begin() as c:
            backtests.give_back(c, taken.backtest_id, owner)
    except RuleError as error:
        _fail(engine, taken, owner, (error.en, error.zh))
    except _Gone as gone:
        _fail(engine, taken, owner, _worded(GONE, version=str(gone)))
    except OperationalError:
        raise
    except Exception as error:
        log.error("backtest broke", backtest_id=taken.backtest_id, error=type(error).__name__)
        _broke(engine, taken, owner, error)


class _Gone(Exception):
    """A rule set that was asked about is not there any more."""


def _job(engine: Engine, taken: Backtest) -> Job:
    with engine.connect() as c:
        draft = rules.get(c, taken.rule_set_id)
        against = rules.get(c, taken.against) if taken.against else None
    if draft is None:
        raise _Gone(taken.rule_set_id)
    if taken.against and against is None:
        raise _Gone(taken.against)
    return Job(draft, against, taken.orders_wanted, taken.upto, taken.as_of)


class _Heard:
    """Keeps word of how far it has come, which keeps the lease too."""

    def __init__(self, engine: Engine, taken: Backtest, owner: str, told: Told) -> None:
        self._engine = engine
        self._taken = taken
        self._owner = owner
        self._told = told
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        self._told(done, total)
        if done not in (0, total) and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + SECONDS_BETWEEN_WORDS
        until = datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS)
        with self._engine.begin() as c:
            backtests.advance(c, self._taken.backtest_id, self._owner, done, total, until)


def _finish(engine: Engine, taken: Backtest, owner: str, outcome: Outcome) -> None:
    with engine.begin() as c:
        now = datetime.now(UTC)
        backtests.finish(c, taken.backtest_id, owner, outcome.result, outcome.digest, now)
        if people.get(c, taken.started_by) is not None:
            outbox.enqueue(c, [_message(taken, outcome.result)])


def _message(taken: Backtest, result: Mapping[str, Any]) -> Notification:
    orders = result["orders"]
    return Notification(
        subject=f"backtest:{taken.backtest_id}",
        event_seq=0,
        event_kind="backtest_finished",
        person_id=taken.started_by,
        medium="default",
        data={
            "rule_set": result["rule_set"]["version"],
            "orders": str(orders["judged"]),
            "changed": str(orders["changed"]["orders"]),
        },
    )


def _fail(engine: Engine, taken: Backtest, owner: str, error: tuple[str, str]) -> None:
    with engine.begin() as c:
        backtests.fail(c, taken.backtest_id, owner, error, datetime.now(UTC))


def _worded(words: tuple[str, str], **values: object) -> tuple[str, str]:
    return words[0].format(**values), words[1].format(**values)


def _broke(engine: Engine, taken: Backtest, owner: str, error: Exception) -> None:
    """Leave it for another try, or fail it for good."""
    if taken.attempts >= DEFECT_ATTEMPTS:
        name = type(error).__name__
        _fail(engine, taken, owner, _worded(BROKEN, attempts=taken.attempts, error=name))
        return
    with engine.begin() as c:
        backtests.give_back(c, taken.backtest_id, owner)
