"""The columns we know, by the name a saved mapping uses, and what each is about."""

# What belongs to the whole order; on further rows of an order these may be blank.
ORDER_COLUMNS = frozenset(
    [
        "order_id",
        "order_number",
        "placed_at",
        "updated_at",
        "status",
        "payment_status",
        "fulfilment_status",
        "paid_at",
        "currency",
        "customer_name",
        "first_name",
        "last_name",
        "customer_id",
        "email",
        "phone",
        "company",
        "kind",
        "ship_name",
        "ship_first_name",
        "ship_last_name",
        "ship_company",
        "ship_phone",
        "line1",
        "line2",
        "line3",
        "city",
        "region",
        "postal_code",
        "country",
        "country_name",
        "bill_name",
        "bill_first_name",
        "bill_last_name",
        "bill_company",
        "bill_phone",
        "bill_line1",
        "bill_line2",
        "bill_city",
        "bill_region",
        "bill_postal_code",
        "bill_country",
        "shipping",
        "shipping_tax",
        "discount",
        "tax",
        "subtotal",
        "total",
        "tip",
        "duties",
        "refunded",
        "tax_included",
        "tracking_number",
        "carrier",
        "shipped_at",
        "delivered_at",
        "cancelled_at",
        "cancel_reason",
        "notes",
        "payment_terms",
        "payment_method",
        "sales_channel",
        "fulfilled_by",
        "refers_to",
        "test",
    ]
)
# What belongs to one line.
LINE_COLUMNS = frozenset(
    [
        "line_id",
        "sku",
        "product_id",
        "title",
        "variant",
        "quantity",
        "unit_price",
        "line_total",
        "line_discount",
        "line_discount_rate",
        "line_tax",
        "line_status",
        "line_shipping",
        "line_shipping_tax",
        "line_shipping_discount",
        "line_gift_wrap",
        "line_gift_wrap_tax",
    ]
)
# A counter that tells nothing, and the column our own error workbook adds.
IGNORED = frozenset({"row_number", "ignored"})

COLUMNS = ORDER_COLUMNS | LINE_COLUMNS | IGNORED

KEYS = ("order_id", "order_number")
DATES = frozenset(
    ["placed_at", "updated_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at"]
)
MONEY = frozenset(
    [
        "shipping",
        "shipping_tax",
        "discount",
        "tax",
        "subtotal",
        "total",
        "tip",
        "duties",
        "refunded",
        "unit_price",
        "line_total",
        "line_discount",
        "line_tax",
        "line_shipping",
        "line_shipping_tax",
        "line_shipping_discount",
        "line_gift_wrap",
        "line_gift_wrap_tax",
    ]
)
# What makes a table one of order lines.
BOUGHT = frozenset({"sku", "product_id", "title", "quantity", "unit_price", "line_total"})
# What a row must leave blank to continue the order above it.
IDENTIFYING = frozenset(
    [
        "placed_at",
        "email",
        "customer_name",
        "customer_id",
        "total",
        "ship_name",
        "line1",
        "status",
        "currency",
    ]
)
CUSTOMER = frozenset(
    [
        "customer_name",
        "first_name",
        "last_name",
        "customer_id",
        "email",
        "phone",
        "company",
        "ship_name",
        "bill_name",
        "ship_phone",
        "bill_phone",
    ]
)
ADDRESS = ("line1", "city", "region", "postal_code")
