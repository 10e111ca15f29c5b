"""The played Selling Partner API, and our client against it over real HTTP."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.amazon.channel import CHANNEL
from channels.amazon.client import AmazonClient
from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess
from domain.stages import Stage
from simulator.config import AmazonPlay
from tests.integration.simulator_world import (
    CONFIG,
    SELLER_KEYS,
    break_it,
    happens,
    placed,
    recorded,
    simulator,
)

SHORTLY_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
ORDERS = "/amazon/orders/2026-01-01/orders"
US = "ATVPDKIKX0DER"
SEARCH = {"lastUpdatedAfter": "2026-01-01T00:00:00Z", "marketplaceIds": US}


@pytest.fixture
def world() -> Iterator[httpx.Client]:
    with simulator() as client:
        yield client


@pytest.fixture
def amazon(world: httpx.Client) -> Iterator[AmazonClient]:
    with connected(world) as client:
        yield client


def connected(world: httpx.Client, **changes: object) -> AmazonClient:
    keys = SELLER_KEYS | {
        "token_url": f"{world.base_url}/amazon/auth/o2/token",
        "destination_id": "amzn1.destination.eventbridge",
    }
    return AmazonClient(ChannelAccess(f"{world.base_url}/amazon", json.dumps(keys | changes), 30.0))


def token(world: httpx.Client, **changes: str) -> httpx.Response:
    keys = {k: v for k, v in SELLER_KEYS.items() if isinstance(v, str)}
    form = {"grant_type": "refresh_token"} | keys | changes
    return world.post("/amazon/auth/o2/token", data=form)


def let_in(world: httpx.Client) -> dict[str, str]:
    return {"x-amz-access-token": token(world).json()["access_token"]}


def fulfil(client: AmazonClient, order_id: str, tracking: str = "1Z1", key: str = "wf:1") -> Any:
    return client.fulfillment_create(
        order_id, tracking, "UPS", url=None, lines=(), idempotency_key=key
    )


def found_stages(client: AmazonClient) -> dict[str, Stage | None]:
    found = {}
    for each in client.changed_orders(SHORTLY_BEFORE).orders:
        [message, *_] = CHANNEL.read(each.topic, each.raw_body, "seller")
        found[each.external_id] = message.order.stage if message.order else None
    return found


def test_only_the_right_grant_gets_a_token(world: httpx.Client) -> None:
    assert token(world).json()["token_type"] == "bearer"
    wrong = token(world, refresh_token="Atzr|other")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    assert token(world, client_secret="guess").json()["error"] == "invalid_client"
    with (
        connected(world, refresh_token="Atzr|other") as stranger,
        pytest.raises(ChannelRefused, match="BAD_CREDENTIAL"),
    ):
        stranger.changed_orders(SHORTLY_BEFORE)


def test_a_token_that_expired_is_refused_and_replaced_by_our_client(
    world: httpx.Client, amazon: AmazonClient
) -> None:
    order_id, headers = placed(world, "amazon"), let_in(world)
    assert amazon.order(order_id) is not None
    world.post("/control/tokens/expire").raise_for_status()
    assert world.get(f"{ORDERS}/{order_id}", headers=headers).status_code == 403
    assert amazon.order(order_id) is not None


def test_a_token_lives_as_long_as_was_said() -> None:
    play = AmazonPlay(settling_seconds=0, token_seconds=0.001)
    with simulator(CONFIG.model_copy(update={"amazon": play})) as world:
        order_id, headers = placed(world, "amazon"), let_in(world)
        assert world.get(f"{ORDERS}/{order_id}", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"marketplaceIds": ""},
        {"createdAfter": "2026-01-01T00:00:00Z"},
        {"lastUpdatedAfter": "TEST_CASE_400"},
        {"lastUpdatedBefore": "2199-01-01T00:00:00Z"},
        {"maxResultsPerPage": "101"},
        {"includedData": "EVERYTHING"},
        {"paginationToken": "bm9uZQ=="},
    ],
)
def test_a_search_that_is_not_allowed_is_invalid_input(
    world: httpx.Client, wrong: dict[str, str]
) -> None:
    answer = world.get(ORDERS, params=SEARCH | wrong, headers=let_in(world))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


def test_a_page_token_is_worth_nothing_with_other_parameters(world: httpx.Client) -> None:
    expected = {placed(world, "amazon", country="US") for _ in range(5)}
    headers, asked = let_in(world), SEARCH | {"maxResultsPerPage": "2"}
    found, page = [], world.get(ORDERS, params=asked, headers=headers).json()
    while page["orders"]:
        found += [each["orderId"] for each in page["orders"]]
        if "pagination" not in page:
            break
        asked = asked | {"paginationToken": page["pagination"]["nextToken"]}
        page = world.get(ORDERS, params=asked, headers=headers).json()
    assert (set(found), len(found)) == (expected, 5)
    other = world.get(ORDERS, params=asked | {"maxResultsPerPage": "3"}, headers=headers)
    assert other.status_code == 400


def test_what_changed_within_two_minutes_is_not_shown_yet() -> None:
    with simulator(CONFIG.model_copy(update={"amazon": AmazonPlay()})) as world:
        placed(world, "amazon")
        with connected(world) as amazon:
            page = amazon.changed_orders(SHORTLY_BEFORE)
    assert page.orders == ()
    assert page.seen_until is not None
    assert datetime.now(UTC) - page.seen_until >= timedelta(seconds=119)


@pytest.mark.parametrize("country", ["US", "DE", "JP"])
def test_our_client_reads_whole_orders_of_every_marketplace(
    world: httpx.Client, amazon: AmazonClient, country: str
) -> None:
    order_id = placed(world, "amazon", country=country)
    [each] = amazon.changed_orders(SHORTLY_BEFORE).orders
    [message] = CHANNEL.read(each.topic, each.raw_body, "seller")
    assert message.findings == ()
    assert message.order is not None
    assert (message.external_id, message.order.stage) == (order_id, Stage.IN_REVIEW)
    remitter = "marketplace" if country == "US" else "seller"
    assert message.order.tax_remitted_by == remitter
    assert message.order.lines[0].tax_included is (country != "US")


def test_an_order_begins_without_amounts_and_gets_them_when_it_is_released(
    world: httpx.Client, amazon: AmazonClient
) -> None:
    order_id = placed(world, "amazon", kind="pending")
    assert found_stages(amazon) == {order_id: Stage.PENDING_CONFIRMATION}
    happens(world, "amazon", order_id, "settled")
    assert found_stages(amazon) == {order_id: Stage.IN_REVIEW}


def test_orders_shipped_by_others_and_wishes_to_cancel_are_told(
    world: httpx.Client, amazon: AmazonClient
) -> None:
    by_amazon, gone = placed(world, "amazon", kind="afn"), placed(world, "amazon", kind="shipped")
    asked = placed(world, "amazon", kind="cancel_requested")
    stages = found_stages(amazon)
    assert stages[gone] is Stage.SHIPPED
    assert stages[by_amazon] is Stage.PREPARING
    assert recorded(world, "amazon", asked)["cancel_requested"] is True
    happens(world, "amazon", by_amazon, "shipped")
    assert found_stages(amazon)[by_amazon] is Stage.SHIPPED


def test_a_buyer_cancels_at_once_only_while_the_order_is_pending(world: httpx.Client) -> None:
    pending, paid = placed(world, "amazon", kind="pending"), placed(world, "amazon")
    for order_id in (pending, paid):
        happens(world, "amazon", order_id, "cancelled")
    assert recorded(world, "amazon", pending)["status"] == "CANCELLED"
    assert recorded(world, "amazon", paid)["status"] == "UNSHIPPED"
    assert recorded(world, "amazon", paid)["cancel_requested"] is True


def test_a_parcel_that_is_told_twice_is_one_shipment(
    world: httpx.Client, amazon: AmazonClient
) -> None:
    order_id = placed(world, "amazon")
    first, second = fulfil(amazon, order_id), fulfil(amazon, order_id)
    assert (first.already_there, second.already_there) == (False, True)
    shipments = recorded(world, "amazon", order_id)["shipments"]
    assert [(ref, each["edits"]) for ref, each in shipments.items()] == [("1", 0)]
    assert recorded(world, "amazon", order_id)["status"] == "SHIPPED"


@pytest.mark.parametrize("kind", ["done_but_error", "reset", "cut", "error"])
def test_a_shipment_is_there_once_however_the_confirmation_ended(
    world: httpx.Client, amazon: AmazonClient, kind: str
) -> None:
    order_id = placed(world, "amazon")
    break_it(world, system="amazon", operation="confirmShipment", kind=kind, times=1)
    with pytest.raises(ChannelUnavailable):
        fulfil(amazon, order_id)
    fulfil(amazon, order_id)
    assert len(recorded(world, "amazon", order_id)["shipments"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"shipDate": "02/21/2022"},
        {"packageReferenceId": "0"},
        {"packageReferenceId": "one"},
        {"trackingNumber": ""},
        {"carrierCode": "Other", "carrierName": ""},
        {"orderItems": [{"orderItemId": "1", "quantity": 1}]},
        {"orderItems": []},
    ],
)
def test_a_confirmation_that_lacks_something_is_invalid_input(
    world: httpx.Client, change: dict[str, Any]
) -> None:
    order_id = placed(world, "amazon", country="US")
    headers = let_in(world)
    order = world.get(f"{ORDERS}/{order_id}", headers=headers).json()["order"]
    item = {"orderItemId": order["orderItems"][0]["orderItemId"], "quantity": 1}
    package = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z1",
        "shipDate": "2026-03-02T08:00:00Z",
        "orderItems": [item],
    }
    path = f"/amazon/orders/v0/orders/{order_id}/shipmentConfirmation"
    wrong = {"marketplaceId": US, "packageDetail": package | change}
    assert world.post(path, json=wrong, headers=headers).status_code == 400
    right = {"marketplaceId": US, "packageDetail": package}
    assert world.post(path, json=right, headers=headers).status_code == 204
    edited = {"marketplaceId": US, "packageDetail": package | {"trackingNumber": "1Z2"}}
    assert world.post(path, json=edited, headers=headers).status_code == 204
    [(ref, shipment)] = recorded(world, "amazon", order_id)["shipments"].items()
    assert (ref, shipment["tracking"], shipment["edits"]) == ("1", "1Z2", 1)


def test_a_usage_plan_is_used_up_and_its_rate_is_told(
    world: httpx.Client, amazon: AmazonClient
) -> None:
    headers = let_in(world)
    answers = [world.get(ORDERS, params=SEARCH, headers=headers) for _ in range(21)]
    assert [each.status_code for each in answers] == [200] * 20 + [429]
    assert answers[-1].json()["errors"][0]["code"] == "QuotaExceeded"
    assert {each.headers["x-amzn-RateLimit-Limit"] for each in answers} == {"0.0056"}
    with pytest.raises(ChannelThrottled) as told:
        amazon.changed_orders(SHORTLY_BEFORE)
    assert told.value.retry_after_seconds == pytest.approx(1 / 0.0056)


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
@pytest.mark.parametrize("operation", ["searchOrders", "token"])
def test_reading_can_fail_in_every_way_and_recovers(
    world: httpx.Client, kind: str, error: type[Exception], operation: str
) -> None:
    order_id = placed(world, "amazon")
    break_it(world, system="amazon", operation=operation, kind=kind, times=1, seconds=2.5)
    with connected(world, client_id=SELLER_KEYS["client_id"]) as amazon:
        with pytest.raises(error):
            amazon.changed_orders(SHORTLY_BEFORE)
        assert [each.external_id for each in amazon.changed_orders(SHORTLY_BEFORE).orders] == [
            order_id
        ]


def test_a_subscription_that_was_removed_is_noticed_and_mended(
    world: httpx.Client, amazon: AmazonClient
) -> None:
    assert amazon.mend_subscriptions("https://here.example/hook", "s").amiss == ()
    gone = {"channel": "amazon", "shop": "seller", "status": "removed"}
    world.post("/control/subscriptions", json=gone).raise_for_status()
    seen = amazon.mend_subscriptions("https://here.example/hook", "s")
    assert (seen.amiss, seen.mended) == (("ORDER_CHANGE",), ("ORDER_CHANGE",))
    assert amazon.mend_subscriptions("https://here.example/hook", "s").amiss == ()
