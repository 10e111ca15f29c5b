"""The played storefront's callback URL: told of parcels and cancellations, each key once."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from channels.storefront.signature import verify
from simulator.config import PlayedShop
from simulator.documents import Document, Documents
from simulator.faults import FaultBoard, wait_a_second
from simulator.storefront_store import ORDERS

EVENTS = "storefront.events"


def storefront_router(
    played: dict[str, PlayedShop], documents: Documents, faults: FaultBoard
) -> APIRouter:
    """Return the routes of every played storefront."""
    router = APIRouter(tags=["storefront"])

    @router.post("/storefront/{shop}/events")
    async def events(shop: str, request: Request) -> Response:
        body = await request.body()
        if shop not in played:
            return PlainTextResponse("no such shop", status_code=404)
        if not verify(request.headers, body, [played[shop].secret], datetime.now(UTC)):
            return PlainTextResponse("bad signature", status_code=401)
        event: Document = await request.json()
        key = f"{shop}/{request.headers.get('Idempotency-Key', '')}"
        return await faults.answer(
            "storefront",
            str(event.get("event")),
            _noting(documents, shop, key, event),
            throttled=wait_a_second,
            refused=lambda: PlainTextResponse("refused", status_code=422),
        )

    return router


def _noting(documents: Documents, shop: str, key: str, event: Document) -> Callable[[], Response]:
    def note() -> Response:
        if documents.get(ORDERS, f"{shop}/{event.get('order_id')}") is None:
            return PlainTextResponse("no such order", status_code=404)
        known = documents.get(EVENTS, key)
        if known is None:
            known = {"id": f"F-{len(documents.all(EVENTS)) + 1}", "shop": shop, "event": event}
        known["calls"] = known.get("calls", 0) + 1
        documents.put(EVENTS, key, known)
        return JSONResponse({"id": known["id"]})

    return note
