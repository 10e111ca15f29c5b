"""Sees to it that every shop that can be polled has its ChannelSync workflow."""

import asyncio

import structlog
from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.service import RPCError

from channels.registry import CHANNELS
from database import shops
from workflows.channel_sync import LOOK_UP, start_sync

EVERY_SECONDS = 60.0

log = structlog.get_logger(__name__)


async def ensure_syncs(engine: Engine, client: Client) -> None:
    """Start the sync of every shop that can be polled, unless it runs.

    Raises OperationalError and RPCError when Postgres or Temporal is away.
    """
    for channel, shop in await asyncio.to_thread(_polled_shops, engine):
        await start_sync(client, channel, shop)


def _polled_shops(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as c:
        found = shops.all_shops(c)
    return [(each.channel, each.shop) for each in found if each.base_url and _has_polling(each)]


def _has_polling(shop: shops.Shop) -> bool:
    channel = CHANNELS.get(shop.channel)
    return channel is not None and channel.polling is not None


async def signal_sync(client: Client, channel: str, shop: str) -> None:
    """Tell a shop's sync, after the commit, that orders wait to be looked up.

    Never fails because of Temporal: the requests lie in Postgres, and the next poll finds them.
    """
    try:
        await start_sync(client, channel, shop, LOOK_UP)
    except RPCError as error:
        log.warning("look-ups wait for the next poll", channel=channel, error=error.status.name)
