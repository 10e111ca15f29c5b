"""Shopify's leaky bucket of query cost: what is left, and how long a query has to wait.

Source: shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits. Every answer tells the live
state in `extensions.cost`; limits differ by the shop's plan and are never assumed.
"""

import time
from collections.abc import Callable

from pydantic import BaseModel, ValidationError

DEFAULT_WAIT_SECONDS = 2.0


class _Status(BaseModel):
    currentlyAvailable: float = 0.0
    restoreRate: float = 0.0


class _Cost(BaseModel):
    requestedQueryCost: float = 0.0
    throttleStatus: _Status = _Status()


class _Extensions(BaseModel):
    cost: _Cost = _Cost()


class CostBucket:
    """What the last answer told of one shop's bucket, and what each query was priced at."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._status = _Status()
        self._seen_at = 0.0
        self._prices: dict[str, float] = {}

    def learn(self, document: str, extensions: object) -> None:
        """Take over what an answer tells of the bucket and of the price of its query."""
        cost = _cost(extensions)
        if cost is None or cost.throttleStatus.restoreRate <= 0:
            return
        self._status, self._seen_at = cost.throttleStatus, self._clock()
        self._prices[document] = cost.requestedQueryCost

    def wait_for(self, document: str) -> float:
        """Return how many seconds a query known by its price has to wait, 0 when it fits."""
        rate = self._status.restoreRate
        if rate <= 0:
            return 0.0
        restored = (self._clock() - self._seen_at) * rate
        missing = self._prices.get(document, 0.0) - self._status.currentlyAvailable - restored
        return max(0.0, missing / rate)


def wait_seconds(extensions: object) -> float:
    """Return how long Shopify asks a throttled query to wait, 2 s where it does not say."""
    cost = _cost(extensions)
    if cost is None:
        return DEFAULT_WAIT_SECONDS
    status = cost.throttleStatus
    missing = cost.requestedQueryCost - status.currentlyAvailable
    if status.restoreRate <= 0 or missing <= 0:
        return DEFAULT_WAIT_SECONDS
    return missing / status.restoreRate


def _cost(extensions: object) -> _Cost | None:
    try:
        return _Extensions.model_validate(extensions).cost
    except ValidationError:
        return None
