"""Reconciliation on a real Postgres and Temporal: nothing is skipped, nothing is kept twice."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine, delete, select, text, update
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker
from werkzeug import Response

from activities import signatures as calls
from activities.sync import ChannelReading
from channels.port import Channel
from database import inbox, lookups, syncs
from database.lookups import lookups as lookups_table
from database.outbox import notifications
from database.shops import shops
from database.syncs import SyncStatus, channel_syncs
from intake.relay import Relay
from intake.sync_starts import ensure_syncs, signal_sync
from notifications.templates import rendered
from tests.integration.api_world import (
    as_,
    eventually,
    open_house,
    serving,
    state_on,
    storefront_body,
    storefront_headers,
)
from tests.integration.polled_shop import (
    CHANNEL,
    EVERY_SECONDS,
    KEY,
    OVERLAP_SECONDS,
    POLLED,
    PUBLIC_URL,
    SHOP,
    TOPIC,
    PlayedShop,
    Reading,
    register,
)
from workflows.channel_sync import ChannelSync, sync_workflow_id

LONG_AGO = timedelta(days=2)


@pytest.fixture(autouse=True)
def polled_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the storefront a channel that can be polled."""
    registry: dict[str, Channel] = {CHANNEL: POLLED}
    for module in ("activities.shop_reading", "intake.sync_starts", "api.routes.channels"):
        monkeypatch.setattr(f"{module}.CHANNELS", registry)


@pytest.fixture
def shop(engine: Engine, httpserver: HTTPServer) -> PlayedShop:
    """A registered shop, with staff to tell of it."""
    played = PlayedShop(httpserver)
    with engine.begin() as c:
        open_house(c)
    register(engine, played.url)
    with engine.begin() as c:
        c.execute(update(shops).values(created_at=shops.c.created_at - LONG_AGO))
    return played


@pytest.fixture
def reading(engine: Engine) -> Reading:
    """The activities of a worker."""
    return Reading(engine)


def status(engine: Engine) -> SyncStatus:
    with engine.connect() as c:
        return next(each for each in syncs.statuses(c) if (each.channel, each.shop) == KEY)


def kept(engine: Engine) -> list[Any]:
    with engine.connect() as c:
        return list(c.execute(select(inbox.inbox).order_by(inbox.inbox.c.id)))


def messages(engine: Engine, kind: str) -> list[Any]:
    with engine.connect() as c:
        query = select(notifications).where(notifications.c.event_kind == kind)
        return list(c.execute(query.order_by(notifications.c.id)))


def close_to(one: datetime | None, other: datetime) -> bool:
    return one is not None and abs(one - other) < timedelta(seconds=20)


# --- the cursor ---------------------------------------------------------------------------------


def test_the_first_poll_begins_when_the_shop_was_registered(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    reading.poll()
    since = datetime.fromisoformat(shop.asked[0]["since"])
    assert close_to(since, datetime.now(UTC) - LONG_AGO - timedelta(seconds=OVERLAP_SECONDS))


def test_each_poll_looks_a_little_further_back_than_the_last_one_saw(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    seen = datetime.now(UTC) - timedelta(minutes=30)
    shop.pages = [{"orders": ["1"], "seen_until": seen.isoformat()}]
    reading.poll()
    reading.poll()
    since = datetime.fromisoformat(shop.asked[1]["since"])
    assert since == seen - timedelta(seconds=OVERLAP_SECONDS)


def test_without_the_shops_clock_our_own_counts_with_a_margin(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    reading.poll()
    assert close_to(status(engine).seen_until, datetime.now(UTC) - timedelta(minutes=2))


def test_a_shop_whose_clock_is_ahead_makes_us_skip_nothing(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    ahead = datetime.now(UTC) + timedelta(days=400)
    shop.pages = [{"orders": [], "seen_until": ahead.isoformat()}]
    reading.poll()
    seen_until = status(engine).seen_until
    assert seen_until is not None
    assert seen_until <= datetime.now(UTC)


def test_a_shop_whose_clock_goes_back_does_not_take_the_cursor_with_it(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    seen = datetime.now(UTC) - timedelta(minutes=30)
    earlier = seen - timedelta(days=1)
    shop.pages = [
        {"orders": [], "seen_until": seen.isoformat()},
        {"orders": [], "seen_until": earlier.isoformat()},
    ]
    reading.poll()
    reading.poll()
    assert status(engine).seen_until == seen


def test_pages_are_read_one_by_one_and_the_orders_are_kept_as_if_they_had_been_sent(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    shop.pages = [{"orders": ["1", "2"], "next": "p2"}, {"orders": ["3"]}]
    first = reading.poll()
    assert (first.found, first.new, first.more) == (2, 2, True)
    assert status(engine).page == "p2"
    second = reading.poll()
    assert (second.found, second.more, second.every_seconds) == (1, False, EVERY_SECONDS)
    assert shop.asked[1] == {"since": shop.asked[0]["since"], "page": "p2"}
    now = status(engine)
    assert (now.page, now.found) == (None, 3)
    assert close_to(now.polled_at, datetime.now(UTC))
    rows = kept(engine)
    assert {row.found_by for row in rows} == {"poll"}
    assert bytes(rows[0].body) == storefront_body("1")
    assert rows[0].dedup_key == inbox.content_key(TOPIC, storefront_body("1"))


def test_the_same_page_twice_keeps_nothing_twice(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    page = {"orders": ["1", "2"]}
    shop.pages = [page, page]
    assert reading.poll().new == 2
    answer = reading.poll()
    assert (answer.found, answer.new) == (2, 0)
    assert len(kept(engine)) == 2


async def test_what_a_webhook_brought_already_is_no_new_message(
    engine: Engine, database_url: str, shop: PlayedShop, reading: Reading
) -> None:
    body = storefront_body("1")
    async with serving(state_on(engine, database_url)) as api:
        answer = await api.post(
            f"/webhooks/{CHANNEL}/{SHOP}",
            content=body,
            headers=storefront_headers(body, "current"),
        )
        assert answer.status_code == 200
    shop.pages = [{"orders": ["1"]}]
    assert reading.poll().new == 0
    assert [row.found_by for row in kept(engine)] == ["push"]


def test_a_crash_before_the_commit_leaves_the_cursor_and_the_page_is_read_again(
    engine: Engine, shop: PlayedShop, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {"orders": ["1"], "next": "p2"}
    shop.pages = [page, page]
    with monkeypatch.context() as broken:
        broken.setattr("activities.sync.syncs.advance", _crash)
        with pytest.raises(ApplicationError):
            reading.poll()
    assert kept(engine) == []
    assert status(engine).page is None
    assert reading.poll().new == 1


def _crash(*_: object, **__: object) -> bool:
    raise MemoryError


def test_an_attempt_that_was_overtaken_does_not_move_the_cursor(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    now = datetime.now(UTC)
    shop.pages = [{"orders": ["1"], "next": "p2"}]
    with engine.begin() as c:
        window = syncs.window(c, *KEY)
    assert window is not None
    late = replace(window, since=window.seen_until, started_at=now)
    reading.poll()
    with engine.begin() as c:
        moved = syncs.advance(c, *KEY, late, found=9, next_page=None, seen_until=now, now=now)
    assert not moved
    assert (status(engine).page, status(engine).found) == ("p2", 1)


# --- what goes wrong ----------------------------------------------------------------------------


def test_a_page_that_fails_leaves_the_cursor_and_is_shown(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    shop.pages = [{"orders": ["1"], "next": "p2"}, Response(status=503), {"orders": ["2"]}]
    reading.poll()
    with pytest.raises(ApplicationError) as failed:
        reading.poll()
    assert (failed.value.type, failed.value.non_retryable) == ("Outage", False)
    now = status(engine)
    assert (now.page, now.trouble, now.polled_at) == ("p2", "UNAVAILABLE", None)
    reading.poll()
    assert shop.asked[2]["page"] == "p2"
    assert status(engine).trouble == ""


def test_a_throttled_poll_waits_as_long_as_the_shop_asked(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    shop.pages = [Response(status=429, headers={"Retry-After": "77"})]
    with pytest.raises(ApplicationError) as failed:
        reading.poll()
    assert failed.value.next_retry_delay == timedelta(seconds=77)
    assert status(engine).trouble == "THROTTLED"


def test_a_refusal_is_told_once_until_the_shop_was_read_again(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    shop.credential = "another"
    assert reading.poll().refused == "HTTP_401"
    assert reading.poll().refused == "HTTP_401"
    (told,) = messages(engine, "channel_refused")
    assert (told.person_id, told.subject, told.data) == (
        "root",
        f"{CHANNEL}/{SHOP}",
        {"code": "HTTP_401"},
    )
    assert status(engine).refused_since is not None
    register(engine, shop.url, "another")
    assert reading.poll().refused == ""
    assert status(engine).refused_since is None
    shop.credential = "a third"
    reading.poll()
    assert len(messages(engine, "channel_refused")) == 2


def test_a_page_that_the_shop_forgot_is_no_alarm_unless_that_happens_again(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    first, lost = {"orders": ["1"], "next": "p2"}, Response(status=400)
    shop.pages = [first, lost, first, lost]
    reading.poll()
    answer = reading.poll()
    assert (answer.refused, answer.more) == ("", False)
    assert messages(engine, "channel_refused") == []
    reading.poll()
    assert "page" not in shop.asked[2]
    assert reading.poll().refused == "HTTP_400"
    assert len(messages(engine, "channel_refused")) == 1


def test_a_shop_that_is_gone_or_has_no_address_is_not_polled(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    register(engine, "")
    assert reading.poll().gone
    with engine.begin() as c:
        c.execute(delete(shops))
    assert reading.poll().gone
    assert reading.look_up().gone
    assert reading.check().gone
    assert shop.asked == []


# --- look-ups -----------------------------------------------------------------------------------


def request(engine: Engine, *references: str) -> None:
    with engine.begin() as c:
        for reference in references:
            lookups.request(c, *KEY, reference, datetime.now(UTC))


def open_lookups(engine: Engine) -> list[Any]:
    with engine.connect() as c:
        return list(c.execute(select(lookups_table).order_by(lookups_table.c.reference)))


def make_due(engine: Engine) -> None:
    with engine.begin() as c:
        c.execute(update(lookups_table).values(next_at=datetime.now(UTC)))


def test_what_was_named_is_read_kept_and_forgotten(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    shop.orders = {"7", "8"}
    request(engine, "7", "8")
    assert reading.look_up().due_in_seconds == 0
    assert reading.look_up().due_in_seconds is None
    assert open_lookups(engine) == []
    assert [row.found_by for row in kept(engine)] == ["push", "push"]
    reading.look_up()
    assert shop.read == ["7", "8"]


def test_an_order_that_was_named_again_while_it_was_read_is_read_once_more(
    engine: Engine, shop: PlayedShop
) -> None:
    request(engine, "7")
    with engine.connect() as c:
        begun = lookups.next_due(c, *KEY, datetime.now(UTC))
    assert begun is not None
    request(engine, "7")
    with engine.begin() as c:
        lookups.done(c, begun)
    (waiting,) = open_lookups(engine)
    assert (waiting.reference, waiting.requests) == ("7", 2)


def test_an_order_that_the_shop_does_not_know_becomes_a_persons_task(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    request(engine, "7")
    for _ in range(3):
        make_due(engine)
        reading.look_up()
    (failed,) = open_lookups(engine)
    assert (failed.trouble, failed.attempts, failed.owner_role) == (
        "UNKNOWN_ORDER",
        3,
        "customer_service",
    )
    assert failed.failed_at is not None
    assert reading.look_up().due_in_seconds is None
    assert len(shop.read) == 3
    request(engine, "7")
    shop.orders = {"7"}
    reading.look_up()
    assert open_lookups(engine) == []


def test_an_order_the_shop_stumbles_over_does_not_hold_up_the_others(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    shop.orders, shop.stumbles_over = {"7", "8"}, "7"
    request(engine, "7", "8")
    with pytest.raises(ApplicationError):
        reading.look_up()
    reading.look_up()
    assert shop.read == ["7", "8"]
    assert [row.reference for row in open_lookups(engine)] == ["7"]


def test_a_credential_that_was_put_right_gives_failed_look_ups_another_chance(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    shop.credential = "another"
    reading.poll()
    request(engine, "7")
    for _ in range(3):
        make_due(engine)
        reading.look_up()
    assert open_lookups(engine)[0].trouble_detail == "HTTP_401"
    register(engine, shop.url, "another")
    assert reading.poll().look_ups_due
    assert open_lookups(engine)[0].failed_at is None


# --- subscriptions ------------------------------------------------------------------------------


def test_mended_subscriptions_are_recorded_and_nobody_is_told(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    reading.poll()
    shop.subscriptions = {"amiss": ["orders/create"], "mended": ["orders/create"]}
    answer = reading.check()
    assert (answer.amiss, answer.mended) == (0, 1)
    assert shop.told == [
        {"address": f"{PUBLIC_URL}/webhooks/{CHANNEL}/{SHOP}", "secret": "current"}
    ]
    shop.subscriptions = {"amiss": [], "mended": []}
    reading.check()
    now = status(engine)
    assert (now.amiss, now.mended) == ((), ("orders/create",))
    assert close_to(now.mended_at, datetime.now(UTC))
    assert messages(engine, "subscriptions_amiss") == []


def test_what_could_not_be_mended_is_told_once_per_change(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    reading.poll()
    shop.subscriptions = {"amiss": ["orders/create", "orders/paid"], "mended": ["orders/paid"]}
    reading.check()
    reading.check()
    assert [told.data for told in messages(engine, "subscriptions_amiss")] == [
        {"detail": "orders/create"}
    ]
    shop.subscriptions = {"amiss": [], "mended": []}
    reading.check()
    assert len(messages(engine, "subscriptions_amiss")) == 1
    shop.subscriptions = {"amiss": ["orders/create"], "mended": []}
    reading.check()
    assert len(messages(engine, "subscriptions_amiss")) == 2


def test_without_a_public_address_subscriptions_are_only_looked_at(
    engine: Engine, shop: PlayedShop
) -> None:
    Reading(engine, "").check()
    assert shop.told[0]["address"] == ""


def test_a_refused_check_needs_a_person(engine: Engine, shop: PlayedShop, reading: Reading) -> None:
    reading.poll()
    shop.credential = "another"
    reading.check()
    assert status(engine).check_refused == "HTTP_401"
    assert messages(engine, "subscriptions_amiss")[0].data == {"detail": "HTTP_401"}


@pytest.mark.parametrize("kind", ["channel_refused", "subscriptions_amiss"])
def test_the_messages_have_words_in_both_languages(kind: str) -> None:
    data = {"code": "HTTP_401", "detail": "orders/create"}
    english, chinese = (rendered(kind, "shopify/main", data, lang) for lang in ("en", "zh"))
    assert english.title.isascii()
    assert not chinese.title.isascii()


# --- the whole of it ----------------------------------------------------------------------------


@pytest.fixture
async def working(engine: Engine, temporal_client: Client) -> AsyncIterator[list[Worker]]:
    """The workers of the sync."""
    reading = ChannelReading(engine, PUBLIC_URL)
    with ThreadPoolExecutor(4) as threads:
        yield [
            Worker(temporal_client, task_queue=calls.ORDERS_QUEUE, workflows=[ChannelSync]),
            Worker(
                temporal_client,
                task_queue=calls.poll_queue(CHANNEL),
                activities=[reading.poll_page],
                activity_executor=threads,
                max_concurrent_activities=1,
            ),
            Worker(
                temporal_client,
                task_queue=calls.read_queue(CHANNEL),
                activities=[reading.look_up_order, reading.mend_subscriptions],
                activity_executor=threads,
                max_concurrent_activities=2,
            ),
        ]
    # The orders that were found wait for a worker, and their rows will be gone.
    async for left in temporal_client.list_workflows('ExecutionStatus = "Running"'):
        await temporal_client.get_workflow_handle(left.id).terminate()


async def test_a_lost_webhook_is_found_counted_and_shown_and_a_named_order_is_read(
    engine: Engine,
    database_url: str,
    temporal_client: Client,
    shop: PlayedShop,
    working: list[Worker],
) -> None:
    relay = Relay(engine, database_url, temporal_client)
    shop.pages, shop.orders = [{"orders": ["1"]}], {"7"}
    one, two, three = working
    async with (
        one,
        two,
        three,
        serving(state_on(engine, database_url, temporal_client)) as api,
    ):

        async def shown() -> dict[str, Any]:
            items = (await api.get("/api/v1/channels", headers=as_("audi"))).json()["items"]
            found: dict[str, Any] = next(
                each for each in items if (each["channel"], each["shop"]) == KEY
            )
            return found

        async def has_checked() -> bool:
            return bool((await shown())["subscriptions"]["state"] == "healthy")

        assert not (await shown())["last_poll_at"]
        await ensure_syncs(engine, temporal_client)
        await eventually(has_checked)
        while await relay.relay_once():
            pass
        now = await shown()
        assert (now["found"], now["found_by_poll"], now["found_by_poll_24h"]) == (1, 1, 1)

        request(engine, "7")
        await signal_sync(temporal_client, CHANNEL, SHOP)

        async def has_read() -> bool:
            return bool((await shown())["look_ups"]["waiting"] == 0)

        await eventually(has_read)
        while await relay.relay_once():
            pass
        shop.pages = [{"orders": ["2"]}]
        asked = await api.post(f"/api/v1/channels/{CHANNEL}/{SHOP}/sync", headers=as_("cs"))
        assert (asked.status_code, asked.json()) == (202, {"status": "asked", "look_ups": 0})

        async def has_polled() -> bool:
            return len(shop.asked) == 2 and not shop.pages

        await eventually(has_polled)

        async def has_kept() -> bool:
            return len(kept(engine)) == 3

        await eventually(has_kept)
        while await relay.relay_once():
            pass
        assert (await shown())["found_by_poll"] == 2
        figures = (await api.get("/metrics")).text
        assert f'orderflow_found_by_poll_total{{channel="{CHANNEL}"}} 2.0' in figures
        with engine.begin() as c:
            c.execute(delete(shops))
        await temporal_client.get_workflow_handle(sync_workflow_id(*KEY)).signal("poll_now")
        await temporal_client.get_workflow_handle(sync_workflow_id(*KEY)).result()


async def test_a_failed_look_up_is_shown_to_its_role_and_tried_again_when_somebody_polls(
    engine: Engine,
    database_url: str,
    temporal_client: Client,
    shop: PlayedShop,
    reading: Reading,
) -> None:
    request(engine, "7")
    for _ in range(3):
        make_due(engine)
        reading.look_up()
    async with serving(state_on(engine, database_url, temporal_client)) as api:
        items = (await api.get("/api/v1/channels", headers=as_("cs"))).json()["items"]
        look_ups = next(each for each in items if each["channel"] == CHANNEL)["look_ups"]
        assert (look_ups["waiting"], look_ups["failed"]) == (0, 1)
        (listed,) = look_ups["listed"]
        assert (listed["reference"], listed["owner_role"]) == ("7", "customer_service")
        assert "店铺" in listed["trouble"]["message_zh"]
        answer = await api.post(f"/api/v1/channels/{CHANNEL}/{SHOP}/sync", headers=as_("cs"))
        assert answer.json()["look_ups"] == 1
    handle = temporal_client.get_workflow_handle(sync_workflow_id(*KEY))
    await handle.terminate()


async def test_only_a_shop_that_can_be_polled_is_polled_and_only_by_who_may(
    engine: Engine, database_url: str, shop: PlayedShop
) -> None:
    async with serving(state_on(engine, database_url)) as api:
        for path in ("shopify/main", f"{CHANNEL}/other", "none/none"):
            answer = await api.post(f"/api/v1/channels/{path}/sync", headers=as_("cs"))
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_shop")
        path = f"/api/v1/channels/{CHANNEL}/{SHOP}/sync"
        assert (await api.post(path, headers=as_("audi"))).status_code == 403
        assert (await api.post(path, headers=as_("cs"))).json()["code"] == "sync_unreachable"


async def test_a_refusal_is_shown_in_words_without_secrets(
    engine: Engine, database_url: str, shop: PlayedShop, reading: Reading
) -> None:
    shop.credential = "another"
    reading.poll()
    async with serving(state_on(engine, database_url)) as api:
        answer = await api.get("/api/v1/channels", headers=as_("cs"))
    trouble = next(each for each in answer.json()["items"] if each["channel"] == CHANNEL)
    assert trouble["last_error"]["code"] == "REFUSED"
    assert "HTTP_401" in trouble["last_error"]["message_en"]
    assert "current" not in answer.text


def test_counting_what_the_poll_found_uses_its_index(engine: Engine) -> None:
    with engine.connect() as c:
        c.execute(text("SET LOCAL enable_seqscan = off"))
        query = select(inbox.inbox.c.channel).where(syncs.STARTED_BY_POLL)
        plan = c.execute(text(f"EXPLAIN {query.compile(c)}")).scalars().all()
    assert "ix_inbox_poll_starts" in " ".join(plan)


def test_no_secret_or_order_is_kept_beside_the_cursor(
    engine: Engine, shop: PlayedShop, reading: Reading
) -> None:
    shop.pages = [{"orders": ["1"]}]
    reading.poll()
    with engine.connect() as c:
        row = c.execute(select(channel_syncs)).one()
    assert "current" not in str(row)
    assert "Testperson" not in str(row)
