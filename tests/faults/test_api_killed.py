"""The API is killed while messages come in: what it acknowledged is there, once."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import Engine, text

from tests.integration.api_world import eventually, open_house, shopify_headers

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, uvicorn
from api.app import create_app
from api.state import ApiState
from database.engine import create_engine
url = os.environ["DATABASE_URL"]
uvicorn.run(create_app(ApiState(create_engine(url), url)), port=int(os.environ["PORT"]),
            log_level="error")
"""
MESSAGES = 400


@contextmanager
def api_process(database_url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the API as a process of its own."""
    env = os.environ | {"DATABASE_URL": database_url, "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def ready(client: httpx.AsyncClient) -> None:
    async def answers() -> bool:
        try:
            return (await client.get("/readyz")).is_success
        except httpx.HTTPError:
            return False

    await eventually(answers)


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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)
    acknowledged: dict[int, int] = {}

    async def send(number: int, process: subprocess.Popen[bytes] | None = None) -> None:
        receipt = await post(client, number)
        if receipt is not None:
            acknowledged[number] = receipt
        if process is not None and len(acknowledged) == MESSAGES // 4:
            process.send_signal(signal.SIGKILL)

    async with client:
        with api_process(database_url, port) as process:
            await ready(client)
            await asyncio.gather(*(send(number, process) for number in range(MESSAGES)))
        assert 0 < len(acknowledged) < MESSAGES
        before = kept(engine)
        for number, receipt in acknowledged.items():
            assert before[receipt] == b'{"id": %d}' % number
        with api_process(database_url, port):
            await ready(client)
            await asyncio.gather(*(send(number) for number in range(MESSAGES)))
    assert len(acknowledged) == MESSAGES
    assert sorted(kept(engine).values()) == sorted(b'{"id": %d}' % n for n in range(MESSAGES))
