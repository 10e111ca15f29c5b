"""Headers are found and understood in English and Chinese, below titles and in two rows."""

from pathlib import Path

import pytest

from channels.spreadsheet.aliases import GUIDANCE, column_named
from channels.spreadsheet.dialects import dialect_of
from channels.spreadsheet.records import Started
from tests.unit.spreadsheet_files import (
    HEADERS,
    codes,
    csv_file,
    first_message,
    first_order,
    orders_of,
    problems_of,
    row,
    told,
    xlsx_file,
)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Order ID", "order_id"),
        ("order_id", "order_id"),
        ("ORDER-ID", "order_id"),
        ("订单号", "order_id"),
        ("Order ID / 订单号", "order_id"),
        ("下单时间", "placed_at"),
        ("收货人", "ship_name"),
        ("省", "region"),
        ("市", "city"),
        ("地址", "line1"),
        ("邮编", "postal_code"),
        ("国家", "country"),
        ("电话", "phone"),
        ("商品编码", "sku"),
        ("数量", "quantity"),
        ("单价", "unit_price"),
        ("单价(元)", "unit_price"),
        ("金额", "line_total"),
        ("运费", "shipping"),
        ("优惠", "discount"),
        ("税额", "tax"),
        ("合计", "total"),
        ("状态", "status"),
        ("币种", "currency"),
        ("物流单号", "tracking_number"),
        ("备注", "notes"),
        ("Unit Price (EUR)", "unit_price"),
        ("Ｏｒｄｅｒ　ＩＤ", "order_id"),
        ("Ship To Address", "line1"),
        ("PLZ", "postal_code"),
        (GUIDANCE, "ignored"),
        ("Favourite colour", None),
    ],
)
def test_a_header_names_a_column_whatever_its_case_signs_and_language(
    header: str, column: str | None
) -> None:
    assert column_named(header) == column


def test_titles_and_blank_rows_above_the_header_are_skipped(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [["Orders of November"], [], ["for", "Li"], HEADERS, row()])
    found = told(path)
    assert isinstance(found[0], Started)
    assert found[0].layouts[0].header_row == 4
    assert orders_of(found)[0].rows == (("orders.csv", 5),)


def test_a_header_of_two_rows_with_merged_cells_is_joined(tmp_path: Path) -> None:
    above = ["Order", "", "", "Shipping", "", "", "", "", "Line", "", ""]
    below = [
        "ID",
        "Date",
        "Currency",
        "Name",
        "Address",
        "City",
        "Zip",
        "Country",
        "SKU",
        "Qty",
        "Price",
    ]
    cells = ["B-7", "2026-11-03", "EUR", "Erika", "Weg 5", "Berlin", "10115", "DE", "KB", 1, 5]
    order = first_order(told(csv_file(tmp_path, [above, below, cells]), history=True))
    assert order.external_id == "B-7"
    assert order.shipping_address is not None
    assert order.shipping_address.name == "Erika"
    assert order.shipping_address.city == "Berlin"


def test_a_file_without_a_header_says_what_to_do(tmp_path: Path) -> None:
    found = told(csv_file(tmp_path, [["a", "b", "c"], [1, 2, 3]]))
    (finding,) = problems_of(found)
    assert finding.code == "NOT_AN_ORDER"
    assert "template" in finding.message_en
    assert "模板" in finding.message_zh


def test_a_saved_mapping_outranks_the_names(tmp_path: Path) -> None:
    headers = [
        "Vorgang" if h == "Order ID" else "Order ID" if h == "Status" else h for h in HEADERS
    ]
    path = csv_file(tmp_path, [headers, row(Status="not-this")])
    mapping = {"vorgang": "order_id", "Order ID": "ignored"}
    assert first_order(told(path, mapping=mapping)).external_id == "A-1"


def test_of_two_columns_with_one_name_the_first_counts(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [[*HEADERS, "SKU"], [*row(), "other"]])
    assert first_order(told(path)).lines[0].sku == "KB-200"


def test_a_currency_in_a_price_header_counts(tmp_path: Path) -> None:
    headers = ["Unit price (CHF)" if h == "Unit price" else h for h in HEADERS]
    path = csv_file(tmp_path, [headers, row(Currency="")])
    assert first_order(told(path)).currency == "CHF"


def test_a_hidden_sheet_is_skipped_and_said_so(tmp_path: Path) -> None:
    sheets = {"Orders": [HEADERS, row()], "Old": [HEADERS, row(Order_ID="Z-9")]}
    found = told(xlsx_file(tmp_path, sheets, hidden=["Old"]))
    assert [each.ref for each in orders_of(found)] == ["A-1"]
    assert isinstance(found[0], Started)
    assert "Old" in found[0].notes[0].message_en


@pytest.mark.parametrize(
    ("headers", "dialect"),
    [
        (
            ["Name", "Financial Status", "Lineitem name", "Lineitem price", "Lineitem quantity"],
            "shopify",
        ),
        (["amazon-order-id", "item-price", "order-status", "quantity"], "amazon"),
        (["order-id", "order-item-id", "quantity-purchased", "item-price"], "amazon"),
        (["index", "Order ID", "Sales Channel ", "Courier Status", "Qty", "Amount"], "amazon_in"),
        (["InvoiceNo", "StockCode", "Quantity", "UnitPrice"], "online_retail"),
        (["orderID", "customerID", "employeeID", "freight", "shipName"], "northwind"),
        (["order_id", "order_status", "order_purchase_timestamp"], "olist"),
        (["orderNumber", "orderDate", "requiredDate", "status", "customerNumber"], "classicmodels"),
        (["Order Number", "Order Status", "Order Total Amount", "Item Name"], "woocommerce"),
        (list(HEADERS), "plain"),
        # A table of lines alone is nobody's: its discount may be money or a share.
        (["orderID", "productID", "unitPrice", "quantity", "discount"], "plain"),
    ],
)
def test_a_report_is_recognised_by_its_headers(headers: list[str], dialect: str) -> None:
    assert dialect_of(headers).name == dialect


def test_orders_without_lines_ask_for_the_other_file(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, [["Order ID", "Order date", "City", "Country", "Address", "Status"], ["1"]]
    )
    (finding,) = problems_of(told(path))
    assert "lines" in finding.message_en


def test_two_sheets_are_joined_by_the_order_number(tmp_path: Path) -> None:
    head = ["Order ID", "Order date", "Currency", "Customer name", "Phone", "Recipient", "Address",
            "City", "Postal code", "Country"]  # fmt: skip
    sheets = {
        "Orders": [head, row()[:10], row(Order_ID="A-2")[:10]],
        "Lines": [
            ["Order ID", "SKU", "Quantity", "Unit price"],
            ["A-2", "C", 1, 3],
            ["A-1", "A", 1, 1],
            ["A-1", "B", 2, 2],
            ["A-3", "X", 1, 1],
        ],
    }
    found = told(xlsx_file(tmp_path, sheets))
    assert [each.ref for each in orders_of(found)] == ["A-1", "A-2"]
    order = first_order(found)
    assert [line.sku for line in order.lines] == ["A", "B"]
    assert str(order.total) == "5.00"
    assert ["row 5" in each.message_en for each in problems_of(found)] == [True]


def test_customers_and_products_are_joined_too(tmp_path: Path) -> None:
    orders = csv_file(tmp_path, [
        ["orderID", "customerID", "employeeID", "orderDate", "shippedDate", "freight", "shipName",
         "shipAddress", "shipCity", "shipRegion", "shipPostalCode", "shipCountry"],
        ["10248", "VINET", 5, "1996-07-04 00:00:00.000", "NULL", "32.38", "Vins",
         "59 rue de l'Abbaye", "Reims", "NULL", "51100", "France"],
    ])  # fmt: skip
    lines = csv_file(tmp_path, [
        ["orderID", "productID", "unitPrice", "quantity", "discount"],
        ["10248", 11, "14.00", 12, 0.15],
    ], "details.csv")  # fmt: skip
    customers = csv_file(tmp_path, [
        ["customerID", "companyName", "contactName", "phone"],
        ["VINET", "Vins et alcools", "Paul", "26.47.15.10"],
    ], "customers.csv")  # fmt: skip
    products = csv_file(tmp_path, [
        ["productID", "productName", "unitPrice"], ["11", "Queso", "21.00"],
    ], "products.csv")  # fmt: skip
    found = told(orders, lines, customers, products)
    order = first_order(found)
    assert order.customer.name == "Paul"
    assert order.shipping_address is not None
    assert order.shipping_address.country == "FR"
    assert order.lines[0].title == "Queso"
    assert str(order.lines[0].discount) == "25.2"
    assert str(order.total) == "175.18"
    assert order.stage == "pending_confirmation"
    assert codes(first_message(found)) == []
