"""Every word of every status table means one stage; unknown words go to a person."""

from pathlib import Path

import pytest

from channels.spreadsheet.status import TABLES, UNKNOWN, overall, status_row
from domain.holds import ReasonCode
from domain.stages import Stage
from tests.unit.spreadsheet_files import (
    HEADERS,
    codes,
    csv_file,
    first_message,
    messages,
    row,
    told,
)

_PC, _IR, _PR = Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING
_SH, _CO, _AC = Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY


@pytest.mark.parametrize(
    ("table", "word", "stage"),
    [
        ("amazon_in", "Shipped", _SH),
        ("amazon_in", "Shipped - Picked Up", _SH),
        ("amazon_in", "Shipped - Out for Delivery", _SH),
        ("amazon_in", "Shipping", _SH),
        ("amazon_in", "Shipped - Delivered to Buyer", _CO),
        ("amazon_in", "Shipped - Returning to Seller", _SH),
        ("amazon_in", "Shipped - Rejected by Buyer", _SH),
        ("amazon_in", "Shipped - Lost in Transit", _SH),
        ("amazon_in", "Shipped - Damaged", _SH),
        ("amazon_in", "Shipped - Returned to Seller", _AC),
        ("amazon_in", "Cancelled", _AC),
        ("amazon_in", "Pending", _PC),
        ("amazon_in", "Pending - Waiting for Pick Up", _PR),
        ("amazon", "Pending", _PC),
        ("amazon", "PendingAvailability", _PC),
        ("amazon", "Unshipped", _IR),
        ("amazon", "PartiallyShipped", _PR),
        ("amazon", "Shipped", _SH),
        ("amazon", "InvoiceUnconfirmed", _SH),
        ("amazon", "Canceled", _AC),
        ("amazon", "Cancelled", _AC),
        ("amazon", "Unfulfillable", _AC),
        ("woocommerce", "Pending payment", _PC),
        ("woocommerce", "wc-on-hold", _IR),
        ("woocommerce", "Processing", _IR),
        ("woocommerce", "Completed", _SH),
        ("woocommerce", "Failed", _AC),
        ("woocommerce", "Refunded", _AC),
        ("woocommerce", "trash", _AC),
        ("olist", "created", _PC),
        ("olist", "approved", _IR),
        ("olist", "invoiced", _IR),
        ("olist", "processing", _PR),
        ("olist", "shipped", _SH),
        ("olist", "delivered", _CO),
        ("olist", "canceled", _AC),
        ("olist", "unavailable", _AC),
        ("classicmodels", "In Process", _PR),
        ("classicmodels", "On Hold", _IR),
        ("classicmodels", "Shipped", _SH),
        ("classicmodels", "Resolved", _CO),
        ("classicmodels", "Disputed", _SH),
        ("classicmodels", "Cancelled", _AC),
        ("plain", "待付款", _PC),
        ("plain", "待确认", _PC),
        ("plain", "审核中", _IR),
        ("plain", "待发货", _PR),
        ("plain", "已发货", _SH),
        ("plain", "交易成功", _CO),
        ("plain", "已取消", _AC),
        ("plain", "已退款", _AC),
        ("plain", "in_review", _IR),
        ("plain", "ON-HOLD", _IR),
        ("plain", "Delivered", _CO),
    ],
)
def test_a_word_means_its_stage(table: str, word: str, stage: Stage) -> None:
    assert status_row(table, word).stage is stage


@pytest.mark.parametrize("table", TABLES)
def test_an_unknown_word_goes_to_review_with_a_flag(table: str) -> None:
    assert status_row(table, "teleported") is UNKNOWN
    assert UNKNOWN.stage is _IR
    assert UNKNOWN.flags == ("unknown_status",)


@pytest.mark.parametrize("table", TABLES)
def test_no_word_stands_in_two_rows_of_a_table_with_two_meanings(table: str) -> None:
    for each in TABLES[table]:
        for word in each.words:
            assert status_row(table, word).stage is each.stage


def test_an_unknown_status_is_a_warning_that_shows_the_word(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row(Status="teleported")])))
    assert codes(message, "warning") == ["UNKNOWN_STATUS"]
    assert "'teleported'" in message.findings[0].message_en
    assert message.order is not None
    assert message.order.stage is _IR
    assert "unknown_status" in message.order.flags


def test_without_a_status_an_order_is_new(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row()])))
    assert message.order is not None
    assert message.order.stage is _PC


def test_lines_in_different_places_make_an_order_partly_shipped() -> None:
    shipped, pending = status_row("amazon_in", "Shipped"), status_row("amazon_in", "Pending")
    cancelled = status_row("amazon_in", "Cancelled")
    assert overall([shipped, pending]).stage is _PR
    assert "partial" in overall([shipped, pending]).flags
    assert overall([shipped, cancelled]).stage is _SH
    assert overall([cancelled, cancelled]).stage is _AC


def test_a_shipped_order_is_followed_by_its_parcel(tmp_path: Path) -> None:
    headers = [*HEADERS, "Tracking number", "Carrier", "Shipped at"]
    cells = [*row(Status="shipped"), "JD014600003", "DHL", "2026-11-04 09:00"]
    (found,) = messages(told(csv_file(tmp_path, [headers, cells])))
    assert [each.kind for each in found] == ["order", "parcel"]
    parcel = found[1].parcel
    assert parcel is not None
    assert (parcel.tracking_number, parcel.carrier, parcel.external_id) == (
        "JD014600003",
        "DHL",
        "A-1",
    )
    assert parcel.shipped_at is not None
    assert parcel.shipped_at.isoformat() == "2026-11-04T09:00:00+00:00"


def test_a_delivered_order_is_followed_by_parcel_and_delivery(tmp_path: Path) -> None:
    (found,) = messages(told(csv_file(tmp_path, [HEADERS, row(Status="已签收")])))
    assert [each.kind for each in found] == ["order", "parcel", "delivery"]


def test_a_cancelled_order_is_a_cancellation_that_brings_the_order(tmp_path: Path) -> None:
    headers = [*HEADERS, "Cancel reason"]
    cells = [*row(Status="cancelled"), "STOCK_OUT"]
    message = first_message(told(csv_file(tmp_path, [headers, cells])))
    assert message.kind == "cancellation"
    assert message.cancel_reason is ReasonCode.STOCK_OUT
    assert message.order is not None


def test_a_hold_of_the_shop_is_told(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row(Status="on hold")])))
    assert message.hold is not None
    assert message.hold.reason is ReasonCode.OTHER
