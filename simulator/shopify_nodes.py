"""An order as the GraphQL Admin API shows it, made of its REST body: every field it may have.

Source of the names: shopify.dev/docs/api/admin-graphql (Order); amounts have no fixed number of
decimals there ("13.5").
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from simulator.documents import Document

_FULFILMENT_WORDS = {None: "UNFULFILLED", "partial": "PARTIALLY_FULFILLED"}
_COUNTRIES = {
    "US": "United States",
    "CA": "Canada",
    "DE": "Germany",
    "FR": "France",
    "IT": "Italy",
    "GB": "United Kingdom",
    "BR": "Brazil",
    "JP": "Japan",
}
_SETS: Mapping[str, str] = {
    "totalPriceSet": "total_price",
    "originalTotalPriceSet": "total_price",
    "currentTotalPriceSet": "current_total_price",
    "subtotalPriceSet": "subtotal_price",
    "currentSubtotalPriceSet": "subtotal_price",
    "totalTaxSet": "total_tax",
    "currentTotalTaxSet": "current_total_tax",
    "totalDiscountsSet": "total_discounts",
    "currentTotalDiscountsSet": "current_total_discounts",
}


def gid(kind: str, number: object) -> str:
    """Return a global id."""
    return f"gid://shopify/{kind}/{number}"


def connection(nodes: Iterable[Document]) -> Document:
    """Return a connection that holds everything; each entry's cursor is its place."""
    found = list(nodes)
    return page_of(found, [str(place) for place in range(1, len(found) + 1)], is_last=True)


def page_of(nodes: list[Document], cursors: list[str], *, is_last: bool) -> Document:
    """Return one page of a connection."""
    page = {
        "hasNextPage": not is_last,
        "hasPreviousPage": False,
        "startCursor": next(iter(cursors), None),
        "endCursor": next(reversed(cursors), None),
    }
    edges = [{"cursor": at, "node": node} for at, node in zip(cursors, nodes, strict=True)]
    return {"nodes": nodes, "edges": edges, "pageInfo": page}


def cut(value: Any, nested: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return an answer whose lists hold as much as was asked for, from where it was asked."""
    if isinstance(value, list):
        return [cut(each, nested) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _sized(cut(each, nested), nested.get(name)) for name, each in value.items()}


def _sized(value: Any, wanted: Mapping[str, Any] | None) -> Any:
    first = wanted.get("first") if wanted else None
    if wanted is None or not isinstance(first, int):
        return value
    if isinstance(value, list):
        return value[:first]
    if not isinstance(value, dict) or "nodes" not in value:
        return value
    start = int(wanted.get("after") or 0)
    shown = value["nodes"][start : start + first]
    cursors = [str(start + place) for place in range(1, len(shown) + 1)]
    return page_of(shown, cursors, is_last=start + first >= len(value["nodes"]))


def order_node(order: Document, fulfilment_order: Document) -> Document:
    """Return the whole order."""
    body = order["body"]
    number, currency = order["id"], body["currency"]
    financial = body["financial_status"].upper()
    return {
        "__typename": "Order",
        "id": gid("Order", number),
        "legacyResourceId": number,
        "name": body["name"],
        "number": body["order_number"],
        "createdAt": body["created_at"],
        "processedAt": body["created_at"],
        "updatedAt": body["updated_at"],
        "cancelledAt": body["cancelled_at"],
        "cancelReason": body["cancel_reason"] and body["cancel_reason"].upper(),
        "closedAt": body["closed_at"],
        "closed": body["closed_at"] is not None,
        "confirmed": True,
        "test": body["test"],
        "currencyCode": currency,
        "presentmentCurrencyCode": body["presentment_currency"],
        "taxesIncluded": body["taxes_included"],
        "taxExempt": False,
        "email": body["email"],
        "phone": body["phone"],
        "note": body["note"],
        "tags": [],
        "customAttributes": [],
        "sourceName": body["source_name"],
        "paymentGatewayNames": body["payment_gateway_names"],
        "paymentTerms": None,
        "displayFinancialStatus": financial,
        "displayFulfillmentStatus": _fulfilment_word(body, fulfilment_order),
        "returnStatus": "NO_RETURN",
        "requiresShipping": True,
        "customer": _customer(body["customer"]),
        "shippingAddress": _address(body["shipping_address"]),
        "billingAddress": _address(body["billing_address"]),
        "lineItems": connection(_line(line, currency) for line in body["line_items"]),
        "shippingLines": connection(_shipping(number, body)),
        "shippingLine": next(iter(_shipping(number, body)), None),
        "taxLines": [],
        "discountApplications": connection([]),
        "fulfillments": [fulfilment_node(each) for each in order["fulfilments"]],
        "fulfillmentOrders": connection([fulfilment_order]),
        "refunds": [_refund(each, currency) for each in body["refunds"]],
        "transactions": [],
        **_amounts(body, currency),
    }


def fulfilment_node(fulfilment: Document) -> Document:
    """Return a fulfilment."""
    tracking = {
        "number": fulfilment["tracking"],
        "company": fulfilment["company"],
        "url": fulfilment.get("url"),
    }
    lines = [
        {
            "id": gid("FulfillmentLineItem", line),
            "quantity": quantity,
            "lineItem": {"id": gid("LineItem", line)},
        }
        for line, quantity in fulfilment["lines"].items()
    ]
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", fulfilment["id"]),
        "legacyResourceId": fulfilment["id"],
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": fulfilment.get("at"),
        "updatedAt": fulfilment.get("at"),
        "deliveredAt": None,
        "inTransitAt": None,
        "estimatedDeliveryAt": None,
        "totalQuantity": sum(fulfilment["lines"].values()),
        "trackingInfo": [tracking],
        "fulfillmentLineItems": connection(lines),
        "events": connection([]),
    }


def money_set(amount: object, currency: str) -> Document:
    """Return an amount in shop and presentment money."""
    plain = Decimal(str(amount)).normalize()
    text = f"{plain:f}"
    money = {"amount": text if "." in text else f"{text}.0", "currencyCode": currency}
    return {"shopMoney": money, "presentmentMoney": money}


def _fulfilment_word(body: Document, fulfilment_order: Document) -> str:
    if fulfilment_order["status"] == "ON_HOLD":
        return "ON_HOLD"
    status = body["fulfillment_status"]
    return _FULFILMENT_WORDS.get(status) or str(status).upper()


def _amounts(body: Document, currency: str) -> Document:
    found = {name: money_set(body[source], currency) for name, source in _SETS.items()}
    shipping = sum(Decimal(each["price"]) for each in body["shipping_lines"])
    is_paid = body["financial_status"] in ("paid", "refunded")
    paid = Decimal(body["total_price"]) if is_paid else Decimal(0)
    refunded = paid if body["refunds"] else Decimal(0)
    return found | {
        "totalShippingPriceSet": money_set(shipping, currency),
        "currentShippingPriceSet": money_set(0 if body["refunds"] else shipping, currency),
        "totalTipReceivedSet": money_set(0, currency),
        "totalReceivedSet": money_set(paid, currency),
        "totalRefundedSet": money_set(refunded, currency),
        "totalOutstandingSet": money_set(Decimal(body["total_price"]) - paid, currency),
        "currentTotalDutiesSet": None,
        "originalTotalDutiesSet": None,
        "currentTotalAdditionalFeesSet": None,
        "originalTotalAdditionalFeesSet": None,
    }


def _customer(customer: Document) -> Document:
    number = customer["id"]
    return {
        "id": gid("Customer", number),
        "legacyResourceId": str(number),
        "firstName": customer["first_name"],
        "lastName": customer["last_name"],
        "displayName": f"{customer['first_name']} {customer['last_name']}",
        "email": customer["email"],
        "phone": customer["phone"],
        "defaultEmailAddress": {"emailAddress": customer["email"]},
        "defaultPhoneNumber": None,
        "tags": [],
        "taxExempt": False,
    }


def _address(address: Document) -> Document:
    country = address["country_code"]
    return {
        "name": address["name"],
        "firstName": address["first_name"],
        "lastName": address["last_name"],
        "company": address["company"],
        "address1": address["address1"],
        "address2": address["address2"],
        "city": address["city"],
        "province": address["province_code"],
        "provinceCode": address["province_code"],
        "zip": address["zip"],
        "country": _COUNTRIES.get(country, country),
        "countryCode": country,
        "countryCodeV2": country,
        "phone": address["phone"],
    }


def _line(line: Document, currency: str) -> Document:
    price = money_set(line["price"], currency)
    return {
        "id": gid("LineItem", line["id"]),
        "sku": line["sku"],
        "name": line["name"],
        "title": line["title"],
        "variantTitle": None,
        "vendor": None,
        "quantity": line["quantity"],
        "currentQuantity": line["current_quantity"],
        "unfulfilledQuantity": line["fulfillable_quantity"],
        "fulfillableQuantity": line["fulfillable_quantity"],
        "refundableQuantity": line["current_quantity"],
        "requiresShipping": line["requires_shipping"],
        "isGiftCard": False,
        "taxable": True,
        "originalUnitPriceSet": price,
        "discountedUnitPriceSet": price,
        "discountedUnitPriceAfterAllDiscountsSet": price,
        "originalTotalSet": money_set(Decimal(line["price"]) * line["quantity"], currency),
        "discountedTotalSet": money_set(Decimal(line["price"]) * line["quantity"], currency),
        "totalDiscountSet": money_set(0, currency),
        "discountAllocations": [],
        "customAttributes": [],
        "product": None,
        "variant": None,
        "taxLines": [_tax(each, currency) for each in line["tax_lines"]],
    }


def _tax(tax: Document, currency: str) -> Document:
    return {
        "title": tax["title"],
        "rate": tax.get("rate"),
        "ratePercentage": None,
        "channelLiable": False,
        "priceSet": money_set(tax["price"], currency),
    }


def _shipping(number: str, body: Document) -> list[Document]:
    return [
        {
            "id": gid("ShippingLine", f"{number}{place}"),
            "title": line["title"],
            "code": line["title"],
            "originalPriceSet": money_set(line["price"], body["currency"]),
            "discountedPriceSet": money_set(line["price"], body["currency"]),
            "currentDiscountedPriceSet": money_set(line["price"], body["currency"]),
            "discountAllocations": [],
            "taxLines": [],
        }
        for place, line in enumerate(body["shipping_lines"], 1)
    ]


def _refund(refund: Document, currency: str) -> Document:
    lines = [
        {
            "id": gid("RefundLineItem", each["id"]),
            "lineItem": {"id": gid("LineItem", each["line_item_id"])},
            "quantity": each["quantity"],
            "restockType": each["restock_type"].upper(),
            "subtotalSet": money_set(each["subtotal"], currency),
            "totalTaxSet": money_set(each["total_tax"], currency),
        }
        for each in refund["refund_line_items"]
    ]
    total = sum(Decimal(str(each["subtotal"])) for each in refund["refund_line_items"])
    return {
        "id": gid("Refund", refund["id"]),
        "createdAt": refund["created_at"],
        "note": None,
        "totalRefundedSet": money_set(total, currency),
        "refundLineItems": connection(lines),
        "refundShippingLines": connection([]),
        "orderAdjustments": connection([]),
        "transactions": connection([]),
    }
