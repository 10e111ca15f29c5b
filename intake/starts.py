"""Sees to it that workflows which have to run do run, whatever died in between."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import OperationalError
from temporalio.service import RPCError

log = structlog.get_logger(__name__)


async def keep_started(
    ensure: Callable[[], Awaitable[None]], what: str, every_seconds: float
) -> None:
    """Have them started again and again until cancelled; starting what runs changes nothing."""
    while True:
        try:
            await ensure()
        except (OperationalError, RPCError) as error:
            log.warning(f"{what} wait for their start", error=type(error).__name__)
        await asyncio.sleep(every_seconds)
