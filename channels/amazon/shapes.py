"""Which of Amazon's bodies this is: an order of either version, or something that holds none."""

from channels.amazon.envelopes import Object

# A field that only this body has, and what the body is, in both languages.
_OTHERS: tuple[tuple[str, str, str], ...] = (
    ("OrderItems", "the items of an order (getOrderItems)", "订单的商品明细（getOrderItems）"),
    ("RegulatedInformation", "regulated information", "管制商品信息"),
    ("ShippingAddress", "the address of an order (getOrderAddress)", "订单地址（getOrderAddress）"),
    ("BuyerEmail", "the buyer of an order (getOrderBuyerInfo)", "订单买家（getOrderBuyerInfo）"),
    ("BuyerCustomizedInfo", "the buyer of an item", "商品的买家信息"),
    ("GiftWrapLevel", "the buyer of an item", "商品的买家信息"),
    ("orderItemId", "one item of an order", "订单中的一个商品"),
    ("OrderItemId", "one item of an order", "订单中的一个商品"),
    ("packageDetail", "a shipment confirmation", "发货确认"),
    ("regulatedOrderVerificationStatus", "a verification of an order", "订单审核信息"),
    ("access_token", "an access token; keep it out of files", "访问令牌；请勿保存到文件"),
    ("$schema", "a JSON schema", "JSON 模式定义"),
)
_WITH_ITEMS = ("; add the order itself", "；请一并提供订单本身")


def is_v0(body: object) -> bool:
    """Tell whether this is an Orders v0 order; its items alone carry the order's id as well."""
    named = isinstance(body, dict) and "AmazonOrderId" in body
    return named and isinstance(body, dict) and ("OrderStatus" in body or "PurchaseDate" in body)


def is_2026(body: object) -> bool:
    """Tell whether this is an Orders 2026-01-01 order."""
    return isinstance(body, dict) and "orderId" in body and "createdTime" in body


def what_it_is(body: object) -> tuple[str, str]:
    """Name a body that holds no order, as the end of a sentence (en, zh)."""
    if not isinstance(body, dict):
        kind = type(body).__name__
        return f"; it is a JSON {kind}, not an object", f"；内容为 JSON {kind}，不是对象"
    if not body:
        return "; it is an empty answer", "；内容为空"
    if errors := error_codes(body):
        return f"; Amazon answered with an error: {errors}", f"；亚马逊返回错误：{errors}"
    for name, english, chinese in _OTHERS:
        if name in body:
            more = _WITH_ITEMS if name == "OrderItems" else ("", "")
            return f"; it is {english}{more[0]}", f"；内容为{chinese}{more[1]}"
    return "", ""


def error_codes(body: Object) -> str:
    """Return the codes of an error answer, such as `InvalidInput`."""
    errors = body.get("errors")
    if not isinstance(errors, list):
        return ""
    codes = [str(each.get("code", "")) for each in errors if isinstance(each, dict)]
    return ", ".join(code[:60] for code in codes if code)
