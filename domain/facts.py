"""What a workflow knows of an order: numbers and codes, never a name, phone or address."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.order import CanonicalOrder, Origin, content_hash
from domain.stages import Stage

# On these payment terms goods leave before the money arrives.
CASH_ON_DELIVERY = "cod"
# The flag of an order whose goods lie in the channel's own warehouse, which sends them itself.
FULFILLED_BY_CHANNEL = "fulfilled_by_channel"
SETTLED = frozenset({"paid", "partially_refunded"})


@dataclass(frozen=True)
class LineQuantity:
    """How many pieces of one order line; `line_id` is the channel's id of the line."""

    line_id: str
    sku: str
    quantity: int


@dataclass(frozen=True)
class OrderFacts:
    """One version of an order's content as far as deciding needs it.

    `total` is in `currency` (ISO 4217); `country` is the ISO 3166 destination, empty when there is
    no shipping address; `submitted_at` is UTC; `submitter` is a person id or empty for a channel.
    `amended_by` is the person who wrote this version, empty for the submitter and the channel.
    `fulfilled_by_channel` says that the channel sends the goods from a warehouse of its own.
    `start_stage` is where an order stood that was moved here from another system, empty for one
    that begins here.
    `settled` says that it is paid or on accepted terms; `on_terms` that it draws on credit.
    """

    order_id: str
    channel: str
    shop: str
    external_id: str
    origin: str
    submitter: str
    submitted_at: datetime
    content_version: int
    content_hash: str
    currency: str
    total: Decimal
    country: str
    customer_kind: str
    settled: bool
    on_terms: bool
    findings: int
    lines: tuple[LineQuantity, ...]
    priority: int = 3
    amended_by: str = ""
    start_stage: str = ""
    fulfilled_by_channel: bool = False


def is_past_review(facts: OrderFacts) -> bool:
    """Tell whether the order was moved here when it had been approved already, elsewhere.

    A later change of its content is this house's to approve.
    """
    past = (Stage.PREPARING, Stage.SHIPPED)
    return facts.content_version == 1 and facts.start_stage in past


@dataclass(frozen=True)
class Identity:
    """What the house adds to an order's content when it takes it in."""

    order_id: str
    origin: Origin
    submitter: str
    submitted_at: datetime
    priority: int = 3
    start_stage: str = ""


def facts_of(
    order: CanonicalOrder, identity: Identity, content_version: int, findings: int
) -> OrderFacts:
    """Return what deciding needs of one version of an order's content."""
    address, terms = order.shipping_address, order.payment.terms
    is_paid = order.payment.status in SETTLED
    return OrderFacts(
        order_id=identity.order_id,
        channel=order.channel,
        shop=order.shop,
        external_id=order.external_id,
        origin=identity.origin,
        submitter=identity.submitter,
        submitted_at=identity.submitted_at,
        content_version=content_version,
        content_hash=content_hash(order),
        currency=order.currency,
        total=order.total,
        country=address.country if address else "",
        customer_kind=order.customer.kind,
        settled=is_paid or bool(terms),
        on_terms=bool(terms) and terms != CASH_ON_DELIVERY and not is_paid,
        findings=findings,
        lines=tuple(LineQuantity(line.line_id, line.sku, line.quantity) for line in order.lines),
        priority=identity.priority,
        start_stage=identity.start_stage,
        fulfilled_by_channel=FULFILLED_BY_CHANNEL in order.flags,
    )
