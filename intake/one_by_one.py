"""Long jobs that wait in Postgres: any number of runners, each with one job at a time."""

import asyncio
import threading
import uuid
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy.exc import OperationalError

SECONDS_BETWEEN_LOOKS = 1.0

log = structlog.get_logger(__name__)


def new_owner() -> str:
    """Return a name that no other runner has."""
    return uuid.uuid4().hex


class OneByOne(ABC):
    """Works on one job after the other until it is cancelled.

    The job that runs then hears of it by `_stop`, and is left to whoever takes it next.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._owner = new_owner()
        self._stop = threading.Event()

    async def run(self) -> None:
        """Work until cancelled."""
        loop = asyncio.get_running_loop()
        # A thread of its own: a job takes minutes, and the shared ones serve the relay.
        pool = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        try:
            while True:
                if not await loop.run_in_executor(pool, self.run_once):
                    await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        finally:
            self._stop.set()
            pool.shutdown(wait=False)

    def run_once(self) -> bool:
        """Do the oldest job that waits; False when none does or Postgres is away."""
        try:
            return self._work()
        except OperationalError as error:
            log.warning(f"{self._name} wait for Postgres", error=type(error).__name__)
            return False

    @abstractmethod
    def _work(self) -> bool:
        """Take the oldest job that waits and do it; False when none does."""
