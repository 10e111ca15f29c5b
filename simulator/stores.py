"""What every played shop has: orders on record, subscriptions, and a way to tell of orders."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from simulator.behaviour import Mix
from simulator.config import PlayedShop
from simulator.documents import Document, Documents
from simulator.happenings import Happenings
from simulator.letters import letter
from simulator.postman import Postman
from simulator.purchases import Purchase
from simulator.subscriptions import Subscriptions

# Shopify's number of attempts (one and 8 repetitions); the others' that repeat are set to it.
_ATTEMPTS = 9


@dataclass(frozen=True)
class Surroundings:
    """What a shop needs of the world it is in."""

    documents: Documents
    postman: Postman
    happenings: Happenings
    mix: Mix
    api_url: str


class PlayedStore(ABC):
    """One shop; its orders are documents with `id`, `body` (native words) and `settles`, what
    changes about the body once the order is paid and whole."""

    kind: ClassVar[str]
    topics: ClassVar[tuple[str, ...]]
    attempts = _ATTEMPTS

    def __init__(self, played: PlayedShop, around: Surroundings) -> None:
        self.played = played
        self.around = around
        self.subscriptions = Subscriptions(around.documents, played.owner, around.api_url)
        if played.subscribed:
            self.subscriptions.preset(self.topics, played.secret)

    # --- what is on record ------------------------------------------------------------------

    def record(self, order_id: str) -> Document | None:
        """Return an order, None when the shop has none of this id."""
        return self.around.documents.get(self.kind, self._key(order_id))

    def records(self) -> dict[str, Document]:
        """Return every order of this shop by its id."""
        found = self.around.documents.all(self.kind).items()
        own = f"{self.played.shop}/"
        return {order["id"]: order for key, order in found if key.startswith(own)}

    def keep(self, order: Document) -> None:
        """Keep an order in place of what was known of it."""
        self.around.documents.put(self.kind, self._key(order["id"]), order)

    def forget(self, order_id: str) -> None:
        """Delete an order for good."""
        self.around.documents.remove(self.kind, self._key(order_id))

    def shown(self, order: Document) -> Document:
        """Return an order for the simulator's own record, without what identifies the buyer."""
        return {key: value for key, value in order.items() if key not in ("body", "settles")}

    def _key(self, order_id: str) -> str:
        return f"{self.played.shop}/{order_id}"

    # --- what happens to it -----------------------------------------------------------------

    @abstractmethod
    def take(self, bought: Purchase, flaw: str = "none", kind: str = "") -> None:
        """Take an order in; a flaw (`phone`, `postal`) is gone once the order is settled."""

    @abstractmethod
    def announce(self, order_id: str, after: float = 0.0) -> None:
        """Tell that an order was placed, in the words it has now, `after` seconds from now."""

    @abstractmethod
    def happen(self, order_id: str, what: str) -> None:
        """Change an order and tell of it: settled, cancelled, refunded, touched."""

    def later(self, order_id: str, what: str, after: float) -> None:
        """Have something happen `after` seconds from now."""
        self.around.happenings.add(self.played.channel, self.played.shop, order_id, what, after)

    # --- how it is told ---------------------------------------------------------------------

    @abstractmethod
    def headers(self, written: Document) -> dict[str, str]:
        """Return a letter's headers, signed now: a repetition keeps its id, not its time."""

    def heard(self, written: Document, *, accepted: bool, is_last: bool) -> None:
        """Learn how posting a letter went; most shops do not care."""
        return

    def tell(
        self, topic: str, order_id: str, mark: str, body: Document | str, after: float = 0.0
    ) -> None:
        """Write to everybody who subscribed to a topic; `mark` tells one news from the next."""
        for subscription in self.subscriptions.active(topic):
            delivery_id = f"{self.played.shop}-{order_id}-{mark}-{subscription['id']}"
            due_at = time.time() + after
            self.around.postman.send(
                letter(self.played, subscription, topic, order_id, delivery_id, body, due_at)
            )

    def secret_of(self, written: Document) -> str:
        """Return what signs a letter: the subscription's own secret, else the shop's."""
        subscription = self.subscriptions.find(written["subscription"])
        return (subscription or {}).get("secret") or self.played.secret


def flawed(bought: Purchase, flaw: str) -> Purchase:
    """Return a purchase whose buyer typed a phone number wrong or forgot the postal code."""
    changes: Mapping[str, dict[str, str]] = {
        "phone": {"phone": "12"},
        "postal": {"postal_code": ""},
    }
    return replace(bought, buyer=replace(bought.buyer, **changes.get(flaw, {})))
