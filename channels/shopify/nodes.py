"""Orders of the GraphQL Admin API in the words of REST, so that one mapping reads both dialects.

Source: the types Order, LineItem, Fulfillment and FulfillmentOrder of the Admin API 2026-01. What
was not selected is left out and read as REST reads a missing field; lists stand as `nodes`, as
`edges` or bare.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from channels.body import gid_number
from channels.message import ChannelHold
from domain.holds import ReasonCode

Node = Mapping[str, Any]

# displayFulfillmentStatus to REST's fulfillment_status, where lower case alone is not enough.
_FULFILMENT = {"unfulfilled": None, "partially_fulfilled": "partial"}

_HOLD_REASONS = {
    "AWAITING_PAYMENT": ReasonCode.PAYMENT_PENDING,
    "HIGH_RISK_OF_FRAUD": ReasonCode.FRAUD_RISK,
    "INCORRECT_ADDRESS": ReasonCode.ADDR_INVALID,
    "INVENTORY_OUT_OF_STOCK": ReasonCode.STOCK_OUT,
    "UNKNOWN_DELIVERY_DATE": ReasonCode.DELIVERY_DELAYED,
    "AWAITING_RETURN_ITEMS": ReasonCode.RETURN,
}


def rest_order(node: Node) -> dict[str, Any]:
    """Return a GraphQL Order as its REST body, with the fields that our mapping reads."""
    shipping = _shipping_lines(node)
    return _present(
        {
            "id": node.get("id"),
            "admin_graphql_api_id": node.get("id"),
            "name": node.get("name"),
            "created_at": node.get("createdAt") or node.get("processedAt"),
            "updated_at": node.get("updatedAt"),
            "cancelled_at": node.get("cancelledAt"),
            "closed_at": node.get("closedAt"),
            "cancel_reason": _lower(node.get("cancelReason")),
            "test": node.get("test"),
            "taxes_included": node.get("taxesIncluded"),
            "financial_status": _lower(node.get("displayFinancialStatus")),
            "fulfillment_status": _fulfilment_status(node),
            "payment_gateway_names": node.get("paymentGatewayNames"),
            "payment_terms": _payment_terms(node),
            "source_name": node.get("sourceName"),
            "email": node.get("email"),
            "phone": node.get("phone"),
            "note": node.get("note"),
            "customer": _customer(node),
            "company": _company(node),
            "billing_address": _address(node.get("billingAddress")),
            "shipping_address": _address(node.get("shippingAddress")),
            "line_items": _lines(node),
            "shipping_lines": shipping,
            "fulfillments": [_fulfilment(each) for each in items(node.get("fulfillments"))],
        }
        | _amounts(node)
    )


def channel_hold(node: Node) -> ChannelHold | None:
    """Tell whether Shopify keeps the order from being fulfilled, and why; None if not selected.

    Holds that this app placed itself are no news and do not count.
    """
    status = node.get("displayFulfillmentStatus")
    if not isinstance(status, str):
        return None
    if status.upper() != "ON_HOLD":
        return ChannelHold(None)
    named = list(_holds(node))
    foreign = [hold for hold in named if hold.get("heldByRequestingApp") is not True]
    if named and not foreign:
        return ChannelHold(None)
    reasons = (_HOLD_REASONS.get(str(hold.get("reason")).upper()) for hold in foreign)
    return ChannelHold(next((reason for reason in reasons if reason), ReasonCode.OTHER))


def is_cut(connection: object) -> bool:
    """Tell whether a connection says that it goes on after what is here."""
    return _object(_object(connection).get("pageInfo")).get("hasNextPage") is True


def items(connection: object) -> list[Node]:
    """Return the objects of a list, given bare, as `nodes` or as `edges`."""
    if isinstance(connection, Mapping):
        nodes = connection.get("nodes")
        edges = connection.get("edges")
        listed = edges if isinstance(edges, list) else []
        connection = nodes if isinstance(nodes, list) else [_object(e).get("node") for e in listed]
    if not isinstance(connection, list):
        return []
    return [each for each in connection if isinstance(each, Mapping)]


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _object(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _money(node: Node, *names: str) -> object:
    """Return the first amount there: of a MoneyBag in shop currency, else of a bare amount."""
    for name in names:
        value = node.get(name)
        bag = _object(value)
        amount = _object(bag.get("shopMoney")).get("amount", bag.get("amount")) if bag else value
        if amount is not None:
            return amount
    return None


def _amounts(node: Node) -> dict[str, Any]:
    currency = node.get("currencyCode")
    total = _object(_object(node.get("totalPriceSet")).get("shopMoney"))
    return {
        "currency": currency or total.get("currencyCode"),
        "total_price": _money(node, "totalPriceSet", "totalPrice", "currentTotalPriceSet"),
        "current_total_price": _money(node, "currentTotalPriceSet"),
        "total_tax": _money(node, "totalTaxSet", "totalTax"),
        "current_total_tax": _money(node, "currentTotalTaxSet"),
        "total_discounts": _money(node, "totalDiscountsSet", "totalDiscounts"),
        "current_total_discounts": _money(node, "currentTotalDiscountsSet"),
        "total_tip_received": _money(node, "totalTipReceivedSet", "totalTipReceived"),
        "current_shipping_price_set": _bag(node, "currentShippingPriceSet"),
        "original_total_duties_set": _bag(node, "originalTotalDutiesSet"),
        "original_total_additional_fees_set": _bag(node, "originalTotalAdditionalFeesSet"),
        "current_total_duties_set": _bag(node, "currentTotalDutiesSet"),
        "current_total_additional_fees_set": _bag(node, "currentTotalAdditionalFeesSet"),
    }


def _bag(node: Node, name: str) -> dict[str, Any] | None:
    amount = _money(node, name)
    return None if amount is None else {"shop_money": {"amount": amount}}


def _fulfilment_status(node: Node) -> object:
    status = _lower(node.get("displayFulfillmentStatus"))
    return _FULFILMENT.get(status, status) if isinstance(status, str) else status


def _payment_terms(node: Node) -> dict[str, Any] | None:
    terms = node.get("paymentTerms")
    if not isinstance(terms, Mapping):
        return None
    kind = terms.get("paymentTermsType")
    return {"payment_terms_type": _lower(kind), "due_in_days": terms.get("dueInDays")}


def _customer(node: Node) -> dict[str, Any] | None:
    customer = node.get("customer")
    if not isinstance(customer, Mapping):
        return None
    tags = customer.get("tags")
    email = _object(customer.get("defaultEmailAddress")).get("emailAddress")
    phone = _object(customer.get("defaultPhoneNumber")).get("phoneNumber")
    return {
        "id": customer.get("id"),
        "admin_graphql_api_id": customer.get("id"),
        "first_name": customer.get("firstName"),
        "last_name": customer.get("lastName"),
        "email": customer.get("email") or email,
        "phone": customer.get("phone") or phone,
        "tags": ", ".join(map(str, tags)) if isinstance(tags, list) else tags,
    }


def _company(node: Node) -> dict[str, Any] | None:
    return {} if _object(_object(node.get("purchasingEntity")).get("company")) else None


def _address(value: object) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    same = ("name", "company", "address1", "address2", "city", "province", "zip", "country")
    return {name: value.get(name) for name in (*same, "phone")} | {
        "first_name": value.get("firstName"),
        "last_name": value.get("lastName"),
        "province_code": value.get("provinceCode"),
        "country_code": value.get("countryCodeV2") or value.get("countryCode"),
    }


def _lines(node: Node) -> list[dict[str, Any]] | None:
    if "lineItems" not in node:
        return None
    return [_line(each) for each in items(node["lineItems"])]


def _line(line: Node) -> dict[str, Any]:
    allocations = items(line.get("discountAllocations"))
    left = line.get("unfulfilledQuantity", line.get("fulfillableQuantity"))
    return _present(
        {
            "id": line.get("id"),
            "admin_graphql_api_id": line.get("id"),
            "sku": line.get("sku"),
            "name": line.get("name"),
            "title": line.get("title"),
            "quantity": line.get("quantity"),
            "current_quantity": line.get("currentQuantity"),
            "fulfillable_quantity": left,
            "requires_shipping": line.get("requiresShipping"),
            "price": _money(line, "originalUnitPriceSet", "originalUnitPrice"),
            "total_discount": _money(line, "totalDiscountSet"),
            "discount_allocations": [
                {"amount": _money(each, "allocatedAmountSet", "allocatedAmount")}
                for each in allocations
            ],
            "tax_lines": [_tax(each) for each in items(line.get("taxLines"))],
        }
    )


def _tax(tax: Node) -> dict[str, Any]:
    return {"price": _money(tax, "priceSet", "price"), "channel_liable": tax.get("channelLiable")}


def _shipping_lines(node: Node) -> list[dict[str, Any]]:
    lines = items(node.get("shippingLines")) or items([node.get("shippingLine")])
    if not lines:
        total = _money(node, "totalShippingPriceSet", "totalShippingPrice")
        return [] if total is None else [{"price": total}]
    return [
        {
            "price": _money(each, "originalPriceSet", "originalPrice", "price"),
            "discounted_price": _money(each, "discountedPriceSet", "discountedPrice"),
        }
        for each in lines
    ]


def _fulfilment(fulfilment: Node) -> dict[str, Any]:
    tracking = items(fulfilment.get("trackingInfo"))
    first = tracking[0] if tracking else {}
    return {
        "id": fulfilment.get("id"),
        "admin_graphql_api_id": fulfilment.get("id"),
        "status": _lower(fulfilment.get("status")),
        "shipment_status": _lower(fulfilment.get("displayStatus")),
        "tracking_company": first.get("company"),
        "tracking_number": first.get("number"),
        "tracking_numbers": [each.get("number") for each in tracking],
        "created_at": fulfilment.get("createdAt"),
        "updated_at": fulfilment.get("updatedAt"),
        "line_items": list(_fulfilled(fulfilment)),
    }


def _fulfilled(fulfilment: Node) -> Iterator[dict[str, Any]]:
    for each in items(fulfilment.get("fulfillmentLineItems")):
        line_id, quantity = _object(each.get("lineItem")).get("id"), each.get("quantity")
        if gid_number(line_id) and quantity is not None:
            yield {"id": line_id, "admin_graphql_api_id": line_id, "quantity": quantity}


def _holds(node: Node) -> Iterator[Node]:
    for order in items(node.get("fulfillmentOrders")):
        yield from items(order.get("fulfillmentHolds"))
