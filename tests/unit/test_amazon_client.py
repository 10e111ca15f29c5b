"""Amazon's orders are read page by page and each shipment is confirmed once."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from channels.amazon.channel import CHANNEL
from channels.amazon.client import AmazonClient
from channels.errors import ChannelError, ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess, FulfilmentReceipt
from domain.holds import ReasonCode
from tests.unit.amazon_bodies import Body, order_2026, package, with_status

ORDER, LINE = "305-1112223-4445556", "30511122233344"
SECRETS = ("secret-of-the-test", "refresh-of-the-test", "Atza-1")
SINCE = datetime(2026, 11, 3, 8, tzinfo=UTC)
KEY = f"order:amazon:acme:{ORDER}:fulfil:2"


class Amazon:
    """Plays Login with Amazon and the Selling Partner API, and remembers what was asked."""

    def __init__(self) -> None:
        self.orders: dict[str, Body] = {ORDER: order_2026()}
        self.pages: list[Body] = []
        self.subscription: Body | None = None
        self.next: list[httpx.Response] = []
        self.asked: list[httpx.Request] = []
        self.tokens = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.amazon.com":
            assert request.url.path == "/auth/o2/token"
            self.tokens += 1
            token = {"access_token": f"Atza-{self.tokens}", "expires_in": 3600}
            return httpx.Response(200, json=token)
        self.asked.append(request)
        if self.next:
            return self.next.pop(0)
        return self._answer(request.method, request.url.path)

    def _answer(self, method: str, path: str) -> httpx.Response:
        if path.startswith("/notifications/"):
            if method == "POST":
                return httpx.Response(200, json={"payload": {}})
            found = self.subscription
            return httpx.Response(200, json={"payload": found}) if found else httpx.Response(404)
        if path.endswith("/shipmentConfirmation"):
            return httpx.Response(204)
        if path == "/orders/2026-01-01/orders":
            return httpx.Response(200, json=self.pages.pop(0))
        order = self.orders.get(path.rpartition("/")[2])
        return httpx.Response(200, json={"order": order}) if order else httpx.Response(404)

    def client(self, **credential: Any) -> AmazonClient:
        return AmazonClient(_access(**credential), httpx.MockTransport(self))

    def sent(self) -> list[Any]:
        return [json.loads(each.content) for each in self.asked if each.method == "POST"]


def _access(**changes: Any) -> ChannelAccess:
    credential = {
        "client_id": "client-1",
        "client_secret": SECRETS[0],
        "refresh_token": SECRETS[1],
        "marketplace_ids": ["A1PA6795UKMFR9", "A13V1IB3VIYZZH"],
    }
    return ChannelAccess("https://eu.amazon.test/", json.dumps(credential | changes))


def _ship(client: AmazonClient, tracking: str = "TRK-1", **changes: Any) -> FulfilmentReceipt:
    call: dict[str, Any] = {"carrier": "dhl", "url": None, "lines": [], "idempotency_key": KEY}
    return client.fulfillment_create(ORDER, tracking, **(call | changes))


def test_a_poll_asks_for_everything_the_mapping_reads() -> None:
    amazon = Amazon()
    amazon.pages = [{"orders": [order_2026()], "lastUpdatedBefore": "2026-11-03T09:00:00Z"}]
    page = amazon.client().changed_orders(SINCE)
    (request,) = amazon.asked
    assert dict(request.url.params) == {
        "lastUpdatedAfter": "2026-11-03T08:00:00Z",
        "marketplaceIds": "A1PA6795UKMFR9,A13V1IB3VIYZZH",
        "includedData": "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,"
        "PACKAGES,TAX,PAYMENT",
        "maxResultsPerPage": "100",
    }
    assert request.headers["x-amz-access-token"] == "Atza-1"
    assert request.headers["user-agent"].startswith("orderflow/")
    assert (page.next_page, page.seen_until) == (None, datetime(2026, 11, 3, 9, tzinfo=UTC))
    (found,) = page.orders
    assert (found.external_id, found.topic) == (ORDER, "orders/2026-01-01")
    assert found.updated_at == datetime(2026, 11, 3, 8, 40, tzinfo=UTC)
    assert CHANNEL.read(found.topic, found.raw_body, "acme")[0].order is not None


def test_each_page_repeats_the_question_and_only_the_last_says_how_far_it_saw() -> None:
    amazon = Amazon()
    amazon.pages = [
        {
            "orders": [order_2026()],
            "pagination": {"nextToken": "tok/1="},
            "lastUpdatedBefore": "2026-11-03T09:00:00Z",
        },
        {"orders": [order_2026(orderId="2")], "lastUpdatedBefore": "2026-11-03T09:30:00Z"},
    ]
    client = amazon.client()
    first = client.changed_orders(SINCE)
    assert first.seen_until is None
    later = datetime(2026, 11, 3, 10, tzinfo=UTC)
    last = client.changed_orders(later, first.next_page)
    asked = [dict(request.url.params) for request in amazon.asked]
    assert asked[1] == asked[0] | {"paginationToken": "tok/1="}
    assert (last.next_page, last.seen_until) == (None, datetime(2026, 11, 3, 9, tzinfo=UTC))


def test_a_page_is_sorted_from_the_oldest_change() -> None:
    amazon = Amazon()
    old = order_2026(orderId="old", lastUpdatedTime="2026-11-01T00:00:00Z")
    amazon.pages = [{"orders": [order_2026(), old, {"orderId": None}]}]
    page = amazon.client().changed_orders(SINCE)
    assert [each.external_id for each in page.orders] == ["old", ORDER]
    assert page.seen_until is None


@pytest.mark.parametrize("page", ["tok", "[]", "{}", '{"since": 1, "token": "t", "until": ""}'])
def test_a_page_token_that_is_not_ours_is_refused(page: str) -> None:
    with pytest.raises(ChannelRefused, match="BAD_PAGE"):
        Amazon().client().changed_orders(SINCE, page)


def test_one_order_is_read_by_its_id_and_an_unknown_one_is_none() -> None:
    client = Amazon().client()
    found = client.order(ORDER)
    assert found is not None
    assert found.external_id == ORDER
    assert client.order("000-0000000-0000000") is None


def test_a_shipment_is_confirmed_with_all_that_is_left() -> None:
    amazon = Amazon()
    receipt = _ship(amazon.client())
    assert receipt == FulfilmentReceipt("2")
    (body,) = amazon.sent()
    detail = body["packageDetail"]
    shipped = datetime.fromisoformat(detail.pop("shipDate"))
    assert shipped.tzinfo is not None
    assert body["marketplaceId"] == "A1PA6795UKMFR9"
    assert detail == {
        "packageReferenceId": "2",
        "carrierCode": "DHL",
        "carrierName": "dhl",
        "trackingNumber": "TRK-1",
        "orderItems": [{"orderItemId": LINE, "quantity": 2}],
    }
    assert amazon.asked[-1].url.path == f"/orders/v0/orders/{ORDER}/shipmentConfirmation"


def test_named_lines_are_confirmed_as_named() -> None:
    amazon = Amazon()
    _ship(amazon.client(), lines=[(LINE, 1)], carrier="Pigeon Post")
    detail = amazon.sent()[0]["packageDetail"]
    assert detail["orderItems"] == [{"orderItemId": LINE, "quantity": 1}]
    assert (detail["carrierCode"], detail["carrierName"]) == ("Other", "Pigeon Post")


@pytest.mark.parametrize(
    ("key", "reference"),
    [
        (f"order:amazon:acme:{ORDER}:fulfil:1", "1"),
        (f"order:amazon:acme:{ORDER}:fulfil:12", "12"),
    ],
)
def test_the_package_number_is_the_ordinal_of_the_key(key: str, reference: str) -> None:
    amazon = Amazon()
    client = amazon.client()
    numbers = [_ship(client, idempotency_key=key).external_id for _ in range(2)]
    assert numbers == [reference, reference]


def test_a_key_without_an_ordinal_still_gives_one_stable_number() -> None:
    amazon = Amazon()
    client = amazon.client()
    keys = ("by hand", "by hand", "by foot", "order:0")
    numbers = [_ship(client, idempotency_key=key).external_id for key in keys]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3
    assert all(int(number) > 0 for number in numbers)


def test_a_number_that_another_package_has_is_not_taken() -> None:
    amazon = Amazon()
    amazon.orders[ORDER] = order_2026(packages=[package("2", "FROM-SELLER-CENTRAL")])
    assert _ship(amazon.client()).external_id != "2"


def test_a_tracking_number_that_amazon_knows_is_not_sent_again() -> None:
    amazon = Amazon()
    amazon.orders[ORDER] = order_2026(packages=[package("2", "trk-1")])
    assert _ship(amazon.client()) == FulfilmentReceipt("2", already_there=True)
    assert amazon.sent() == []


def test_japanese_cash_on_delivery_names_how_it_is_collected() -> None:
    amazon = Amazon()
    paid = {"paymentExecutions": [{"paymentMethod": "CashOnDelivery"}]}
    order = order_2026(payment=paid)
    order["salesChannel"]["marketplaceId"] = "A1VC38T7YXB528"
    amazon.orders[ORDER] = order
    _ship(amazon.client())
    assert amazon.sent()[0]["codCollectionMethod"] == "DirectPayment"


def test_a_shipment_that_can_not_be_is_refused_before_it_is_sent() -> None:
    amazon = Amazon()
    client = amazon.client()
    with pytest.raises(ChannelRefused, match="NO_TRACKING_NUMBER"):
        _ship(client, "")
    amazon.orders[ORDER]["orderItems"][0]["fulfillment"]["quantityUnfulfilled"] = 0
    with pytest.raises(ChannelRefused, match="NOT_FULFILLABLE"):
        _ship(client)
    amazon.orders.clear()
    with pytest.raises(ChannelRefused, match="ORDER_NOT_FOUND"):
        _ship(client)
    assert amazon.sent() == []


@pytest.mark.parametrize("word", ["CANCELLED", "CANCELED"])
def test_an_order_that_is_cancelled_already_is_a_success(word: str) -> None:
    amazon = Amazon()
    amazon.orders[ORDER] = with_status(word)
    amazon.client().order_cancel(ORDER, ReasonCode.STOCK_OUT, "", idempotency_key="k")


def test_a_cancellation_says_what_a_person_has_to_do() -> None:
    with pytest.raises(ChannelRefused, match="Seller Central") as refused:
        Amazon().client().order_cancel(ORDER, ReasonCode.STOCK_OUT, "", idempotency_key="k")
    assert refused.value.code == "NOT_SUPPORTED"
    assert ORDER in str(refused.value)


@pytest.mark.parametrize(
    ("subscribed", "destination", "address", "amiss", "mended"),
    [
        ("d-1", "d-1", "https://us.test", (), ()),
        ("d-1", "", "https://us.test", (), ()),
        ("d-9", "d-1", "https://us.test", ("ORDER_CHANGE",), ()),
        ("", "", "https://us.test", ("ORDER_CHANGE",), ()),
        ("", "d-1", "", ("ORDER_CHANGE",), ()),
        ("", "d-1", "https://us.test", ("ORDER_CHANGE",), ("ORDER_CHANGE",)),
    ],
)
def test_a_missing_subscription_is_told_and_mended_where_it_can_be(
    subscribed: str, destination: str, address: str, amiss: tuple[str], mended: tuple[str]
) -> None:
    amazon = Amazon()
    amazon.subscription = {"destinationId": subscribed} if subscribed else None
    client = amazon.client(destination_id=destination)
    result = client.mend_subscriptions(address, "secret")
    assert (result.amiss, result.mended) == (amiss, mended)
    expected = [
        {
            "payloadVersion": "1.0",
            "destinationId": "d-1",
            "processingDirective": {
                "eventFilter": {
                    "eventFilterType": "ORDER_CHANGE",
                    "orderChangeTypes": ["OrderStatusChange", "BuyerRequestedChange"],
                }
            },
        }
    ]
    assert amazon.sent() == (expected if mended else [])


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-amzn-RateLimit-Limit": "0.0056"}, 178.571),
        ({"x-amzn-RateLimit-Limit": "0.5"}, 2.0),
        ({"Retry-After": "9", "x-amzn-RateLimit-Limit": "0.5"}, 9.0),
        ({"x-amzn-RateLimit-Limit": "0"}, 2.0),
        ({"x-amzn-RateLimit-Limit": "soon"}, 2.0),
        ({"x-amzn-RateLimit-Limit": "0.0000001"}, 3600.0),
    ],
)
def test_a_throttled_call_waits_as_long_as_amazons_limit_says(
    headers: dict[str, str], seconds: float
) -> None:
    amazon = Amazon()
    amazon.next = [httpx.Response(429, headers=headers)]
    with pytest.raises(ChannelThrottled) as throttled:
        amazon.client().order(ORDER)
    assert throttled.value.retry_after_seconds == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_lapsed_early_is_bought_anew_once(status: int) -> None:
    amazon = Amazon()
    amazon.next = [httpx.Response(status, json={"errors": [{"code": "Unauthorized"}]})]
    assert amazon.client().order(ORDER) is not None
    assert amazon.tokens == 2
    assert [r.headers["x-amz-access-token"] for r in amazon.asked] == ["Atza-1", "Atza-2"]


def test_a_missing_role_is_refused_after_one_fresh_token() -> None:
    amazon = Amazon()
    amazon.next = [httpx.Response(403, json={"errors": [{"code": "Unauthorized"}]})] * 2
    with pytest.raises(ChannelRefused, match="Unauthorized") as refused:
        amazon.client().order(ORDER)
    assert refused.value.code == "HTTP_403"
    assert len(amazon.asked) == 2


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(500), ChannelUnavailable),
        (httpx.Response(503), ChannelUnavailable),
        (httpx.Response(408), ChannelUnavailable),
        (httpx.Response(200, content=b"<html>"), ChannelUnavailable),
        (httpx.Response(200, json=[]), ChannelUnavailable),
        (httpx.Response(400, json={"errors": [{"code": "InvalidInput"}]}), ChannelRefused),
    ],
)
def test_every_failure_is_told_apart(response: httpx.Response, error: type[Exception]) -> None:
    amazon = Amazon()
    amazon.next = [response]
    with pytest.raises(error):
        amazon.client().order(ORDER)


def test_an_answer_of_another_shape_is_no_order_to_ship() -> None:
    amazon = Amazon()
    amazon.next = [httpx.Response(200, json={"order": {"orderId": ORDER, "orderItems": 7}})]
    with pytest.raises(ChannelUnavailable, match="shape"):
        _ship(amazon.client())
    amazon.pages = [{"errors": []}]
    with pytest.raises(ChannelUnavailable, match="list of orders"):
        amazon.client().changed_orders(SINCE)


def test_secrets_and_buyers_never_show_in_errors() -> None:
    said = {"errors": [{"code": "InvalidInput", "message": f"Frieda Muster {SECRETS[2]}"}]}
    shown = []
    for response in (httpx.Response(400, json=said), httpx.Response(500, json=said)):
        amazon = Amazon()
        amazon.next = [response]
        with pytest.raises(ChannelError) as failed:
            _ship(amazon.client())
        shown.append(f"{failed.value!r} {failed.value.__cause__!r}")
    text = " ".join((*shown, repr(_access()), repr(amazon.client())))
    assert not any(word in text for word in (*SECRETS, "Frieda"))


def test_a_broken_connection_is_worth_another_try_and_carries_no_request() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with (
        AmazonClient(_access(), httpx.MockTransport(broken)) as client,
        pytest.raises(ChannelUnavailable) as failed,
    ):
        client.order(ORDER)
    assert failed.value.__cause__ is None


def test_a_credential_that_is_no_json_is_refused_at_once() -> None:
    access = ChannelAccess("https://eu.amazon.test", "secret-of-the-test")
    with pytest.raises(ChannelRefused, match="BAD_CREDENTIAL") as refused:
        AmazonClient(access)
    assert "secret-of-the-test" not in str(refused.value)


def test_the_channel_polls_within_amazons_limit() -> None:
    assert CHANNEL.polling is not None
    assert CHANNEL.polling.pages_per_second <= 0.0056
    assert CHANNEL.polling.every_seconds * CHANNEL.polling.pages_per_second >= 1
