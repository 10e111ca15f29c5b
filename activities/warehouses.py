"""Telling the warehouse what to prepare: our own pick list, or a WMS over HTTP.

A dispatch that was voided stays voided: a late repetition of the call finds the tombstone under
its key and changes nothing, so an undo never loses against a call that was still on its way.
"""

from typing import Protocol
from urllib.parse import quote

import httpx
from sqlalchemy import Engine
from temporalio import activity

from activities import signatures as calls
from activities.failures import Refused, gives_up
from activities.ledgers import answered
from database import dispatches, orders
from domain.order import CanonicalOrder


class Warehouse(Protocol):
    """Where goods are made ready."""

    def dispatch(self, request: calls.DispatchRequest, order: CanonicalOrder) -> None:
        """Ask for an order to be made ready, once per key."""
        ...

    def void(self, request: calls.DispatchRequest) -> None:
        """Take a dispatch back, also one that never arrived."""
        ...


class PickList:
    """The built-in warehouse: the keeper's task list in our own Postgres."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def dispatch(self, request: calls.DispatchRequest, order: CanonicalOrder) -> None:
        """Put the order on the list; a voided key stays off it."""
        with self._engine.begin() as c:
            is_live = dispatches.put(
                c, request.key, request.order_id, request.group, request.warehouse
            )
        if not is_live:
            raise Refused("DISPATCH_VOIDED", f"dispatch {request.key} was voided")

    def void(self, request: calls.DispatchRequest) -> None:
        """Take the order off the list."""
        with self._engine.begin() as c:
            dispatches.void(c, request.key, request.order_id, request.group, request.warehouse)


class HttpWarehouse:
    """A WMS over HTTP: PUT and DELETE /dispatches/{key}; its side of it is docs/erp.md."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def dispatch(self, request: calls.DispatchRequest, order: CanonicalOrder) -> None:
        """PUT the order with its address and lines."""
        document = order.model_dump(mode="json", include={"number", "shipping_address", "lines"})
        body = document | {
            "order_id": request.order_id,
            "group": request.group,
            "warehouse": request.warehouse,
        }
        answered(self._client.put(f"/dispatches/{quote(request.key)}", json=body))

    def void(self, request: calls.DispatchRequest) -> None:
        """DELETE the dispatch; the WMS remembers the key even if it never saw it."""
        answered(self._client.delete(f"/dispatches/{quote(request.key)}"))


class WarehouseActivities:
    """Dispatch and its undo as activities of the warehouse queue."""

    def __init__(self, engine: Engine, warehouse: Warehouse) -> None:
        self._engine = engine
        self._warehouse = warehouse

    @activity.defn(name=calls.DISPATCH)
    @gives_up
    def dispatch(self, request: calls.DispatchRequest) -> None:
        """Load the content (names and addresses stay out of Temporal) and tell the warehouse."""
        with self._engine.connect() as c:
            content = orders.content(c, request.order_id, request.content_version)
        if content is None:
            raise Refused("ORDER_MISSING", f"order {request.order_id} has no such content")
        self._warehouse.dispatch(request, content.order)

    @activity.defn(name=calls.VOID_DISPATCH)
    @gives_up
    def void_dispatch(self, request: calls.DispatchRequest) -> None:
        """Take the dispatch back."""
        self._warehouse.void(request)
