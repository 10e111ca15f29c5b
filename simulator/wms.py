"""The played warehouse system: dispatches by key, and tombstones for those called back.

A DELETE is remembered even for a key that was never seen: a PUT that comes after it is refused.
"""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from simulator.documents import Document, Documents
from simulator.faults import FaultBoard, wait_a_second

DISPATCHES = "wms.dispatches"


def wms_router(documents: Documents, faults: FaultBoard) -> APIRouter:
    """Return the routes under /wms, as docs/erp.md describes them."""
    router = APIRouter(prefix="/wms", tags=["wms"])

    async def answer(act: Any) -> Response:
        return await faults.answer(
            "wms",
            "dispatches",
            act,
            throttled=wait_a_second,
            refused=lambda: PlainTextResponse("refused", status_code=422),
        )

    @router.put("/dispatches/{key}")
    async def dispatch(key: str, body: dict[str, Any]) -> Response:
        return await answer(lambda: _put(documents, key, body))

    @router.delete("/dispatches/{key}")
    async def void(key: str) -> Response:
        return await answer(lambda: _void(documents, key))

    return router


def _put(documents: Documents, key: str, body: Document) -> Response:
    known = documents.get(DISPATCHES, key)
    if known is not None and known["voided"]:
        return PlainTextResponse("this dispatch was called back", status_code=409)
    puts = known["puts"] + 1 if known else 1
    # Addresses are not this system's to keep beyond the parcel.
    kept = {"order_id": body.get("order_id"), "warehouse": body.get("warehouse")}
    documents.put(DISPATCHES, key, {**kept, "voided": False, "puts": puts})
    return JSONResponse({})


def _void(documents: Documents, key: str) -> Response:
    known = documents.get(DISPATCHES, key) or {"puts": 0}
    documents.put(DISPATCHES, key, {**known, "voided": True})
    return JSONResponse({})
