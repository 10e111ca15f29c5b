"""Likely duplicates across channels: the later order is held until a person has looked at both."""

from datetime import datetime

from sqlalchemy import Connection

from database import likeness, notes
from database.likeness import SimilarOrder
from database.notes import Note
from database.orders import OrderRow
from domain.actions import RaiseHold
from domain.holds import ReasonCode
from domain.order import rfc3339
from domain.stages import Stage
from domain.state import SYSTEM


def hold_for_twin(c: Connection, order: OrderRow, hold_id: str, now: datetime) -> RaiseHold | None:
    """Return the hold of a new order that looks like one of another shop, None for most orders.

    Orders closed abnormally are no reason: who cancels in one shop may well buy in another.
    """
    if not order.likeness:
        return None
    likeness.lock(c, order.likeness)
    found = likeness.similar(c, order)
    twin = next((other for other in found if other.stage != Stage.CLOSED_ABNORMALLY), None)
    if twin is None:
        return None
    notes.put(c, Note(hold_id, order.order_id, SYSTEM, _explained(twin), now))
    return RaiseHold(
        hold_id, SYSTEM, ReasonCode.DUPLICATE, note_id=hold_id, detail=f"order:{twin.order_id}"
    )


def _explained(twin: SimilarOrder) -> str:
    name = twin.number or twin.order_id
    where, when = f"{twin.channel}/{twin.shop}", rfc3339(twin.placed_at)
    return (
        f"Looks like the same purchase as order {name} of {where} ({twin.order_id}, placed {when}):"
        " same buyer, goods and total. Cancel one of them, or release this hold if both are meant."
        f"\n疑似与 {where} 的订单 {name} 重复（{twin.order_id}，下单时间 {when}）："
        "买家、商品和金额相同。请取消其中一单；若确为两单，请解除本卡点。"
    )
