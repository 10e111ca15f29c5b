"""What is wrong with an Amazon order beyond its form, and what is left to wait for."""

from collections.abc import Iterator, Sequence

from channels.amazon.parcels import meanings
from channels.amazon.purchase import Item, Purchase
from channels.amazon.status import StatusRow, is_pending
from domain.findings import Finding, FindingCode, finding
from domain.order import CanonicalOrder
from domain.stages import Stage
from domain.validation import validate

_ONE_CURRENCY = (
    "; the amounts of an order are in one currency, look at it in Seller Central",
    "；同一订单只能使用一种货币，请在卖家平台核对",
)
_NO_ITEMS = (
    ": the answer to getOrderItems of this order",
    "：请一并提供该订单的 getOrderItems 结果",
)
_WAITING = (
    ", or wait: Amazon releases it when it confirms the order, which is then read again",
    "，或等待：亚马逊确认订单后才会提供，届时系统会重新读取",
)
_FINISHED = frozenset({Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY})


def refusal(purchase: Purchase, row: StatusRow, items: Sequence[Item]) -> Iterator[Finding]:
    """Yield what keeps a purchase from being an order at all."""
    if not items:
        hint = _WAITING if is_pending(row) else _NO_ITEMS
        yield finding(FindingCode.REQUIRED, "lines", hint=hint)
        return
    currencies = purchase.currencies.union(*(item.currencies for item in items))
    if len(currencies) > 1:
        mixed = ", ".join(sorted(currencies))
        yield finding(FindingCode.BAD_CURRENCY, "currency", mixed, _ONE_CURRENCY)
    if is_pending(row) or purchase.free or row.stage is Stage.CLOSED_ABNORMALLY:
        return
    for index, item in enumerate(items):
        if item.price is None:
            yield finding(FindingCode.REQUIRED, f"lines[{index}].unit_price")


def findings_on(order: CanonicalOrder, purchase: Purchase, row: StatusRow) -> list[Finding]:
    """Return the flaws of an order as far as they matter to whoever ships it."""
    findings = [each for each in validate(order, "channel") if _matters(each, row)]
    if purchase.fulfilled_by_amazon or row.stage in _FINISHED:
        findings = [_softened(each) for each in findings]
    return [*findings, *_own(purchase, row)]


def _own(purchase: Purchase, row: StatusRow) -> Iterator[Finding]:
    if is_pending(row) and purchase.total is None:
        yield finding(FindingCode.REQUIRED, "total", hint=_WAITING, severity="warning")
    if "unknown_status" in row.flags:
        yield _unknown("channel_status.order_status", purchase.status)
    if "unknown" in meanings(purchase):
        packages = [parcel.detailed_status or parcel.status for parcel in purchase.parcels]
        words = ", ".join(dict.fromkeys(packages)) or purchase.easy_ship_status
        yield _unknown("channel_status.package_status", words)


def _unknown(path: str, words: str) -> Finding:
    return finding(FindingCode.UNKNOWN_STATUS, path, words, severity="warning")


def _matters(flaw: Finding, row: StatusRow) -> bool:
    """A pending order has no address, buyer and amounts yet; that is said once, by `_own`."""
    withheld = ("shipping_address", "customer", "total")
    return not (is_pending(row) and flaw.field.startswith(withheld))


def _softened(flaw: Finding) -> Finding:
    """Nobody here ships it any more: an address without a street is no reason to refuse it."""
    if flaw.field.startswith("shipping_address"):
        return flaw.model_copy(update={"severity": "warning"})
    return flaw
