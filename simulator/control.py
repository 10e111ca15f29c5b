"""The simulator's own controls: faults on and off, orders on demand, and what is on record."""

from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from simulator.faults import Fault
from simulator.post_rules import PostRule
from simulator.purchases import Wish, in_base
from simulator.records import in_numbers, on_record
from simulator.stores import PlayedStore
from simulator.world import World

Kind = Literal[
    "pending",
    "unshipped",
    "shipped",
    "afn",
    "cancel_requested",
    "processing",
    "on-hold",
    "cod",
    "plugin",
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FaultsBody(_Body):
    """The faults to switch on, in place of those there are."""

    faults: list[Fault]


class OrdersBody(_Body):
    """Orders to place now, whole and told once; what is left out is drawn from the mix.

    `tier` is auto, manager or countersign by amount. `kind` is how the order begins: at Amazon
    pending, unshipped, shipped, afn, cancel_requested; at WooCommerce processing, on-hold, cod,
    plugin.
    """

    channel: str
    shop: str
    count: int = Field(1, ge=1, le=1000)
    tier: str | None = None
    country: str | None = None
    currency: str | None = None
    is_paid: bool | None = True
    scarce: bool | None = False
    new_dealer: bool | None = None
    kind: Kind | Literal[""] = ""

    def wish(self) -> Wish:
        """Return what the order shall be like."""
        return Wish(**self.model_dump(exclude={"channel", "shop", "count"}))


class HappenBody(_Body):
    """Something that happens to an order at its shop now."""

    channel: str
    shop: str
    order_id: str
    what: Literal[
        "settled",
        "cancelled",
        "refunded",
        "touched",
        "shipped",
        "released",
        "deleted",
        "held",
        "freed",
    ]


class PostBody(PostRule):
    """How unreliable the post of a channel is from now on."""

    channel: str


class SubscriptionsBody(_Body):
    """What becomes of a shop's subscriptions, those of one topic or all of them."""

    channel: str
    shop: str
    topic: str = "*"
    status: Literal["removed", "disabled", "active"]


def control_router(world: World) -> APIRouter:
    """Return the routes of the controls."""
    router = APIRouter(tags=["control"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/control/faults")
    async def faults() -> dict[str, Any]:
        return {"faults": world.faults.faults, "hits": world.faults.hits}

    @router.post("/control/faults")
    async def switch(body: FaultsBody) -> dict[str, Any]:
        world.faults.faults = list(body.faults)
        return {"faults": world.faults.faults, "hits": world.faults.hits}

    @router.post("/control/orders")
    async def place(body: OrdersBody) -> dict[str, Any]:
        shop = _store(world, body.channel, body.shop).played
        placed = [world.shoppers.place(shop, body.wish()) for _ in range(body.count)]
        return {
            "orders": [
                {"external_id": each.external_id, "total_cny": str(in_base(each))}
                for each in placed
            ]
        }

    @router.post("/control/happen")
    async def happen(body: HappenBody) -> dict[str, Any]:
        store = _store(world, body.channel, body.shop)
        if store.record(body.order_id) is None:
            raise HTTPException(404, f"{store.played.owner} has no order {body.order_id}")
        store.happen(body.order_id, body.what)
        return {"order_id": body.order_id}

    @router.get("/state")
    async def state() -> dict[str, Any]:
        return on_record(world)

    @router.get("/state/summary")
    async def summary() -> dict[str, Any]:
        return in_numbers(world)

    router.include_router(_post_controls(world))
    return router


def _post_controls(world: World) -> APIRouter:
    router = APIRouter(prefix="/control")

    @router.post("/webhooks")
    async def webhooks(body: PostBody) -> dict[str, Any]:
        world.postman.rules[body.channel] = body
        return {"rules": world.postman.rules}

    @router.post("/subscriptions")
    async def subscriptions(body: SubscriptionsBody) -> dict[str, Any]:
        kept = _store(world, body.channel, body.shop).subscriptions
        for each in kept.all():
            if body.topic in ("*", each["topic"]):
                if body.status == "removed":
                    kept.remove(each["id"])
                else:
                    kept.change(each["id"], status=body.status)
        return {"subscriptions": kept.public()}

    @router.post("/tokens/expire")
    async def expire() -> dict[str, Any]:
        """Let every access token of Amazon be a thing of the past."""
        world.amazon_access.expire_all()
        return {}

    return router


def _store(world: World, channel: str, shop: str) -> PlayedStore:
    store = world.stores.get((channel, shop))
    if store is None:
        raise HTTPException(404, f"there is no shop {channel}/{shop}")
    return store
