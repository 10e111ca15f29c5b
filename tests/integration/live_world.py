"""Listeners in a test: an API on a socket of its own, and what comes down its stream of changes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from sqlalchemy import Engine, text

from api.app import create_app
from api.state import ApiState
from tests.integration.api_world import as_, eventually, open_house, state_on
from tests.patience import PATIENCE_SECONDS

EVENTS = "/api/v1/events"


@asynccontextmanager
async def listening(state: ApiState) -> AsyncIterator[httpx.AsyncClient]:
    """Serve over a socket, since a stream needs one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            create_app(state), log_config=None, timeout_graceful_shutdown=1, lifespan="on"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[free]))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:

            async def has_started() -> bool:
                return server.started

            await eventually(has_started)
            yield client
        server.should_exit = True
        await serving


@asynccontextmanager
async def opened(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Serve with the usual staff and shops."""
    with engine.begin() as c:
        open_house(c)
    async with listening(state_on(engine, database_url)) as client:
        yield client


class Stream:
    """The events of one open connection."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, dict[str, object]]:
        """Return the next event's name and data."""
        name = ""
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                if line.startswith("data: "):
                    return name, json.loads(line.removeprefix("data: "))
        raise AssertionError("the stream ended")


@asynccontextmanager
async def following(client: httpx.AsyncClient, person: str) -> AsyncIterator[Stream]:
    """Follow the changes as somebody; the first thing said is heard already."""
    headers = as_(person) | {"Last-Event-ID": "anything"}
    async with client.stream("GET", EVENTS, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        stream = Stream(response)
        assert await stream.next() == ("resync", {})
        yield stream


async def next_order(stream: Stream) -> dict[str, object]:
    """Return the data of the next event that tells of an order."""
    while True:
        name, data = await stream.next()
        if name == "order":
            return data


async def until_listening(engine: Engine) -> None:
    """Wait until the API hears of changes."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")

    async def is_listening() -> bool:
        with engine.connect() as c:
            return bool(c.execute(query).scalar_one())

    await eventually(is_listening)
