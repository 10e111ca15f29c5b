"""How each shop is kept in step with us: what the poll found, and what needs a person."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.service import RPCError

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import SYNC_UNREACHABLE, UNKNOWN_SHOP
from api.schemas.channels import (
    MOST_LISTED,
    ChannelList,
    ChannelView,
    FailedLookUpView,
    LookUps,
    SubscriptionHealth,
    SyncAnswer,
    Trouble,
)
from api.state import services_of
from channels.registry import CHANNELS
from database import audit, lookups, shops, syncs
from database.lookups import FailedLookUp
from database.people import Actor
from database.syncs import SyncStatus
from workflows.channel_sync import POLL_NOW, start_sync

router = APIRouter(prefix=f"{V1}/channels", tags=["channels"])

_DAY = timedelta(days=1)
_SECONDS_TO_ANSWER = 3.0
Key = tuple[str, str]


@router.get("", summary="List the shops", responses=problems())
def list_channels(c: ConnectionDep, _actor: ActorDep) -> ChannelList:
    """Return every shop with its last poll, what only the poll found, and its webhooks' health."""
    ever = syncs.found_by_poll(c)
    lately = syncs.found_by_poll(c, datetime.now(UTC) - _DAY)
    waiting, failed = lookups.waiting(c), lookups.failed(c)
    return ChannelList(
        items=[
            _view(each, ever, lately, _look_ups(waiting, failed, (each.channel, each.shop)))
            for each in syncs.statuses(c)
        ]
    )


def _view(
    status: SyncStatus, ever: Mapping[Key, int], lately: Mapping[Key, int], look_ups: LookUps
) -> ChannelView:
    key = (status.channel, status.shop)
    return ChannelView(
        channel=status.channel,
        shop=status.shop,
        polled=_is_polled(status.channel, status.base_url),
        last_poll_at=status.polled_at,
        is_reading=status.page is not None,
        seen_until=status.seen_until,
        found=status.found,
        found_by_poll=ever.get(key, 0),
        found_by_poll_24h=lately.get(key, 0),
        refused_since=status.refused_since,
        last_error=Trouble.of(status.trouble, status.trouble_detail, status.trouble_at),
        look_ups=look_ups,
        subscriptions=SubscriptionHealth.of(status),
    )


def _look_ups(
    waiting: Mapping[Key, int], failed: Mapping[Key, list[FailedLookUp]], key: Key
) -> LookUps:
    mine = failed.get(key, [])
    listed = [FailedLookUpView.of(each) for each in mine[:MOST_LISTED]]
    return LookUps(waiting=waiting.get(key, 0), failed=len(mine), listed=listed)


def _is_polled(channel_name: str, base_url: str) -> bool:
    channel = CHANNELS.get(channel_name)
    return channel is not None and channel.polling is not None and bool(base_url)


@router.post(
    "/{channel}/{shop}/sync",
    summary="Poll a shop now",
    status_code=202,
    responses=problems(UNKNOWN_SHOP, SYNC_UNREACHABLE),
)
async def sync(
    request: Request,
    channel: Annotated[str, Path(examples=["shopify"])],
    shop: Annotated[str, Path(examples=["main"])],
    actor: ActorDep,
) -> SyncAnswer:
    """Poll without waiting for the next time, and try again what could not be looked up.

    The channel's pace is kept, so on a slow channel the poll may begin minutes later. Repeating
    this is safe.
    """
    state = services_of(request).state
    revived = await run_in_threadpool(_revive, state.engine, channel, shop, actor)
    await _poll_now(state.temporal, channel, shop)
    return SyncAnswer(look_ups=revived)


def _revive(engine: Engine, channel: str, shop: str, actor: Actor) -> int:
    now = datetime.now(UTC)
    with engine.begin() as c:
        found = shops.find(c, channel, shop)
        if found is None or not _is_polled(channel, found.base_url):
            raise UNKNOWN_SHOP(value=repr(f"{channel}/{shop}"[:80]))
        detail = {"channel": channel, "shop": shop}
        audit.append(c, audit.SYSTEM_CHAIN, [audit.Entry(actor.person_id, "poll_now", detail)], now)
        return lookups.revive(c, channel, shop, now)


async def _poll_now(client: Client | None, channel: str, shop: str) -> None:
    if client is None:
        raise SYNC_UNREACHABLE()
    try:
        async with asyncio.timeout(_SECONDS_TO_ANSWER):
            await start_sync(client, channel, shop, POLL_NOW)
    except (RPCError, RuntimeError, TimeoutError) as error:
        raise SYNC_UNREACHABLE() from error
