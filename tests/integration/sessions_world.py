"""Browsers in a test: an app, people with passwords, and clients that keep their cookie."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine

from api import passwords
from api.state import SignIn
from database import credentials
from tests.integration.api_world import lent_app, open_house, state_on

HOST = "http://127.0.0.1:8088"
SESSION = "/api/v1/session"
PASSWORD = "a password of seven words or so"
# Hashing is slow by design, so it is done once.
_KEPT = passwords.hashed(PASSWORD)


class Browser:
    """One browser: it keeps its cookie and sends the CSRF token it was given."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.csrf = ""

    async def log_in(self, person: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in with a password."""
        answer = await self.client.post(SESSION, json={"person": person, "password": password})
        self.csrf = answer.json().get("csrf_token", "")
        return answer

    async def send(self, method: str, path: str, **options: object) -> httpx.Response:
        """Send a request as our page does."""
        headers = {"X-CSRF-Token": self.csrf, "Origin": HOST}
        return await self.client.request(method, path, headers=headers, **options)  # type: ignore[arg-type]


def open_doors(engine: Engine) -> None:
    """Employ the staff of the house and give some of them a password."""
    with engine.begin() as c:
        open_house(c)
        for person in ("cs", "keeper_eu", "root"):
            credentials.set_password(c, person, _KEPT, datetime.now(UTC))


@asynccontextmanager
async def doors(
    engine: Engine, database_url: str, sign_in: SignIn | None = None
) -> AsyncIterator[FastAPI]:
    """Run an app that browsers may sign in to."""
    state = replace(state_on(engine, database_url), sign_in=sign_in or SignIn())
    with lent_app(state) as app:
        async with app.router.lifespan_context(app):
            yield app


@asynccontextmanager
async def browser(
    app: FastAPI, address: str = "127.0.0.1", host: str = HOST
) -> AsyncIterator[Browser]:
    """Open a browser at an address."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=host) as client:
        yield Browser(client)
