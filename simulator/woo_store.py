"""A played WooCommerce shop: orders, notes, and webhooks that are sent once and give up quietly.

Source: class-wc-webhook.php of WooCommerce. There is no repetition; after more than 5 failures in
a row the next one disables the webhook, and nobody is told.
"""

import hashlib
import time
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

from simulator.documents import Document
from simulator.letters import base64_signature, letter
from simulator.purchases import Purchase
from simulator.stores import PlayedStore, flawed
from simulator.subscriptions import DISABLED
from simulator.woo_bodies import SETTLES, PaymentKind, dated, order_body, refund

ORDERS = "woocommerce.orders"
PING = "ping"
_MOST_FAILURES = 5
_COUPON_EVERY = 6
_PLUGIN_STATUS = "awaiting-pickup"
_FINAL = frozenset({"cancelled", "refunded", "completed", "trash"})


class WooStore(PlayedStore):
    """One shop; orders also have `puts` (how often we wrote), `notes` and `statuses`."""

    kind = ORDERS
    topics = ("order.created", "order.updated", "order.deleted", "order.restored")
    attempts = 1

    def take(self, bought: Purchase, flaw: str = "none", kind: str = "") -> None:
        """Take an order in; `kind` is processing, on-hold, cod or plugin, else it is drawn."""
        status, payment = self._begins(bought, kind)
        at, coupon = bought.placed_at, int(bought.external_id) % _COUPON_EVERY == 0
        whole = order_body(bought, status="processing", payment=payment, with_coupon=coupon, at=at)
        body = order_body(
            flawed(bought, flaw), status=status, payment=payment, with_coupon=coupon, at=at
        )
        order = {
            "id": bought.external_id,
            "status": status,
            "statuses": [status],
            "puts": 0,
            "notes": [],
            "body": body,
            "settles": {name: whole[name] for name in SETTLES},
        }
        self.keep(order)

    def _begins(self, bought: Purchase, kind: str) -> tuple[str, PaymentKind]:
        """Return the status of a new order, and how it is paid."""
        rng = Random(f"woo:{bought.external_id}")
        if kind == "plugin" or (not kind and rng.random() < self.around.mix.plugin_status):
            return _PLUGIN_STATUS, "card"
        if kind == "cod" or (not kind and rng.random() < 0.1):
            return "processing", "cod"
        if kind == "on-hold" or (kind in ("", "whole") and not bought.is_paid):
            return "on-hold", "bacs"
        return "processing", "card"

    def announce(self, order_id: str, after: float = 0.0) -> None:
        """Tell that an order was placed."""
        if order := self.record(order_id):
            self.tell("order.created", order_id, "created", order["body"], after)

    def happen(self, order_id: str, what: str) -> None:
        """Change an order and tell of it; what has ended does not change any more."""
        order = self.record(order_id)
        if order is None or order["status"] in _FINAL:
            return
        match what:
            case "cancelled":
                self.amend(order, {"status": "cancelled"})
            case "deleted":
                self.amend(order, {"status": "trash"}, tells=False)
                self.tell("order.deleted", order_id, "deleted", {"id": int(order_id)})
            case "refunded":
                self.amend(order, refund(order["body"]))
            case "settled":
                self.amend(order, order["settles"])
            case _:
                self.amend(order, {})

    def amend(self, order: Document, changes: dict[str, Any], *, tells: bool = True) -> None:
        """Change an order's body now, and tell of it."""
        now = datetime.now(UTC)
        order["body"] = order["body"] | changes | dated("date_modified", now)
        if order["body"]["status"] != order["status"]:
            order["status"] = order["body"]["status"]
            order["statuses"] = [*order["statuses"], order["status"]]
        order["changed"] = order.get("changed", 0) + 1
        self.keep(order)
        if tells:
            mark = f"updated-{order['changed']}"
            self.tell("order.updated", order["id"], mark, order["body"])

    def shown(self, order: Document) -> Document:
        """Return an order for the record, with the meta data that we wrote."""
        return super().shown(order) | {"meta_data": order["body"]["meta_data"]}

    # --- webhooks -----------------------------------------------------------------------------

    def ping(self, subscription: Document) -> None:
        """Try a new address: a form body, without a signature."""
        body, delivery_id = urlencode({"webhook_id": subscription["id"]}), f"ping-{time.time_ns()}"
        written = letter(self.played, subscription, PING, "", delivery_id, body, time.time())
        self.around.postman.send(written)

    def headers(self, written: Document) -> dict[str, str]:
        """Return a letter's headers; deliveries within one second share their id."""
        if written["topic"] == PING:
            return {"Content-Type": "application/x-www-form-urlencoded", **_AGENT}
        number, topic = written["subscription"], written["topic"]
        resource, _, event = topic.partition(".")
        second = f"{number}:{int(written['due_at'])}"
        raw_body = written["body"].encode()
        return {
            "Content-Type": "application/json",
            **_AGENT,
            "X-WC-Webhook-Source": f"https://{self.played.shop}.example/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": base64_signature(raw_body, self.secret_of(written)),
            "X-WC-Webhook-ID": str(number),
            "X-WC-Webhook-Delivery-ID": hashlib.sha256(second.encode()).hexdigest()[:32],
        }

    def heard(self, written: Document, *, accepted: bool, is_last: bool) -> None:
        """Count failures in a row; the one too many disables the webhook."""
        subscription = self.subscriptions.find(written["subscription"])
        if subscription is None or written["topic"] == PING:
            return
        failures = 0 if accepted else subscription["failures"] + 1
        if failures > _MOST_FAILURES + 1:
            self.subscriptions.change(subscription["id"], status=DISABLED)
        else:
            self.subscriptions.change(subscription["id"], failures=failures)


_AGENT = {"User-Agent": "WooCommerce/9.4.1 Hookshot (WordPress/6.7)"}
