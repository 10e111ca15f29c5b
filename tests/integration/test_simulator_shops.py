"""The played shops answer our own clients as the real ones do, faults included."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess
from channels.shopify.client import ShopifyClient
from channels.storefront.client import StorefrontClient
from domain.holds import ReasonCode
from simulator.behaviour import Behaviour, Mix
from tests.integration.simulator_world import CONFIG, SECRET, TOKEN, break_it, placed, simulator


@pytest.fixture
def world() -> Iterator[httpx.Client]:
    """A simulator whose shops tell nobody of what we tell them."""
    quiet = Behaviour(shoppers=Mix(shop_echo=0.0))
    with simulator(CONFIG.model_copy(update={"behaviour": quiet})) as client:
        yield client


@pytest.fixture
def shopify(world: httpx.Client) -> Iterator[ShopifyClient]:
    with ShopifyClient(ChannelAccess(f"{world.base_url}/shopify/aurora", TOKEN, 30.0)) as client:
        yield client


@pytest.fixture
def storefront(world: httpx.Client) -> Iterator[StorefrontClient]:
    url = f"{world.base_url}/storefront/trade/events"
    with StorefrontClient(ChannelAccess(url, SECRET, 30.0)) as client:
        yield client


def order_on_record(world: httpx.Client, order_id: str) -> dict[str, Any]:
    found: dict[str, Any] = world.get("/state").json()["shopify"]["aurora"][order_id]
    return found


def fulfil(client: ShopifyClient, order_id: str, tracking: str = "1Z1", **how: Any) -> Any:
    lines = how.get("lines", ())
    return client.fulfillment_create(
        order_id, tracking, "ups", url=None, lines=lines, idempotency_key="k"
    )


def test_a_parcel_that_is_told_twice_is_one_fulfilment(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    order_id = placed(world)
    first, second = fulfil(shopify, order_id), fulfil(shopify, order_id)
    assert (first.already_there, second.already_there) == (False, True)
    assert first.external_id == second.external_id
    assert len(order_on_record(world, order_id)["fulfilments"]) == 1


def test_parcels_take_their_pieces_out_of_what_is_left(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    order_id = placed(world, tier="manager")
    line = order_on_record(world, order_id)["lines"][0]
    fulfil(shopify, order_id, "1Z1", lines=[(line["id"], line["quantity"])])
    with pytest.raises(ChannelRefused, match="NOT_FULFILLABLE"):
        fulfil(shopify, order_id, "1Z2", lines=[(line["id"], 1)])


def test_a_fulfilment_that_was_done_but_denied_is_found_again(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    order_id = placed(world)
    break_it(world, system="shopify", operation="fulfillmentCreate", kind="done_but_error", times=1)
    with pytest.raises(ChannelUnavailable):
        fulfil(shopify, order_id)
    assert fulfil(shopify, order_id).already_there
    assert len(order_on_record(world, order_id)["fulfilments"]) == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("throttled", ChannelThrottled),
        ("error", ChannelUnavailable),
        ("cut", ChannelUnavailable),
        ("garbage", ChannelUnavailable),
        ("refused", ChannelRefused),
    ],
)
def test_a_shop_can_fail_in_every_way_and_recovers(
    world: httpx.Client, shopify: ShopifyClient, kind: str, error: type[Exception]
) -> None:
    order_id = placed(world)
    break_it(world, system="shopify", kind=kind, times=1)
    with pytest.raises(error):
        fulfil(shopify, order_id)
    assert not fulfil(shopify, order_id).already_there
    assert list(world.get("/control/faults").json()["hits"].values()) == [1]


def test_a_hanging_shop_runs_into_the_time_out(world: httpx.Client, shopify: ShopifyClient) -> None:
    order_id = placed(world)
    break_it(world, system="shopify", kind="hang", times=1, seconds=2.5)
    with pytest.raises(ChannelUnavailable):
        fulfil(shopify, order_id)


def test_an_order_is_cancelled_once_and_never_after_it_left(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    order_id, gone = placed(world), placed(world)
    for _ in range(2):
        shopify.order_cancel(order_id, ReasonCode.STOCK_OUT, "sold out", idempotency_key="k")
    found = order_on_record(world, order_id)
    assert (found["cancellations"], found["cancel_reason"]) == (1, "INVENTORY")
    fulfil(shopify, gone)
    with pytest.raises(ChannelRefused):
        shopify.order_cancel(gone, ReasonCode.OTHER, "", idempotency_key="k")


def test_a_wrong_token_is_no_way_in(world: httpx.Client) -> None:
    with (
        ShopifyClient(ChannelAccess(f"{world.base_url}/shopify/aurora", "guess")) as stranger,
        pytest.raises(ChannelRefused, match="401"),
    ):
        fulfil(stranger, placed(world))


def test_the_storefront_knows_a_key_it_was_told_before(
    world: httpx.Client, storefront: StorefrontClient
) -> None:
    order_id = placed(world, "storefront")
    break_it(world, system="storefront", kind="done_but_error", times=1)
    with pytest.raises(ChannelUnavailable):
        storefront.order_cancel(order_id, ReasonCode.OTHER, "", idempotency_key="wf:cancel")
    storefront.order_cancel(order_id, ReasonCode.OTHER, "", idempotency_key="wf:cancel")
    [event] = world.get("/state").json()["storefront"].values()
    assert event["calls"] == 2
    assert event["event"]["order_id"] == order_id


def test_the_storefront_turns_away_what_it_did_not_sign_for(world: httpx.Client) -> None:
    url = f"{world.base_url}/storefront/trade/events"
    with (
        StorefrontClient(ChannelAccess(url, "guess")) as stranger,
        pytest.raises(ChannelRefused, match="401"),
    ):
        stranger.order_cancel("W1", ReasonCode.OTHER, "", idempotency_key="k")
