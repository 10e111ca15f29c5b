"""The pages of searchOrders: what has to be repeated with each, and how far they reach.

Source: searchOrders of Orders 2026-01-01. Amazon's token alone is no page: all other parameters
are sent again with it, so our page token carries them. Amazon's token lives for 24 hours.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.amazon.topics import ORDERS_2026
from channels.errors import ChannelRefused, ChannelUnavailable
from channels.port import FoundOrder, FoundPage
from domain.order import instant, rfc3339


@dataclass(frozen=True)
class Place:
    """Where a poll stands: since when it asks (UTC), Amazon's token, and what page one reaches."""

    since: datetime
    token: str = ""
    until: str = ""


def place_of(since: datetime, page: str | None) -> Place:
    """Return where to go on; raises ChannelRefused BAD_PAGE for what is no page token of ours."""
    if page is None:
        return Place(since)
    try:
        said = json.loads(page)
        return Place(instant(said["since"]), str(said["token"]), str(said["until"]))
    except (ValueError, KeyError, TypeError):
        raise ChannelRefused("BAD_PAGE", "no page token of this channel; start again") from None


def found_page(answer: dict[str, Any], place: Place) -> FoundPage:
    """Return a page of orders, oldest first; only the last one tells how far the poll saw."""
    orders = answer.get("orders")
    if not isinstance(orders, list):
        raise ChannelUnavailable("the answer holds no list of orders")
    found = [each for order in orders if (each := found_order(order))]
    until = place.until or str(answer.get("lastUpdatedBefore") or "")
    pagination = answer.get("pagination")
    token = pagination.get("nextToken") if isinstance(pagination, dict) else None
    if token:
        following = {"since": rfc3339(place.since), "token": token, "until": until}
        return FoundPage(_sorted(found), json.dumps(following))
    return FoundPage(_sorted(found), None, _moment(until))


def found_order(order: object) -> FoundOrder | None:
    """Wrap one order of an answer, None for what names none."""
    order_id = order.get("orderId") if isinstance(order, dict) else None
    if not isinstance(order, dict) or not isinstance(order_id, str) or not order_id:
        return None
    raw_body = json.dumps({"order": order}, ensure_ascii=False).encode("utf-8", "replace")
    updated = _moment(order.get("lastUpdatedTime"))
    return FoundOrder(order_id, ORDERS_2026, raw_body, updated)


def _sorted(found: list[FoundOrder]) -> tuple[FoundOrder, ...]:
    # Without a time it goes first: whoever reads in order may stop at the last one seen.
    dated = [each for each in found if each.updated_at is not None]
    undated = [each for each in found if each.updated_at is None]
    dated.sort(key=lambda each: each.updated_at or datetime.min)  # noqa: DTZ901 - never reached
    return (*undated, *dated)


def _moment(said: object) -> datetime | None:
    try:
        return instant(said)
    except ValueError:
        return None
