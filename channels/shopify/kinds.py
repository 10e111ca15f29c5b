"""What a JSON object of Shopify's is: an order in one of two dialects, or which other thing.

Sources: shopify.dev/docs/api/webhooks (bodies by topic), /docs/api/admin-rest, /admin-graphql.
"""

from collections.abc import Mapping
from typing import Any

from channels.body import gid_kind

Words = tuple[str, str]

_REST_MARKS = frozenset({"financial_status", "fulfillment_status", "order_number", "total_price"})
_OTHERS_MARKS = frozenset({"abandoned_checkout_url", "invoice_url", "tracking_numbers"})
_NODE_MARKS = frozenset(
    {"displayFinancialStatus", "displayFulfillmentStatus", "totalPriceSet", "currentTotalPriceSet"}
)

_FULFILMENT: Words = ("a fulfilment", "发货记录")
_FULFILMENT_ORDER: Words = ("a fulfilment order", "履约单")
_HOLD: Words = ("a fulfilment hold", "履约暂停")
_REFUND: Words = ("a refund", "退款")
_RETURN: Words = ("a return", "退货单")
_TRANSACTION: Words = ("a payment transaction", "支付交易")
_DRAFT: Words = ("a draft order", "草稿订单")
_CHECKOUT: Words = ("a checkout", "结账")
_PRODUCT: Words = ("a product", "商品")
_CUSTOMER: Words = ("a customer", "客户")
_BARE_ID: Words = ("a bare id, as a deletion leaves it", "仅有编号（删除后的残留）")
_PRIVACY: Words = ("a privacy request", "隐私请求")

_BY_GID: Mapping[str, Words] = {
    "Fulfillment": _FULFILMENT,
    "FulfillmentEvent": ("a carrier's event", "物流事件"),
    "FulfillmentOrder": _FULFILMENT_ORDER,
    "FulfillmentHold": _HOLD,
    "Refund": _REFUND,
    "Return": _RETURN,
    "ReverseDelivery": ("a delivery of a return", "退货运单"),
    "ReverseFulfillmentOrder": ("the handling of a return", "退货处理"),
    "OrderTransaction": _TRANSACTION,
    "DraftOrder": _DRAFT,
    "AbandonedCheckout": _CHECKOUT,
    "Product": _PRODUCT,
    "Customer": _CUSTOMER,
}
# Fields that only one thing has; the first that is there decides.
_BY_FIELD: Mapping[str, Words] = {
    "orders_requested": _PRIVACY,
    "orders_to_redact": _PRIVACY,
    "shop_domain": _PRIVACY,
    "order_edit": ("an edit of an order", "订单修改记录"),
    "risk_level": ("a risk assessment", "风险评估"),
    "eligibility": ("a Shopify Protect notice", "Shopify Protect 通知"),
    "fulfillment_hold": _HOLD,
    "created_fulfillment_hold": _HOLD,
    "fulfillment_order": _FULFILMENT_ORDER,
    "original_fulfillment_order": _FULFILMENT_ORDER,
    "fulfillment_order_merges": _FULFILMENT_ORDER,
    "refund_line_items": _REFUND,
    "refund": _REFUND,
    "return_line_items": _RETURN,
    "abandoned_checkout_url": _CHECKOUT,
    "invoice_url": _DRAFT,
    "draft_order": _DRAFT,
    "tracking_numbers": _FULFILMENT,
    "fulfillment": _FULFILMENT,
    "fulfillments": _FULFILMENT,
    "payment_gateway": _TRANSACTION,
    "payment_details": _TRANSACTION,
    "transaction": _TRANSACTION,
    "variants": _PRODUCT,
    "product": _PRODUCT,
    "products": _PRODUCT,
    "customer": _CUSTOMER,
    "myshopify_domain": ("a shop's settings", "店铺设置"),
    "__parentId": ("a part of an order of a bulk file", "批量文件中订单的一部分"),
}


def is_rest_order(value: Mapping[str, Any]) -> bool:
    """Tell whether an object is a REST order, by its gid or else by its fields."""
    kind = gid_kind(value.get("admin_graphql_api_id"))
    if kind:
        return kind == "Order"
    fields = value.keys()
    return bool("line_items" in fields and fields & _REST_MARKS and not fields & _OTHERS_MARKS)


def is_order_node(value: Mapping[str, Any]) -> bool:
    """Tell whether an object is a GraphQL Order, by its gid or else by its fields."""
    kind = gid_kind(value.get("id"))
    if kind:
        return kind == "Order" and "admin_graphql_api_id" not in value
    return "lineItems" in value and bool(value.keys() & _NODE_MARKS)


def other_thing(value: Mapping[str, Any]) -> Words | None:
    """Name (en, zh) what an object that is no order looks like; None when it looks like nothing."""
    for gid in (value.get("admin_graphql_api_id"), value.get("id")):
        if words := _BY_GID.get(gid_kind(gid)):
            return words
    if value.keys() == {"id"}:
        return _BARE_ID
    found = (words for field, words in _BY_FIELD.items() if field in value)
    return next(found, None)
