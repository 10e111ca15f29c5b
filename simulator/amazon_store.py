"""A played Amazon seller account: orders that begin without amounts, and news without content."""

from datetime import UTC, datetime
from random import Random

from domain.order import rfc3339
from simulator.amazon_bodies import (
    CANCELLED,
    MARKETPLACES,
    PARTIALLY,
    PENDING,
    SETTLES,
    SHIPPED,
    UNSHIPPED,
    order_body,
    order_change,
    shipped_pieces,
)
from simulator.documents import Document
from simulator.purchases import Purchase
from simulator.stores import PlayedStore, flawed

ORDERS = "amazon.orders"
TOPIC = "ORDER_CHANGE"
_RELEASED_SECONDS = (2.0, 7.0)
_LAPSED_SECONDS = (25.0, 40.0)
_BY_AMAZON_SECONDS = (6.0, 20.0)


class AmazonStore(PlayedStore):
    """One seller; orders also have `status`, `by_amazon`, `cancel_requested` and `shipments`
    by packageReferenceId, each with the number of its later `edits`."""

    kind = ORDERS
    topics = (TOPIC,)

    @property
    def marketplaces(self) -> frozenset[str]:
        """The ids of the marketplaces it sells on."""
        return frozenset(MARKETPLACES[c][0] for c in self.played.countries if c in MARKETPLACES)

    def take(self, bought: Purchase, flaw: str = "none", kind: str = "") -> None:
        """Take an order in; `kind` is pending, unshipped, shipped, afn or cancel_requested, else
        it is drawn."""
        rng = Random(f"amazon:{bought.external_id}")
        by_amazon = kind == "afn" or (not kind and rng.random() < self.around.mix.amazon_fulfils)
        is_unpaid = kind in ("", "whole") and not bought.is_paid
        is_new = not kind and rng.random() < self.around.mix.amazon_pending
        is_pending = kind == "pending" or is_unpaid or is_new
        whole = order_body(bought, by_amazon=by_amazon)
        order = {
            "id": bought.external_id,
            "status": PENDING if is_pending else UNSHIPPED,
            "by_amazon": by_amazon,
            "cancel_requested": kind == "cancel_requested",
            "shipments": {},
            "updated_at": rfc3339(bought.placed_at),
            "news": 0,
            "body": order_body(flawed(bought, flaw), by_amazon=by_amazon),
            "settles": {name: whole[name] for name in SETTLES},
        }
        if kind == "shipped":
            self._ship_all(order, datetime.now(UTC))
        self.keep(order)
        if not kind:
            self._goes_on(order, rng, is_settled=bought.is_paid)

    def _goes_on(self, order: Document, rng: Random, *, is_settled: bool) -> None:
        """Amazon itself releases a pending order, or ends it unpaid, and ships what it stores."""
        released = rng.uniform(*_RELEASED_SECONDS)
        if order["status"] == PENDING:
            after = released if is_settled else rng.uniform(*_LAPSED_SECONDS)
            self.later(order["id"], "released" if is_settled else "lapsed", after)
        if order["by_amazon"] and is_settled:
            after = released + rng.uniform(*_BY_AMAZON_SECONDS)
            self.later(order["id"], "shipped", after)

    def announce(self, order_id: str, after: float = 0.0) -> None:
        """Tell that an order was placed."""
        if order := self.record(order_id):
            self._notify(order, "created", after)

    def happen(self, order_id: str, what: str) -> None:
        """Change an order and tell of it; a refund is no matter of the order.

        `called_off` is what the seller does in Seller Central, by hand.
        """
        order = self.record(order_id)
        if order is None or order["status"] == CANCELLED or what == "refunded":
            return
        match what:
            case "settled" | "released":
                order["body"] = order["body"] | (order["settles"] if what == "settled" else {})
                order["status"] = UNSHIPPED if order["status"] == PENDING else order["status"]
            case "lapsed" if order["status"] != PENDING:
                return
            case "lapsed" | "called_off":
                order["status"] = CANCELLED
            case "cancelled" if order["status"] == PENDING:
                order["status"] = CANCELLED
            case "cancelled":
                # After payment a buyer can only ask; the seller decides.
                order["cancel_requested"] = True
            case "shipped":
                self._ship_all(order, datetime.now(UTC))
        self.amend(order)

    def _ship_all(self, order: Document, now: datetime) -> None:
        order["status"] = SHIPPED
        if order["by_amazon"]:
            return
        ordered = order["body"]["orderItems"]
        items = {item["orderItemId"]: item["quantityOrdered"] for item in ordered}
        order["shipments"]["1"] = {
            "tracking": f"TBA{order['id'].replace('-', '')}",
            "carrier": "Amazon Shipping",
            "service": "Standard",
            "shipped_at": rfc3339(now),
            "created_at": rfc3339(now),
            "items": items,
            "edits": 0,
        }

    def ship(self, order: Document, ref: str, shipment: Document) -> None:
        """Note a confirmed package; the same reference again edits it."""
        known = order["shipments"].get(ref)
        order["shipments"][ref] = shipment | {"edits": known["edits"] + 1 if known else 0}
        gone = shipped_pieces(order)
        items = order["body"]["orderItems"]
        is_all = all(gone.get(i["orderItemId"], 0) >= i["quantityOrdered"] for i in items)
        order["status"] = SHIPPED if is_all else PARTIALLY
        self.amend(order)

    def amend(self, order: Document) -> None:
        """Keep a changed order and tell of it."""
        order["updated_at"] = rfc3339(datetime.now(UTC))
        order["news"] += 1
        self.keep(order)
        self._notify(order, f"change-{order['news']}", 0.0)

    def _notify(self, order: Document, mark: str, after: float) -> None:
        body = order_change(self.played.shop, order, mark, datetime.now(UTC))
        self.tell(TOPIC, order["id"], mark, body, after)

    def headers(self, written: Document) -> dict[str, str]:
        """Return the headers of an EventBridge API destination with an API key connection."""
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Amazon/EventBridge/ApiDestinations",
            "X-Api-Key": self.played.secret,
        }
