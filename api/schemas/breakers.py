"""Breakers of shops and what they keep back."""

from pydantic import ConfigDict, JsonValue

from api.schemas.views import View
from database.breakers import Parked, StoredBreaker
from domain.breaker import BreakerState
from domain.order import Instant

_EXAMPLE: dict[str, JsonValue] = {
    "channel": "shopify",
    "shop": "main",
    "state": "open",
    "since": "2026-11-03T08:15:00Z",
    "opened_by": "system",
    "tries_again_at": "2026-11-03T08:20:00Z",
    "rejected": 20,
    "orders": 34,
    "owner_role": "customer_service",
    "owner_person": "wang",
    "parked": 118,
    "oldest_parked_at": "2026-11-03T08:15:02Z",
    "is_draining": False,
}


class BreakerView(View):
    """The breaker of a shop: `rejected` of `orders` made it open, `parked` messages wait behind it.

    `opened_by` is `system` or a person, who then is the only one to close it again; without one
    `tries_again_at` says when. While `is_draining`, what was parked follows, oldest first.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    channel: str
    shop: str
    state: BreakerState
    since: Instant | None
    opened_by: str
    tries_again_at: Instant | None
    rejected: int
    orders: int
    owner_role: str
    owner_person: str
    parked: int
    oldest_parked_at: Instant | None
    is_draining: bool

    @classmethod
    def of(cls, stored: StoredBreaker, parked: Parked) -> "BreakerView":
        """Return what people see of a breaker."""
        breaker = stored.breaker
        return cls(
            channel=stored.channel,
            shop=stored.shop,
            state=breaker.state,
            since=breaker.since,
            opened_by=breaker.opened_by,
            tries_again_at=breaker.tries_again_at,
            rejected=stored.last_count.rejected,
            orders=stored.last_count.orders,
            owner_role=stored.owner_role,
            owner_person=stored.owner_person,
            parked=parked.messages,
            oldest_parked_at=parked.oldest,
            is_draining=breaker.drains_from is not None,
        )


class BreakerList(View):
    """Every breaker that ever opened."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"breakers": [_EXAMPLE]}]})

    breakers: list[BreakerView]
