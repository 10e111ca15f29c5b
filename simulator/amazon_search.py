"""searchOrders of the played Orders API 2026-01-01: what may be asked, and which page comes.

Source: orders_2026-01-01.json of amzn/selling-partner-api-models. Exactly one of `createdAfter` and
`lastUpdatedAfter`; a page token comes back with every other parameter as it was, within 24 hours.
"""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.order import instant, rfc3339
from simulator.amazon_bodies import shown
from simulator.amazon_store import AmazonStore
from simulator.documents import Document

_DATASETS = frozenset(
    {
        "BUYER",
        "RECIPIENT",
        "PROCEEDS",
        "EXPENSE",
        "PROMOTION",
        "CANCELLATION",
        "FULFILLMENT",
        "PACKAGES",
        "TAX",
        "PAYMENT",
        "FULFILLMENT_ORDERS",
    }
)
_MOST_MARKETPLACES = 50
_MOST_ON_A_PAGE = 100
_TOKEN_LIFE_SECONDS = 86_400
# The caller's clock and ours may differ a little.
_GRACE = timedelta(seconds=2)


class InvalidInput(Exception):
    """The call is not allowed as it stands; the text says why."""


@dataclass(frozen=True)
class Search:
    """A search that was understood: by which time, since when and until when."""

    by: str
    after: datetime
    before: datetime
    marketplaces: frozenset[str]
    statuses: frozenset[str]
    fulfilled_by: frozenset[str]
    included: frozenset[str]
    size: int

    def fits(self, order: Document) -> bool:
        """Tell whether an order is meant."""
        body = order["body"]
        by_whom = "AMAZON" if order["by_amazon"] else "MERCHANT"
        return (
            self.after <= self.time_of(order) < self.before
            and body["salesChannel"]["marketplaceId"] in self.marketplaces
            and (not self.statuses or order["status"] in self.statuses)
            and (not self.fulfilled_by or by_whom in self.fulfilled_by)
        )

    def time_of(self, order: Document) -> datetime:
        """Return the time that decides."""
        is_created = self.by == "created"
        return instant(order["body"]["createdTime"] if is_created else order["updated_at"])


def included_data(given: Mapping[str, str]) -> frozenset[str]:
    """Return the datasets asked for; raises InvalidInput for one that does not exist."""
    wanted = _listed(given.get("includedData"))
    if wanted - _DATASETS:
        raise InvalidInput(f"includedData does not know {sorted(wanted - _DATASETS)}")
    return wanted


def search(store: AmazonStore, given: Mapping[str, str], settling_seconds: float) -> Document:
    """Answer a search; raises InvalidInput."""
    token = _opened(given)
    asked = _understood(given, settling_seconds, token)
    found = sorted(
        (each for each in store.records().values() if asked.fits(each)),
        key=lambda order: (asked.time_of(order), order["id"]),
    )
    start = token.get("from", 0)
    page = found[start : start + asked.size]
    answer: Document = {"orders": [shown(order, asked.included) for order in page]}
    if start + asked.size < len(found):
        answer["pagination"] = {"nextToken": _token(given, asked, start + asked.size)}
    name = "createdBefore" if asked.by == "created" else "lastUpdatedBefore"
    return answer | {name: rfc3339(asked.before)}


def _understood(given: Mapping[str, str], settling_seconds: float, token: Document) -> Search:
    marketplaces = _listed(given.get("marketplaceIds"))
    if not 1 <= len(marketplaces) <= _MOST_MARKETPLACES:
        raise InvalidInput("marketplaceIds names 1 to 50 marketplaces")
    if ("createdAfter" in given) == ("lastUpdatedAfter" in given):
        raise InvalidInput("exactly one of createdAfter and lastUpdatedAfter is to be given")
    by = "created" if "createdAfter" in given else "lastUpdated"
    latest = datetime.now(UTC) - timedelta(seconds=settling_seconds)
    before = _time(given, f"{by}Before") or latest
    if before > latest + _GRACE:
        raise InvalidInput(f"{by}Before has to be {settling_seconds:g} seconds in the past")
    pinned = token.get("before")
    size = given.get("maxResultsPerPage", str(_MOST_ON_A_PAGE))
    if not size.isdigit() or not 1 <= int(size) <= _MOST_ON_A_PAGE:
        raise InvalidInput("maxResultsPerPage is from 1 to 100")
    after = _time(given, f"{by}After")
    if after is None:
        raise InvalidInput(f"{by}After is no ISO 8601 time")
    return Search(
        by=by,
        after=after,
        before=instant(pinned) if pinned else before,
        marketplaces=marketplaces,
        statuses=_listed(given.get("fulfillmentStatuses")),
        fulfilled_by=_listed(given.get("fulfilledBy")),
        included=included_data(given),
        size=int(size),
    )


def _time(given: Mapping[str, str], name: str) -> datetime | None:
    if name not in given:
        return None
    try:
        return instant(given[name])
    except ValueError:
        raise InvalidInput(f"{name} is no ISO 8601 time") from None


def _listed(text: str | None) -> frozenset[str]:
    return frozenset(part for part in (text or "").split(",") if part)


def _token(given: Mapping[str, str], asked: Search, start: int) -> str:
    content = {
        "from": start,
        "before": rfc3339(asked.before),
        "for": _fingerprint(given),
        "until": time.time() + _TOKEN_LIFE_SECONDS,
    }
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _opened(given: Mapping[str, str]) -> Document:
    """Return what a page token holds; it is worth nothing with other parameters."""
    if "paginationToken" not in given:
        return {}
    try:
        content: Document = json.loads(base64.urlsafe_b64decode(given["paginationToken"]))
    except ValueError:
        raise InvalidInput("paginationToken is none that was given out") from None
    if content.get("for") != _fingerprint(given) or content.get("until", 0) < time.time():
        raise InvalidInput("paginationToken comes with the parameters of its search, for 24 hours")
    return content


def _fingerprint(given: Mapping[str, str]) -> str:
    rest = sorted((key, value) for key, value in given.items() if key != "paginationToken")
    return hashlib.sha256(json.dumps(rest).encode()).hexdigest()[:16]
