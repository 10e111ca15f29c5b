"""WooCommerce's webhook topics, and ours for what a poll or the shop's history told."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pydantic import ValidationError

from channels.body import decoded, numeric_id
from channels.message import ChannelMessage
from channels.port import DEFAULT_SHOP
from channels.woocommerce.mapping import order_messages
from channels.woocommerce.payload import WooOrder
from channels.woocommerce.resources import is_refund, what_it_is
from domain.findings import FindingCode, finding
from domain.holds import ReasonCode
from domain.validation import findings_of

# Bodies that no webhook carried: found by asking, and moved here from the shop's past.
POLL = "orders/poll"
HISTORY = "order/history"

Body = dict[str, Any]
Reader = Callable[[Body, str], Iterator[ChannelMessage]]


def read(topic: str, raw_body: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a delivery means; never raises.

    An order body yields the order (or its cancellation) and what follows from its status. Topics
    we do not act on are `ignored` with a note.
    """
    reader = _READERS.get(topic.strip().lower())
    if reader is None:
        return [ChannelMessage("ignored", None, note=f"topic {topic[:80]!r} is not acted on")]
    body, findings = decoded(raw_body)
    if findings:
        return [ChannelMessage("order", None, findings=findings)]
    if not isinstance(body, dict):
        return [ChannelMessage("order", None, findings=(finding(FindingCode.NOT_AN_ORDER),))]
    return list(reader(body, shop))


def read_order(body: Body, shop: str, *, migrated: bool) -> Iterator[ChannelMessage]:
    """Say what a decoded order body means; see `order_messages`."""
    if "line_items" not in body or is_refund(body):
        # Without an id: that of a refund or a note is no order's.
        other = (finding(FindingCode.NOT_AN_ORDER, hint=what_it_is(body)),)
        yield ChannelMessage("order", None, findings=other)
        return
    try:
        order = WooOrder.model_validate(body)
    except ValidationError as error:
        yield ChannelMessage("order", _order_id(body), findings=tuple(findings_of(error)))
        return
    yield from order_messages(order, shop, migrated=migrated)


def _deleted(body: Body, shop: str) -> Iterator[ChannelMessage]:
    """A deleted order is told by its id alone, whether it went to the trash or for good."""
    order_id = _order_id(body)
    if order_id is None:
        unnamed = (finding(FindingCode.REQUIRED, "id"),)
        yield ChannelMessage("cancellation", None, findings=unnamed)
        return
    note = "deleted in WooCommerce"
    yield ChannelMessage("cancellation", order_id, cancel_reason=ReasonCode.OTHER, note=note)


def _order_id(body: Body) -> str | None:
    try:
        return numeric_id(body.get("id"))
    except ValueError:
        return None


_live = partial(read_order, migrated=False)

_READERS: Mapping[str, Reader] = {
    "order.created": _live,
    "order.updated": _live,
    "order.restored": _live,
    "order.deleted": _deleted,
    POLL: _live,
    HISTORY: partial(read_order, migrated=True),
}
