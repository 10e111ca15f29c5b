"""Orders of files add up in the reading their columns mean, or say why not."""

import json
from pathlib import Path

import pytest

from channels.spreadsheet.mapping import read
from tests.unit.spreadsheet_files import (
    HEADERS,
    codes,
    csv_file,
    first_message,
    first_order,
    messages,
    orders_of,
    row,
    told,
    xlsx_file,
)


def test_a_sound_row_becomes_an_order_without_findings(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row()])))
    assert message.findings == ()
    assert message.order is not None
    assert (message.order.channel, message.order.shop) == ("spreadsheet", "main")
    assert message.order.customer.kind == "business"
    assert str(message.order.total) == "104.90"


def test_totals_that_do_not_add_up_name_row_and_column(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row(Total="99.00")])))
    assert codes(message) == ["AMOUNT_MISMATCH"]
    assert "104.90" in message.findings[0].message_en
    assert "row 2, column Total" in message.findings[0].message_en


@pytest.mark.parametrize(
    ("tax", "total", "included"), [("19.00", "123.90", False), ("15.97", "104.90", True)]
)
def test_the_total_tells_whether_tax_is_inside(
    tmp_path: Path, tax: str, total: str, included: bool
) -> None:
    path = csv_file(tmp_path, [[*HEADERS, "Tax"], [*row(Total=total), tax]])
    order = first_order(told(path))
    assert order.lines[0].tax_included is included
    assert str(order.tax) == tax


def test_a_discount_of_the_order_and_of_its_lines_are_told_apart(tmp_path: Path) -> None:
    headers = [*HEADERS, "Line discount", "Discount"]
    both = first_order(told(csv_file(tmp_path, [headers, [*row(Total="92.90"), "5", "7"]])))
    same = first_order(told(csv_file(tmp_path, [headers, [*row(Total="97.90"), "5", "7"]])))
    assert str(both.discount) == "12"
    assert str(same.discount) == "7"


def test_freight_repeated_on_each_row_counts_once_and_per_row_amounts_are_added(
    tmp_path: Path,
) -> None:
    once = [row(Total="204.90"), row(SKU="B", Total="204.90")]
    each = [row(Total="207.90"), row(SKU="B", Shipping="3.00", Total="207.90")]
    assert str(first_order(told(csv_file(tmp_path, [HEADERS, *once]))).shipping) == "4.90"
    assert str(first_order(told(csv_file(tmp_path, [HEADERS, *each]))).shipping) == "7.90"


def test_a_line_total_gives_the_price_of_one_piece(tmp_path: Path) -> None:
    headers = ["Amount" if header == "Unit price" else header for header in HEADERS]
    order = first_order(told(csv_file(tmp_path, [headers, row(Unit_price="100.00")])))
    assert str(order.lines[0].unit_price) == "50"


def test_a_line_total_that_contradicts_its_price_is_a_finding(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [[*HEADERS, "Line total"], [*row(Total=""), "90.00"]])
    message = first_message(told(path))
    assert codes(message) == ["AMOUNT_MISMATCH"]
    assert message.findings[0].field == "lines[0].total"


def test_a_file_without_a_currency_asks_for_one(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, row(Currency="")])
    message = first_message(told(path))
    assert codes(message) == ["BAD_CURRENCY"]
    assert "--currency" in message.findings[0].message_en
    assert first_order(told(path, currency="CHF")).currency == "CHF"


def test_a_sign_beside_the_prices_is_a_currency(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, row(Currency="", Unit_price="£50.00")])
    assert first_order(told(path)).currency == "GBP"


def test_a_credit_note_without_its_order_is_no_order(tmp_path: Path) -> None:
    headers = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
               "CustomerID", "Country"]  # fmt: skip
    rows = [
        ["536365", "85123A", "HOLDER", 6, "12/1/2010 8:26", "2.55", "17850.0", "United Kingdom"],
        ["C536379", "D", "Discount", -1, "12/13/2010 9:41", "27.5", "14527", "United Kingdom"],
        ["536589", "21777", "damaged", -10, "12/1/2010 16:50", "0", "", "United Kingdom"],
        ["536590", "22423", "STAND", 1, "12/2/2010 9:41", "12.75", "", "EIRE"],
    ]
    found = messages(told(csv_file(tmp_path, [headers, *rows])))
    first, credit, adjustment, last = (each[0] for each in found)
    assert first.order is not None
    assert (first.order.currency, first.order.customer.external_id) == ("GBP", "17850")
    assert codes(credit) == codes(adjustment) == ["NOT_AN_ORDER"]
    assert "credit note" in credit.findings[0].message_en
    assert "adjustment" in adjustment.findings[0].message_en
    assert last.order is not None
    assert last.order.shipping_address is not None
    assert last.order.shipping_address.country == "IE"


def test_a_credit_note_that_names_its_order_cancels_it(tmp_path: Path) -> None:
    headers = [*HEADERS, "Original order"]
    cells = [*row(Order_ID="C1001", Quantity="-2", Total=""), "A-1"]
    message = first_message(told(csv_file(tmp_path, [headers, cells])))
    assert (message.kind, message.external_id, message.cancel_reason) == (
        "cancellation",
        "A-1",
        "RETURN",
    )


def _shopify(**changes: str) -> dict[str, str]:
    return {
        "Name": "#1001", "Email": "jane@example.com", "Financial Status": "paid",
        "Fulfillment Status": "unfulfilled", "Currency": "USD", "Subtotal": "95.00",
        "Shipping": "5.00", "Taxes": "7.60", "Total": "107.60", "Discount Amount": "5.00",
        "Created at": "2024-05-01 10:00:00 +0200", "Lineitem quantity": "2",
        "Lineitem name": "Mug", "Lineitem price": "40.00", "Lineitem sku": "MUG",
        "Billing Name": "Jane Doe", "Shipping Name": "Jane Doe",
        "Shipping Street": "1 Main St, Apt 2", "Shipping Address1": "1 Main St",
        "Shipping Address2": "Apt 2", "Shipping City": "Austin", "Shipping Zip": "'78701",
        "Shipping Province": "TX", "Shipping Country": "US", "Shipping Phone": "'+15125550100",
        "Cancelled at": "", "Id": "5000000000001", "Lineitem discount": "0",
    } | changes  # fmt: skip


def test_a_shopify_export_with_continued_rows_is_one_order(tmp_path: Path) -> None:
    first = _shopify()
    second = dict.fromkeys(first, "") | {
        "Name": "#1001", "Email": "jane@example.com", "Lineitem quantity": "1",
        "Lineitem name": "Spoon", "Lineitem price": "20.00", "Lineitem sku": "SPN",
    }  # fmt: skip
    path = csv_file(tmp_path, [list(first), list(first.values()), list(second.values())])
    found = told(path)
    order = first_order(found)
    assert (order.external_id, order.number) == ("5000000000001", "#1001")
    assert [line.sku for line in order.lines] == ["MUG", "SPN"]
    assert (str(order.discount), str(order.tax), str(order.total)) == ("5.00", "7.60", "107.60")
    assert order.customer.kind == "consumer"
    assert order.shipping_address is not None
    assert order.shipping_address.postal_code == "78701"
    assert order.shipping_address.line2 == "Apt 2"
    assert order.payment.status == "paid"
    assert order.stage == "in_review"


def test_a_cod_order_of_shopify_may_be_pending_and_fulfilled(tmp_path: Path) -> None:
    cells = _shopify() | {
        "Financial Status": "pending", "Fulfillment Status": "fulfilled",
        "Payment Method": "Cash on Delivery (COD)", "Subtotal": "75.00", "Total": "87.60",
    }  # fmt: skip
    path = csv_file(tmp_path, [list(cells), list(cells.values())])
    order = first_order(told(path))
    assert (order.stage, order.payment.terms) == ("shipped", "cod")
    assert "cash_outstanding" in order.flags
    assert first_order(told(path, history=True)).stage == "shipped"


def _amazon_in(**changes: object) -> list[object]:
    cells = {
        "index": 0, "Order ID": "405-8078784-5731545", "Date": "04-30-22", "Status": "Shipped",
        "Fulfilment": "Merchant", "Sales Channel ": "Amazon.in", "ship-service-level": "Standard",
        "Style": "SET389", "SKU": "SET389-KR-NP-S", "Category": "Set", "Size": "S",
        "ASIN": "B09KXVBD7Z", "Courier Status": "Shipped", "Qty": 2, "currency": "INR",
        "Amount": "1299.00", "ship-city": "MUMBAI", "ship-state": "MAHARASHTRA",
        "ship-postal-code": "400081.0", "ship-country": "IN", "promotion-ids": "", "B2B": "FALSE",
        "fulfilled-by": "Easy Ship",
    } | {name.replace("_", " "): cell for name, cell in changes.items()}  # fmt: skip
    return list(cells.values())


_AMAZON_IN_HEADERS = (
    "index", "Order ID", "Date", "Status", "Fulfilment", "Sales Channel ", "ship-service-level",
    "Style", "SKU", "Category", "Size", "ASIN", "Courier Status", "Qty", "currency", "Amount",
    "ship-city", "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "B2B",
    "fulfilled-by",
)  # fmt: skip


def test_a_marketplace_report_has_no_customer_and_no_street_and_is_read(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [_AMAZON_IN_HEADERS, _amazon_in()])))
    order = message.order
    assert order is not None
    assert codes(message) == []
    # The amount is for the line.
    assert (str(order.lines[0].unit_price), str(order.total)) == ("649.5", "1299.00")
    assert order.lines[0].tax_included
    assert order.shipping_address is not None
    assert (order.shipping_address.region, order.shipping_address.postal_code) == (
        "Maharashtra",
        "400081",
    )
    assert order.placed_at.isoformat() == "2022-04-30T00:00:00+00:00"


def test_a_cancelled_row_without_amount_and_quantity_is_a_cancellation(tmp_path: Path) -> None:
    cells = _amazon_in(Status="Cancelled", Qty=0, currency="", Amount="")
    message = first_message(told(csv_file(tmp_path, [_AMAZON_IN_HEADERS, cells])))
    assert message.kind == "cancellation"
    assert message.order is not None
    assert (message.order.currency, str(message.order.total)) == ("INR", "0.00")
    assert {"QUANTITY", "MONEY"} <= {step.code for step in message.cleansing}


def test_a_shipped_row_without_an_amount_is_quarantined(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [_AMAZON_IN_HEADERS, _amazon_in(Amount="")])))
    assert codes(message) == ["REQUIRED"]
    assert "column Amount" in message.findings[0].message_en


def test_a_cancelled_line_leaves_an_order_that_goes_on(tmp_path: Path) -> None:
    rows = [_amazon_in(), _amazon_in(index=1, SKU="OTHER", Status="Cancelled", Qty=0, Amount="")]
    message = first_message(told(csv_file(tmp_path, [_AMAZON_IN_HEADERS, *rows])))
    assert message.kind == "order"
    assert message.order is not None
    assert [line.sku for line in message.order.lines] == ["SET389-KR-NP-S"]
    assert "REFUND" in {step.code for step in message.cleansing}


@pytest.mark.parametrize(
    ("channel", "currency", "included", "total"),
    [("Amazon.com", "USD", False, "47.72"), ("Amazon.de", "EUR", True, "44.99"),
     ("Amazon.co.jp", "JPY", True, "45")],
)  # fmt: skip
def test_amazon_tax_is_inside_or_on_top_by_marketplace(
    tmp_path: Path, channel: str, currency: str, included: bool, total: str
) -> None:
    headers = ["amazon-order-id", "purchase-date", "order-status", "sales-channel", "product-name",
               "sku", "quantity", "currency", "item-price", "item-tax", "shipping-price",
               "item-promotion-discount", "ship-country", "ship-postal-code"]  # fmt: skip
    cells = ["112-1234567-1234567", "2024-05-01T10:00:00+00:00", "Shipped", channel, "Keyboard",
             "KB", "2", currency, "42.00", "2.73", "4.99", "2.00", "US", "78701"]  # fmt: skip
    order = first_order(told(csv_file(tmp_path, [headers, cells], delimiter="\t")))
    assert order.lines[0].tax_included is included
    assert str(order.lines[0].unit_price) == "21"
    assert str(order.total) == total


def test_woocommerce_completed_is_shipped_live_and_completed_in_a_migration(tmp_path: Path) -> None:
    headers = ["Order Number", "Order Status", "Order Date", "Order Total Amount", "Item Name",
               "SKU", "Quantity", "Item Cost", "Order Total Tax Amount", "Order Shipping Amount",
               "Currency", "First Name (Billing)", "Last Name (Billing)", "Email (Billing)",
               "Phone (Billing)", "Address 1&2 (Billing)", "City (Billing)", "Postcode (Billing)",
               "State Code (Billing)", "Country Code (Billing)"]  # fmt: skip
    cells = ["727", "Completed", "2024-05-01 10:00", "29.35", "Mug", "MUG", "2", "6.00", "1.35",
             "16.00", "USD", "Jane", "Doe", "jane@example.com", "+15125550100", "1 Main St",
             "Austin", "78701", "TX", "US"]  # fmt: skip
    path = csv_file(tmp_path, [headers, cells])
    live, migrated = first_order(told(path)), first_order(told(path, history=True))
    assert (live.stage, migrated.stage) == ("shipped", "completed")
    assert live.shipping_address is not None
    assert live.shipping_address.line1 == "1 Main St"
    assert not live.lines[0].tax_included


def test_olist_is_joined_and_counts_a_row_per_piece(tmp_path: Path) -> None:
    orders = csv_file(tmp_path, [
        ["order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at",
         "order_delivered_carrier_date", "order_delivered_customer_date",
         "order_estimated_delivery_date"],
        ["e481", "9ef4", "delivered", "2017-10-02 10:56:33", "2017-10-02 11:07:15",
         "2017-10-04 19:55:00", "2017-10-10 21:25:13", "2017-10-18 00:00:00"],
    ])  # fmt: skip
    items = csv_file(tmp_path, [
        ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price",
         "freight_value"],
        ["e481", "1", "87285", "35045", "2017-10-06 11:07:15", "29.99", "8.72"],
        ["e481", "2", "87285", "35045", "2017-10-06 11:07:15", "29.99", "8.72"],
    ], "items.csv")  # fmt: skip
    order = first_order(told(orders, items))
    assert (order.currency, order.stage, str(order.total)) == ("BRL", "completed", "77.42")
    assert [(line.line_id, line.quantity) for line in order.lines] == [("1", 1), ("2", 1)]


def test_the_flat_classicmodels_export_is_read_by_its_sales(tmp_path: Path) -> None:
    headers = ["ORDERNUMBER", "QUANTITYORDERED", "PRICEEACH", "ORDERLINENUMBER", "SALES",
               "ORDERDATE", "STATUS", "PRODUCTCODE", "CUSTOMERNAME", "PHONE", "ADDRESSLINE1",
               "CITY", "STATE", "POSTALCODE", "COUNTRY", "CONTACTLASTNAME", "CONTACTFIRSTNAME",
               "DEALSIZE"]  # fmt: skip
    cells = ["10107", "30", "100", "2", "3600.00", "2/24/2003 0:00", "Shipped", "S10_1678",
             "Land of Toys Inc.", "2125557818", "897 Long Airport Avenue", "NYC", "NY", "10022",
             "USA", "Yu", "Kwai", "Small"]  # fmt: skip
    message = first_message(told(csv_file(tmp_path, [headers, cells])))
    assert message.order is not None
    assert str(message.order.lines[0].unit_price) == "120"
    assert "UNIT_PRICE" in {step.code for step in message.cleansing}


def test_an_integer_sku_stays_what_it_is(tmp_path: Path) -> None:
    cells = row(Order_ID=1001, SKU=22423, Unit_price=50.0, Shipping=4.9, Total=104.9)
    order = first_order(told(xlsx_file(tmp_path, {"Orders": [HEADERS, cells]})))
    assert (order.external_id, order.lines[0].sku) == ("1001", "22423")


def test_a_64_bit_id_in_a_number_cell_is_refused(tmp_path: Path) -> None:
    cells = row(Order_ID=820982911946154508)
    message = first_message(told(xlsx_file(tmp_path, {"Orders": [HEADERS, cells]})))
    assert message.order is None
    assert "lost its last digits" in message.findings[0].message_en
    assert (
        "长数字" in message.findings[0].message_zh or "末位数字" in message.findings[0].message_zh
    )


def test_a_formula_never_worked_out_is_named(tmp_path: Path) -> None:
    cells = row(Unit_price="=L2*2")
    message = first_message(told(xlsx_file(tmp_path, {"Orders": [HEADERS, cells]})))
    assert codes(message) == ["REQUIRED"]
    assert "formulas that were never worked out" in message.findings[0].message_en


def test_an_error_cell_is_named(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row(Quantity="#REF!")])))
    assert "formula's error" in message.findings[0].message_en


def test_a_test_order_is_not_imported(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [[*HEADERS, "Test order"], [*row(), "yes"]])
    assert codes(first_message(told(path))) == ["TEST_ORDER"]


def test_the_street_a_plain_file_leaves_out_is_an_error_with_its_place(tmp_path: Path) -> None:
    message = first_message(told(csv_file(tmp_path, [HEADERS, row(Address="")])))
    assert codes(message) == ["REQUIRED"]
    assert "row 2, column Address" in message.findings[0].message_en


def test_the_channel_of_the_import_is_that_of_its_orders(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [HEADERS, row()])
    assert first_order(told(path, channel="shopify")).channel == "shopify"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"\xff\xfe", b'{"format":"orderflow-rows-1"}', b"null", b"[" * 9999]
)
def test_bytes_that_are_no_group_are_no_order(body: bytes) -> None:
    (message,) = read("", body)
    assert codes(message) == ["NOT_AN_ORDER"]


def test_a_group_that_somebody_bent_never_raises(tmp_path: Path) -> None:
    body = json.loads(orders_of(told(csv_file(tmp_path, [HEADERS, row()])))[0].body)
    for change in (
        {"rows": []},
        {"columns": {}},
        {"dialect": "nobody's"},
        {"key": ""},
        {"defaults": {"timezone": "Mars/Olympus"}},
        {"rows": [{"sheet": "orders.csv", "row": 2, "cells": ["A"]}]},
        {"rows": [{"sheet": "elsewhere", "row": 2, "cells": ["A"]}]},
    ):
        assert read("", json.dumps(body | change).encode())
