"""Where a played shop sends its webhooks: one subscription per topic and address.

They are there from the start, as somebody set them up when the shop was connected; what is
removed or disabled later stays so until it is mended.
"""

from datetime import UTC, datetime
from urllib.parse import urljoin

from domain.order import rfc3339
from simulator.documents import Document, Documents

SUBSCRIPTIONS = "subscriptions"
ACTIVE, DISABLED = "active", "disabled"
_BEGUN = "subscriptions.begun"
_FIRST_ID = 1041


class Subscriptions:
    """One shop's subscriptions; preset ones follow orderflow to whatever address it has now."""

    def __init__(self, documents: Documents, owner: str, api_url: str) -> None:
        self._documents = documents
        self._owner = owner
        self._api_url = api_url

    def preset(self, topics: tuple[str, ...], secret: str) -> None:
        """Subscribe orderflow to these topics, once in the life of the shop."""
        if self._documents.get(_BEGUN, self._owner) is None:
            self._documents.put(_BEGUN, self._owner, {"last": _FIRST_ID})
            for topic in topics:
                self.add(topic, f"/webhooks/{self._owner}", secret)

    def all(self) -> list[Document]:
        """Return the shop's subscriptions, the oldest first; addresses are complete."""
        return [
            each | {"address": urljoin(self._api_url, each["address"])} for each in self._kept()
        ]

    def active(self, topic: str) -> list[Document]:
        """Return those that want to hear of a topic, with the addresses as they were given: a
        letter that waits goes to where orderflow is by then."""
        found = [each for each in self._kept() if each["topic"] == topic]
        return [each for each in found if each["status"] == ACTIVE]

    def find(self, number: object) -> Document | None:
        """Return one by its id."""
        return next((each for each in self.all() if str(each["id"]) == str(number)), None)

    def add(self, topic: str, address: str, secret: str, **more: object) -> Document:
        """Subscribe somebody to a topic."""
        begun = self._documents.get(_BEGUN, self._owner) or {"last": _FIRST_ID}
        self._documents.put(_BEGUN, self._owner, {"last": begun["last"] + 1})
        subscription = {
            "id": begun["last"],
            "topic": topic,
            "address": address,
            "secret": secret,
            "status": ACTIVE,
            "failures": 0,
            "since": rfc3339(datetime.now(UTC)),
        } | more
        self._put(subscription)
        return subscription

    def change(self, number: object, **values: object) -> None:
        """Change what is known of one, if it is still there."""
        kept = self._documents.get(SUBSCRIPTIONS, self._key(number))
        if kept is not None:
            self._put(kept | values)

    def remove(self, number: object) -> None:
        """End one."""
        self._documents.remove(SUBSCRIPTIONS, self._key(number))

    def public(self) -> list[Document]:
        """Return the subscriptions without their secrets."""
        return [{k: v for k, v in each.items() if k != "secret"} for each in self.all()]

    def _kept(self) -> list[Document]:
        found = self._documents.all(SUBSCRIPTIONS).items()
        own = [each for key, each in found if key.startswith(f"{self._owner}/")]
        return sorted(own, key=lambda each: int(each["id"]))

    def _put(self, subscription: Document) -> None:
        self._documents.put(SUBSCRIPTIONS, self._key(subscription["id"]), subscription)

    def _key(self, number: object) -> str:
        return f"{self._owner}/{number}"
