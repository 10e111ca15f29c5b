"""Reports whose columns mean something special, recognised by their headers; pure data.

Sources: Shopify's and Amazon's documented report columns and captured reports; the WooCommerce
"Advanced Order Export" plugin; the published Online Retail (UCI, prices in sterling), Olist
(Brazil), Northwind (Microsoft's sample, prices in US dollars) and ClassicModels (MySQL's sample,
credit limits in US dollars) tables. A currency given with the import outranks the one here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from channels.spreadsheet.aliases import normal
from domain.order import CustomerKind

DateOrder = Literal["", "dmy", "mdy"]


@dataclass(frozen=True)
class Dialect:
    """How one kind of report is to be read.

    `needs`: one of these sets of headers is there. `parts`: the same for tables that count only
    beside one that fits `needs`. `names`: headers to columns, `` for one to be left alone. `key`:
    the column that holds an order's rows together. `report`: a marketplace's or system's own
    report, in which nobody could have filled in what it has no column for.
    `total_before_discount`: a line's total is before its discount. `line_total_wins`: where unit
    price and line total differ, the unit price is the wrong one. `final_when_shipped`: it knows no
    arrival, so a migrated order that was shipped is finished.
    """

    name: str
    needs: tuple[frozenset[str], ...]
    names: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[frozenset[str], ...] = ()
    key: str = "order_id"
    currency: str = ""
    country: str = ""
    dates: DateOrder = ""
    kind: CustomerKind = "consumer"
    report: bool = True
    tax_included: bool | None = None
    total_before_discount: bool = False
    line_total_wins: bool = False
    final_when_shipped: bool = False
    status: str = "plain"


def _words(text: str) -> frozenset[str]:
    return frozenset(normal(word) for word in text.split("|"))


def _names(**columns: str) -> dict[str, str]:
    return {
        normal(header): ("" if column == "nothing" else column)
        for column, headers in columns.items()
        for header in headers.split("|")
    }


PLAIN = Dialect("plain", (), kind="business", report=False)

_SHOPIFY = Dialect(
    "shopify",
    (_words("Name|Financial Status|Lineitem name|Lineitem price|Lineitem quantity"),),
    _names(
        order_number="Name",
        order_id="Id",
        quantity="Lineitem quantity",
        title="Lineitem name",
        unit_price="Lineitem price",
        sku="Lineitem sku",
        line_discount="Lineitem discount",
        line_status="Lineitem fulfillment status",
        line1="Shipping Address1",
        phone="Phone",
        company="Billing Company",
        payment_terms="Payment Terms Name",
        nothing="Shipping Street|Billing Street|Lineitem compare at price|Source|Company|Vendor",
    ),
    key="order_number",
    final_when_shipped=True,
    status="shopify",
)
_WOOCOMMERCE = Dialect(
    "woocommerce",
    (
        _words("Order Number|Order Status|Order Total Amount|Item Name"),
        _words("Order ID|Order Status|Billing First Name|Item Cost|Order Total"),
        _words("Order Number|Order Status|Email (Billing)|Quantity"),
    ),
    _names(
        order_id="Order Number|Order ID",
        quantity="Quantity (- Refund)|Quantity",
        unit_price="Item Cost|Item Price",
        title="Item Name|Product Name",
        line_id="Item #",
        shipping="Order Shipping Amount|Order Shipping",
        refunded="Order Refund Amount",
        total="Order Total Amount|Order Total",
        tax="Order Total Tax Amount|Order Tax|Order Total Tax",
        # What coupons took off; the subtotal of the export is before them.
        discount="Cart Discount Amount|Discount Amount",
        line1="Address 1&2 (Shipping)|Address 1 (Shipping)|Shipping Address 1",
        line2="Address 2 (Shipping)|Shipping Address 2",
        city="City (Shipping)",
        region="State Code (Shipping)|State (Shipping)",
        postal_code="Postcode (Shipping)|Zip (Shipping)",
        country="Country Code (Shipping)|Country (Shipping)",
        ship_first_name="First Name (Shipping)",
        ship_last_name="Last Name (Shipping)",
        ship_company="Company (Shipping)",
        bill_first_name="First Name (Billing)",
        bill_last_name="Last Name (Billing)",
        bill_company="Company (Billing)",
        bill_line1="Address 1&2 (Billing)|Address 1 (Billing)",
        bill_line2="Address 2 (Billing)",
        bill_city="City (Billing)",
        bill_region="State Code (Billing)|State (Billing)",
        bill_postal_code="Postcode (Billing)|Zip (Billing)",
        bill_country="Country Code (Billing)|Country (Billing)",
        email="Email (Billing)|Billing Email",
        phone="Phone (Billing)|Billing Phone",
        nothing="Discount Amount Tax|Coupon Code|Order Subtotal Amount",
    ),
    tax_included=False,
    status="woocommerce",
)
_AMAZON_AMOUNTS = {
    # An item price is for the whole line, not for one piece.
    "line_total": "item-price",
    "line_tax": "item-tax",
    "line_shipping": "shipping-price",
    "line_shipping_tax": "shipping-tax",
    "line_gift_wrap": "gift-wrap-price",
    "line_gift_wrap_tax": "gift-wrap-tax",
    "line_discount": "item-promotion-discount",
    "line_shipping_discount": "ship-promotion-discount",
    "title": "product-name",
}
_AMAZON_ALL = Dialect(
    "amazon",
    (_words("amazon-order-id|item-price|order-status|quantity"),),
    _names(
        order_id="amazon-order-id",
        order_number="merchant-order-id",
        kind="is-business-order",
        nothing="url|order-channel|purchase-order-number|asin",
        **_AMAZON_AMOUNTS,
    ),
    total_before_discount=True,
    status="amazon",
)
_AMAZON_MFN = Dialect(
    "amazon",
    (_words("order-id|order-item-id|quantity-purchased|item-price"),),
    _names(phone="buyer-phone-number", **_AMAZON_AMOUNTS),
    total_before_discount=True,
    status="amazon",
)
_AMAZON_IN = Dialect(
    "amazon_in",
    (_words("Order ID|Sales Channel|Courier Status|Qty|Amount"),),
    _names(
        line_total="Amount",
        fulfilled_by="Fulfilment",
        title="Style",
        kind="B2B",
        nothing="Category|ASIN|promotion-ids|fulfilled-by|Courier Status|Size",
    ),
    currency="INR",
    country="IN",
    dates="mdy",
    tax_included=True,
    status="amazon_in",
)
_ONLINE_RETAIL = Dialect(
    "online_retail",
    (_words("InvoiceNo|StockCode|Quantity|UnitPrice"), _words("Invoice|StockCode|Quantity|Price")),
    _names(order_id="InvoiceNo|Invoice", unit_price="UnitPrice|Price"),
    currency="GBP",
    dates="mdy",
    kind="business",
    status="plain",
)
_NORTHWIND = Dialect(
    "northwind",
    (_words("orderID|customerID|employeeID|freight|shipName"),),
    _names(
        # A share of the line between 0 and 1.
        line_discount_rate="discount",
        title="productName",
        customer_name="contactName",
        nothing="employeeID|requiredDate|shipVia|contactTitle|fax",
    ),
    parts=(
        _words("orderID|productID|unitPrice|quantity|discount"),
        _words("customerID|companyName|contactName"),
        _words("productID|productName|unitPrice"),
    ),
    currency="USD",
    kind="business",
    final_when_shipped=True,
)
_OLIST = Dialect(
    "olist",
    (_words("order_id|order_status|order_purchase_timestamp"),),
    _names(
        placed_at="order_purchase_timestamp",
        paid_at="order_approved_at",
        shipped_at="order_delivered_carrier_date",
        delivered_at="order_delivered_customer_date",
        line_id="order_item_id",
        unit_price="price",
        line_shipping="freight_value",
        title="product_category_name",
        city="customer_city",
        region="customer_state",
        nothing="customer_zip_code_prefix|customer_unique_id|shipping_limit_date|"
        "order_estimated_delivery_date|seller_id",
    ),
    parts=(
        _words("order_id|order_item_id|price|freight_value"),
        _words("customer_id|customer_zip_code_prefix|customer_city"),
        _words("product_id|product_category_name"),
    ),
    currency="BRL",
    country="BR",
    status="olist",
)
_CLASSICMODELS = Dialect(
    "classicmodels",
    (
        _words("orderNumber|orderDate|requiredDate|customerNumber|status"),
        _words("orderNumber|orderLineNumber|quantityOrdered|priceEach|sales|dealsize"),
    ),
    _names(
        order_id="orderNumber",
        customer_name="customerName",
        ship_first_name="contactFirstName",
        ship_last_name="contactLastName",
        line_total="sales",
        nothing="requiredDate|MSRP|buyPrice|territory|dealsize",
    ),
    parts=(
        _words("orderNumber|productCode|quantityOrdered|priceEach"),
        _words("customerNumber|customerName|creditLimit"),
        _words("productCode|productName|productLine"),
    ),
    currency="USD",
    kind="business",
    # The flat export caps PRICEEACH at 100.00, its SALES are right.
    line_total_wins=True,
    final_when_shipped=True,
    status="classicmodels",
)

DIALECTS: tuple[Dialect, ...] = (
    _SHOPIFY,
    _AMAZON_ALL,
    _AMAZON_MFN,
    _AMAZON_IN,
    _ONLINE_RETAIL,
    _NORTHWIND,
    _OLIST,
    _CLASSICMODELS,
    _WOOCOMMERCE,
)
# Two reports of Amazon share a name: they differ in headers only, their orders are read alike.
BY_NAME: Mapping[str, Dialect] = {each.name: each for each in (PLAIN, *DIALECTS)}


def dialect_of(headers: Iterable[str], beside: Dialect = PLAIN) -> Dialect:
    """Return the first dialect whose headers are all there, the plain one when none is.

    `beside` is the dialect of another table of the same import, of which this may be a part.
    """
    found = {normal(header) for header in headers}
    if any(part <= found for part in beside.parts):
        return beside
    return next((each for each in DIALECTS if any(need <= found for need in each.needs)), PLAIN)
