"""Lines of a bulk operation's file back to whole GraphQL orders."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from channels.body import gid_kind
from channels.shopify.nodes import Node, items

_PARENT = "__parentId"
# Which list of an order a line belongs to, by the kind of its own id.
_LISTS = {
    "LineItem": "lineItems",
    "ShippingLine": "shippingLines",
    "FulfillmentOrder": "fulfillmentOrders",
}
_VOID = frozenset({"CANCELLED", "ERROR", "FAILURE"})

OrderNode = dict[str, Any]


@dataclass(frozen=True)
class BulkLine:
    """One line: its id, the id of the object it belongs to (empty for an order), and its text."""

    own: str
    parent: str
    body: str


def bulk_line(text: str) -> BulkLine | None:
    """Read one line; None for what is no JSON object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return BulkLine(str(value.get("id") or ""), str(value.get(_PARENT) or ""), text)


def assembled(gathered: Iterable[tuple[str, Iterable[str]]]) -> Iterator[OrderNode]:
    """Yield whole orders from each order's line and the lines below it."""
    for body, children in gathered:
        yield whole_order(json.loads(body), [json.loads(child) for child in children])


def whole_order(order: OrderNode, children: Iterable[OrderNode]) -> OrderNode:
    """Put the lines of an order's lists back into it; each list is complete, if only empty."""
    lists: dict[str, list[OrderNode]] = {name: [] for name in _LISTS.values()}
    for child in children:
        name = _LISTS.get(gid_kind(child.get("id")))
        if name:
            lists[name].append({key: child[key] for key in child if key != _PARENT})
    missing = {
        name: {"nodes": nodes} for name, nodes in lists.items() if nodes or name not in order
    }
    return _with_pieces(order | missing)


def _with_pieces(order: OrderNode) -> OrderNode:
    """Say what the order's fulfilments held, which a bulk query can't ask for.

    How much of each line is out is known, in how many parcels it went is not: all fulfilments that
    stand become one parcel with every tracking number, delivered when all of them are.
    """
    standing = [f for f in items(order.get("fulfillments")) if str(f.get("status")) not in _VOID]
    if not standing or any("fulfillmentLineItems" in each for each in standing):
        return order
    pieces = _pieces_out(order)
    if pieces == []:
        return order | {"fulfillments": []}
    states = {str(each.get("displayStatus")) for each in standing}
    whole = dict(standing[0]) | {
        "displayStatus": standing[0].get("displayStatus") if len(states) == 1 else "FULFILLED",
        "trackingInfo": [each for f in standing for each in items(f.get("trackingInfo"))],
        "fulfillmentLineItems": {"nodes": pieces or []},
    }
    return order | {"fulfillments": [whole]}


def _pieces_out(order: OrderNode) -> list[Node] | None:
    """Return what left of each line, None when everything did."""
    counts = [_counts(line) for line in items(order.get("lineItems"))]
    if not any(left for _, _, left in counts):
        return None
    out = ((gid, wanted - left) for gid, wanted, left in counts if wanted > left)
    return [{"lineItem": {"id": gid}, "quantity": quantity} for gid, quantity in out]


def _counts(line: Node) -> tuple[object, int, int]:
    """Return a line's id, the pieces that edits and refunds left of it, and those not yet sent."""
    wanted = line.get("currentQuantity", line.get("quantity"))
    left = line.get("unfulfilledQuantity")
    if not isinstance(wanted, int) or not isinstance(left, int):
        return line.get("id"), 0, 0
    return line.get("id"), wanted, left
