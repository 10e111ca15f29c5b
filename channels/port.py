"""The port every channel implements: prove, read the envelope, read the letter, write back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import httpx

from channels.message import ChannelMessage, Delivery
from domain.holds import ReasonCode

Headers = Mapping[str, str]
Lines = Sequence[tuple[str, int]]
DEFAULT_SHOP = "default"


@dataclass(frozen=True)
class ChannelAccess:
    """Where and how to write back to one shop; a simulator plays the shop by its `base_url`.

    Shopify: `https://{shop}.myshopify.com` and an Admin API access token. Storefront: the shop's
    callback URL and the secret it signs with. The credential never shows in repr or errors.
    """

    base_url: str
    credential: str = field(repr=False)
    timeout_seconds: float = 10.0


@dataclass(frozen=True)
class FulfilmentReceipt:
    """The channel's id of the fulfilment, and whether it was there before this call."""

    external_id: str
    already_there: bool = False


class ChannelClient(Protocol):
    """Writes to one shop, safe to call from several threads and safe to repeat.

    Every method raises ChannelRefused (final), ChannelThrottled or ChannelUnavailable (repeat).
    """

    def fulfillment_create(
        self,
        order_external_id: str,
        tracking_number: str,
        carrier: str,
        *,
        url: str | None,
        lines: Lines,
        idempotency_key: str,
    ) -> FulfilmentReceipt:
        """Tell the shop that a parcel left; no lines means all that is left."""

    def order_cancel(
        self, order_external_id: str, reason: ReasonCode, note: str, *, idempotency_key: str
    ) -> None:
        """Cancel the order at the shop; one that is cancelled already is a success."""

    def close(self) -> None:
        """Close the connections."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


@dataclass(frozen=True)
class FoundOrder:
    """One order as the channel's API gives it: bytes that `read` understands under `topic`.

    `updated_at` is UTC, None when the channel does not tell.
    """

    external_id: str
    topic: str
    raw_body: bytes
    updated_at: datetime | None = None


@dataclass(frozen=True)
class FoundPage:
    """One page of a poll; `next_page` is None on the last one.

    Everything that changed before `seen_until` (UTC, the channel's clock) is in the pages up to
    this one; None when only the caller's own clock can tell.
    """

    orders: tuple[FoundOrder, ...]
    next_page: str | None = None
    seen_until: datetime | None = None


@dataclass(frozen=True)
class Subscriptions:
    """What the shop's webhooks look like after a check: what was amiss, and what was mended.

    Both name topics; what is amiss and not mended needs a person.
    """

    amiss: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


class OrderSource(ChannelClient, Protocol):
    """A client that can also read orders; raises as ChannelClient does."""

    def changed_orders(self, since: datetime, page: str | None = None) -> FoundPage:
        """Return a page of the orders that changed at or after `since` (aware), oldest first."""

    def order(self, reference: str) -> FoundOrder | None:
        """Return one order by what a `look_up` named, None when the channel knows none such."""

    def mend_subscriptions(self, address: str, secret: str) -> Subscriptions:
        """See to it that the shop sends its webhooks to `address`, signed with `secret`.

        Without an address it only says what is amiss. Repeating it changes nothing more.
        """


@runtime_checkable
class HoldsFulfilment(Protocol):
    """What a client has beside ChannelClient where the shop can be kept from sending an order."""

    def fulfilment_hold(
        self, order_external_id: str, reason: ReasonCode, note: str, *, idempotency_key: str
    ) -> None:
        """Keep the shop from fulfilling the order; a hold under this key is a success."""

    def fulfilment_release(self, order_external_id: str, *, idempotency_key: str) -> None:
        """Let go of the hold placed under the same key, and of no other."""


@runtime_checkable
class BackfillSource(Protocol):
    """What a client has beside OrderSource where the channel hands out its whole past at once."""

    def start_backfill(self, since: datetime | None) -> str:
        """Have the channel gather all orders changed since (None: ever); returns the job's id."""

    def backfill(self, operation_id: str) -> Iterator[FoundOrder] | None:
        """Return the gathered orders, None while the channel is still at it."""


class Verify(Protocol):
    """Tells whether one of the secrets (current, previous) signed exactly these bytes; no parsing.

    `now` is aware; channels whose signature carries a time refuse one far from it.
    """

    def __call__(
        self, headers: Headers, raw_body: bytes, secrets: Sequence[str], now: datetime
    ) -> bool: ...


class Read(Protocol):
    """Says what a delivery means; never raises: what can't be read becomes findings.

    `shop` is the shop the delivery was proven to come from; it overrules what the body says.
    """

    def __call__(
        self, topic: str, raw_body: bytes, shop: str = DEFAULT_SHOP
    ) -> list[ChannelMessage]: ...


class ReadDocument(Protocol):
    """Says what a stored document holds; never raises, and yields at least one message.

    A document is what people keep in files: a webhook body, an answer of the channel's API (one
    order, a page of them, an error), a list of orders, JSON lines. What holds no order says so
    with the finding NOT_AN_ORDER.
    """

    def __call__(self, raw: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]: ...


class Connect(Protocol):
    """Opens a client for one shop; `transport` replaces the network in tests."""

    def __call__(
        self, access: ChannelAccess, transport: httpx.BaseTransport | None = None
    ) -> ChannelClient: ...


class Open(Protocol):
    """Opens a client that also reads orders."""

    def __call__(
        self, access: ChannelAccess, transport: httpx.BaseTransport | None = None
    ) -> OrderSource: ...


@dataclass(frozen=True)
class Polling:
    """How a channel is asked for what its webhooks may have lost.

    `every_seconds` passes between two polls of a shop, each looking `overlap_seconds` further back
    than the last one saw; `pages_per_second` is what the channel's own limit allows.
    `history_topic` is the topic under which `read` takes an order for one of a migration, empty
    where that makes no difference.
    """

    open: Open
    every_seconds: float
    overlap_seconds: float
    pages_per_second: float
    history_topic: str = ""


@dataclass(frozen=True)
class Channel:
    """One sales channel, as functions; `delivery` looks at the headers only.

    `connect` is None where nothing can be written back, `polling` where nothing can be read.
    `is_ping` recognises the unsigned trial that a shop sends to a new address: it is answered with
    200 and leads to nothing.
    """

    name: str
    verify: Verify
    delivery: Callable[[Headers, bytes], Delivery]
    read: Read
    read_document: ReadDocument
    connect: Connect | None = None
    polling: Polling | None = None
    is_ping: Callable[[Headers, bytes], bool] | None = None
