"""The API is killed while messages come in: what it acknowledged is there, once."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import Engine, text

from tests.integration.api_world import eventually, open_house, shopify_headers

ROOT = Path(__file__).parents[2]
# It takes a port that is free and says which.
PROGRAM = """
import os, socket, uvicorn
from api.app import create_app
from api.state import ApiState
from database.engine import create_engine
url = os.environ["DATABASE_URL"]
server = uvicorn.Server(uvicorn.Config(create_app(ApiState(create_engine(url), url)),
                                       log_level="error"))
listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
print(listening.getsockname()[1], flush=True)
server.run(sockets=[listening])
"""
MESSAGES = 400


@dataclass(frozen=True)
class Api:
    """A running API and a client of it."""

    process: asyncio.subprocess.Process
    client: httpx.AsyncClient

    async def is_ready(self) -> bool:
        try:
            return (await self.client.get("/readyz")).is_success
        except httpx.HTTPError:
            return False


@asynccontextmanager
async def api_process(database_url: str) -> AsyncIterator[Api]:
    """Run the API as a process of its own."""
    env = os.environ | {"DATABASE_URL": database_url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
            api = Api(process, client)
            await eventually(api.is_ready)
            yield api
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def post(client: httpx.AsyncClient, number: int) -> int | None:
    """Send one message; its id when it was acknowledged."""
    body = b'{"id": %d}' % number
    try:
        answer = await client.post(
            "/webhooks/shopify/main", content=body, headers=shopify_headers(body)
        )
    except httpx.HTTPError:
        return None
    return int(answer.json()["id"]) if answer.is_success else None


def kept(engine: Engine) -> dict[int, bytes]:
    with engine.connect() as c:
        return {row.id: bytes(row.body) for row in c.execute(text("SELECT id, body FROM inbox"))}


async def test_a_killed_api_loses_no_acknowledged_message_and_doubles_none(
    engine: Engine, database_url: str
) -> None:
    with engine.begin() as c:
        open_house(c)
    acknowledged: dict[int, int] = {}

    async def send(api: Api, number: int) -> None:
        receipt = await post(api.client, number)
        if receipt is not None:
            acknowledged[number] = receipt

    async def send_and_kill(api: Api, number: int) -> None:
        await send(api, number)
        if len(acknowledged) == MESSAGES // 4:
            api.process.kill()

    async with api_process(database_url) as api:
        await asyncio.gather(*(send_and_kill(api, number) for number in range(MESSAGES)))
    assert 0 < len(acknowledged) < MESSAGES
    before = kept(engine)
    for number, receipt in acknowledged.items():
        assert before[receipt] == b'{"id": %d}' % number
    async with api_process(database_url) as api:
        await asyncio.gather(*(send(api, number) for number in range(MESSAGES)))
    assert len(acknowledged) == MESSAGES
    assert sorted(kept(engine).values()) == sorted(b'{"id": %d}' % n for n in range(MESSAGES))
