"""What a body is that holds no order: another resource of WooCommerce, or an error answer."""

from collections.abc import Mapping
from typing import Any

# A field that no order has, and what it gives away (en, zh).
_RESOURCES: Mapping[str, tuple[str, str]] = {
    "refunded_by": ("a refund; import the order it belongs to", "退款；请导入其所属订单"),
    "refunded_payment": ("a refund; import the order it belongs to", "退款；请导入其所属订单"),
    "delivery_url": ("a webhook", "Webhook 设置"),
    "is_paying_customer": ("a customer", "客户"),
    "catalog_visibility": ("a product", "商品"),
    "regular_price": ("a product", "商品"),
    "discount_type": ("a coupon", "优惠券"),
    "billing_address": (
        "an order of the retired legacy API; read it by /wp-json/wc/v3/orders",
        "旧版 API 的订单；请改用 /wp-json/wc/v3/orders 读取",
    ),
    # Orders have it, too, but are told apart by their lines before anybody asks here.
    "customer_note": ("an order note", "订单备注"),
}
_LONGEST = 200


def what_it_is(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the hint of a NOT_AN_ORDER finding (en, zh), empty for a body nobody knows.

    Webhooks carry error answers as well: when the user they run as lost the right to read orders.
    """
    inner = body.get("error")
    error = inner if isinstance(inner, dict) else body
    if {"code", "message"} <= error.keys():
        said = f"{error['code']}: {error['message']}"[:_LONGEST]
        return f"; the shop answered {said}", f"；店铺返回 {said}"
    for field, (english, chinese) in _RESOURCES.items():
        if field in body:
            return f"; it is {english}", f"；此为{chinese}"
    return "", ""


def is_refund(body: Mapping[str, Any]) -> bool:
    """Tell whether a body with lines is a refund: its quantities and amounts are negative."""
    return "refunded_by" in body or "refunded_payment" in body
