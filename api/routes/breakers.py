"""Breakers (熔断): which shops' new orders are kept back, and letting them in again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.permissions import V1
from api.problem_kinds import UNREGISTERED_SHOP
from api.schemas.breakers import BreakerList, BreakerView
from api.state import services_of
from database import breaker_records, breakers, rules, shops
from database.breakers import StoredBreaker
from domain import breaker as states
from domain.order import Short
from domain.rules.breaker import breaker_terms
from domain.rules.defaults import default_rule_set

router = APIRouter(prefix=f"{V1}/breakers", tags=["work"])

Channel = Annotated[Short, Path(examples=["shopify"])]
ShopName = Annotated[Short, Path(examples=["main"])]
_CHANGING = problems(UNREGISTERED_SHOP)


@router.get("", summary="List breakers", responses=problems())
def list_breakers(c: ConnectionDep, actor: ActorDep) -> BreakerList:
    """Return where each breaker stands, who owns what it keeps back, and how much that is."""
    return BreakerList(breakers=[BreakerView.of(*each) for each in breakers.every(c)])


@router.post("/{channel}/{shop}/open", summary="Keep new orders back", responses=_CHANGING)
def open_breaker(
    request: Request, channel: Channel, shop: ShopName, actor: ActorDep
) -> BreakerView:
    """Park the shop's new orders from now on, until somebody closes the breaker again.

    A breaker that opened by itself is then no longer tried by itself.
    """
    with services_of(request).state.engine.begin() as c:
        stored = _locked(c, channel, shop)
        if stored.breaker.opened_by != actor.person_id:
            terms = breaker_terms(rules.published(c) or default_rule_set(), channel)
            now = datetime.now(UTC)
            stored = breaker_records.open_for(c, stored, terms, now, by=actor.person_id)
        return BreakerView.of(stored, breakers.parked(c, channel, shop))


@router.post("/{channel}/{shop}/close", summary="Let orders in again", responses=_CHANGING)
def close_breaker(
    request: Request, channel: Channel, shop: ShopName, actor: ActorDep
) -> BreakerView:
    """Let new orders in at once, and what was parked after them, oldest first.

    It opens again when too many of the new ones are refused.
    """
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        stored = _locked(c, channel, shop)
        closed = replace(stored, breaker=states.closed(stored.breaker, now))
        breaker_records.change(c, stored, closed, actor.person_id, now)
        return BreakerView.of(closed, breakers.parked(c, channel, shop))


def _locked(c: Connection, channel: str, shop: str) -> StoredBreaker:
    if shops.find(c, channel, shop) is None:
        raise UNREGISTERED_SHOP(value=f"{channel}/{shop}")
    return breakers.lock(c, channel, shop)
