"""What a workflow may ask of the outside world: names, task queues, requests and answers.

Workflows import this module and nothing else of `activities`, so no driver or client ever enters
the sandbox. Every request carries the key under which its effect happens at most once.
"""

from dataclasses import dataclass

from domain import state
from domain.actions import ParcelLine
from domain.approvals import Handover
from domain.facts import LineQuantity, OrderFacts
from domain.staffing import StaffAnswer, StaffQuestion

ORDERS_QUEUE = "orderflow"
WAREHOUSE_QUEUE = "orderflow-warehouse"

ADMIT = "admit"
ENTITLE = "entitle"
RECORD = "record"
SETTLE = "settle"
RELEASE = "release"
DISPATCH = "dispatch"
VOID_DISPATCH = state.VOID_DISPATCH
FULFIL = "fulfil"
CANCEL_IN_CHANNEL = "cancel_in_channel"
HOLD_IN_CHANNEL = "hold_in_channel"
RELEASE_IN_CHANNEL = "release_in_channel"
SWEEP = "sweep"
POLL_PAGE = "poll_page"
LOOK_UP_ORDER = "look_up_order"
MEND_SUBSCRIPTIONS = "mend_subscriptions"
WORK_BATCH = "work_batch"


# The channels that can be asked to keep an order from being sent; see HoldsFulfilment.
HOLDING_CHANNELS = frozenset({"shopify"})


def channel_queue(channel: str) -> str:
    """Return the task queue of a channel; its rate limit is the channel's own."""
    return f"orderflow-channel-{channel}"


def poll_queue(channel: str) -> str:
    """Return the task queue on which a channel's pages are asked for."""
    return f"orderflow-poll-{channel}"


def read_queue(channel: str) -> str:
    """Return the task queue on which a channel's single orders and webhooks are looked at."""
    return f"orderflow-read-{channel}"


@dataclass(frozen=True)
class AdmitRequest:
    """Plan this content version; `rule_set` is the pinned one (empty: the published one), `group`
    and `warehouse` are set when a person picked them. Effects are keyed by the order id.

    `handovers` are parts that signers gave to somebody, `asked` who is to sign in addition."""

    facts: OrderFacts
    rule_set: str
    group: str
    warehouse: str
    handovers: tuple[Handover, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntitleRequest:
    """Who may sign this content of an order now; asked again when staff changes or a signer hands
    their part over or wants somebody else's signature as well."""

    order_id: str
    content_version: int
    question: StaffQuestion


@dataclass(frozen=True)
class EntitleAnswer:
    """Who may sign as of now."""

    answer: StaffAnswer


@dataclass(frozen=True)
class SettleRequest:
    """A parcel left: consume its reservation; the last one also turns the credit hold into debt."""

    order_id: str
    ordinal: int
    warehouse: str
    lines: tuple[LineQuantity, ...]
    is_last: bool


@dataclass(frozen=True)
class ReleaseRequest:
    """Give back whatever the order still holds of stock and credit."""

    order_id: str


@dataclass(frozen=True)
class DispatchRequest:
    """Tell the warehouse to prepare an order; `key` is `order id:round`."""

    order_id: str
    content_version: int
    key: str
    group: str
    warehouse: str


@dataclass(frozen=True)
class FulfilRequest:
    """Tell the sales channel that a parcel left; `key` is `workflow id:fulfil:ordinal`."""

    order_id: str
    channel: str
    shop: str
    external_id: str
    key: str
    tracking_number: str
    carrier: str
    lines: tuple[ParcelLine, ...]


@dataclass(frozen=True)
class CancelRequest:
    """Stop the order in its sales channel; `key` is `workflow id:cancel`."""

    order_id: str
    channel: str
    shop: str
    external_id: str
    key: str
    reason: str


@dataclass(frozen=True)
class ChannelHoldRequest:
    """Keep the shop from sending an order, or let go of that; `key`, the same for both, is
    `workflow id:hold:round`. `reason` is our reason code."""

    order_id: str
    channel: str
    shop: str
    external_id: str
    key: str
    reason: str


@dataclass(frozen=True)
class ShopRequest:
    """Read from this shop; where to read on is kept in Postgres."""

    channel: str
    shop: str


@dataclass(frozen=True)
class PageAnswer:
    """What one page of a poll brought: only counts, the orders lie in the inbox.

    `gone` says that the shop is no longer there to be polled; `refused` is the shop's code when it
    refused us. The next page may be asked for `gap_seconds` later, the next poll is due
    `every_seconds` later.
    """

    found: int = 0
    new: int = 0
    more: bool = False
    gone: bool = False
    refused: str = ""
    look_ups_due: bool = False
    gap_seconds: float = 0.0
    every_seconds: float = 0.0


@dataclass(frozen=True)
class LookUpAnswer:
    """What became of one look-up; `due_in_seconds` says when the next is due, None when none is."""

    gone: bool = False
    due_in_seconds: float | None = None


@dataclass(frozen=True)
class CheckAnswer:
    """How many webhook topics of a shop need a person, and how many were mended."""

    gone: bool = False
    amiss: int = 0
    mended: int = 0


@dataclass(frozen=True)
class BatchRequest:
    """Go on with this batch; each order's action has an id of its own."""

    batch_id: str


@dataclass(frozen=True)
class BatchAnswer:
    """How many items are left; `due_in_seconds` says when the next is due."""

    left: int
    due_in_seconds: float = 0.0
