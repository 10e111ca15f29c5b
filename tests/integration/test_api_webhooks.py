"""The front door: only what a shop signed comes in, once, and is acknowledged when kept."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from sqlalchemy import Connection, Engine, select

from api.app import create_app
from api.body_limit import MOST_BYTES
from api.intake_writer import IntakeWriter
from channels.port import Channel
from channels.registry import CHANNELS
from channels.woocommerce.channel import CHANNEL as WOO
from database import inbox, shops
from database.inbox import Delivery, Receipt
from database.shops import Shop
from tests.integration.api_world import (
    OLD_SECRET,
    SECRET,
    open_house,
    running,
    serving,
    shopify_headers,
    state_on,
    state_without_postgres,
    storefront_body,
    storefront_headers,
)

SHOPIFY = "/webhooks/shopify/main"
WOOCOMMERCE = "/webhooks/woocommerce/main"
PING = {"Content-Type": "application/x-www-form-urlencoded"}
STOREFRONT = "/webhooks/storefront/main"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as c:
        return list(c.execute(select(inbox.inbox).order_by(inbox.inbox.c.id)))


async def test_a_signed_message_is_kept_and_acknowledged(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    body = b'{"id": 820982911946154508}'
    answer = await api.post(SHOPIFY, content=body, headers=shopify_headers(body))
    assert answer.status_code == 200
    (row,) = rows(engine)
    assert answer.json() == {"status": "accepted", "id": row.id}
    assert (row.channel, row.shop, row.topic) == ("shopify", "main", "orders/create")
    assert bytes(row.body) == body
    assert row.submitter == ""


async def test_neither_signatures_nor_unknown_headers_are_kept(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    body = b"{}"
    await api.post(SHOPIFY, content=body, headers=shopify_headers(body))
    assert set(rows(engine)[0].headers) == {
        "content-type",
        "x-shopify-topic",
        "x-shopify-webhook-id",
        "x-shopify-triggered-at",
    }


async def test_five_times_the_same_message_is_one_row_and_five_acknowledgements(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    body = b'{"id": 1}'
    answers = [
        await api.post(SHOPIFY, content=body, headers=shopify_headers(body)) for _ in range(5)
    ]
    assert [a.status_code for a in answers] == [200] * 5
    assert [a.json()["status"] for a in answers] == ["accepted", *["duplicate"] * 4]
    assert len({a.json()["id"] for a in answers}) == 1
    (row,) = rows(engine)
    assert row.deliveries == 5


async def test_a_new_delivery_id_does_not_make_the_same_content_new(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    body = b'{"id": 1}'
    headers = shopify_headers(body)
    await api.post(SHOPIFY, content=body, headers=headers)
    again = await api.post(SHOPIFY, content=body, headers=headers | {"X-Shopify-Webhook-Id": "w-2"})
    assert again.json()["status"] == "duplicate"
    assert len(rows(engine)) == 1


async def test_the_previous_secret_still_counts(api: httpx.AsyncClient) -> None:
    body = b"{}"
    answer = await api.post(SHOPIFY, content=body, headers=shopify_headers(body, OLD_SECRET))
    assert answer.status_code == 200


async def test_one_changed_byte_is_refused_without_being_read(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    headers = shopify_headers(b'{"id": 1}')
    answer = await api.post(SHOPIFY, content=b'{"id": 2}', headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "bad_signature"
    assert rows(engine) == []


@pytest.mark.parametrize(
    "path", ["/webhooks/shopify/unknown", "/webhooks/nosuch/main", "/webhooks/storefront/unknown"]
)
async def test_an_unknown_shop_or_channel_looks_like_a_wrong_signature(
    api: httpx.AsyncClient, path: str
) -> None:
    body = b"{}"
    unknown = await api.post(path, content=body, headers=shopify_headers(body))
    wrong = await api.post(SHOPIFY, content=body, headers=shopify_headers(b"other"))
    assert unknown.status_code == 401
    assert unknown.content == wrong.content


async def test_a_shop_is_known_moments_after_it_was_registered(
    api: httpx.AsyncClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.shop_book.SECONDS_BEFORE_ANOTHER_LOOK", 0.0)
    body = b"{}"
    headers = shopify_headers(body)
    assert (await api.post("/webhooks/shopify/new", content=body, headers=headers)).is_error
    with engine.begin() as c:
        shops.save(c, Shop("shopify", "new", ("shop-secret-1",)))
    assert (await api.post("/webhooks/shopify/new", content=body, headers=headers)).is_success


async def test_a_storefront_signature_counts_for_five_minutes(api: httpx.AsyncClient) -> None:
    body = storefront_body()
    now = datetime.now(UTC)
    for age, status in ((timedelta(minutes=4), 200), (timedelta(minutes=6), 401)):
        headers = storefront_headers(body, at=now - age)
        answer = await api.post(STOREFRONT, content=body, headers=headers)
        assert answer.status_code == status


async def test_a_body_of_no_order_is_kept_for_quarantine(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    body = b"\xff\x00 this is no JSON {"
    answer = await api.post(SHOPIFY, content=body, headers=shopify_headers(body))
    assert answer.status_code == 200
    assert bytes(rows(engine)[0].body) == body


@pytest.fixture
async def woo(
    api: httpx.AsyncClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> httpx.AsyncClient:
    monkeypatch.setitem(cast(dict[str, Channel], CHANNELS), "woocommerce", WOO)
    with engine.begin() as c:
        shops.save(c, Shop("woocommerce", "main", (SECRET,)))
    return api


async def test_the_unsigned_ping_of_a_registered_shop_is_answered_and_leads_to_nothing(
    woo: httpx.AsyncClient, engine: Engine
) -> None:
    answer = await woo.post(WOOCOMMERCE, content=b"webhook_id=123", headers=PING)
    assert (answer.status_code, answer.content) == (200, b"")
    assert rows(engine) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/webhooks/woocommerce/unknown", b"webhook_id=123"),
        (STOREFRONT, b"webhook_id=123"),
        ("/webhooks/nosuch/main", b"webhook_id=123"),
        (WOOCOMMERCE, b"webhook_id=123&x=1"),
        (WOOCOMMERCE, b'{"id": 16}'),
    ],
)
async def test_nothing_else_comes_in_as_a_ping(
    woo: httpx.AsyncClient, engine: Engine, path: str, body: bytes
) -> None:
    answer = await woo.post(path, content=body, headers=PING)
    assert answer.status_code == 401
    assert rows(engine) == []


async def test_two_woocommerce_orders_of_one_second_are_two_messages(
    woo: httpx.AsyncClient, engine: Engine
) -> None:
    for body in (b'{"id": 1}', b'{"id": 2}'):
        digest = hmac.digest(SECRET.encode(), body, hashlib.sha256)
        headers = {
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-WC-Webhook-Topic": "order.updated",
            "X-WC-Webhook-Delivery-ID": "the-same-for-a-second",
        }
        answer = await woo.post(WOOCOMMERCE, content=body, headers=headers)
        assert answer.json()["status"] == "accepted"
    assert [row.topic for row in rows(engine)] == ["order.updated"] * 2


async def test_the_address_under_the_api_prefix_works_as_well(api: httpx.AsyncClient) -> None:
    body = b"{}"
    answer = await api.post(f"/api/v1{SHOPIFY}", content=body, headers=shopify_headers(body))
    assert answer.status_code == 200


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_the_limit_is_refused_announced_or_not(
    api: httpx.AsyncClient, engine: Engine, announced: bool
) -> None:
    body = b"x" * (MOST_BYTES + 1)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    content: Any = body if announced else chunks()
    answer = await api.post(SHOPIFY, content=content, headers=shopify_headers(body))
    assert ("content-length" in answer.request.headers) is announced
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert rows(engine) == []


async def test_a_body_of_exactly_the_limit_is_taken(api: httpx.AsyncClient) -> None:
    body = b"x" * MOST_BYTES
    answer = await api.post(SHOPIFY, content=body, headers=shopify_headers(body))
    assert answer.status_code == 200


async def test_without_postgres_nothing_is_acknowledged() -> None:
    body = b"{}"
    async with serving(state_without_postgres()) as api:
        answer = await api.post(SHOPIFY, content=body, headers=shopify_headers(body))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "unavailable"


async def test_when_postgres_goes_away_after_the_shops_were_read_nothing_is_acknowledged(
    engine: Engine, database_url: str
) -> None:
    with engine.begin() as c:
        open_house(c)
    app = create_app(state_on(engine, database_url))
    services = app.state.services
    await services.shops.find("shopify", "main")
    dead = state_without_postgres().engine
    services.shops._engine, services.writer._engine = dead, dead
    body = b"{}"
    async with running(app) as api:
        answers = await asyncio.gather(
            *(
                api.post(SHOPIFY, content=b"%d" % n, headers=shopify_headers(b"%d" % n))
                for n in range(10)
            )
        )
    assert [a.status_code for a in answers] == [503] * 10
    assert rows(engine) == []
    # Once it is back the same message is new.
    async with serving(state_on(engine, database_url)) as api:
        answer = await api.post(SHOPIFY, content=body, headers=shopify_headers(body))
    assert answer.json()["status"] == "accepted"


async def test_many_messages_at_once_share_commits_and_each_gets_its_own_receipt(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.begin() as c:
        open_house(c)
    commits = []
    put = inbox.put

    def counted(c: Connection, deliveries: Sequence[Delivery]) -> list[Receipt]:
        commits.append(len(deliveries))
        return put(c, deliveries)

    monkeypatch.setattr(inbox, "put", counted)
    bodies = [b'{"id": %d}' % n for n in range(100)]
    async with serving(state_on(engine, database_url)) as api:
        answers = await asyncio.gather(
            *(api.post(SHOPIFY, content=b, headers=shopify_headers(b)) for b in bodies)
        )
    assert all(a.status_code == 200 for a in answers)
    kept = {row.id: bytes(row.body) for row in rows(engine)}
    assert [kept[a.json()["id"]] for a in answers] == bodies
    assert sum(commits) == 100
    assert len(commits) < 50


def delivery(name: str, topic: str = "orders/create") -> Delivery:
    return Delivery("shopify", "main", topic, name, {}, b"{}", datetime.now(UTC))


async def test_a_message_postgres_refuses_takes_no_other_with_it(engine: Engine) -> None:
    from api.intake_writer import IntakeUnavailable

    writer = IntakeWriter(engine)
    waiting = [
        asyncio.create_task(writer.put(each))
        for each in (delivery("a"), delivery("b", topic="\0"), delivery("c"))
    ]
    await asyncio.sleep(0)
    await writer.start()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    await writer.stop()
    assert isinstance(answers[1], IntakeUnavailable)
    assert [row.dedup_key for row in rows(engine)] == ["a", "c"]


async def test_a_full_queue_and_a_late_commit_are_no_acknowledgement(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.intake_writer import IntakeUnavailable

    monkeypatch.setattr("api.intake_writer.MOST_WAITING", 1)
    writer = IntakeWriter(engine, seconds_to_commit=0.05)
    late = asyncio.create_task(writer.put(delivery("late")))
    await asyncio.sleep(0)
    with pytest.raises(IntakeUnavailable, match="too many"):
        await writer.put(delivery("one too many"))
    with pytest.raises(IntakeUnavailable, match="too long"):
        await late
    await writer.start()
    await writer.stop()
    assert rows(engine) == []
