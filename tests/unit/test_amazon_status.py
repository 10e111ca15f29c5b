"""Every status word of Amazon, of both versions, has its stage; a new one goes to a person."""

import pytest

from channels.amazon.status import (
    TABLE,
    UNKNOWN,
    StatusFacts,
    StatusRow,
    cancel_reason,
    parcel_meaning,
    status_row,
)
from channels.message import ChannelHold
from domain.holds import ReasonCode
from domain.stages import Stage
from tests.unit.amazon_bodies import Body, codes, first, messages, package, v0, with_status

PC, IR, PR = Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING
SH, CO, AC = Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("PendingAvailability", PC),
        ("PENDING_AVAILABILITY", PC),
        ("Pending", PC),
        ("PENDING", PC),
        ("Unshipped", IR),
        ("UNSHIPPED", IR),
        ("PartiallyShipped", PR),
        ("PARTIALLY_SHIPPED", PR),
        ("Shipped", SH),
        ("SHIPPED", SH),
        ("InvoiceUnconfirmed", SH),
        ("Canceled", AC),
        ("Cancelled", AC),
        ("CANCELED", AC),
        ("CANCELLED", AC),
        ("Unfulfillable", AC),
        ("UNFULFILLABLE", AC),
    ],
)
def test_every_word_of_both_versions_has_its_stage(word: str, stage: Stage) -> None:
    assert status_row(StatusFacts(word)).stage is stage


_FACTS = {
    "": {},
    "cancel_requested": {"cancel_requested": True},
    "regulated": {"regulated": True},
    "fulfilled_by_amazon": {"fulfilled_by_amazon": True},
    "arrived": {"parcels": ("arrived",)},
    "returned": {"parcels": ("returned",)},
    "delivery_failed": {"parcels": ("failed", "arrived")},
}
_SAID = {
    "cancelled": "Canceled",
    "unfulfillable": "Unfulfillable",
    "preorder": "PENDING_AVAILABILITY",
    "pending": "Pending",
    "shipped": "Shipped",
    "partial": "PartiallyShipped",
    "unshipped": "Unshipped",
}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.word}-{row.when}")
def test_every_row_of_the_table_can_be_reached(row: StatusRow) -> None:
    facts = StatusFacts(_SAID[row.word], **_FACTS[row.when])  # type: ignore[arg-type]
    assert status_row(facts) is row


def test_a_wish_to_cancel_outranks_who_ships_it() -> None:
    facts = StatusFacts("UNSHIPPED", fulfilled_by_amazon=True, cancel_requested=True)
    assert status_row(facts).flags == ("buyer_requested_cancel",)


@pytest.mark.parametrize("word", ["", "AWAITING_DRONE"])
def test_an_unknown_word_goes_to_review_and_is_named(word: str) -> None:
    assert status_row(StatusFacts(word)) is UNKNOWN
    message = first(with_status(word))
    assert message.order is not None
    assert message.order.stage is IR
    assert "unknown_status" in message.order.flags
    assert codes(message) == {("channel_status.order_status", "UNKNOWN_STATUS")}


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("PENDING", "waiting"),
        ("PENDING_SCHEDULE", "waiting"),
        ("PendingSchedule", "waiting"),
        ("PENDING_PICK_UP", "waiting"),
        ("PENDING_DROP_OFF", "waiting"),
        ("LABEL_CANCELLED", "void"),
        ("LabelCanceled", "void"),
        ("CANCELLED", "void"),
        ("IN_TRANSIT", "left"),
        ("SHIPPED", "left"),
        ("PICKED_UP", "left"),
        ("DroppedOff", "left"),
        ("AtOriginFC", "left"),
        ("AT_DESTINATION_FC", "left"),
        ("OUT_FOR_DELIVERY", "left"),
        ("Delivered", "arrived"),
        ("UNDELIVERABLE", "failed"),
        ("RejectedByBuyer", "failed"),
        ("RETURNING_TO_SELLER", "failed"),
        ("Lost", "failed"),
        ("DAMAGED", "failed"),
        ("ReturnedToSeller", "returned"),
        ("BEAMED_UP", "unknown"),
        ("", ""),
    ],
)
def test_every_word_of_a_package_has_its_meaning(word: str, meaning: str) -> None:
    assert parcel_meaning(word) == meaning


def _status(word: str) -> Body:
    return {"packageStatus": {"status": "IN_TRANSIT", "detailedStatus": word}}


@pytest.mark.parametrize(
    ("words", "stage", "flags"),
    [
        (["DELIVERED"], CO, ()),
        (["DELIVERED", "DELIVERED"], CO, ()),
        (["DELIVERED", "OUT_FOR_DELIVERY"], SH, ()),
        (["DELIVERED", "LABEL_CANCELLED"], CO, ()),
        (["UNDELIVERABLE"], SH, ("delivery_exception",)),
        (["REJECTED_BY_BUYER"], SH, ("delivery_exception",)),
        (["RETURNING_TO_SELLER"], SH, ("delivery_exception",)),
        (["LOST"], SH, ("delivery_exception",)),
        (["DAMAGED", "DELIVERED"], SH, ("delivery_exception",)),
        (["RETURNED_TO_SELLER", "DELIVERED"], SH, ("delivery_exception",)),
    ],
)
def test_packages_tell_how_far_a_shipped_order_got(
    words: list[str], stage: Stage, flags: tuple[str, ...]
) -> None:
    packages = [package(str(n), f"T{n}", **_status(word)) for n, word in enumerate(words)]
    message = first(with_status("SHIPPED", packages=packages))
    assert message.order is not None
    assert message.order.stage is stage
    assert tuple(f for f in message.order.flags if f != "fulfilled_by_channel") == flags


def test_packages_that_all_came_back_close_the_order_as_a_return() -> None:
    body = with_status("SHIPPED", packages=[package(**_status("RETURNED_TO_SELLER"))])
    (message,) = messages(body)
    assert (message.kind, message.cancel_reason) == ("cancellation", ReasonCode.RETURN)
    assert message.hold is None


def test_a_delivered_order_tells_its_parcel_and_its_delivery() -> None:
    body = with_status("SHIPPED", packages=[package(**_status("DELIVERED"))])
    assert [m.kind for m in messages(body)] == ["order", "parcel", "delivery"]


def test_one_arrived_parcel_of_two_is_delivered_by_its_number() -> None:
    packages = [
        package("1", "T1", **_status("DELIVERED")),
        package("2", "T2", **_status("IN_TRANSIT")),
    ]
    delivered = [m for m in messages(with_status("SHIPPED", packages=packages)) if m.parcel is None]
    assert [m.delivered_tracking for m in delivered[1:]] == ["T1"]


def test_a_package_that_waits_for_its_courier_is_no_parcel_yet() -> None:
    packages = [package(**_status("PENDING_PICK_UP"))]
    assert [m.kind for m in messages(with_status("UNSHIPPED", packages=packages))] == ["order"]


def test_a_strange_package_word_is_flagged_and_named() -> None:
    message = first(with_status("SHIPPED", packages=[package(**_status("BEAMED_UP"))]))
    assert message.order is not None
    assert message.order.flags == ("unknown_status",)
    assert codes(message) == {("channel_status.package_status", "UNKNOWN_STATUS")}


def test_a_shipped_order_without_packages_left_under_its_own_id() -> None:
    _, parcel = messages(v0(OrderStatus="Shipped"))
    assert parcel.parcel is not None
    assert (parcel.parcel.tracking_number, parcel.parcel.external_id) == ("", "113-7778889-0001112")
    again = messages(v0(OrderStatus="Shipped", LastUpdateDate="2026-11-09T00:00:00Z"))[1]
    assert again.parcel is not None
    assert again.parcel.external_id == parcel.parcel.external_id


@pytest.mark.parametrize(
    ("easy_ship", "stage"),
    [("Delivered", CO), ("Undeliverable", SH), ("ReturnedToSeller", AC), ("PendingPickUp", SH)],
)
def test_easy_ship_tells_how_far_a_v0_order_got(easy_ship: str, stage: Stage) -> None:
    message = first(v0(OrderStatus="Shipped", EasyShipShipmentStatus=easy_ship))
    assert message.order is not None
    assert message.order.stage is stage


def test_an_easy_ship_order_that_arrived_is_delivered_as_a_whole() -> None:
    told = messages(v0(OrderStatus="Shipped", EasyShipShipmentStatus="Delivered"))
    assert [m.kind for m in told] == ["order", "parcel", "delivery"]
    assert told[2].delivered_tracking == ""


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"cancellationExecution": {"cancelledBy": "BUYER"}}, ReasonCode.BUYER_CANCEL),
        ({"cancellationExecution": {"cancelledBy": "MERCHANT"}}, ReasonCode.OTHER),
        ({"cancellationExecution": {"cancelledBy": "AMAZON"}}, ReasonCode.OTHER),
        (
            {
                "cancellationRequest": {"requester": "BUYER"},
                "cancellationExecution": {"cancelledBy": "MERCHANT"},
            },
            ReasonCode.BUYER_CANCEL,
        ),
        (None, ReasonCode.OTHER),
    ],
)
def test_a_cancellation_says_whose_wish_it_was(wish: object, reason: ReasonCode) -> None:
    body = with_status("CANCELLED")
    body["orderItems"][0]["cancellation"] = wish
    (message,) = messages(body)
    assert (message.kind, message.cancel_reason) == ("cancellation", reason)
    assert message.order is not None
    assert message.order.payment.status == "voided"


def test_a_wish_that_was_carried_out_is_no_wish_any_more() -> None:
    body = with_status("UNSHIPPED")
    wish: dict[str, object] = {"cancellationRequest": {"requester": "BUYER"}}
    body["orderItems"][0]["cancellation"] = wish
    assert first(body).hold == ChannelHold(ReasonCode.BUYER_CANCEL)
    wish["cancellationExecution"] = {"cancelledBy": "MERCHANT"}
    assert first(body).hold == ChannelHold(None)


def test_what_only_amazon_can_not_fulfil_is_closed_for_another_reason() -> None:
    row = status_row(StatusFacts("Unfulfillable"))
    assert cancel_reason(row, "BUYER") is ReasonCode.OTHER
