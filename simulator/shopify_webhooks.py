"""A played Shopify shop's webhook subscriptions, as its Admin API lists and changes them."""

from collections.abc import Mapping
from typing import Any

from simulator.documents import Document
from simulator.shopify_admin import number_of
from simulator.shopify_nodes import connection, gid
from simulator.shopify_shop import ShopifyShop

Arguments = Mapping[str, Any]


def subscriptions(shop: ShopifyShop, given: Arguments) -> Document:
    """Answer `webhookSubscriptions(first:, topics:)`, on one page."""
    wanted = given.get("topics") or []
    wanted = [wanted] if isinstance(wanted, str) else wanted
    nodes = [_node(each) for each in shop.subscriptions.all()]
    return connection(each for each in nodes if not wanted or each["topic"] in wanted)


def create(shop: ShopifyShop, given: Arguments) -> Document:
    """Do `webhookSubscriptionCreate`; the same topic at the same address is there once."""
    topic, address = _rest_topic(given.get("topic")), _address(given)
    if not address:
        return _answer(None, "Address can't be blank")
    known = shop.subscriptions.all()
    if any((each["topic"], each["address"]) == (topic, address) for each in known):
        return _answer(None, "Address for this topic has already been taken")
    return _answer(shop.subscriptions.add(topic, address, ""), None)


def update(shop: ShopifyShop, given: Arguments) -> Document:
    """Do `webhookSubscriptionUpdate`: another address."""
    number, address = number_of(given.get("id")), _address(given)
    if shop.subscriptions.find(number) is None:
        return _answer(None, "Webhook subscription does not exist")
    if address:
        shop.subscriptions.change(number, address=address)
    return _answer(shop.subscriptions.find(number), None)


def delete(shop: ShopifyShop, given: Arguments) -> Document:
    """Do `webhookSubscriptionDelete`."""
    number = number_of(given.get("id"))
    if shop.subscriptions.find(number) is None:
        errors = [{"field": ["id"], "message": "Webhook subscription does not exist"}]
        return {"deletedWebhookSubscriptionId": None, "userErrors": errors}
    shop.subscriptions.remove(number)
    return {"deletedWebhookSubscriptionId": given.get("id"), "userErrors": []}


def _rest_topic(topic: object) -> str:
    """Return `orders/create` for `ORDERS_CREATE`: the resource ends at the first plural."""
    resource, _, event = str(topic).lower().partition("s_")
    return f"{resource}s/{event}" if event else str(topic).lower().replace("_", "/", 1)


def _address(given: Arguments) -> str:
    wanted = given.get("webhookSubscription") or {}
    return str(wanted.get("uri") or wanted.get("callbackUrl") or "")


def _node(subscription: Document) -> Document:
    address = subscription["address"]
    return {
        "id": gid("WebhookSubscription", subscription["id"]),
        "topic": subscription["topic"].upper().replace("/", "_"),
        "format": "JSON",
        "uri": address,
        "callbackUrl": address,
        "endpoint": {"__typename": "WebhookHttpEndpoint", "callbackUrl": address},
        "includeFields": [],
        "metafieldNamespaces": [],
        "filter": "",
        "createdAt": subscription["since"],
        "updatedAt": subscription["since"],
    }


def _answer(subscription: Document | None, refusal: str | None) -> Document:
    errors = [{"field": ["webhookSubscription"], "message": refusal}] if refusal else []
    shown = _node(subscription) if subscription else None
    return {"webhookSubscription": shown, "userErrors": errors}
