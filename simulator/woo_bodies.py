"""How WooCommerce words an order in REST v3 and its webhooks; amounts of lines are always net.

Source of the shape: woocommerce.github.io/woocommerce-rest-api-docs (v3, orders); the contents are
ours. `prices_include_tax` says how the catalogue is kept and changes nothing about the lines.
"""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal

from simulator.buyers import Buyer
from simulator.catalog import rounded
from simulator.documents import Document
from simulator.purchases import Bought, Purchase

PaymentKind = Literal["card", "bacs", "cod"]

# The shop's clock is ahead of UTC and does not say so.
_SHOP_CLOCK = timezone(timedelta(hours=2))
_COUPON = Decimal("0.1")
_RATE_ID = 75
_TITLES = {
    "card": ("stripe", "Credit card"),
    "bacs": ("bacs", "Direct bank transfer"),
    "cod": ("cod", "Cash on delivery"),
}

SETTLES = ("status", "date_paid", "date_paid_gmt", "billing", "shipping")
"""What changes about a body once the order is paid and whole."""


def order_body(
    purchase: Purchase, *, status: str, payment: PaymentKind, with_coupon: bool, at: datetime
) -> Document:
    """Return an order; it is paid when its status says so, except on delivery."""
    number, currency = int(purchase.external_id), purchase.currency
    share = 1 - _COUPON if with_coupon else Decimal(1)
    lines = [_line(each, purchase, share) for each in purchase.lines]
    total = _total(lines, "total") + purchase.freight + _total(lines, "total_tax")
    method, title = _TITLES[payment]
    is_paid = status == "processing" and payment != "cod"
    return {
        "id": number,
        "parent_id": 0,
        "number": str(number),
        "order_key": f"wc_order_{number:012x}",
        "created_via": "checkout",
        "version": "9.4.1",
        "status": status,
        "currency": currency,
        **dated("date_created", purchase.placed_at),
        **dated("date_modified", at),
        **dated("date_paid", at if is_paid else None),
        **dated("date_completed", None),
        "discount_total": _text(_total(lines, "subtotal") - _total(lines, "total"), currency),
        "discount_tax": _text(_total(lines, "subtotal_tax") - _total(lines, "total_tax"), currency),
        "shipping_total": _text(purchase.freight, currency),
        "shipping_tax": _text(Decimal(0), currency),
        "cart_tax": _text(_total(lines, "total_tax"), currency),
        "total": _text(total, currency),
        "total_tax": _text(_total(lines, "total_tax"), currency),
        "prices_include_tax": purchase.tax_included,
        "customer_id": 0,
        "customer_note": "",
        "billing": _address(purchase.buyer)
        | {"email": purchase.buyer.email, "phone": purchase.buyer.phone},
        "shipping": _address(purchase.buyer) | {"phone": ""},
        "payment_method": method,
        "payment_method_title": title,
        "transaction_id": "",
        "meta_data": [],
        "line_items": lines,
        "tax_lines": _tax_lines(purchase, lines),
        "shipping_lines": [_shipping_line(purchase)],
        "fee_lines": [],
        "coupon_lines": [_coupon_line(number, lines, currency)] if with_coupon else [],
        "refunds": [],
        "payment_url": "",
        "needs_payment": not is_paid,
        "needs_processing": True,
    }


def dated(name: str, at: datetime | None) -> Document:
    """Return a date twice, as WooCommerce does: by the shop's clock and in UTC, without offset."""
    if at is None:
        return {name: None, f"{name}_gmt": None}
    local, utc = at.astimezone(_SHOP_CLOCK), at.astimezone(UTC)
    return {name: f"{local:%Y-%m-%dT%H:%M:%S}", f"{name}_gmt": f"{utc:%Y-%m-%dT%H:%M:%S}"}


def refund(body: Document) -> Document:
    """Return what a full refund changes."""
    back = {"id": body["id"] + 500_000, "reason": "", "total": f"-{body['total']}"}
    return {"status": "refunded", "refunds": [back]}


def _line(line: Bought, purchase: Purchase, share: Decimal) -> Document:
    currency = purchase.currency
    gross = line.unit_price * line.quantity
    net = gross - line.tax if purchase.tax_included else gross
    total, tax = rounded(net * share, currency), rounded(line.tax * share, currency)
    taxes = [{"id": _RATE_ID, "total": f"{tax:.6f}", "subtotal": f"{line.tax:.6f}"}]
    return {
        "id": int(line.line_id),
        "name": line.article.title,
        "product_id": 79,
        "variation_id": 0,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": _text(net, currency),
        "subtotal_tax": _text(line.tax, currency),
        "total": _text(total, currency),
        "total_tax": _text(tax, currency),
        "taxes": taxes if tax else [],
        "meta_data": [],
        "sku": line.article.sku,
        "price": float(total / line.quantity),
    }


def _tax_lines(purchase: Purchase, lines: list[Document]) -> list[Document]:
    tax = _total(lines, "total_tax")
    country, region = purchase.buyer.country, purchase.buyer.region
    if not tax:
        return []
    return [
        {
            "id": int(purchase.external_id) + 300_000,
            "rate_code": "-".join(part for part in (country, region, "TAX", "1") if part),
            "rate_id": _RATE_ID,
            "label": "Tax",
            "compound": False,
            "tax_total": _text(tax, purchase.currency),
            "shipping_tax_total": _text(Decimal(0), purchase.currency),
            "meta_data": [],
        }
    ]


def _shipping_line(purchase: Purchase) -> Document:
    return {
        "id": int(purchase.external_id) + 400_000,
        "method_title": "Flat rate",
        "method_id": "flat_rate",
        "total": _text(purchase.freight, purchase.currency),
        "total_tax": _text(Decimal(0), purchase.currency),
        "taxes": [],
        "meta_data": [],
    }


def _coupon_line(number: int, lines: list[Document], currency: str) -> Document:
    return {
        "id": number + 600_000,
        "code": "welcome10",
        "discount": _text(_total(lines, "subtotal") - _total(lines, "total"), currency),
        "discount_tax": _text(_total(lines, "subtotal_tax") - _total(lines, "total_tax"), currency),
        "meta_data": [],
    }


def _address(buyer: Buyer) -> Document:
    return {
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "company": buyer.company,
        "address_1": buyer.line1,
        "address_2": "",
        "city": buyer.city,
        "state": buyer.region,
        "postcode": buyer.postal_code,
        "country": buyer.country,
    }


def _total(lines: list[Document], name: str) -> Decimal:
    return sum((Decimal(line[name]) for line in lines), Decimal(0))


def _text(amount: Decimal, currency: str) -> str:
    return str(rounded(amount, currency))
