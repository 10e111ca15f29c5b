"""Writing back to WooCommerce happens once, polls miss nothing, and webhooks are kept awake."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from channels.errors import ChannelError, ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess, FoundOrder, FulfilmentReceipt, Subscriptions
from channels.woocommerce.client import WooCommerceClient
from channels.woocommerce.topics import read
from domain.holds import ReasonCode
from tests.unit.woocommerce_bodies import ORDER_ID, Body, order_body

KEYS = "ck_of_the_test:cs_secret_of_the_test"
ROOT = "/wp-json/wc/v3"
SINCE = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
ADDRESS = "https://orders.example.com/webhooks/woocommerce/main"
TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
LINES = (("9007199254742001", 3), ("9007199254742002", 1))


class Shop:
    """Plays a shop's REST API and remembers what was asked; it loses answers it is told to."""

    def __init__(self, *orders: Body) -> None:
        self.orders = {str(order["id"]): order for order in orders or (order_body(),)}
        self.notes: list[Body] = []
        self.hooks: list[Body] = []
        self.asked: list[httpx.Request] = []
        self.lost: list[tuple[str, str]] = []
        self.read_only = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path.removeprefix(ROOT)
        body = json.loads(request.content) if request.content else {}
        if self.read_only and request.method != "GET":
            return error(401, "woocommerce_rest_cannot_edit")
        answer = self._answer(request, path, body)
        for method, ending in self.lost:
            if request.method == method and path.endswith(ending):
                self.lost.remove((method, ending))
                raise httpx.ReadTimeout("lost", request=request)
        return answer

    def _answer(self, request: httpx.Request, path: str, body: Body) -> httpx.Response:
        if path.startswith("/webhooks"):
            return self._webhooks(request.method, path, body)
        if path == "/orders":
            return self._list(request.url.params)
        order = self.orders.get(path.split("/")[2])
        if order is None:
            return error(404, "woocommerce_rest_shop_order_invalid_id")
        if path.endswith("/notes"):
            if request.method == "POST":
                self.notes.append({"id": len(self.notes) + 1} | body)
            return httpx.Response(200, json=self.notes)
        if request.method == "PUT":
            kept = {meta["key"]: meta for meta in order["meta_data"]}
            kept |= {meta["key"]: meta for meta in body.pop("meta_data", [])}
            order |= body | {"meta_data": list(kept.values())}
        return httpx.Response(200, json=order)

    def _list(self, asked: httpx.QueryParams) -> httpx.Response:
        trash = asked["status"] == "trash"
        found = [o for o in self.orders.values() if (o["status"] == "trash") is trash]
        found = [o for o in found if o["date_modified_gmt"] > asked["modified_after"]]
        found.sort(key=lambda order: order["id"])
        size, page = int(asked["per_page"]), int(asked["page"])
        headers = {
            "X-WP-Total": str(len(found)),
            "X-WP-TotalPages": str(-(-len(found) // size)),
            "Date": "Mon, 05 Oct 2026 14:00:00 GMT",
        }
        return httpx.Response(200, json=found[(page - 1) * size : page * size], headers=headers)

    def _webhooks(self, method: str, path: str, body: Body) -> httpx.Response:
        if method == "POST":
            self.hooks.append({"id": len(self.hooks) + 1} | body)
        if method == "PUT":
            next(h for h in self.hooks if str(h["id"]) == path.rpartition("/")[2]).update(body)
        return httpx.Response(200, json=self.hooks)

    def wrote(self) -> list[tuple[str, str]]:
        return [(r.method, r.url.path.removeprefix(ROOT)) for r in self.asked if r.method != "GET"]


def error(status: int, code: str) -> httpx.Response:
    body = {"code": code, "message": "Sorry, Mira Tannhof", "data": {"status": status}}
    return httpx.Response(status, json=body)


def client(
    handler: Callable[[httpx.Request], httpx.Response], credential: str = KEYS
) -> WooCommerceClient:
    access = ChannelAccess("https://shop.example.com/", credential)
    return WooCommerceClient(access, httpx.MockTransport(handler))


def ship(
    shop: Shop, number: str = "JJD0001", *lines: tuple[str, int], order_id: str = ORDER_ID
) -> FulfilmentReceipt:
    with client(shop) as woo:
        return woo.fulfillment_create(
            order_id, number, "DHL", url=None, lines=lines, idempotency_key="o:1"
        )


def test_parcel_is_a_note_to_the_buyer_and_completes_the_order() -> None:
    shop = Shop()
    assert ship(shop, "JJD0001", *LINES) == FulfilmentReceipt("JJD0001")
    (note,) = shop.notes
    assert (note["note"], note["customer_note"]) == ("DHL JJD0001", True)
    assert shop.orders[ORDER_ID]["status"] == "completed"


def test_order_is_completed_by_its_last_parcel_only() -> None:
    shop = Shop()
    ship(shop, "P1", LINES[0])
    assert shop.orders[ORDER_ID]["status"] == "processing"
    ship(shop, "P2", LINES[1])
    assert shop.orders[ORDER_ID]["status"] == "completed"
    assert [note["note"] for note in shop.notes] == ["DHL P1", "DHL P2"]


def test_pieces_of_one_line_in_two_parcels_are_counted() -> None:
    shop = Shop()
    ship(shop, "P1", (LINES[0][0], 2), LINES[1])
    assert shop.orders[ORDER_ID]["status"] == "processing"
    ship(shop, "P2", (LINES[0][0], 1))
    assert shop.orders[ORDER_ID]["status"] == "completed"


def test_no_lines_means_all_that_is_left() -> None:
    shop = Shop()
    ship(shop)
    assert shop.orders[ORDER_ID]["status"] == "completed"


@pytest.mark.parametrize(
    "lost", [("POST", "/notes"), ("PUT", ORDER_ID), ("GET", "/notes"), ("GET", ORDER_ID)]
)
def test_lost_answer_leaves_the_parcel_told_exactly_once(lost: tuple[str, str]) -> None:
    shop = Shop()
    shop.lost = [lost]
    with pytest.raises(ChannelUnavailable):
        ship(shop, "JJD0001", *LINES)
    ship(shop, "JJD0001", *LINES)
    assert ship(shop, "JJD0001", *LINES) == FulfilmentReceipt("JJD0001", already_there=True)
    assert len(shop.notes) == 1
    (kept,) = [m for m in shop.orders[ORDER_ID]["meta_data"] if m["key"] == "_orderflow_parcels"]
    assert [parcel["tracking"] for parcel in kept["value"]] == ["JJD0001"]
    assert sum(method == "PUT" for method, _ in shop.wrote()) == 1


def test_number_that_begins_another_one_is_no_repetition() -> None:
    shop = Shop()
    ship(shop, "JJD00011", LINES[0])
    ship(shop, "JJD0001", LINES[1])
    assert len(shop.notes) == 2


def test_what_we_told_the_shop_comes_back_as_our_own_parcel() -> None:
    shop = Shop()
    ship(shop, "JJD0001", *LINES)
    raw = json.dumps(shop.orders[ORDER_ID]).encode()
    told = [m.parcel for m in read("order.updated", raw, "main") if m.kind == "parcel"]
    assert [p and (p.tracking_number, p.lines) for p in told] == [("JJD0001", LINES)]


@pytest.mark.parametrize("status", ["cancelled", "refunded", "trash"])
def test_parcel_of_a_closed_order_revives_nothing(status: str) -> None:
    shop = Shop(order_body(status=status))
    with pytest.raises(ChannelRefused) as refused:
        ship(shop)
    assert refused.value.code == "NOT_FULFILLABLE"
    assert shop.wrote() == []


def test_parcel_without_a_number_or_an_order_is_refused() -> None:
    with pytest.raises(ChannelRefused) as unnumbered:
        ship(Shop(), "")
    with pytest.raises(ChannelRefused) as unknown:
        ship(Shop(), order_id="404")
    assert (unnumbered.value.code, unknown.value.code) == ("NO_TRACKING_NUMBER", "ORDER_NOT_FOUND")


def cancel(shop: Shop) -> None:
    with client(shop) as woo:
        woo.order_cancel(ORDER_ID, ReasonCode.STOCK_OUT, "sold out", idempotency_key="o:c")


def test_cancellation_sets_the_status_and_keeps_the_reason() -> None:
    shop = Shop()
    cancel(shop)
    order = shop.orders[ORDER_ID]
    assert order["status"] == "cancelled"
    assert order["meta_data"][-1]["value"] == "STOCK_OUT: sold out"


@pytest.mark.parametrize("status", ["cancelled", "refunded", "wc-cancelled"])
def test_cancelled_order_is_left_alone(status: str) -> None:
    shop = Shop(order_body(status=status))
    cancel(shop)
    assert shop.wrote() == []


def changed(number: int, **changes: Any) -> Body:
    moment = f"2026-10-05T13:{number % 60:02}:00"
    return order_body(id=number, date_modified_gmt=moment, **changes)


def poll(shop: Shop, between: Callable[[int], None] = lambda page: None) -> list[FoundOrder]:
    """Read all pages; `between` happens in the shop after each."""
    found: list[FoundOrder] = []
    with client(shop) as woo:
        page: str | None = None
        for number in range(1, 20):
            answer = woo.changed_orders(SINCE, page)
            found += answer.orders
            page = answer.next_page
            if page is None:
                assert answer.seen_until == datetime(2026, 10, 5, 14, 0, tzinfo=UTC)
                return found
            assert answer.seen_until is None
            between(number)
    raise AssertionError("the poll does not end")


def test_poll_reads_every_page_and_the_trash() -> None:
    shop = Shop(*(changed(n) for n in range(1, 121)), changed(200, status="trash"))
    found = poll(shop)
    assert [int(order.external_id) for order in found] == [*range(1, 121), 200]
    assert {order.topic for order in found} == {"orders/poll"}
    (message,) = read(found[-1].topic, found[-1].raw_body, "main")
    assert message.kind == "cancellation"


def test_order_that_changes_during_the_poll_pushes_none_past_the_edge() -> None:
    shop = Shop(*(changed(n) for n in range(1, 121)))

    def touch(page: int) -> None:
        shop.orders["3"]["date_modified_gmt"] = "2026-10-05T13:59:59"
        shop.orders[str(500 + page)] = changed(500 + page)

    assert {*map(str, range(1, 121))} <= {order.external_id for order in poll(shop, touch)}


def test_order_that_vanishes_during_the_poll_takes_no_other_with_it() -> None:
    shop = Shop(*(changed(n) for n in range(1, 121)))

    def delete(page: int) -> None:
        if page <= 3:
            shop.orders.pop(str(page))

    ids = {order.external_id for order in poll(shop, delete)}
    assert {*map(str, range(4, 121))} <= ids


def test_poll_asks_in_gmt_without_an_offset_and_includes_the_instant_itself() -> None:
    shop = Shop()
    since = SINCE.astimezone(timezone(timedelta(hours=8)))
    with client(shop) as woo:
        woo.changed_orders(since)
    asked = shop.asked[0].url.params
    assert asked["modified_after"] == "2026-10-05T11:59:59"
    assert asked["dates_are_gmt"] == "true"
    assert (asked["orderby"], asked["order"]) == ("id", "asc")


def test_polled_order_keeps_its_digits_and_its_moment() -> None:
    body = order_body()
    body["line_items"][0]["price"] = 0.1 + 0.2
    (found,) = poll(Shop(body))
    (message,) = read(found.topic, found.raw_body, "main")
    assert message.order is not None
    assert message.order.external_id == ORDER_ID
    assert message.source_updated_at == found.updated_at
    assert b"0.30000000000000004" in found.raw_body


def test_proxy_that_drops_the_headers_ends_the_poll_at_a_page_that_is_not_full() -> None:
    shop = Shop(*(changed(n) for n in range(1, 61)))

    def bare(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=shop(request).content)

    with client(bare) as woo:
        first = woo.changed_orders(SINCE)
        second = woo.changed_orders(SINCE, first.next_page)
        trash = woo.changed_orders(SINCE, second.next_page)
    assert [len(page.orders) for page in (first, second, trash)] == [50, 10, 0]
    assert (trash.next_page, trash.seen_until) == (None, None)


def test_one_order_is_read_by_its_id_and_an_unknown_one_is_none() -> None:
    with client(Shop()) as woo:
        found = woo.order(ORDER_ID)
        assert found is not None
        assert found.external_id == ORDER_ID
        assert woo.order("404") is None


def test_api_that_is_switched_off_is_not_an_unknown_order() -> None:
    woo = client(lambda request: error(404, "rest_no_route"))
    with woo, pytest.raises(ChannelRefused) as refused:
        woo.order(ORDER_ID)
    assert refused.value.code == "HTTP_404"
    assert "rest_no_route" in refused.value.message


def hook(number: int, topic: str, status: str = "active", url: str = ADDRESS) -> Body:
    return {"id": number, "topic": topic, "status": status, "delivery_url": url, "secret": ""}


def mend(shop: Shop, address: str = ADDRESS) -> Subscriptions:
    with client(shop) as woo:
        return woo.mend_subscriptions(address, "s3cret")


def test_disabled_and_paused_webhooks_are_woken_with_the_secret() -> None:
    shop = Shop()
    states = ("active", "disabled", "paused", "active")
    shop.hooks = [hook(n, t, s) for n, (t, s) in enumerate(zip(TOPICS, states, strict=True))]
    found = mend(shop)
    assert found == Subscriptions(TOPICS[1:3], TOPICS[1:3])
    assert [h["status"] for h in shop.hooks] == ["active"] * 4
    assert [h["secret"] for h in shop.hooks] == ["", "s3cret", "s3cret", ""]
    assert mend(shop) == Subscriptions()


def test_missing_webhooks_are_created_beside_those_of_others() -> None:
    shop = Shop()
    shop.hooks = [hook(90, topic, url="https://elsewhere.example.com") for topic in TOPICS]
    assert mend(shop) == Subscriptions(TOPICS, TOPICS)
    ours = [h for h in shop.hooks if h["delivery_url"] == ADDRESS]
    assert [(h["topic"], h["status"], h["secret"]) for h in ours] == [
        (topic, "active", "s3cret") for topic in TOPICS
    ]
    assert mend(shop) == Subscriptions()


def test_without_an_address_it_is_only_said_what_is_amiss() -> None:
    shop = Shop()
    shop.hooks = [hook(1, "order.created"), hook(2, "order.updated", "disabled")]
    assert mend(shop, "") == Subscriptions(TOPICS[1:])
    assert shop.wrote() == []


def test_what_a_reading_key_cannot_mend_stays_amiss() -> None:
    shop = Shop()
    shop.read_only = True
    assert mend(shop) == Subscriptions(TOPICS)


def test_key_and_secret_go_into_the_authorization_header_only() -> None:
    shop = Shop()
    with client(shop) as woo:
        woo.changed_orders(SINCE)
    (request,) = shop.asked
    assert request.headers["Authorization"].startswith("Basic ")
    assert "cs_" not in str(request.url)
    assert str(request.url).startswith("https://shop.example.com/wp-json/wc/v3/orders?")


@pytest.mark.parametrize(
    "credential", ["", "shpat_token", "ck_only", "ck_a:xs_b", ":", "cs_a:ck_b"]
)
def test_malformed_credential_is_refused_without_being_shown(credential: str) -> None:
    shop = Shop()
    with client(shop, credential) as woo, pytest.raises(ChannelRefused) as refused:
        woo.changed_orders(SINCE)
    assert refused.value.code == "BAD_CREDENTIAL"
    assert not credential.strip(":") or credential not in str(refused.value)
    assert shop.asked == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(429, headers={"Retry-After": "7"}), ChannelThrottled),
        (httpx.Response(503), ChannelUnavailable),
        (httpx.Response(200, text="<html>Fatal error</html>"), ChannelUnavailable),
        (httpx.Response(200, json={"id": 1}), ChannelUnavailable),
        (httpx.Response(200, json=[{"number": "1"}]), ChannelUnavailable),
        (httpx.Response(301, headers={"Location": "https://www"}), ChannelRefused),
        (error(401, "woocommerce_rest_cannot_view"), ChannelRefused),
    ],
)
def test_every_way_to_fail_is_told_apart(
    answer: httpx.Response, expected: type[ChannelError]
) -> None:
    with client(lambda request: answer) as woo, pytest.raises(expected) as failure:
        woo.changed_orders(SINCE)
    assert "Tannhof" not in str(failure.value)
    assert "secret" not in str(failure.value)
