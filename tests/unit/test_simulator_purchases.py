"""Invented orders are flawless unless a flaw was wanted, and the same for the same seed."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from channels.amazon.channel import CHANNEL as AMAZON
from channels.message import ChannelMessage
from channels.shopify.topics import read as read_shopify
from channels.storefront.mapping import read as read_storefront
from channels.woocommerce.channel import CHANNEL as WOOCOMMERCE
from domain.stages import Stage
from simulator import amazon_bodies, shopify_bodies, storefront_bodies, woo_bodies
from simulator.behaviour import Mix
from simulator.config import PlayedShop
from simulator.purchases import Purchase, Wish, in_base, known_dealers, purchase

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CONSUMERS = PlayedShop(
    channel="shopify",
    shop="aurora",
    secret="s",
    access_token="t",
    currencies=("USD", "CAD", "EUR", "GBP", "JPY", "CNY"),
    countries=("US", "CA", "DE", "FR", "IT", "GB", "BR"),
)
DEALERS = CONSUMERS.model_copy(update={"channel": "storefront", "countries": ("US", "DE", "IT")})
PLANTS = CONSUMERS.model_copy(update={"channel": "woocommerce"})
SELLER = CONSUMERS.model_copy(
    update={"channel": "amazon", "countries": ("US", "CA", "DE", "FR", "IT", "GB", "JP")}
)
EVERYTHING = frozenset({"BUYER", "RECIPIENT", "PROCEEDS", "CANCELLATION", "FULFILLMENT", "TAX"})
BOUNDS = {"auto": (0, 2000), "manager": (2000, 10_000), "countersign": (10_000, 10**9)}


def bought(shop: PlayedShop, ordinal: int, wish: Wish | None = None) -> Purchase:
    rng = Random(f"test:{shop.channel}:{ordinal}")  # noqa: S311
    return purchase(shop, ordinal, rng, Mix(), NOW, wish or Wish())


def read(order: Purchase) -> ChannelMessage:
    match order.shop.channel:
        case "shopify":
            body = shopify_bodies.order_body(order, paid=order.is_paid, updated_at=NOW)
            [message] = read_shopify("orders/create", json.dumps(body).encode(), "aurora")
        case "woocommerce":
            body = in_words_of_woo(order, with_coupon=False)
            [message] = WOOCOMMERCE.read("order.created", json.dumps(body).encode(), "aurora")
        case "amazon":
            [message] = as_shown_by_amazon(order, "UNSHIPPED")
        case _:
            document = storefront_bodies.order_body(order, paid=order.is_paid, updated_at=NOW)
            raw = json.dumps(storefront_bodies.told("order.created", document)).encode()
            [message] = read_storefront("order.created", raw, "aurora")
    return message


def in_words_of_woo(order: Purchase, *, with_coupon: bool) -> dict[str, Any]:
    return woo_bodies.order_body(
        order, status="processing", payment="card", with_coupon=with_coupon, at=NOW
    )


def as_shown_by_amazon(order: Purchase, status: str) -> list[ChannelMessage]:
    kept = {
        "body": amazon_bodies.order_body(order, by_amazon=False),
        "status": status,
        "by_amazon": False,
        "shipments": {},
        "cancel_requested": False,
        "updated_at": "2026-03-02T08:00:00Z",
    }
    raw = json.dumps({"order": amazon_bodies.shown(kept, EVERYTHING)}).encode()
    return AMAZON.read_document(raw, "aurora")


@pytest.mark.parametrize("shop", [CONSUMERS, DEALERS, PLANTS, SELLER])
def test_our_own_mapping_finds_nothing_wrong_with_them(shop: PlayedShop) -> None:
    for ordinal in range(1, 200):
        order = bought(shop, ordinal)
        message = read(order)
        assert message.findings == ()
        assert message.order is not None
        assert message.order.total == order.total


@pytest.mark.parametrize("tier", BOUNDS)
@pytest.mark.parametrize("shop", [CONSUMERS, DEALERS])
def test_a_wanted_tier_is_met_in_every_country_and_currency(shop: PlayedShop, tier: str) -> None:
    above, up_to = BOUNDS[tier]
    for ordinal in range(1, 200):
        amount = in_base(bought(shop, ordinal, Wish(tier=tier, scarce=False)))
        assert above < amount <= up_to


def test_a_coupon_of_woocommerce_is_already_taken_off_the_lines() -> None:
    order = bought(PLANTS, 7)
    raw = json.dumps(in_words_of_woo(order, with_coupon=True)).encode()
    [message] = WOOCOMMERCE.read("order.created", raw, "aurora")
    assert message.findings == ()
    assert message.order is not None
    assert message.order.total < order.total


def test_amazon_shows_no_amounts_while_an_order_is_pending() -> None:
    [message] = as_shown_by_amazon(bought(SELLER, 3), "PENDING")
    assert message.order is not None
    assert message.order.stage is Stage.PENDING_CONFIRMATION
    assert message.order.shipping_address is None
    assert [each.code for each in message.findings if each.severity == "error"] == []


def test_one_seed_gives_one_world() -> None:
    assert [bought(CONSUMERS, n) for n in range(1, 30)] == [
        bought(CONSUMERS, n) for n in range(1, 30)
    ]


def test_a_wish_changes_nothing_else_about_an_order() -> None:
    plain, wished = bought(DEALERS, 7, Wish(is_paid=True)), bought(DEALERS, 7, Wish(is_paid=False))
    assert (plain.lines, plain.buyer) == (wished.lines, wished.buyer)
    assert (plain.is_paid, wished.is_paid) == (True, False)


def test_only_dealers_we_know_buy_on_terms() -> None:
    known = {dealer.key for dealer in known_dealers(DEALERS.countries)}
    orders = [bought(DEALERS, ordinal) for ordinal in range(1, 200)]
    on_terms = {order.buyer.key for order in orders if order.terms}
    assert on_terms
    assert on_terms <= known
    assert any(order.buyer.key not in known for order in orders)
