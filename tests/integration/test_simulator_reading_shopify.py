"""Reading the played Shopify shop with our client: polls, backfill, holds and subscriptions."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.message import ChannelHold, ChannelMessage
from channels.port import ChannelAccess, FoundOrder
from channels.shopify.client import ShopifyClient
from channels.shopify.topics import read
from domain.holds import ReasonCode
from simulator.config import ShopifyPlay
from tests.integration.simulator_world import (
    CONFIG,
    TOKEN,
    break_it,
    happens,
    placed,
    recorded,
    simulator,
)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HERE = "http://127.0.0.1:9/webhooks/shopify/aurora"


@pytest.fixture
def world() -> Iterator[httpx.Client]:
    with simulator() as client:
        yield client


@pytest.fixture
def shopify(world: httpx.Client) -> Iterator[ShopifyClient]:
    with connected(world) as client:
        yield client


def connected(world: httpx.Client) -> ShopifyClient:
    return ShopifyClient(ChannelAccess(f"{world.base_url}/shopify/aurora", TOKEN, 30.0))


def everything(client: ShopifyClient) -> list[FoundOrder]:
    page = client.changed_orders(LONG_AGO)
    found = list(page.orders)
    while page.next_page:
        page = client.changed_orders(LONG_AGO, page.next_page)
        found += page.orders
    return found


def said(found: FoundOrder) -> list[ChannelMessage]:
    return read(found.topic, found.raw_body, "aurora")


def one(client: ShopifyClient, reference: str) -> ChannelMessage:
    found = client.order(reference)
    assert found is not None
    return said(found)[0]


def test_every_order_is_found_once_the_oldest_change_first(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    orders = [placed(world) for _ in range(120)]
    happens(world, "shopify", orders[0], "touched")
    found = [each.external_id for each in everything(shopify)]
    assert found == [*orders[1:], orders[0]]


def test_what_a_poll_finds_is_what_the_webhook_said(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    order_id = placed(world, tier="countersign")
    [found] = everything(shopify)
    [message] = said(found)
    assert message.findings == ()
    assert message.order is not None
    assert message.external_id == order_id
    lines = [line.line_id for line in message.order.lines]
    assert lines == [each["id"] for each in recorded(world, "shopify", order_id)["lines"]]


def test_an_order_is_found_by_the_fulfilment_order_a_notice_names(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    order_id = placed(world)
    found = shopify.order(f"gid://shopify/FulfillmentOrder/{order_id}")
    assert found is not None
    assert found.external_id == order_id
    assert shopify.order("12") is None


def test_a_parcel_comes_back_with_its_pieces(world: httpx.Client, shopify: ShopifyClient) -> None:
    order_id = placed(world)
    shopify.fulfillment_create(order_id, "1Z1", "ups", url=None, lines=(), idempotency_key="wf:1")
    found = shopify.order(order_id)
    assert found is not None
    parcel = next(each.parcel for each in said(found) if each.kind == "parcel")
    assert parcel is not None
    lines = {each["id"]: each["quantity"] for each in recorded(world, "shopify", order_id)["lines"]}
    assert (parcel.tracking_number, dict(parcel.lines)) == ("1Z1", lines)


@pytest.mark.parametrize("what", ["cancelled", "refunded"])
def test_what_the_shop_ended_is_a_cancellation(
    world: httpx.Client, shopify: ShopifyClient, what: str
) -> None:
    order_id = placed(world)
    happens(world, "shopify", order_id, what)
    assert one(shopify, order_id).kind == "cancellation"


def test_an_order_held_at_the_shop_says_so_until_it_is_freed(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    order_id = placed(world)
    happens(world, "shopify", order_id, "held")
    assert one(shopify, order_id).hold == ChannelHold(ReasonCode.STOCK_OUT)
    with pytest.raises(ChannelRefused):
        shopify.fulfillment_create(
            order_id, "1Z1", "ups", url=None, lines=(), idempotency_key="wf:1"
        )
    happens(world, "shopify", order_id, "freed")
    assert one(shopify, order_id).hold == ChannelHold(None)


def test_a_hold_of_ours_is_placed_once_and_released_alone(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    order_id = placed(world)
    break_it(
        world, system="shopify", operation="fulfillmentOrderHold", kind="done_but_error", times=1
    )
    with pytest.raises(ChannelUnavailable):
        shopify.fulfilment_hold(order_id, ReasonCode.FRAUD_RISK, "", idempotency_key="wf:hold")
    shopify.fulfilment_hold(order_id, ReasonCode.FRAUD_RISK, "", idempotency_key="wf:hold")
    shopify.fulfilment_hold(order_id, ReasonCode.OTHER, "", idempotency_key="wf:other")
    assert len(recorded(world, "shopify", order_id)["holds"]) == 2
    shopify.fulfilment_release(order_id, idempotency_key="wf:hold")
    assert [each["reason"] for each in recorded(world, "shopify", order_id)["holds"]] == ["OTHER"]


def test_a_backfill_brings_every_order_with_its_lines(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    orders = {placed(world) for _ in range(30)}
    operation = shopify.start_backfill(None)
    with pytest.raises(ChannelThrottled):
        shopify.start_backfill(None)
    assert shopify.backfill(operation) is None
    found = list(shopify.backfill(operation) or ())
    assert {each.external_id for each in found} == orders
    assert all(message.findings == () for each in found for message in said(each))


def test_a_backfill_of_no_orders_is_empty(shopify: ShopifyClient) -> None:
    operation = shopify.start_backfill(LONG_AGO)
    assert shopify.backfill(operation) is None
    assert list(shopify.backfill(operation) or ()) == []


def test_a_bulk_file_that_breaks_off_is_no_half_backfill(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    placed(world)
    operation = shopify.start_backfill(None)
    assert shopify.backfill(operation) is None
    break_it(world, system="shopify", operation="bulk", kind="reset", times=1)
    with pytest.raises(ChannelUnavailable):
        list(shopify.backfill(operation) or ())


def test_an_empty_bucket_throttles_and_fills_up_again() -> None:
    small = CONFIG.model_copy(update={"shopify": ShopifyPlay(points=60, restore=20)})
    with simulator(small) as world, connected(world) as shopify:
        placed(world)
        shopify.changed_orders(LONG_AGO)
        with pytest.raises(ChannelThrottled) as told:
            shopify.changed_orders(LONG_AGO)
    # A page of 50 costs 52; what is missing comes back at 20 a second.
    assert 1.5 < told.value.retry_after_seconds < 2.5


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("throttled", ChannelThrottled),
        ("error", ChannelUnavailable),
        ("hang", ChannelUnavailable),
        ("reset", ChannelUnavailable),
        ("cut", ChannelUnavailable),
        ("garbage", ChannelUnavailable),
        ("refused", ChannelRefused),
    ],
)
def test_a_poll_can_fail_in_every_way_and_recovers(
    world: httpx.Client, shopify: ShopifyClient, kind: str, error: type[Exception]
) -> None:
    order_id = placed(world)
    break_it(world, system="shopify", operation="orders", kind=kind, times=1, seconds=2.5)
    with pytest.raises(error):
        shopify.changed_orders(LONG_AGO)
    assert [each.external_id for each in everything(shopify)] == [order_id]


def test_subscriptions_that_were_removed_or_point_elsewhere_are_mended(
    world: httpx.Client, shopify: ShopifyClient
) -> None:
    assert shopify.mend_subscriptions(HERE, "").amiss == ()
    gone = {"channel": "shopify", "shop": "aurora", "topic": "orders/create", "status": "removed"}
    world.post("/control/subscriptions", json=gone).raise_for_status()
    seen = shopify.mend_subscriptions(HERE, "")
    assert (seen.amiss, seen.mended) == (("orders/create",), ("orders/create",))
    moved = shopify.mend_subscriptions("http://127.0.0.1:9/elsewhere", "")
    assert moved.amiss == moved.mended
    assert len(moved.mended) == 10
