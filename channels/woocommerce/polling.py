"""Reading the orders that changed: page by page, without missing one that moves meanwhile.

Source: woocommerce/woocommerce, class-wc-rest-crud-controller.php (query) and the REST v3 docs.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from channels.body import numeric_id
from channels.errors import ChannelUnavailable
from channels.port import FoundOrder, FoundPage
from channels.woocommerce.endpoint import Json, Query, RestEndpoint, read_answer
from channels.woocommerce.payload import WooChange
from channels.woocommerce.status import told_at
from channels.woocommerce.topics import POLL

# A small host needs seconds for a hundred orders, which WooCommerce would allow.
_PER_PAGE = 50
# `any` leaves the trash out, where a deleted order goes first.
_LISTS = ("any", "trash")


@dataclass(frozen=True)
class Place:
    """Where a poll stands: which list and page, how many orders it held, when the poll began."""

    listed: str = _LISTS[0]
    page: int = 1
    total: int = 0
    began: int = 0

    @classmethod
    def read(cls, text: str | None) -> "Place":
        """Read back what `written` wrote; the beginning without one."""
        if text is None:
            return cls()
        listed, page, total, began = text.split(":")
        return cls(listed, int(page), int(total), int(began))

    def written(self) -> str:
        """Write it as the `next_page` of a page."""
        return f"{self.listed}:{self.page}:{self.total}:{self.began}"


def changed_orders(endpoint: RestEndpoint, since: datetime, page: str | None) -> FoundPage:
    """Return a page of the orders that changed at or after `since`, by ascending id.

    Sorted by change they would move to the end while they are read, and others would slip past a
    page's edge. By id, one that changes joins the list, at worst behind us, and is newer than the
    poll's beginning. One that leaves the list shortens it: then the page before is read again.
    """
    place = Place.read(page)
    response = endpoint.get("/orders", _query(since, place))
    bodies = read_answer(list[Json], response)
    here = Place(
        place.listed,
        place.page,
        _count(response, "X-WP-Total", place.total),
        place.began or _server_second(response),
    )
    following = _following(here, place.total, _pages(response, here, len(bodies)))
    began = datetime.fromtimestamp(here.began, UTC) if here.began else None
    return FoundPage(
        orders=tuple(found(body) for body in bodies),
        next_page=following.written() if following else None,
        seen_until=None if following else began,
    )


def found(body: Json) -> FoundOrder:
    """Return an order as the poll found it; fractions are written as text, digit by digit."""
    try:
        order_id = numeric_id(body.get("id"))
        change = WooChange.model_validate(body)
    except ValueError:
        raise ChannelUnavailable("an order of the answer has an unexpected shape") from None
    raw = json.dumps(body, ensure_ascii=False, default=str).encode()
    told = told_at(change.date_modified_gmt, change.plain_status)
    return FoundOrder(order_id, POLL, raw, told)


def _query(since: datetime, place: Place) -> Query:
    # `modified_after` leaves the instant itself out. Its time has no offset on purpose: WordPress
    # turns one with an offset into the shop's local time, and then compares that with GMT.
    after = since.astimezone(UTC) - timedelta(seconds=1)
    return {
        "modified_after": after.strftime("%Y-%m-%dT%H:%M:%S"),
        "dates_are_gmt": "true",
        "orderby": "id",
        "order": "asc",
        "status": place.listed,
        "per_page": _PER_PAGE,
        "page": place.page,
    }


def _following(here: Place, total_before: int, pages: int) -> Place | None:
    if here.page > 1 and here.total < total_before:
        return Place(here.listed, here.page - 1, here.total, here.began)
    if here.page < pages:
        return Place(here.listed, here.page + 1, here.total, here.began)
    rest = _LISTS[_LISTS.index(here.listed) + 1 :]
    return Place(rest[0], began=here.began) if rest else None


def _pages(response: httpx.Response, here: Place, found_here: int) -> int:
    # Where a proxy drops the header, a full page says that there may be more.
    otherwise = here.page + (found_here >= _PER_PAGE)
    return _count(response, "X-WP-TotalPages", otherwise)


def _count(response: httpx.Response, name: str, otherwise: int) -> int:
    text = response.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else otherwise


def _server_second(response: httpx.Response) -> int:
    """Return the shop's own clock, by which it dates its changes; 0 when it does not tell."""
    try:
        return int(parsedate_to_datetime(response.headers.get("Date", "")).timestamp())
    except ValueError:
        return 0
