"""WooCommerce's order to the canonical order, each change of a value noted.

Sources: woocommerce/woocommerce-rest-api-docs (wp-api-v3, Orders) and the classes that write it.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from channels.message import ChannelMessage
from channels.woocommerce.lines import goods
from channels.woocommerce.parcels import parcel_messages
from channels.woocommerce.parties import buyer, postal_address
from channels.woocommerce.payload import WooOrder
from channels.woocommerce.reading import Reading, is_cod, payment_status
from channels.woocommerce.status import UNKNOWN, channel_hold, told_at
from domain.cleansing import CleansingCode
from domain.findings import Finding, FindingCode, finding, is_blocking
from domain.money import plain
from domain.order import CanonicalOrder, rfc3339
from domain.stages import Stage
from domain.validation import DIGITAL, findings_of, validate

_OUT = frozenset({Stage.SHIPPED, Stage.COMPLETED})
_TO_BE_SHIPPED = frozenset({Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING})

_LOCAL = (
    "; the shop told its local time only, taken as UTC",
    "；店铺仅提供当地时间，按 UTC 处理",
)
_SEQUENCE = (
    "; the microseconds keep states of one second in sequence",
    "；微秒用于区分同一秒内的先后状态",
)


def order_messages(order: WooOrder, shop: str, *, migrated: bool) -> Iterator[ChannelMessage]:
    """Say what an order body means: an order, or its cancellation once it is closed.

    An order that is out is followed by its parcels, a completed one by its delivery as well. Drafts
    are ignored. `migrated` says that the body comes from the shop's history.
    """
    reading = Reading.of(order, migrated=migrated)
    stage = reading.row.stage
    told = told_at(order.date_modified_gmt, reading.facts.status)
    if stage is None:
        yield _draft(reading)
        return
    yield _order_message(reading, shop)
    if stage in _OUT:
        yield from parcel_messages(order, told)
    if stage is Stage.COMPLETED:
        yield ChannelMessage("delivery", order.id, told, delivered_tracking="")


def _draft(reading: Reading) -> ChannelMessage:
    status = reading.facts.status
    hint = (f": {status} is not placed yet", f"：{status} 尚未下单")
    findings = (finding(FindingCode.NOT_AN_ORDER, hint=hint),)
    note = f"{status} is no order yet"
    return ChannelMessage("ignored", reading.order.id, findings=findings, note=note)


def _order_message(reading: Reading, shop: str) -> ChannelMessage:
    order, row, status = reading.order, reading.row, reading.facts.status
    canonical, findings = _canonical(reading, shop)
    closed = row.stage is Stage.CLOSED_ABNORMALLY
    return ChannelMessage(
        kind="cancellation" if closed else "order",
        external_id=order.id,
        source_updated_at=told_at(order.date_modified_gmt, status),
        order=canonical,
        findings=tuple(findings),
        cancel_reason=row.reason,
        note=f"{status} in WooCommerce" if closed else "",
        cleansing=reading.cleansing.steps,
        hold=channel_hold(row),
    )


def _canonical(reading: Reading, shop: str) -> tuple[CanonicalOrder | None, list[Finding]]:
    try:
        canonical = CanonicalOrder.model_validate(_document(reading, shop))
    except ValidationError as error:
        return None, findings_of(error)
    findings = [*validate(canonical, "channel"), *_warnings(reading)]
    return (None if is_blocking(findings) else canonical), findings


def _warnings(reading: Reading) -> Iterator[Finding]:
    order = reading.order
    if reading.row is UNKNOWN:
        yield finding(FindingCode.UNKNOWN_STATUS, "status", order.status, severity="warning")
    if order.refunded and reading.row.stage in _TO_BE_SHIPPED:
        left, said = plain(order.total - order.refunded), plain(order.total)
        hint = (
            f"{left} after a refund that names no pieces",
            f"{left}（退款未说明对应商品）",
        )
        yield finding(FindingCode.AMOUNT_MISMATCH, "total", said, hint, "warning")


def _document(reading: Reading, shop: str) -> dict[str, Any]:
    order, cleansing = reading.order, reading.cleansing
    cleansing.note(CleansingCode.STATUS, "stage", order.status, reading.row.stage)
    return {
        "channel": "woocommerce",
        "shop": shop,
        "external_id": order.id,
        "number": order.number,
        **_instants(reading),
        "currency": order.currency.upper(),
        "customer": buyer(order, cleansing),
        "shipping_address": postal_address(order, cleansing),
        **goods(reading),
        "payment": {"status": payment_status(order), "terms": "cod" if is_cod(order) else ""},
        "channel_status": _channel_status(order),
        "stage": reading.row.stage,
        "flags": _flags(reading),
        "notes": order.customer_note,
    }


def _instants(reading: Reading) -> dict[str, Any]:
    """Return the instants that are told, in UTC.

    A local time of creation is taken as UTC, which nothing is decided by. A local time of change
    is left out: were it ahead of UTC, all later news would seem to be old.
    """
    order, note = reading.order, reading.cleansing.note
    created, modified = order.date_created_gmt, order.date_modified_gmt
    found: dict[str, Any] = {}
    if created:
        found["placed_at"] = created
        written = created.replace(tzinfo=None).isoformat()
        note(CleansingCode.DATE, "placed_at", written, rfc3339(created))
    elif order.date_created:
        found["placed_at"] = f"{order.date_created}Z"
        note(CleansingCode.DATE, "placed_at", order.date_created, found["placed_at"], _LOCAL)
    if modified and (told := told_at(modified, reading.facts.status)):
        found["source_updated_at"] = told
        written = modified.replace(tzinfo=None).isoformat()
        note(CleansingCode.DATE, "source_updated_at", written, rfc3339(told), _SEQUENCE)
    return found


def _channel_status(order: WooOrder) -> dict[str, str | None]:
    moments = {"date_paid": order.date_paid_gmt, "date_completed": order.date_completed_gmt}
    return {
        "status": order.status or None,
        "payment_method": order.payment_method or None,
        "created_via": order.created_via or None,
        "refunded": plain(order.refunded) if order.refunded else None,
    } | {name: rfc3339(at) if at else None for name, at in moments.items()}


def _flags(reading: Reading) -> tuple[str, ...]:
    extra = {
        DIGITAL: reading.facts.digital,
        "partially_refunded": payment_status(reading.order) == "partially_refunded",
    }
    return (*reading.row.flags, *(flag for flag, holds in extra.items() if holds))
