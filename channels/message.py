"""What a channel tells us, in our own words: an order, a cancellation, a parcel, a delivery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.cleansing import Cleansed
from domain.findings import Finding
from domain.holds import ReasonCode
from domain.order import CanonicalOrder

MessageKind = Literal["order", "cancellation", "parcel", "delivery", "look_up", "ignored"]


@dataclass(frozen=True)
class ParcelFact:
    """A parcel that left: no `lines` means all that was left; `shipped_at` is UTC.

    `tracking_number` is empty when the shop shipped without one. `external_id` is the channel's
    id of the fulfilment. One parcel may be told several times and by several topics: recognise it
    by its tracking number first.
    """

    tracking_number: str
    carrier: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    shipped_at: datetime | None = None
    external_id: str = ""


@dataclass(frozen=True)
class ChannelHold:
    """Whether the channel itself holds the order: `reason` says why, None that nothing does."""

    reason: ReasonCode | None


@dataclass(frozen=True)
class ChannelMessage:
    """One thing a delivery says; a delivery may hold several.

    `external_id` is the order's id at the channel, None when the body does not tell.
    `source_updated_at` (UTC) is the channel's own time of the fact: of two messages about one
    order the later one wins. `order` may come with a cancellation, and is None when findings of
    severity error kept it from being read. `findings` may quote personal data.
    `note` is for people and holds none. `cleansing` says what the mapping changed. `hold` is None
    when the body does not tell whether the channel holds the order. A `look_up` names, in
    `reference`, an order that changed and has to be read from the channel.
    """

    kind: MessageKind
    external_id: str | None
    source_updated_at: datetime | None = None
    order: CanonicalOrder | None = None
    findings: tuple[Finding, ...] = ()
    parcel: ParcelFact | None = None
    delivered_tracking: str | None = None
    cancel_reason: ReasonCode | None = None
    note: str = ""
    cleansing: tuple[Cleansed, ...] = ()
    hold: ChannelHold | None = None
    reference: str = ""


@dataclass(frozen=True)
class Delivery:
    """What the headers of a webhook say, before its body is parsed.

    `delivery_id` is the same on every retry, None when the channel has none (use the body's hash).
    `source_at` is UTC. `is_test` marks a test send of the shop's admin, which is not imported.
    """

    topic: str
    delivery_id: str | None = None
    source_at: datetime | None = None
    is_test: bool = False
