"""The played WooCommerce shop, and our client against it over real HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess
from channels.woocommerce.channel import CHANNEL
from channels.woocommerce.client import WooCommerceClient
from domain.holds import ReasonCode
from domain.stages import Stage
from tests.integration.simulator_world import (
    WOO_KEYS,
    break_it,
    happens,
    placed,
    recorded,
    simulator,
)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
API = "/woo/plants/wp-json/wc/v3"
KEYS = httpx.BasicAuth(*WOO_KEYS.split(":"))


@pytest.fixture
def world() -> Iterator[httpx.Client]:
    with simulator() as client:
        yield client


@pytest.fixture
def woo(world: httpx.Client) -> Iterator[WooCommerceClient]:
    with connected(world) as client:
        yield client


def connected(world: httpx.Client, keys: str = WOO_KEYS) -> WooCommerceClient:
    return WooCommerceClient(ChannelAccess(f"{world.base_url}/woo/plants", keys, 30.0))


def fulfil(client: WooCommerceClient, order_id: str, tracking: str = "00340001") -> Any:
    return client.fulfillment_create(
        order_id, tracking, "dhl", url=None, lines=(), idempotency_key="wf:1"
    )


def everything(client: WooCommerceClient) -> list[str]:
    found, page = [], client.changed_orders(LONG_AGO)
    found += [each.external_id for each in page.orders]
    while page.next_page:
        page = client.changed_orders(LONG_AGO, page.next_page)
        found += [each.external_id for each in page.orders]
    return found


def stage_of(client: WooCommerceClient, order_id: str) -> Stage | None:
    order = client.order(order_id)
    assert order is not None
    [message, *_] = CHANNEL.read(order.topic, order.raw_body, "plants")
    return message.order.stage if message.order else None


def test_nobody_gets_in_without_the_keys(world: httpx.Client) -> None:
    answer = world.get(f"{API}/orders")
    assert (answer.status_code, answer.json()["code"]) == (401, "woocommerce_rest_cannot_view")
    with connected(world, "ck_guess:cs_guess") as stranger, pytest.raises(ChannelRefused):
        stranger.changed_orders(LONG_AGO)


def test_pages_are_counted_and_linked(world: httpx.Client) -> None:
    for _ in range(5):
        placed(world, "woocommerce")
    pages = [
        world.get(f"{API}/orders", params={"per_page": 2, "page": page}, auth=KEYS)
        for page in (1, 2, 3)
    ]
    assert [len(page.json()) for page in pages] == [2, 2, 1]
    assert {page.headers["X-WP-Total"] for page in pages} == {"5"}
    assert {page.headers["X-WP-TotalPages"] for page in pages} == {"3"}
    assert 'rel="next"' in pages[0].headers["Link"]
    assert 'rel="next"' not in pages[2].headers["Link"]
    too_many = world.get(f"{API}/orders", params={"per_page": 101}, auth=KEYS)
    assert (too_many.status_code, too_many.json()["code"]) == (400, "rest_invalid_param")


def test_our_client_finds_every_order_once_over_several_pages(
    world: httpx.Client, woo: WooCommerceClient
) -> None:
    expected = {placed(world, "woocommerce") for _ in range(60)}
    found = everything(woo)
    assert (set(found), len(found)) == (expected, 60)


def test_an_order_is_found_by_when_it_changed(world: httpx.Client, woo: WooCommerceClient) -> None:
    order_id = placed(world, "woocommerce")
    later = datetime(2199, 1, 1, tzinfo=UTC)
    assert woo.changed_orders(later).orders == ()
    [found] = woo.changed_orders(LONG_AGO).orders
    assert found.external_id == order_id
    assert found.updated_at is not None


@pytest.mark.parametrize(
    ("kind", "stage"),
    [
        ("processing", Stage.IN_REVIEW),
        ("on-hold", Stage.PENDING_CONFIRMATION),
        ("cod", Stage.IN_REVIEW),
    ],
)
def test_orders_begin_in_the_status_of_their_payment(
    world: httpx.Client, woo: WooCommerceClient, kind: str, stage: Stage
) -> None:
    assert stage_of(woo, placed(world, "woocommerce", kind=kind)) is stage


def test_a_transfer_that_arrives_moves_the_order_on(
    world: httpx.Client, woo: WooCommerceClient
) -> None:
    order_id = placed(world, "woocommerce", kind="on-hold")
    happens(world, "woocommerce", order_id, "settled")
    assert recorded(world, "woocommerce", order_id)["statuses"] == ["on-hold", "processing"]
    assert stage_of(woo, order_id) is Stage.IN_REVIEW


def test_a_status_of_a_plug_in_is_told_as_it_is(
    world: httpx.Client, woo: WooCommerceClient
) -> None:
    order_id = placed(world, "woocommerce", kind="plugin")
    order = woo.order(order_id)
    assert order is not None
    assert b'"awaiting-pickup"' in order.raw_body


def test_a_parcel_that_is_told_twice_is_one_note_and_one_entry(
    world: httpx.Client, woo: WooCommerceClient
) -> None:
    order_id = placed(world, "woocommerce")
    assert [fulfil(woo, order_id).already_there for _ in range(2)] == [False, True]
    found = recorded(world, "woocommerce", order_id)
    assert (found["status"], len(found["notes"]), found["puts"]) == ("completed", 1, 1)
    assert len(found["meta_data"]) == 1


@pytest.mark.parametrize("operation", ["addNote", "updateOrder"])
@pytest.mark.parametrize("kind", ["done_but_error", "reset", "cut"])
def test_a_parcel_is_told_once_however_the_call_ended(
    world: httpx.Client, woo: WooCommerceClient, operation: str, kind: str
) -> None:
    order_id = placed(world, "woocommerce")
    break_it(world, system="woocommerce", operation=operation, kind=kind, times=1)
    with pytest.raises(ChannelUnavailable):
        fulfil(woo, order_id)
    fulfil(woo, order_id)
    found = recorded(world, "woocommerce", order_id)
    assert (found["status"], len(found["notes"]), len(found["meta_data"])) == ("completed", 1, 1)


def test_a_cancelled_order_is_not_fulfilled_any_more(
    world: httpx.Client, woo: WooCommerceClient
) -> None:
    order_id = placed(world, "woocommerce")
    woo.order_cancel(order_id, ReasonCode.STOCK_OUT, "sold out", idempotency_key="k")
    assert recorded(world, "woocommerce", order_id)["status"] == "cancelled"
    with pytest.raises(ChannelRefused, match="NOT_FULFILLABLE"):
        fulfil(woo, order_id)


@pytest.mark.parametrize("what", ["cancelled", "refunded", "deleted"])
def test_what_ended_in_the_shop_is_no_live_order(
    world: httpx.Client, woo: WooCommerceClient, what: str
) -> None:
    order_id = placed(world, "woocommerce")
    happens(world, "woocommerce", order_id, what)
    assert order_id in everything(woo)
    found = woo.order(order_id)
    assert found is not None
    [message, *_] = CHANNEL.read(found.topic, found.raw_body, "plants")
    assert message.kind == "cancellation"


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
def test_a_shop_can_fail_in_every_way_and_recovers(
    world: httpx.Client, woo: WooCommerceClient, kind: str, error: type[Exception]
) -> None:
    order_id = placed(world, "woocommerce")
    fault = {"system": "woocommerce", "operation": "orders", "kind": kind, "seconds": 2.5}
    break_it(world, **fault, times=1)
    with pytest.raises(error):
        woo.changed_orders(LONG_AGO)
    assert everything(woo) == [order_id]


def test_webhooks_that_were_disabled_or_never_made_are_mended(
    world: httpx.Client, woo: WooCommerceClient
) -> None:
    address = "http://127.0.0.1:9/webhooks/woocommerce/plants"
    assert woo.mend_subscriptions(address, "s").amiss == ()
    asleep = {"channel": "woocommerce", "shop": "plants", "topic": "order.created"}
    world.post("/control/subscriptions", json=asleep | {"status": "disabled"}).raise_for_status()
    seen = woo.mend_subscriptions(address, "s")
    assert (seen.amiss, seen.mended) == (("order.created",), ("order.created",))
    elsewhere = woo.mend_subscriptions("http://127.0.0.1:9/elsewhere", "s")
    assert len(elsewhere.mended) == 4
    listed = world.get("/state/summary").json()["subscriptions"]["woocommerce/plants"]
    assert [each["status"] for each in listed] == ["active"] * 8
    assert not any("secret" in each for each in listed)
