"""The played ERP: stock reservations and credit holds, set by order id, and shipments by key.

A PUT says what shall be, so a repetition changes nothing. A reservation is all or nothing.
"""

from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel

from simulator.documents import Document, Documents
from simulator.faults import FaultBoard, wait_a_second

RESERVATIONS = "erp.reservations"
CREDIT_HOLDS = "erp.credit_holds"
SHIPMENTS = "erp.shipments"


class Line(BaseModel):
    """Pieces of one SKU."""

    sku: str
    quantity: int


class ReservationBody(BaseModel):
    """Everything the order shall have reserved."""

    warehouse: str
    lines: list[Line]


class CreditBody(BaseModel):
    """How much credit the order shall hold; `amount` in `currency`."""

    customer_id: str
    amount: Decimal
    currency: str


class ShipmentBody(BaseModel):
    """A parcel that left."""

    order_id: str
    warehouse: str
    lines: list[Line]


class Erp:
    """Stock and credit; a customer without a limit in `credit_limits` has no credit."""

    def __init__(
        self,
        documents: Documents,
        stock: dict[str, dict[str, int]],
        credit_limits: dict[str, str],
    ) -> None:
        self._documents = documents
        self._stock = stock
        self._limits = {customer: Decimal(limit) for customer, limit in credit_limits.items()}

    def reserve(self, order_id: str, body: ReservationBody) -> Document:
        """Reserve all pieces or none; says of which SKUs there are too few or none known."""
        known = self._stock.get(body.warehouse, {})
        unknown = [line.sku for line in body.lines if line.sku not in known]
        others = {k: r for k, r in self._documents.all(RESERVATIONS).items() if k != order_id}
        short = [
            line.sku
            for line in body.lines
            if line.sku in known and self._free(body.warehouse, line.sku, others) < line.quantity
        ]
        if short or unknown:
            self._documents.remove(RESERVATIONS, order_id)
        else:
            lines = {line.sku: line.quantity for line in body.lines}
            held = {"warehouse": body.warehouse, "lines": lines}
            self._documents.put(RESERVATIONS, order_id, held)
        return {"short": short, "unknown": unknown}

    def _free(self, warehouse: str, sku: str, reservations: dict[str, Document]) -> int:
        gone = [*reservations.values(), *self._documents.all(SHIPMENTS).values()]
        taken = sum(each["lines"].get(sku, 0) for each in gone if each["warehouse"] == warehouse)
        return self._stock[warehouse][sku] - int(taken)

    def hold_credit(self, order_id: str, body: CreditBody) -> Document:
        """Hold credit when the customer has enough left besides other orders."""
        mine = self._documents.get(CREDIT_HOLDS, order_id)
        if mine is not None and mine["captured"]:
            return {"granted": True}
        owed = sum(
            Decimal(hold["amount"])
            for key, hold in self._documents.all(CREDIT_HOLDS).items()
            if hold["customer_id"] == body.customer_id and key != order_id
        )
        granted = owed + body.amount <= self._limit(body.customer_id)
        if granted:
            hold = body.model_dump(mode="json") | {"captured": False}
            self._documents.put(CREDIT_HOLDS, order_id, hold)
        else:
            self._documents.remove(CREDIT_HOLDS, order_id)
        return {"granted": granted}

    def _limit(self, customer_id: str) -> Decimal:
        # `*` stands for everybody else: we don't know the customer ids that orderflow invents.
        return self._limits.get(customer_id, self._limits.get("*", Decimal(0)))

    def capture(self, order_id: str) -> Document:
        """Turn a hold into debt."""
        hold = self._documents.get(CREDIT_HOLDS, order_id)
        if hold is not None:
            self._documents.put(CREDIT_HOLDS, order_id, hold | {"captured": True})
        return {}

    def ship(self, key: str, body: ShipmentBody) -> Document:
        """Take a parcel out of stock, once per key, out of the order's reservation first."""
        if self._documents.get(SHIPMENTS, key) is not None:
            return {}
        lines = {line.sku: line.quantity for line in body.lines}
        shipment = {"order_id": body.order_id, "warehouse": body.warehouse, "lines": lines}
        self._documents.put(SHIPMENTS, key, shipment)
        reserved = self._documents.get(RESERVATIONS, body.order_id)
        if reserved is not None:
            left = {s: q - lines.get(s, 0) for s, q in reserved["lines"].items()}
            left = {sku: quantity for sku, quantity in left.items() if quantity > 0}
            self._documents.put(RESERVATIONS, body.order_id, reserved | {"lines": left})
        return {}

    def release(self, kind: str, order_id: str) -> Document:
        """Give back what is reserved or held; debt stays debt."""
        found = self._documents.get(kind, order_id)
        if found is not None and not found.get("captured"):
            self._documents.remove(kind, order_id)
        return {}


def erp_router(erp: Erp, faults: FaultBoard) -> APIRouter:
    """Return the routes under /erp, as docs/erp.md describes them."""
    router = APIRouter(prefix="/erp", tags=["erp"])

    async def answer(operation: str, act: Any) -> Response:
        return await faults.answer(
            "erp",
            operation,
            lambda: JSONResponse(act()),
            throttled=wait_a_second,
            refused=lambda: PlainTextResponse("refused", status_code=422),
        )

    @router.put("/reservations/{order_id}")
    async def reserve(order_id: str, body: ReservationBody) -> Response:
        return await answer("reservations", lambda: erp.reserve(order_id, body))

    @router.delete("/reservations/{order_id}")
    async def release_stock(order_id: str) -> Response:
        return await answer("reservations", lambda: erp.release(RESERVATIONS, order_id))

    @router.put("/credit-holds/{order_id}")
    async def hold(order_id: str, body: CreditBody) -> Response:
        return await answer("credit-holds", lambda: erp.hold_credit(order_id, body))

    @router.put("/credit-holds/{order_id}/capture")
    async def capture(order_id: str) -> Response:
        return await answer("capture", lambda: erp.capture(order_id))

    @router.delete("/credit-holds/{order_id}")
    async def release_credit(order_id: str) -> Response:
        return await answer("credit-holds", lambda: erp.release(CREDIT_HOLDS, order_id))

    @router.put("/shipments/{key}")
    async def ship(key: str, body: ShipmentBody) -> Response:
        return await answer("shipments", lambda: erp.ship(key, body))

    return router
