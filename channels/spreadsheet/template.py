"""The workbook people download to fill in: headers in both languages, examples, what they mean."""

import io
from collections.abc import Sequence

import xlsxwriter

# Column, English and Chinese header, what to write there in both languages.
_COLUMNS: Sequence[tuple[str, str, str, str, str]] = (
    ("order_id", "Order ID", "订单号", "required; the same on every line of an order",
     "必填；同一订单的每行相同"),
    ("placed_at", "Order date", "下单时间", "required; 2026-11-03 or 2026-11-03 08:15",
     "必填；如 2026-11-03 或 2026-11-03 08:15"),
    ("currency", "Currency", "币种", "required; ISO code such as EUR", "必填；ISO 代码，如 CNY"),
    ("kind", "Customer type", "客户类型", "business (if left blank) or consumer",
     "企业（默认）或 个人"),
    ("customer_id", "Customer ID", "客户编号", "your number of the customer", "客户编号"),
    ("customer_name", "Customer name", "客户名称", "a customer number, name, e-mail or phone is "
     "required", "客户编号、名称、邮箱、电话至少填一项"),
    ("email", "Email", "邮箱", "of the customer", "客户邮箱"),
    ("phone", "Phone", "电话", "with country code, e.g. +49 30 901820",
     "含国家代码，如 +86 21 5555 0100"),
    ("ship_name", "Recipient", "收货人", "who receives the goods", "收货人姓名"),
    ("line1", "Address", "地址", "required; street and number", "必填；街道与门牌号"),
    ("city", "City", "城市", "required", "必填"),
    ("region", "State", "省", "where the country uses one", "按该国习惯填写"),
    ("postal_code", "Postal code", "邮编", "required in most countries; as text, so that a leading "
     "zero stays", "多数国家必填；请用文本格式以保留前导零"),
    ("country", "Country", "国家", "required; ISO code or name", "必填；ISO 代码或名称"),
    ("sku", "SKU", "商品编码", "required", "必填"),
    ("title", "Product", "商品名称", "optional", "选填"),
    ("quantity", "Quantity", "数量", "required; a whole number", "必填；整数"),
    ("unit_price", "Unit price", "单价", "required; of one piece, before discount",
     "必填；折扣前单价"),
    ("line_discount", "Line discount", "行优惠", "an amount, for the whole line", "整行的优惠金额"),
    ("line_tax", "Line tax", "行税额", "an amount, for the whole line", "整行的税额"),
    ("tax_included", "Tax included", "是否含税", "yes when prices contain the tax",
     "价格含税填“是”"),
    ("shipping", "Shipping", "运费", "once per order", "每个订单填一次"),
    ("discount", "Discount", "优惠", "of the order, beside those of its lines",
     "订单优惠，不含行优惠"),
    ("total", "Total", "合计", "what the customer pays; checked against the parts",
     "客户应付总额；系统将核对"),
    ("status", "Status", "状态", "blank for a new order; shipped, delivered, cancelled ...",
     "新订单留空；已发货、已完成、已取消等"),
    ("payment_status", "Payment status", "付款状态", "paid or pending", "已付款 或 待付款"),
    ("payment_terms", "Payment terms", "账期", "net 30, cod, or blank",
     "如 net 30、货到付款，或留空"),
    ("tracking_number", "Tracking number", "物流单号", "of a parcel that left", "已发包裹的单号"),
    ("carrier", "Carrier", "物流公司", "of that parcel", "承运商"),
    ("shipped_at", "Shipped at", "发货时间", "when it left", "发货时间"),
    ("delivered_at", "Delivered at", "签收时间", "when it arrived", "签收时间"),
    ("notes", "Notes", "备注", "anything else", "其他说明"),
)  # fmt: skip
_EXAMPLES: Sequence[dict[str, str]] = (
    {
        "order_id": "EXAMPLE-1", "placed_at": "2026-11-03 08:15", "currency": "EUR",
        "kind": "business", "customer_id": "C-17", "customer_name": "Beispiel GmbH",
        "email": "einkauf@example.com", "phone": "+49 30 901820", "ship_name": "Erika Beispiel",
        "line1": "Beispielweg 5", "city": "Berlin", "postal_code": "10115", "country": "DE",
        "sku": "KB-200", "title": "Keyboard", "quantity": "2", "unit_price": "50.00",
        "line_discount": "5.00", "line_tax": "18.05", "tax_included": "no", "shipping": "4.90",
        "total": "142.75", "payment_status": "paid",
    },
    {
        "order_id": "EXAMPLE-1", "sku": "MS-100", "title": "Mouse", "quantity": "1",
        "unit_price": "20.80", "line_tax": "4.00",
    },
    {
        "order_id": "EXAMPLE-2", "placed_at": "2026-11-04", "currency": "CNY", "kind": "个人",
        "customer_name": "李示例", "phone": "+86 21 5555 0100", "ship_name": "李示例",
        "line1": "示例路 1 号", "city": "上海", "region": "上海市", "postal_code": "200001",
        "country": "中国", "sku": "CUP-7", "title": "杯子", "quantity": "3", "unit_price": "12.00",
        "tax_included": "是", "total": "36.00", "payment_status": "已付款",
    },
)  # fmt: skip
_WIDTH = 18


def template_workbook() -> bytes:
    """Return the template as xlsx bytes; its examples import without a finding."""
    target = io.BytesIO()
    # Nothing is ever a formula, a link or a number here: what is typed stays as it is typed.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold, as_text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        orders = book.add_worksheet("Orders 订单")
        orders.set_column(0, len(_COLUMNS) - 1, _WIDTH, as_text)
        orders.freeze_panes(1, 1)
        for i, (column, english, chinese, *_) in enumerate(_COLUMNS):
            orders.write_string(0, i, f"{english} / {chinese}", bold)
            for row, example in enumerate(_EXAMPLES, 1):
                orders.write_string(row, i, example.get(column, ""), as_text)
        _notes(book, bold)
    return target.getvalue()


def _notes(book: xlsxwriter.Workbook, bold: object) -> None:
    notes = book.add_worksheet("Notes 说明")
    notes.set_column(0, 3, 40)
    for i, title in enumerate(("Column", "What to write", "列", "填写说明")):
        notes.write_string(0, i, title, bold)
    for row, (_, english, chinese, meaning, meaning_zh) in enumerate(_COLUMNS, 1):
        for i, text in enumerate((english, meaning, chinese, meaning_zh)):
            notes.write_string(row, i, text)
    last = len(_COLUMNS) + 2
    notes.write_string(last, 0, "Delete the example rows before you import your own orders.")
    notes.write_string(last, 2, "导入前请删除示例行。")
