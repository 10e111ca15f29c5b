"""The shop's webhooks: which of those we need are missing, switched off, or sent elsewhere.

WooCommerce disables a webhook silently after more than five failed deliveries in a row, and sends
nothing again by itself (class-wc-webhook.php), so somebody has to look.
"""

from collections.abc import Sequence
from contextlib import suppress

from pydantic import BaseModel

from channels.errors import ChannelRefused
from channels.port import Subscriptions
from channels.woocommerce.endpoint import Query, RestEndpoint, read_answer

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
_PER_PAGE = 100
_MOST_PAGES = 20


class Webhook(BaseModel):
    """A webhook of the shop; `status` is active, paused (by staff) or disabled (by failures)."""

    id: int
    topic: str = ""
    status: str = ""
    delivery_url: str = ""


def mend(endpoint: RestEndpoint, address: str, secret: str) -> Subscriptions:
    """See to an active webhook per topic at `address`; one that may not be mended stays amiss.

    Without an address any active webhook of the topic counts, and nothing is changed.
    """
    hooks = [hook for hook in _all(endpoint) if not address or _same(hook.delivery_url, address)]
    active = {hook.topic for hook in hooks if hook.status == "active"}
    amiss = tuple(topic for topic in TOPICS if topic not in active)
    mended = []
    for topic in amiss if address else ():
        # A key that may only read leaves it to a person.
        with suppress(ChannelRefused):
            _mend_one(endpoint, topic, hooks, address, secret)
            mended.append(topic)
    return Subscriptions(amiss, tuple(mended))


def _mend_one(
    endpoint: RestEndpoint, topic: str, hooks: Sequence[Webhook], address: str, secret: str
) -> None:
    asleep = next((hook for hook in hooks if hook.topic == topic), None)
    if asleep is not None:
        endpoint.put(f"/webhooks/{asleep.id}", {"status": "active", "secret": secret})
        return
    webhook = {
        "name": f"orderflow {topic}",
        "topic": topic,
        "status": "active",
        "delivery_url": address,
        "secret": secret,
    }
    endpoint.post("/webhooks", webhook)


def _all(endpoint: RestEndpoint) -> list[Webhook]:
    hooks: list[Webhook] = []
    for page in range(1, _MOST_PAGES + 1):
        query: Query = {"per_page": _PER_PAGE, "page": page, "orderby": "id", "order": "asc"}
        found = read_answer(list[Webhook], endpoint.get("/webhooks", query))
        hooks += found
        if len(found) < _PER_PAGE:
            break
    return hooks


def _same(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")
