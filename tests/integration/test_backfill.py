"""A shop's whole past, read from its own API through the real clients."""

import json

import httpx
import pytest
from sqlalchemy import Engine, text

from channels.registry import CHANNELS
from database import histories
from database.shops import Shop
from intake.backfill import Backfill
from tests.integration.simulator_world import AURORA, PLANTS, SELLER, placed, simulator

PATHS = {"shopify": "shopify/aurora", "woocommerce": "woo/plants", "amazon": "amazon"}
PLAYED = {played.channel: played for played in (AURORA, PLANTS, SELLER)}


def backfill(client: httpx.Client, channel: str) -> Backfill:
    played, polling = PLAYED[channel], CHANNELS[channel].polling
    assert polling is not None
    token, url = played.access_token, str(client.base_url).rstrip("/")
    if channel == "amazon":
        token = json.dumps(json.loads(token) | {"token_url": f"{url}/amazon/auth/o2/token"})
    shop = Shop(channel, played.shop, (), f"{url}/{PATHS[channel]}", token)
    return Backfill(shop, polling, lambda _: None)


@pytest.mark.parametrize("channel", PATHS)
def test_everything_a_shop_sold_is_read_once(engine: Engine, channel: str) -> None:
    with simulator() as client:
        names = {placed(client, channel) for _ in range(3)}
        first = list(backfill(client, channel).run(engine, None))
        again = list(backfill(client, channel).run(engine, None))
    assert first == [(len(names), len(names))]
    assert sum(new for _, new in again) == 0
    with engine.connect() as c:
        kept = c.execute(text("SELECT found_by, priority FROM inbox")).all()
        fates = histories.fates(c, channel, PLAYED[channel].shop)
    assert set(kept) == {("history", 5)}
    assert (fates.read, fates.waiting, fates.share) == (len(names), len(names), None)
