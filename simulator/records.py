"""What all played systems have on record, in full and in numbers; nobody's address is in it."""

from collections import Counter

from simulator.carrier import PARCELS
from simulator.documents import Document
from simulator.erp import CREDIT_HOLDS, RESERVATIONS, SHIPMENTS
from simulator.errands import ERRANDS
from simulator.happenings import HAPPENINGS
from simulator.post_rules import PostBook
from simulator.storefront_routes import EVENTS
from simulator.wms import DISPATCHES
from simulator.world import World

_CHANNELS = ("shopify", "woocommerce", "amazon", "storefront")


def on_record(world: World) -> Document:
    """Return everything there is; orders are by channel, shop and id."""
    documents = world.documents
    orders: Document = {channel: {} for channel in _CHANNELS if channel != "storefront"}
    for (channel, shop), store in world.stores.items():
        if channel in orders:
            found = store.records().items()
            orders[channel][shop] = {order_id: store.shown(each) for order_id, each in found}
    return {
        **orders,
        "storefront": documents.all(EVENTS),
        "erp": {
            "reservations": documents.all(RESERVATIONS),
            "credit_holds": documents.all(CREDIT_HOLDS),
            "shipments": documents.all(SHIPMENTS),
        },
        "wms": documents.all(DISPATCHES),
        "carrier": documents.all(PARCELS),
    } | in_numbers(world, with_orders=True)


def in_numbers(world: World, *, with_orders: bool = False) -> Document:
    """Return how much of everything there is, and where webhooks go."""
    documents = world.documents
    parcels = Counter("lost" if p["lost"] else "sent" for p in documents.all(PARCELS).values())
    return {
        "webhooks": world.postman.counts | {"waiting": world.postman.waiting},
        "channels": {name: _channel(world, name, with_orders=with_orders) for name in _CHANNELS},
        "subscriptions": {
            store.played.owner: store.subscriptions.public() for store in world.stores.values()
        },
        "uploads": dict(world.uploads.counts),
        "to_happen": len(documents.all(HAPPENINGS)),
        "parcels": parcels,
        "errands": world.errands.outcomes | Counter({"waiting": len(documents.all(ERRANDS))}),
        "staff": world.staff.statuses | Counter({"quarantine:discarded": world.clerk.discarded}),
        "fault_hits": world.faults.hits,
    }


def _channel(world: World, name: str, *, with_orders: bool) -> Document:
    orders = sum(len(s.records()) for (channel, _), s in world.stores.items() if channel == name)
    book = world.postman.books.get(name) or PostBook()
    dropped = {"dropped_orders": book.dropped_orders} if with_orders else {}
    return {"orders": orders, **book.numbers(), **dropped}
