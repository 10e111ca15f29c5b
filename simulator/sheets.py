"""Spreadsheets as people make them: headers in English or Chinese, and mistakes in some rows."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from random import Random

import xlsxwriter

from simulator.purchases import Bought, Purchase

_HEADERS = (
    ("Order ID", "订单号"),
    ("Order Date", "下单时间"),
    ("Currency", "币种"),
    ("Customer ID", "客户编号"),
    ("Company", "公司"),
    ("Customer Name", "客户名称"),
    ("Email", "邮箱"),
    ("Phone", "电话"),
    ("Ship To", "收货人"),
    ("Address", "收货地址"),
    ("City", "城市"),
    ("State", "省份"),
    ("Postal Code", "邮编"),
    ("Country", "国家"),
    ("SKU", "商品编码"),
    ("Product", "商品名称"),
    ("Quantity", "数量"),
    ("Unit Price", "单价"),
    ("Shipping", "运费"),
    ("Total", "订单金额"),
    ("Payment Status", "付款状态"),
)
_POSTAL_CODE, _COUNTRY, _QUANTITY, _PRICE = 12, 13, 16, 17
# What somebody may have typed there instead.
_MISTAKES = ((_POSTAL_CODE, ""), (_COUNTRY, "Atlantis"), (_QUANTITY, "two"), (_PRICE, "tbd"))

Rows = list[list[str]]


def rows(orders: Sequence[Purchase], broken: float, rng: Random) -> Rows:
    """Return a row per line of every order; a share of the orders is broken."""
    found: Rows = []
    for order in orders:
        lines = [_row(order, line) for line in order.lines]
        if rng.random() < broken:
            column, mistake = rng.choice(_MISTAKES)
            lines[0][column] = mistake
        found += lines
    return found


def as_csv(content: Rows) -> bytes:
    """Return a semicolon-separated file with Chinese headers in GB18030."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([chinese for _, chinese in _HEADERS])
    writer.writerows(content)
    return text.getvalue().encode("gb18030")


def as_xlsx(content: Rows) -> bytes:
    """Return a workbook with English headers; everything is text."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Orders")
    for number, row in enumerate([[english for english, _ in _HEADERS], *content]):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def _row(order: Purchase, line: Bought) -> list[str]:
    buyer = order.buyer
    return [
        order.external_id,
        f"{order.placed_at:%Y-%m-%d %H:%M:%S}",
        order.currency,
        buyer.key,
        buyer.company,
        buyer.name,
        buyer.email,
        buyer.phone,
        buyer.name,
        buyer.line1,
        buyer.city,
        buyer.region,
        buyer.postal_code,
        buyer.country,
        line.article.sku,
        line.article.title,
        str(line.quantity),
        str(line.unit_price),
        str(order.freight),
        str(order.total),
        "paid",
    ]
