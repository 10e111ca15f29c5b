"""Every status of a WooCommerce shop means one stage of ours, and holds come and go with it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from channels.message import ChannelHold, ChannelMessage
from channels.woocommerce.status import TABLE, UNKNOWN, StatusFacts, StatusRow, status_row
from domain.holds import ReasonCode
from domain.stages import Stage
from tests.unit.woocommerce_bodies import (
    ORDER_ID,
    UNPAID,
    Body,
    codes,
    first,
    messages,
    one_line_body,
    order_body,
)

PC, IR, PR = Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING
SH, CO, AC = Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY
COMPLETED_ON = {"date_completed_gmt": "2026-10-07T09:00:00"}
TRACKING = "_wc_shipment_tracking_items"


def unpaid(**changes: Any) -> Body:
    return order_body(**UNPAID, **changes)


# One case for each row of the table: body, topic, stage, flags, hold, reason.
CASES: list[tuple[Body, str, Stage, tuple[str, ...], ReasonCode | None, ReasonCode | None]] = [
    (unpaid(status="pending"), "order.created", PC, (), None, None),
    (
        order_body(status="on-hold"),
        "order.updated",
        IR,
        ("held_at_channel",),
        ReasonCode.OTHER,
        None,
    ),
    (
        unpaid(status="on-hold", payment_method="cod"),
        "order.updated",
        IR,
        ("held_at_channel",),
        ReasonCode.OTHER,
        None,
    ),
    (
        unpaid(status="on-hold", payment_method="bacs"),
        "order.updated",
        PC,
        ("held_at_channel",),
        ReasonCode.PAYMENT_PENDING,
        None,
    ),
    (
        unpaid(status="on-hold", payment_method="cheque"),
        "order.updated",
        PC,
        ("held_at_channel",),
        ReasonCode.PAYMENT_PENDING,
        None,
    ),
    (
        unpaid(status="on-hold", payment_method="stripe"),
        "order.updated",
        IR,
        ("held_at_channel",),
        ReasonCode.PAYMENT_PENDING,
        None,
    ),
    (unpaid(status="processing"), "order.updated", IR, ("payment_outstanding",), None, None),
    (order_body(status="processing"), "order.updated", IR, (), None, None),
    (order_body(status="wc-processing"), "orders/poll", IR, (), None, None),
    (order_body(status="partial-shipped"), "order.updated", PR, ("partial",), None, None),
    (order_body(status="delivered"), "order.updated", CO, (), None, None),
    (order_body(status="completed"), "order/history", CO, (), None, None),
    (
        one_line_body() | {"status": "completed", "needs_processing": False},
        "order.updated",
        CO,
        ("digital",),
        None,
        None,
    ),
    (
        unpaid(status="completed", payment_method="cod"),
        "order.updated",
        SH,
        ("cash_outstanding",),
        None,
        None,
    ),
    (unpaid(status="completed"), "order.updated", SH, ("payment_outstanding",), None, None),
    (order_body(status="completed"), "order.updated", SH, (), None, None),
    (order_body(status="shipped"), "order.updated", SH, (), None, None),
    (
        unpaid(status="failed"),
        "order/history",
        AC,
        ("payment_failed",),
        None,
        ReasonCode.PAYMENT_FAILED,
    ),
    (
        unpaid(status="failed"),
        "order.updated",
        PC,
        ("payment_failed",),
        ReasonCode.PAYMENT_FAILED,
        None,
    ),
    (unpaid(status="cancelled"), "order.updated", AC, (), None, ReasonCode.BUYER_CANCEL),
    (
        order_body(status="refunded", **COMPLETED_ON),
        "order.updated",
        AC,
        ("refunded",),
        None,
        ReasonCode.RETURN,
    ),
    (
        order_body(status="refunded"),
        "order.updated",
        AC,
        ("refunded",),
        None,
        ReasonCode.BUYER_CANCEL,
    ),
    (order_body(status="trash"), "orders/poll", AC, (), None, ReasonCode.OTHER),
]


@pytest.mark.parametrize(("body", "topic", "stage", "flags", "hold", "reason"), CASES)
def test_each_row_decides_stage_flags_hold_and_reason(
    body: Body,
    topic: str,
    stage: Stage,
    flags: tuple[str, ...],
    hold: ReasonCode | None,
    reason: ReasonCode | None,
) -> None:
    message = first(body, topic)
    assert message.order is not None, message.findings
    assert (message.order.stage, message.order.flags) == (stage, flags)
    assert message.hold == ChannelHold(hold)
    assert message.kind == ("cancellation" if stage is AC else "order")
    assert message.cancel_reason == reason


def decided(body: Body, topic: str) -> StatusRow:
    facts = StatusFacts(
        status=body["status"].removeprefix("wc-"),
        paid=bool(body["date_paid_gmt"]),
        cod=body["payment_method"] == "cod" and not body["date_paid_gmt"],
        transfer=body["payment_method"] in {"bacs", "cheque"},
        migrated=topic == "order/history",
        was_completed=bool(body["date_completed_gmt"]),
        digital=body.get("needs_processing") is False,
    )
    return status_row(facts)


def test_no_row_is_left_without_a_case() -> None:
    decisive = [decided(body, topic) for body, topic, *_ in CASES]
    drafts = [row for row in TABLE if row.stage is None]
    assert [row for row in TABLE if row not in decisive] == drafts


@pytest.mark.parametrize("status", ["auto-draft", "checkout-draft", "draft", "new"])
def test_drafts_are_not_imported(status: str) -> None:
    (message,) = messages(unpaid(status=status))
    assert (message.kind, message.external_id, message.order) == ("ignored", ORDER_ID, None)
    assert codes(message) == {("", "NOT_AN_ORDER")}
    assert status in message.note


@pytest.mark.parametrize("status", ["wc-awaiting-engraving", "in-production", ""])
def test_unknown_status_goes_to_a_person_and_says_nothing_of_holds(status: str) -> None:
    message = first(order_body(status=status))
    assert message.order is not None
    assert (message.order.stage, message.order.flags) == (IR, ("unknown_status",))
    assert ("status", "UNKNOWN_STATUS") in codes(message)
    assert [f.severity for f in message.findings] == ["warning"]
    assert message.hold is None
    assert status_row(StatusFacts(status)) is UNKNOWN


def test_release_by_the_shop_is_told() -> None:
    held = first(unpaid(status="on-hold", payment_method="bacs"))
    released = first(order_body(status="processing", payment_method="bacs"))
    assert held.hold == ChannelHold(ReasonCode.PAYMENT_PENDING)
    assert released.hold == ChannelHold(None)


def parcels(body: Body, topic: str = "order.updated") -> list[ChannelMessage]:
    return [m for m in messages(body, topic) if m.kind == "parcel"]


def test_live_completed_order_is_a_parcel_nobody_delivered_yet() -> None:
    told = messages(order_body(status="completed", **COMPLETED_ON))
    assert [m.kind for m in told] == ["order", "parcel"]
    parcel = told[1].parcel
    assert parcel is not None
    assert (parcel.tracking_number, parcel.external_id, parcel.lines) == ("", ORDER_ID, ())
    assert parcel.shipped_at == datetime(2026, 10, 7, 9, tzinfo=UTC)


def test_migrated_completed_order_is_delivered() -> None:
    told = messages(order_body(status="completed", **COMPLETED_ON), "order/history")
    assert [m.kind for m in told] == ["order", "parcel", "delivery"]
    assert told[2].delivered_tracking == ""


@pytest.mark.parametrize("shipped", ["1791331200", 1791331200, "2026-10-07"])
def test_tracking_number_of_a_plugin_is_taken_over(shipped: object) -> None:
    item = {"tracking_number": "JJD0001", "tracking_provider": "dhl", "date_shipped": shipped}
    meta = [{"id": 1, "key": TRACKING, "value": [item]}]
    (message,) = parcels(order_body(status="completed", meta_data=meta))
    assert message.parcel is not None
    assert (message.parcel.tracking_number, message.parcel.carrier) == ("JJD0001", "dhl")
    assert message.parcel.shipped_at == datetime(2026, 10, 7, tzinfo=UTC)


def test_several_numbers_of_a_plugin_are_one_parcel_with_all_that_is_left() -> None:
    items = {
        "0": {"tracking_number": "A1", "tracking_provider": "", "custom_tracking_provider": "GLS"},
        "1": {"tracking_number": "A2", "date_shipped": "soon"},
    }
    meta = [{"id": 1, "key": TRACKING, "value": items}]
    (message,) = parcels(order_body(status="completed", meta_data=meta))
    assert message.parcel is not None
    assert (message.parcel.tracking_number, message.parcel.carrier) == ("A1", "GLS")
    assert message.note == "also tracked as A2"


def told_parcel(tracking: str, *lines: tuple[str, int]) -> Body:
    parts = [{"line_id": line_id, "quantity": quantity} for line_id, quantity in lines]
    return {"tracking": tracking, "carrier": "dhl", "lines": parts}


def test_parcels_we_told_the_shop_of_come_back_under_their_numbers() -> None:
    ours = [
        told_parcel("P1", ("9007199254742001", 3)),
        told_parcel("P2", ("9007199254742002", 1)),
    ]
    meta = [{"id": 1, "key": "_orderflow_parcels", "value": ours}]
    found = [m.parcel for m in parcels(order_body(status="completed", meta_data=meta))]
    assert [p and (p.tracking_number, p.lines) for p in found] == [
        ("P1", (("9007199254742001", 3),)),
        ("P2", (("9007199254742002", 1),)),
    ]


def test_rest_that_the_shop_sent_itself_follows_our_parcels() -> None:
    ours = [told_parcel("P1", ("9007199254742001", 3))]
    meta = [{"id": 1, "key": "_orderflow_parcels", "value": ours}]
    found = [m.parcel for m in parcels(order_body(status="completed", meta_data=meta))]
    assert [p and p.tracking_number for p in found] == ["P1", ""]


@pytest.mark.parametrize("value", ["P1", None, 7, [None, "x", {"tracking": None}], {"lines": 3}])
def test_meta_data_of_any_shape_is_survived(value: object) -> None:
    meta = [{"key": key, "value": value} for key in ("_orderflow_parcels", TRACKING)]
    (message,) = parcels(order_body(status="completed", meta_data=meta))
    assert message.parcel is not None
    assert message.parcel.tracking_number == ""
