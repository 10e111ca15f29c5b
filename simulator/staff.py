"""The staff: everybody looks at their task list, gets to some things late and to some never.

A task that several colleagues see is done by one of them, always the same for one order.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import structlog

from simulator.behaviour import Habit, StaffTable
from simulator.config import PlayedPerson
from simulator.documents import Document
from simulator.orderflow_api import NO_ANSWER, OrderflowApi, is_done
from simulator.staff_work import Job, StaffWork

_log = structlog.get_logger(__name__)

_NEVER = float("inf")
_TICK_SECONDS = 0.2
# A task that is still there this long after it was done: it did not work, so once more.
_LOOKS_AGAIN_SECONDS = 8.0
_AT_ONCE = 8
_PATIENCE = 6

TaskId = tuple[str, str]


@dataclass
class _Intent:
    """When somebody is going to do a task; `reminded` once its limit has passed."""

    person: PlayedPerson
    task: Document
    at: float
    attempt: int = 1
    reminded: bool = False
    done: bool = False
    seen_at: float = field(default=0.0)


class Staff:
    """Plays every member of staff with one task list each."""

    def __init__(
        self,
        people: tuple[PlayedPerson, ...],
        api: OrderflowApi,
        work: StaffWork,
        table: StaffTable,
        seed: int,
        clock: Callable[[], float] = time.monotonic,
        look_seconds: float = 1.5,
    ) -> None:
        self._people = people
        self._api = api
        self._work = work
        self._table = table
        self._seed = seed
        self._clock = clock
        self._look_seconds = look_seconds
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._intents: dict[TaskId, _Intent] = {}
        self.statuses: Counter[str] = Counter()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for place, person in enumerate(self._people):
                delay = self._look_seconds * place / len(self._people)
                group.create_task(self._watch(person, delay))
            while True:
                for intent in self._due():
                    group.create_task(self._do(intent))
                await asyncio.sleep(_TICK_SECONDS)

    async def _watch(self, person: PlayedPerson, delay: float) -> None:
        await asyncio.sleep(delay)
        while True:
            self.notice(person, await self._api.tasks(person))
            await asyncio.sleep(self._look_seconds)

    def notice(self, person: PlayedPerson, tasks: list[Document]) -> None:
        """Take in what somebody sees on their list: new tasks, reminders, what is gone."""
        now = self._clock()
        for task in tasks:
            if self._work.knows(task["kind"]) and self._whose(task) is person:
                self._consider(person, task, now)
        for task_id, intent in list(self._intents.items()):
            if intent.person is person and intent.seen_at < now:
                del self._intents[task_id]

    def _consider(self, person: PlayedPerson, task: Document, now: float) -> None:
        task_id = (task["order_id"], task["key"])
        intent = self._intents.get(task_id)
        if intent is None:
            at = now + self._delay(task, 1)
            intent = self._intents[task_id] = _Intent(person, task, at)
        elif intent.done and now >= intent.at + _LOOKS_AGAIN_SECONDS:
            self._try_again(intent, now)
        elif task["red"] and not intent.reminded and not intent.done:
            self._remind(intent, now)
        intent.task, intent.seen_at = task, now

    def _try_again(self, intent: _Intent, now: float) -> None:
        intent.attempt += 1
        if intent.attempt <= _PATIENCE:
            intent.done, intent.at = False, now

    def _remind(self, intent: _Intent, now: float) -> None:
        """It turned red, or a superior was told: most people then get to it."""
        intent.reminded = True
        rng = self._rng(intent.task, "reminder")
        if rng.random() < self._table.heeds_reminder:
            intent.at = min(intent.at, now + rng.uniform(*self._table.after_reminder))

    def _whose(self, task: Document) -> PlayedPerson | None:
        named = {*task["people"], task["role"]}
        fitting = [p for p in self._people if p.person_id in named]
        if not task["people"] and not fitting:
            fitting = [p for p in self._people if p.has_role(task["role"], task["group"])]
        return self._rng(task, "whose").choice(fitting) if fitting else None

    def _delay(self, task: Document, attempt: int) -> float:
        habit: Habit = self._table.habits[task["kind"]]
        rng = self._rng(task, f"delay:{attempt}")
        luck = rng.random()
        if luck < habit.never_share:
            return _NEVER
        is_late = luck < habit.never_share + habit.late_share
        return rng.uniform(*(habit.late if is_late else habit.usual))

    def _rng(self, task: Document, what: str) -> Random:
        # By what is the same in every run with this seed: the shop's number, not our id.
        return Random(f"{self._seed}:{task['channel']}:{task['external_id']}:{task['key']}:{what}")

    def _due(self) -> list[_Intent]:
        now = self._clock()
        due = [i for i in self._intents.values() if not i.done and i.at <= now]
        for intent in due:
            intent.done = True
        return due

    async def _do(self, intent: _Intent) -> None:
        rng = self._rng(intent.task, f"work:{intent.attempt}")
        try:
            async with self._slots:
                status = await self._work.do(Job(intent.person, intent.task, intent.attempt, rng))
        except Exception:
            # One job that went wrong must not send everybody home.
            _log.exception("job failed", kind=intent.task["kind"])
            status = NO_ANSWER
        outcome = "done" if is_done(status) else f"refused:{status}"
        self.statuses[f"{intent.task['kind']}:{outcome}"] += 1
        intent.at = self._clock()
