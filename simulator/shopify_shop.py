"""A played Shopify shop: its orders in the words of REST, and its webhooks."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.order import rfc3339
from simulator.config import PlayedShop, ShopifyPlay
from simulator.documents import Document
from simulator.letters import base64_signature
from simulator.purchases import Purchase
from simulator.shopify_bodies import (
    SETTLES,
    cancellation,
    fulfilment_body,
    order_body,
    refund,
    with_fulfilment,
)
from simulator.stores import PlayedStore, Surroundings, flawed

ORDERS = "shopify.orders"
TOPICS = (
    "orders/create",
    "orders/updated",
    "orders/cancelled",
    "orders/delete",
    "fulfillments/create",
    "fulfillments/update",
    "fulfillment_orders/placed_on_hold",
    "fulfillment_orders/hold_released",
    "refunds/create",
    "app/uninstalled",
)
_ECHO_SECONDS = 1.0


@dataclass
class CostBucket:
    """Shopify's leaky bucket of query cost."""

    play: ShopifyPlay
    clock: Callable[[], float] = time.monotonic
    available: float = -1.0
    _at: float = 0.0

    def take(self, cost: float) -> bool:
        """Take the cost of a query out; False, and nothing taken, when too little is left."""
        self._refill()
        if cost > self.available:
            return False
        self.available -= cost
        return True

    def report(self, cost: float) -> Document:
        """Return the `extensions.cost` of an answer."""
        self._refill()
        status = {
            "maximumAvailable": self.play.points,
            "currentlyAvailable": round(self.available, 1),
            "restoreRate": self.play.restore,
        }
        return {"requestedQueryCost": cost, "actualQueryCost": cost, "throttleStatus": status}

    def _refill(self) -> None:
        now = self.clock()
        full = self.available < 0
        filled = self.play.points if full else self.available + (now - self._at) * self.play.restore
        self._at, self.available = now, min(self.play.points, filled)


class ShopifyShop(PlayedStore):
    """One shop; orders also have `lines`, `fulfilments` and `holds` in the simulator's words."""

    kind = ORDERS
    topics = TOPICS

    def __init__(self, played: PlayedShop, around: Surroundings, play: ShopifyPlay) -> None:
        super().__init__(played, around)
        self.bucket = CostBucket(play)

    def take(self, bought: Purchase, flaw: str = "none", kind: str = "") -> None:
        """Take an order in."""
        at = bought.placed_at
        whole = order_body(bought, paid=True, updated_at=at)
        order = {
            "id": bought.external_id,
            "lines": [{"id": line.line_id, "quantity": line.quantity} for line in bought.lines],
            "fulfilments": [],
            "holds": [],
            "cancelled_at": None,
            "cancellations": 0,
            "news": 0,
            "body": order_body(flawed(bought, flaw), paid=bought.is_paid, updated_at=at),
            "settles": {name: whole[name] for name in SETTLES},
        }
        self.keep(order)

    def announce(self, order_id: str, after: float = 0.0) -> None:
        """Tell that an order was placed."""
        if order := self.record(order_id):
            self.tell("orders/create", order_id, "created", order["body"], after)

    def happen(self, order_id: str, what: str) -> None:
        """Change an order and tell of it; what is cancelled does not change any more."""
        order = self.record(order_id)
        if order is None or order["cancelled_at"]:
            return
        now = datetime.now(UTC)
        match what:
            case "cancelled":
                self.cancel(order, now, "customer")
                self.tell("orders/cancelled", order_id, "cancelled", order["body"])
                return
            case "settled":
                self.amend(order, order["settles"], now)
            case "refunded":
                self.amend(order, refund(order["body"], now), now)
                told = order["body"]["refunds"][0] | {"order_id": int(order_id)}
                self.tell("refunds/create", order_id, "refunded", told)
            case "held" | "freed":
                self._change_hold(order, now, is_held=what == "held")
                return
            case "deleted":
                self.forget(order_id)
                self.tell("orders/delete", order_id, "deleted", {"id": int(order_id)})
                return
            case _:
                self.amend(order, {}, now)
        self.tell("orders/updated", order_id, f"updated-{order['news']}", order["body"])

    def _change_hold(self, order: Document, now: datetime, *, is_held: bool) -> None:
        """Staff of the shop hold the order's fulfilment, or let it go."""
        own = {
            "id": f"gid://shopify/FulfillmentHold/{order['id']}0",
            "reason": "INVENTORY_OUT_OF_STOCK",
            "reasonNotes": None,
            "handle": None,
            "externalId": None,
            "heldByRequestingApp": False,
        }
        others = [each for each in order["holds"] if each["heldByRequestingApp"]]
        order["holds"] = [*others, own] if is_held else others
        self.amend(order, {}, now)
        event = "placed_on_hold" if is_held else "hold_released"
        number = f"gid://shopify/FulfillmentOrder/{order['id']}"
        body = {"fulfillment_order": {"id": number, "status": "on_hold" if is_held else "open"}}
        mark = f"{event}-{order['news']}"
        self.tell(f"fulfillment_orders/{event}", order["id"], mark, body)

    def amend(self, order: Document, changes: Document, at: datetime) -> None:
        """Change an order's body, at an instant."""
        order["body"] = order["body"] | changes | {"updated_at": rfc3339(at)}
        order["news"] += 1
        self.keep(order)

    def cancel(self, order: Document, at: datetime, reason: str) -> None:
        """Note a cancellation, whoever asked for it."""
        order["cancelled_at"] = rfc3339(at)
        self.amend(order, cancellation(at, reason), at)

    # Shopify tells of everything, also of what it was told by us.

    def fulfilled(self, order: Document, left: dict[str, int]) -> None:
        """Put the latest fulfilment into the order's body; `left` is what remains by line."""
        now = datetime.now(UTC)
        self.amend(order, with_fulfilment(order, left, now), now)
        fulfilment = order["fulfilments"][-1]
        body = fulfilment_body(order, fulfilment, now)
        self._echo(order, "fulfillments/create", fulfilment["id"], body)

    def cancelled_by_us(self, order: Document, reason: str) -> None:
        """Note a cancellation that came through the Admin API."""
        order["cancellations"] += 1
        self.cancel(order, datetime.now(UTC), reason)
        self._echo(order, "orders/cancelled", "cancelled", order["body"])

    def _echo(self, order: Document, topic: str, mark: str, body: Document) -> None:
        # The same orders in every run, without a generator that concurrent calls would share.
        if int(order["id"]) * 7919 % 1000 < self.around.mix.shop_echo * 1000:
            self.tell(topic, order["id"], mark, body, _ECHO_SECONDS)

    def headers(self, written: Document) -> dict[str, str]:
        """Return a letter's headers."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": written["topic"],
            "X-Shopify-Shop-Domain": f"{self.played.shop}.myshopify.com",
            "X-Shopify-Webhook-Id": written["delivery_id"],
            "X-Shopify-Triggered-At": rfc3339(datetime.now(UTC)),
            "X-Shopify-Hmac-Sha256": base64_signature(written["body"].encode(), self.played.secret),
        }

    def heard(self, written: Document, *, accepted: bool, is_last: bool) -> None:
        """Remove a subscription whose letter was refused to the last repetition."""
        if is_last and not accepted:
            self.subscriptions.remove(written["subscription"])
