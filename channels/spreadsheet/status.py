"""The words a file uses for the state of an order, to our stage: tables, first hit wins.

Sources: the documented values of each report; which stage they mean is our decision. An order
that would be `preparing` when it is new passes `in_review` first, except where the report says
that packing has begun.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from domain.holds import ReasonCode
from domain.stages import LABELS, Stage

_PC, _IR, _PR = Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING
_SH, _CO, _AC = Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY


@dataclass(frozen=True)
class StatusRow:
    """One row: the words (in lower case) and what they mean.

    `payment` is what the word says about payment, empty when it says nothing. `reason` is why an
    order was closed. `held`: the channel holds the order.
    """

    words: frozenset[str]
    stage: Stage
    flags: tuple[str, ...] = ()
    reason: ReasonCode | None = None
    payment: str = ""
    held: bool = False


def _row(
    words: str,
    stage: Stage,
    *flags: str,
    reason: ReasonCode | None = None,
    payment: str = "",
    held: bool = False,
) -> StatusRow:
    return StatusRow(frozenset(words.split("|")), stage, flags, reason, payment, held)


UNKNOWN = _row("", _IR, "unknown_status")
NONE_GIVEN = _row("", _PC)

_ODD = "delivery_exception"
_OURS = tuple(
    _row(f"{stage.value}|{english.lower()}|{chinese}", stage)
    for stage, (english, chinese) in LABELS.items()
)
_PLAIN = (
    *_OURS,
    _row("refunded|returned|已退款|已退货|退货|退款|return|returned to sender", _AC,
         reason=ReasonCode.RETURN, payment="refunded"),
    _row("failed|payment failed|declined|付款失败|支付失败|expired", _AC,
         reason=ReasonCode.PAYMENT_FAILED, payment="voided"),
    _row("cancelled|canceled|cancel|void|voided|rejected|"
        "已取消|取消|交易关闭|已关闭|作废|storniert", _AC,
         reason=ReasonCode.OTHER),
    _row("delivered|completed|complete|done|received|finished|closed|已完成|交易成功|已签收|已收货|完成|"
         "zugestellt", _CO),
    _row("shipped|dispatched|sent|in transit|fulfilled|on the way|out for delivery|已发货|运输中|"
         "卖家已发货|待收货|派送中|versendet", _SH),
    _row("partially shipped|partially fulfilled|部分发货", _PR, "partial"),
    _row("preparing|packing|picking|packed|ready to ship|"
        "ready|备货|待发货|配货中|拣货中|等待卖家发货", _PR),
    _row("on hold|on-hold|hold|held|挂起|暂停|冻结", _IR, "held_at_channel", held=True),
    _row("processing|in process|in progress|confirmed|"
        "approved|accepted|处理中|已确认|审核|待审核", _IR),
    _row("paid|已付款|已支付|买家已付款|bezahlt", _IR, payment="paid"),
    _row("new|open|created|placed|pending|submitted|"
        "received order|未处理|新订单|新建|已下单|待处理|offen",
         _PC),
    _row("unpaid|awaiting payment|pending payment|待付款|未付款|待支付|等待买家付款", _PC,
         payment="pending"),
)  # fmt: skip
_AMAZON_IN = (
    _row("shipped - delivered to buyer", _CO, payment="paid"),
    _row("shipped - returned to seller", _AC, reason=ReasonCode.RETURN),
    _row("shipped - returning to seller|shipped - rejected by buyer|shipped - lost in transit|"
         "shipped - damaged", _SH, _ODD),
    _row("shipped|shipped - picked up|shipped - out for delivery|shipping", _SH, payment="paid"),
    _row("cancelled|canceled", _AC, reason=ReasonCode.OTHER),
    _row("pending - waiting for pick up", _PR, payment="paid"),
    _row("pending", _PC, payment="pending"),
    _row("unshipped", _IR, payment="paid"),
)  # fmt: skip
_AMAZON = (
    _row("pendingavailability|pending availability", _PC, "preorder", payment="pending"),
    _row("pending", _PC, payment="pending"),
    _row("unshipped", _IR, payment="paid"),
    _row("partiallyshipped|partially shipped", _PR, "partial", payment="paid"),
    _row("shipping|shipped|invoiceunconfirmed", _SH, payment="paid"),
    _row("canceled|cancelled", _AC, reason=ReasonCode.OTHER),
    _row("unfulfillable", _AC, reason=ReasonCode.STOCK_OUT),
    *_AMAZON_IN,
)
_WOOCOMMERCE = (
    _row("pending|pending payment", _PC, payment="pending"),
    _row("on-hold|on hold", _IR, "held_at_channel", payment="pending", held=True),
    _row("processing", _IR, payment="paid"),
    # Shops set it when they hand the parcel over; only in a migration it is the end.
    _row("completed", _SH, payment="paid"),
    _row("failed", _AC, reason=ReasonCode.PAYMENT_FAILED, payment="voided"),
    _row("refunded", _AC, reason=ReasonCode.RETURN, payment="refunded"),
    _row("cancelled|canceled|trash", _AC, reason=ReasonCode.OTHER),
    _row("auto-draft|checkout-draft|draft|new", _PC, "draft"),
)
_OLIST = (
    _row("created", _PC, payment="pending"),
    _row("approved|invoiced", _IR, payment="paid"),
    _row("processing", _PR, payment="paid"),
    _row("shipped", _SH, payment="paid"),
    _row("delivered", _CO, payment="paid"),
    _row("canceled|cancelled", _AC, reason=ReasonCode.OTHER),
    _row("unavailable", _AC, reason=ReasonCode.STOCK_OUT),
)
_CLASSICMODELS = (
    _row("in process", _PR),
    _row("on hold", _IR, "held_at_channel", held=True),
    _row("shipped", _SH),
    _row("resolved", _CO),
    _row("disputed", _SH, _ODD),
    _row("cancelled|canceled", _AC, reason=ReasonCode.OTHER),
)

TABLES: Mapping[str, tuple[StatusRow, ...]] = {
    "plain": _PLAIN,
    "amazon": _AMAZON,
    "amazon_in": _AMAZON_IN,
    "woocommerce": _WOOCOMMERCE,
    "olist": _OLIST,
    "classicmodels": _CLASSICMODELS,
}

# How far an order has come, for orders whose lines stand in different places.
_PROGRESS = (_PC, _IR, _PR, _SH, _CO)


@lru_cache(maxsize=1024)
def status_row(table: str, word: str) -> StatusRow:
    """Return the first row that knows the word, UNKNOWN when none does."""
    low = " ".join(word.replace("_", " ").split()).casefold().removeprefix("wc-")
    known = {low, low.replace(" ", "_"), low.replace(" ", "-")}
    return next((row for row in TABLES[table] if row.words & known), UNKNOWN)


def overall(rows: list[StatusRow]) -> StatusRow:
    """Return one row for the lines of an order; cancelled lines count only when all are.

    Some shipped and some not: the order is being prepared, with the flag `partial`.
    """
    living = [row for row in rows if row.stage is not _AC] or rows
    first = min(living, key=lambda row: _PROGRESS.index(row.stage) if row.stage in _PROGRESS else 9)
    last = max(living, key=lambda row: _PROGRESS.index(row.stage) if row.stage in _PROGRESS else 9)
    flags = tuple(dict.fromkeys(flag for row in living for flag in row.flags))
    begun = last.stage in (_SH, _CO) and first.stage not in (_SH, _CO, _AC)
    if begun:
        return replace(first, stage=_PR, flags=(*flags, "partial"))
    return replace(first, flags=flags)
