"""The one outstanding timer of an order: its nearest deadline, restarted only when that moves."""

import asyncio
from datetime import datetime

from temporalio import workflow


class DeadlineTimer:
    """A durable timer for an absolute instant (UTC) that keeps running over everything that
    happens in the meantime; waking up for a signal costs it no history event."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._sleep: asyncio.Task[None] | None = None

    @property
    def has_fired(self) -> bool:
        """Whether the instant has come."""
        return self._sleep is not None and self._sleep.done()

    def set(self, at: datetime | None, summary: str = "") -> None:
        """Aim at another instant, or at none; aiming at the same one again changes nothing."""
        if at == self._at and not self.has_fired:
            return
        if self._sleep is not None:
            self._sleep.cancel()
        self._at, self._sleep = at, None
        if at is not None:
            duration = at - workflow.now()
            self._sleep = asyncio.create_task(workflow.sleep(duration, summary=summary))
