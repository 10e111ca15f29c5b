"""Sees to it that every batch that is not done has its workflow, whatever died in between."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Engine
from temporalio.client import Client

from database import batches
from workflows.batch import start_batch

EVERY_SECONDS = 5.0
# The API starts what it has just made itself.
GRACE = timedelta(seconds=3)

log = structlog.get_logger(__name__)


async def ensure_batches(engine: Engine, client: Client) -> None:
    """Start every batch that is not done, unless it runs.

    Raises OperationalError and RPCError when Postgres or Temporal is away.
    """
    for batch_id in await asyncio.to_thread(_running, engine):
        await start_batch(client, batch_id)


def _running(engine: Engine) -> list[str]:
    with engine.connect() as c:
        return batches.running(c, datetime.now(UTC) - GRACE)
