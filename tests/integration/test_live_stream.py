"""What comes down the stream of changes, byte for byte, and one who is slow to read it."""

import asyncio
import json
import socket

import httpx
import pytest
from fastapi.sse import format_sse_event
from sqlalchemy import Engine, text

from api.event_feed import MOST_QUEUED, Subscription
from api.live_changes import RESYNC, Change
from api.permissions import Scope
from tests.integration.api_world import as_, open_house, state_on
from tests.integration.live_world import (
    EVENTS,
    following,
    listening,
    next_order,
    opened,
    until_listening,
)
from tests.patience import PATIENCE_SECONDS


async def test_a_silent_line_is_kept_open_by_comments(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.live.SECONDS_OF_SILENCE", 0.05)
    async with (
        opened(engine, database_url) as client,
        client.stream("GET", EVENTS, headers=as_("cs")) as response,
    ):
        lines = response.aiter_lines()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await anext(lines) != ": ping":
                pass
            assert await anext(lines) == ""


async def test_what_is_sent_is_what_browsers_read(engine: Engine, database_url: str) -> None:
    async with (
        opened(engine, database_url) as client,
        client.stream("GET", EVENTS, headers=as_("cs")) as response,
    ):
        assert response.headers["cache-control"] == "no-cache"
        assert response.headers["x-accel-buffering"] == "no"
        lines = response.aiter_lines()
        begin = [await anext(lines) for _ in range(4)]
        assert begin == ["event: resync", "data: {}", "retry: 2000", ""]
        await until_listening(engine)
        announce(engine, "ord_1", range(7, 9))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (first := await anext(lines)) != "event: order":
                pass
            told = [first, *[await anext(lines) for _ in range(7)]]
    assert told == [
        line
        for version in (7, 8)
        for line in (
            "event: order",
            f'data: {{"order_id":"ord_1","stage":"in_review","version":{version}}}',
            f"id: ord_1:{version}",
            "",
        )
    ]


def announce(engine: Engine, order_id: str, versions: range) -> None:
    """Tell of changes as `record` does, all of them at once."""
    changes = [
        json.dumps({"order_id": order_id, "stage": "in_review", "version": version})
        for version in versions
    ]
    with engine.begin() as c:
        c.execute(
            text("SELECT pg_notify('orderflow_events', told) FROM unnest(:told) AS told"),
            {"told": changes},
        )


async def test_one_who_does_not_read_delays_nobody_and_is_told_once_to_look_again(
    engine: Engine, database_url: str
) -> None:
    with engine.begin() as c:
        open_house(c)
    # Together far more than all buffers on the way hold; each wave less than a queue does.
    order_id, waves, size = "ord_" + "x" * 1_000, 20, MOST_QUEUED // 2
    async with listening(state_on(engine, database_url)) as client:
        reader, writer = await deaf(client.base_url)
        async with following(client, "cs") as stream:
            await until_listening(engine)
            for first in range(0, waves * size, size):
                announce(engine, order_id, range(first, first + size))
                heard = [(await next_order(stream))["version"] for _ in range(size)]
                assert heard == list(range(first, first + size))
        told = await read_on(reader, f"id: {order_id}:{waves * size - 1}")
        writer.close()
    assert told.count("event: resync") == 2
    versions = [int(line.rpartition(":")[2]) for line in told if line.startswith("id: ")]
    assert versions == sorted(set(versions))
    assert len(versions) < waves * size


async def deaf(url: httpx.URL) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Follow, and read nothing until asked to."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, (url.host, url.port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=1024)
    lines = (
        "GET /api/v1/events HTTP/1.1",
        "Host: api",
        f"Authorization: {as_('cs')['Authorization']}",
    )
    writer.write("\r\n".join((*lines, "", "")).encode())
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert b"200 OK" in await reader.readline()
    return reader, writer


async def read_on(reader: asyncio.StreamReader, last: str) -> list[str]:
    """Return the lines up to one, without what is around the pieces they came in."""
    came = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while last.encode() not in came[-4 * len(last) :]:
            piece = await reader.read(65536)
            assert piece, "the stream ended"
            came += piece
    return came.replace(b"\r\n", b"\n").decode().split("\n")


def never() -> float:
    return asyncio.get_running_loop().time() + PATIENCE_SECONDS


async def test_a_slow_client_is_told_to_look_again_and_hears_what_follows() -> None:
    client = Subscription(Scope(everywhere=True, groups=frozenset()))
    for version in range(2 * MOST_QUEUED + 1):
        client.offer(Change("ord_1", "in_review", version))
    last = Change("ord_1", "in_review", 9)
    client.offer(last)
    told = await client.next(never())
    assert told.startswith(RESYNC.event)
    assert told.endswith(last.event)
    assert told.count(b"event: resync") == 1


async def test_what_waits_for_a_client_comes_at_once_in_its_order_and_encoded_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoded = 0

    def counting(**parts: str) -> bytes:
        nonlocal encoded
        encoded += 1
        return format_sse_event(**parts)  # type: ignore[arg-type]

    monkeypatch.setattr("api.live_changes.format_sse_event", counting)
    clients = [Subscription(Scope(everywhere=True, groups=frozenset())) for _ in range(3)]
    changes = [Change("ord_1", "in_review", version) for version in range(5)]
    for client in clients:
        for change in changes:
            client.offer(change)
    assert {await client.next(never()) for client in clients} == {
        b"".join(change.event for change in changes)
    }
    assert encoded == len(changes)
    assert await clients[0].next(asyncio.get_running_loop().time()) == b""
