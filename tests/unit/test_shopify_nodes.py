"""Shopify's GraphQL dialect says the same as REST, and whether the shop holds the order."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from channels.message import ChannelHold
from channels.shopify.topics import read
from domain.holds import ReasonCode
from domain.stages import Stage
from tests.unit.shopify_bodies import (
    Body,
    codes,
    first,
    fixture,
    messages,
    money,
    node_messages,
    order_body,
    order_node,
    steps,
)


def parcel_node(**changes: Any) -> Body:
    pieces = {"quantity": 2, "lineItem": {"id": "gid://shopify/LineItem/9007199254740994001"}}
    return {
        "id": "gid://shopify/Fulfillment/9007199254740995555",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": "2026-10-06T15:00:00Z",
        "updatedAt": "2026-10-06T15:05:00Z",
        "trackingInfo": [{"number": "1ZX900", "company": "UPS"}],
        "fulfillmentLineItems": {"nodes": [pieces]},
    } | changes


def test_both_dialects_say_the_same() -> None:
    rest = first(order_body())
    (node,) = node_messages(order_node())
    assert node.order is not None
    assert rest.order is not None
    assert node.order.model_dump_json() == rest.order.model_dump_json()
    assert steps(node).keys() == steps(rest).keys()
    assert replace(node, hold=None, cleansing=()) == replace(rest, cleansing=())


def test_both_dialects_tell_the_same_parcel() -> None:
    rest_body = order_body(
        fulfillment_status="partial", fulfillments=[fixture("shopify_fulfilment")]
    )
    node = order_node(displayFulfillmentStatus="PARTIALLY_FULFILLED", fulfillments=[parcel_node()])
    rest = [message.parcel for message in messages("orders/updated", rest_body)]
    assert [message.parcel for message in node_messages(node)] == rest
    assert rest[1] is not None


def test_edges_are_read_like_nodes() -> None:
    node = order_node()
    lines = node["lineItems"]["nodes"]
    node["lineItems"] = {"edges": [{"node": line} for line in lines]}
    assert node_messages(node)[0].order == node_messages(order_node())[0].order


@pytest.mark.parametrize(
    "left_out",
    [
        "updatedAt",
        "customer",
        "shippingLines",
        "fulfillments",
        "fulfillmentOrders",
        "purchasingEntity",
        "paymentTerms",
        "currentTotalPriceSet",
        "totalTipReceivedSet",
        "billingAddress",
        "test",
    ],
)
def test_what_was_not_selected_is_not_missed(left_out: str) -> None:
    node = order_node(totalShippingPriceSet=money("6.99"))
    del node[left_out]
    (message,) = node_messages(node)
    assert message.order is not None, message.findings
    assert str(message.order.total) == "123.45"


def test_order_without_its_lines_is_told() -> None:
    node = order_node()
    del node["lineItems"]
    (message,) = node_messages(node)
    assert (message.external_id, message.order) == ("9007199254740993123", None)
    assert codes(message) == {("", "NOT_AN_ORDER")}


@pytest.mark.parametrize("name", ["lineItems", "shippingLines"])
def test_order_cut_off_at_a_page_is_refused(name: str) -> None:
    node = order_node()
    node[name]["pageInfo"] = {"hasNextPage": True, "endCursor": "x"}
    (message,) = node_messages(node)
    assert message.order is None
    assert codes(message) == {("lines", "REQUIRED")}


def test_company_of_a_purchase_makes_a_business() -> None:
    entity = {"company": {"id": "gid://shopify/Company/4"}}
    terms = {"paymentTermsType": "NET", "dueInDays": 30}
    node = order_node(purchasingEntity=entity, paymentTerms=terms, displayFinancialStatus="PENDING")
    order = node_messages(node)[0].order
    assert order is not None
    assert (order.customer.kind, order.payment.terms) == ("business", "net30")
    assert order.stage is Stage.IN_REVIEW


def test_order_nobody_tried_to_pay_is_pending() -> None:
    order = node_messages(order_node(displayFinancialStatus=None))[0].order
    assert order is not None
    assert (order.payment.status, order.stage) == ("pending", Stage.PENDING_CONFIRMATION)


def test_cancelled_order_is_a_cancellation() -> None:
    node = order_node(cancelledAt="2026-10-06T10:00:00Z", cancelReason="FRAUD")
    (message,) = node_messages(node)
    assert (message.kind, message.cancel_reason) == ("cancellation", ReasonCode.FRAUD_RISK)


def test_test_order_is_not_imported() -> None:
    (message,) = node_messages(order_node(test=True))
    assert message.kind == "ignored"
    assert codes(message) == {("", "TEST_ORDER")}


def test_marketplace_that_remits_the_tax_is_named() -> None:
    node = order_node()
    node["lineItems"]["nodes"][0]["taxLines"][0]["channelLiable"] = True
    order = node_messages(node)[0].order
    assert order is not None
    assert order.tax_remitted_by == "marketplace"


@pytest.mark.parametrize("arrived", ["DELIVERED", "PICKED_UP"])
def test_parcels_that_arrived_complete_the_order(arrived: str) -> None:
    node = order_node(
        displayFulfillmentStatus="FULFILLED", fulfillments=[parcel_node(displayStatus=arrived)]
    )
    order, parcel, delivery = node_messages(node)
    assert order.order is not None
    assert order.order.stage is Stage.COMPLETED
    assert (parcel.kind, delivery.delivered_tracking) == ("parcel", "1ZX900")


def held(*holds: Body, status: str = "ON_HOLD") -> ChannelHold | None:
    orders = {"nodes": [{"status": "ON_HOLD", "fulfillmentHolds": list(holds)}]}
    node = order_node(displayFulfillmentStatus=status, fulfillmentOrders=orders)
    return node_messages(node)[0].hold


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("AWAITING_PAYMENT", ReasonCode.PAYMENT_PENDING),
        ("HIGH_RISK_OF_FRAUD", ReasonCode.FRAUD_RISK),
        ("INCORRECT_ADDRESS", ReasonCode.ADDR_INVALID),
        ("INVENTORY_OUT_OF_STOCK", ReasonCode.STOCK_OUT),
        ("UNKNOWN_DELIVERY_DATE", ReasonCode.DELIVERY_DELAYED),
        ("AWAITING_RETURN_ITEMS", ReasonCode.RETURN),
        ("ONLINE_STORE_POST_PURCHASE_CROSS_SELL", ReasonCode.OTHER),
        ("SOMETHING_NEW", ReasonCode.OTHER),
    ],
)
def test_hold_keeps_its_reason(said: str, reason: ReasonCode) -> None:
    assert held({"reason": said}) == ChannelHold(reason)


def test_telling_reason_outranks_other() -> None:
    assert held({"reason": "OTHER"}, {"reason": "AWAITING_PAYMENT"}) == ChannelHold(
        ReasonCode.PAYMENT_PENDING
    )


def test_hold_nobody_explains_is_other() -> None:
    assert held() == ChannelHold(ReasonCode.OTHER)


def test_our_own_hold_is_no_news() -> None:
    own = {"reason": "OTHER", "heldByRequestingApp": True}
    assert held(own) == ChannelHold(None)
    foreign = {"reason": "HIGH_RISK_OF_FRAUD", "heldByRequestingApp": False}
    assert held(own, foreign) == ChannelHold(ReasonCode.FRAUD_RISK)


def test_order_that_is_not_held_says_so_and_rest_does_not_tell() -> None:
    assert held(status="UNFULFILLED") == ChannelHold(None)
    assert first(order_body()).hold is None
    silent = order_node()
    del silent["displayFulfillmentStatus"]
    assert node_messages(silent)[0].hold is None


JUNK: tuple[object, ...] = (
    None,
    True,
    7,
    "x",
    [],
    {},
    [None],
    {"nodes": 1},
    {"edges": [1]},
    {"shopMoney": []},
)


@pytest.mark.parametrize("name", sorted(fixture("shopify_graphql_order_usd")))
def test_no_node_makes_it_raise(name: str) -> None:
    for junk in JUNK:
        for message in node_messages(copy.deepcopy(order_node(**{name: junk}))):
            assert message.order is not None or message.findings or message.kind != "order"


def test_topic_of_read_orders_is_known() -> None:
    assert read("graphql/order", b"[]")[0].findings
