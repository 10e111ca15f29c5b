"""A played storefront: signed JSON in our own canonical words."""

from datetime import UTC, datetime

from channels.storefront.signature import SIGNATURE, sign
from domain.order import rfc3339
from simulator.documents import Document
from simulator.purchases import Purchase
from simulator.storefront_bodies import cancelled_body, order_body, told
from simulator.stores import PlayedStore, flawed

ORDERS = "storefront.orders"
_SETTLES = ("customer", "shipping_address", "payment")


class StorefrontStore(PlayedStore):
    """Tells of its orders; what it is told itself is kept by the routes."""

    kind = ORDERS
    topics = ("order.created", "order.updated", "order.cancelled")

    def take(self, bought: Purchase, flaw: str = "none", kind: str = "") -> None:
        """Take an order in."""
        at = bought.placed_at
        whole = order_body(bought, paid=True, updated_at=at)
        body = order_body(flawed(bought, flaw), paid=bought.is_paid, updated_at=at)
        settles = {name: whole[name] for name in _SETTLES}
        self.keep({"id": bought.external_id, "news": 0, "body": body, "settles": settles})

    def announce(self, order_id: str, after: float = 0.0) -> None:
        """Tell that an order was placed."""
        if order := self.record(order_id):
            body = told("order.created", order["body"])
            self.tell("order.created", order_id, "created", body, after)

    def happen(self, order_id: str, what: str) -> None:
        """Change an order and tell of it; money is not this shop's to give back."""
        order = self.record(order_id)
        if order is None:
            return
        now = datetime.now(UTC)
        if what in ("cancelled", "refunded"):
            self.tell("order.cancelled", order_id, "cancelled", cancelled_body(order_id, now))
            return
        changes = order["settles"] if what == "settled" else {}
        body: Document = order["body"] | changes | {"source_updated_at": rfc3339(now)}
        self.keep(order | {"body": body, "news": order["news"] + 1})
        mark = f"updated-{order['news']}"
        self.tell("order.updated", order_id, mark, told("order.updated", body))

    def headers(self, written: Document) -> dict[str, str]:
        """Return a letter's headers; the signature carries the time."""
        raw_body = written["body"].encode()
        return {
            "Content-Type": "application/json",
            "Orderflow-Topic": written["topic"],
            "Orderflow-Delivery": written["delivery_id"],
            SIGNATURE: sign(raw_body, self.secret_of(written), datetime.now(UTC)),
        }
