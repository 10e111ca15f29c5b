"""What we ask Shopify when we read orders.

Source: the Admin API's schema 2026-01. Shopify prices a query by what it could return and refuses
more than 1000 points, so a page brings few lines per order; the rest is asked for order by order.
"""

_ADDRESS_FIELDS = """
      name firstName lastName company address1 address2 city province provinceCode zip
      country countryCodeV2 phone
"""
_ORDER_FIELDS = f"""
    id name createdAt updatedAt cancelledAt closedAt cancelReason test
    currencyCode taxesIncluded displayFinancialStatus displayFulfillmentStatus
    paymentGatewayNames sourceName email phone note
    totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
    currentTotalPriceSet {{ shopMoney {{ amount }} }}
    totalTaxSet {{ shopMoney {{ amount }} }}
    currentTotalTaxSet {{ shopMoney {{ amount }} }}
    totalDiscountsSet {{ shopMoney {{ amount }} }}
    currentTotalDiscountsSet {{ shopMoney {{ amount }} }}
    totalTipReceivedSet {{ shopMoney {{ amount }} }}
    currentShippingPriceSet {{ shopMoney {{ amount }} }}
    originalTotalDutiesSet {{ shopMoney {{ amount }} }}
    originalTotalAdditionalFeesSet {{ shopMoney {{ amount }} }}
    currentTotalDutiesSet {{ shopMoney {{ amount }} }}
    currentTotalAdditionalFeesSet {{ shopMoney {{ amount }} }}
    paymentTerms {{ paymentTermsType dueInDays }}
    customer {{
      id firstName lastName tags
      defaultEmailAddress {{ emailAddress }}
      defaultPhoneNumber {{ phoneNumber }}
    }}
    purchasingEntity {{ ... on PurchasingCompany {{ company {{ id }} }} }}
    billingAddress {{ {_ADDRESS_FIELDS} }}
    shippingAddress {{ {_ADDRESS_FIELDS} }}
"""
_LINE_FIELDS = """
    id sku name title quantity currentQuantity unfulfilledQuantity requiresShipping
    originalUnitPriceSet { shopMoney { amount } }
    totalDiscountSet { shopMoney { amount } }
    discountAllocations { allocatedAmountSet { shopMoney { amount } } }
    taxLines { channelLiable priceSet { shopMoney { amount } } }
"""
_SHIPPING_FIELDS = """
    originalPriceSet { shopMoney { amount } }
    discountedPriceSet { shopMoney { amount } }
"""
_HOLD_FIELDS = "status fulfillmentHolds { reason heldByRequestingApp }"
_FULFILMENT_FIELDS = """
    id status displayStatus createdAt updatedAt
    trackingInfo(first: 10) { number company }
"""
_CONNECTIONS = f"""
    lineItems(first: 5) {{ nodes {{ {_LINE_FIELDS} }} pageInfo {{ hasNextPage endCursor }} }}
    shippingLines(first: 10) {{ nodes {{ {_SHIPPING_FIELDS} }} pageInfo {{ hasNextPage }} }}
    fulfillments(first: 1) {{ id }}
    fulfillmentOrders(first: 3) {{ nodes {{ {_HOLD_FIELDS} }} }}
"""

ORDERS_PAGE = f"""
query OrdersPage($first: Int!, $after: String, $query: String!) {{
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    edges {{ cursor node {{ {_ORDER_FIELDS} {_CONNECTIONS} }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
ONE_ORDER = f"""
query OneOrder($id: ID!) {{
  order(id: $id) {{ {_ORDER_FIELDS} {_CONNECTIONS} }}
}}
"""
ORDER_OF_FULFILMENT_ORDER = """
query OrderOfFulfilmentOrder($id: ID!) {
  fulfillmentOrder(id: $id) { orderId }
}
"""
ORDER_LINES = f"""
query OrderLines($id: ID!, $after: String) {{
  order(id: $id) {{
    lineItems(first: 50, after: $after) {{
      nodes {{ {_LINE_FIELDS} }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""
# A list has no pages. With their lines this many are as much as one query may cost.
FULFILMENTS_AT_ONCE = 25
FULFILMENTS = f"""
query Fulfilments($id: ID!) {{
  order(id: $id) {{
    fulfillments(first: {FULFILMENTS_AT_ONCE}) {{
      {_FULFILMENT_FIELDS}
      fulfillmentLineItems(first: 10) {{
        nodes {{ quantity lineItem {{ id }} }}
        pageInfo {{ hasNextPage endCursor }}
      }}
    }}
  }}
}}
"""
ALL_FULFILMENTS = f"""
query AllFulfilments($id: ID!) {{
  order(id: $id) {{ fulfillments(first: 250) {{ {_FULFILMENT_FIELDS} }} }}
}}
"""
FULFILMENT_LINES = """
query FulfilmentLines($id: ID!, $after: String) {
  fulfillment(id: $id) {
    fulfillmentLineItems(first: 100, after: $after) {
      nodes { quantity lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

START_BULK = """
mutation StartBulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id }
    userErrors { field message code }
  }
}
"""
BULK_STATE = """
query BulkState($id: ID!) {
  node(id: $id) { ... on BulkOperation { id status errorCode url } }
}
"""


def bulk_orders(search: str) -> str:
    """Return the query of a backfill; `search` is a filter of ours, empty for all orders.

    A bulk query takes no page sizes, and no connection inside a list: which pieces a fulfilment
    held can't be asked for.
    """
    arguments = f'(query: "{search}", sortKey: UPDATED_AT)' if search else "(sortKey: UPDATED_AT)"
    return f"""
{{
  orders{arguments} {{
    edges {{
      node {{
        {_ORDER_FIELDS}
        lineItems {{ edges {{ node {{ {_LINE_FIELDS} }} }} }}
        shippingLines {{ edges {{ node {{ id {_SHIPPING_FIELDS} }} }} }}
        fulfillments(first: 50) {{ {_FULFILMENT_FIELDS} }}
        fulfillmentOrders {{ edges {{ node {{ id {_HOLD_FIELDS} }} }} }}
      }}
    }}
  }}
}}
"""
