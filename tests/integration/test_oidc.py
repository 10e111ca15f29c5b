"""Signing in by an identity provider, played over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine, text

from api.state import SignIn
from tests.integration.played_provider import PlayedProvider
from tests.integration.sessions_world import HOST, SESSION, Browser, browser, doors, open_doors

START = f"{SESSION}/oidc/start"
CALLBACK = f"{SESSION}/oidc/callback"


@pytest.fixture(autouse=True)
def _house(engine: Engine) -> None:
    open_doors(engine)
    with engine.begin() as c:
        c.execute(text("UPDATE people SET email = 'cs@example.com' WHERE person_id = 'cs'"))


@pytest.fixture
def provider(httpserver: HTTPServer) -> PlayedProvider:
    return PlayedProvider(httpserver)


@asynccontextmanager
async def visiting(
    engine: Engine, database_url: str, provider: PlayedProvider
) -> AsyncIterator[Browser]:
    sign_in = SignIn(oidc=provider.settings)
    async with doors(engine, database_url, sign_in) as app, browser(app) as mine:
        yield mine


async def gone(mine: Browser, provider: PlayedProvider, path: str = "/orders?flag=red") -> str:
    """Send the browser to the provider; returns the query it comes back with."""
    answer = await mine.client.get(START, params={"next": path})
    assert answer.status_code == 303
    return provider.arrives(answer.headers["location"])


async def landed(mine: Browser, query: str) -> str:
    answer: httpx.Response = await mine.client.get(f"{CALLBACK}?{query}")
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_whoever_the_provider_vouches_for_comes_back_signed_in_where_they_wanted(
    engine: Engine, database_url: str, provider: PlayedProvider
) -> None:
    async with visiting(engine, database_url, provider) as mine:
        offered = (await mine.client.get(f"{SESSION}/options")).json()
        assert offered["oidc"] == {"name": "Company account"}
        query = await gone(mine, provider)
        assert provider.asked["redirect_uri"] == f"{HOST}{CALLBACK}"
        assert provider.asked["code_challenge_method"] == "S256"
        assert await landed(mine, query) == "/orders?flag=red"
        assert (await mine.client.get(SESSION)).json()["person_id"] == "cs"
        assert await landed(mine, query) == "/login?problem=oidc_state", "an answer counts once"


async def test_an_answer_that_another_browser_asked_for_is_not_taken(
    engine: Engine, database_url: str, provider: PlayedProvider
) -> None:
    async with visiting(engine, database_url, provider) as mine:
        query = await gone(mine, provider)
        mine.client.cookies.clear()
        assert await landed(mine, query) == "/login?problem=oidc_state"
        await gone(mine, provider)
        assert await landed(mine, query) == "/login?problem=oidc_state"
        assert provider.redeemed == 0
        assert (await mine.client.get(SESSION)).status_code == 401


@pytest.mark.parametrize(
    ("claims", "problem"),
    [
        ({"iss": "https://elsewhere.example"}, "oidc_failed"),
        ({"aud": "another-client"}, "oidc_failed"),
        ({"azp": "another-client"}, "oidc_failed"),
        ({"exp": 1_700_000_000}, "oidc_failed"),
        ({"exp": None}, "oidc_failed"),
        ({"nonce": "of another journey"}, "oidc_failed"),
        ({"nonce": None}, "oidc_failed"),
        ({"email_verified": False}, "oidc_unverified"),
        ({"email_verified": None}, "oidc_unverified"),
        ({"email": "stranger@example.com"}, "oidc_unknown"),
        ({"email": ""}, "oidc_unverified"),
    ],
)
async def test_a_token_that_does_not_fit_signs_nobody_in(
    engine: Engine,
    database_url: str,
    provider: PlayedProvider,
    claims: dict[str, Any],
    problem: str,
) -> None:
    provider.claims = claims
    async with visiting(engine, database_url, provider) as mine:
        query = await gone(mine, provider)
        assert await landed(mine, query) == f"/login?problem={problem}"
        assert provider.redeemed == 1
        assert (await mine.client.get(SESSION)).status_code == 401


async def test_a_token_signed_with_another_key_signs_nobody_in(
    engine: Engine, database_url: str, provider: PlayedProvider
) -> None:
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "now"})
    async with visiting(engine, database_url, provider) as mine:
        assert await landed(mine, await gone(mine, provider)) == "/login?problem=oidc_failed"


async def test_two_people_with_one_e_mail_and_people_who_left_are_not_signed_in(
    engine: Engine, database_url: str, provider: PlayedProvider
) -> None:
    async with visiting(engine, database_url, provider) as mine:
        with engine.begin() as c:
            c.execute(text("UPDATE people SET email = 'CS@example.com' WHERE person_id = 'mia'"))
        assert await landed(mine, await gone(mine, provider)) == "/login?problem=oidc_unknown"
        provider.redeemed = 0
        with engine.begin() as c:
            c.execute(text("UPDATE people SET active = false WHERE person_id IN ('cs', 'mia')"))
        assert await landed(mine, await gone(mine, provider)) == "/login?problem=oidc_unknown"


async def test_an_e_mail_that_is_not_in_the_token_is_asked_for_of_the_same_subject(
    engine: Engine, database_url: str, provider: PlayedProvider
) -> None:
    provider.claims = {"email": None, "email_verified": None}
    provider.userinfo = {"sub": "s-2", "email": "cs@example.com", "email_verified": True}
    async with visiting(engine, database_url, provider) as mine:
        assert await landed(mine, await gone(mine, provider)) == "/login?problem=oidc_failed"
        provider.redeemed, provider.userinfo["sub"] = 0, "s-1"
        assert await landed(mine, await gone(mine, provider, "/")) == "/"


async def test_what_the_provider_refuses_and_that_it_is_away_is_said_on_our_page(
    engine: Engine, database_url: str, provider: PlayedProvider, httpserver: HTTPServer
) -> None:
    async with visiting(engine, database_url, provider) as mine:
        await gone(mine, provider)
        refused = f"error=access_denied&state={provider.asked['state']}"
        assert await landed(mine, refused) == "/login?problem=oidc_refused"
        httpserver.clear()
        httpserver.expect_request("/.well-known/openid-configuration").respond_with_data("busy")
        answer = await mine.client.get(START)
        assert answer.headers["location"] == "/login?problem=oidc_failed"


@pytest.mark.parametrize(
    "path",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/a\\b",
        "/\t/elsewhere.example",
        "/a\nb",
        "javascript:alert(1)",
        "orders",
        "",
    ],
)
async def test_nobody_is_sent_elsewhere_afterwards(
    engine: Engine, database_url: str, provider: PlayedProvider, path: str
) -> None:
    async with visiting(engine, database_url, provider) as mine:
        answer = await mine.client.get(START, params={"next": path})
    assert answer.status_code == 422


async def test_without_a_provider_there_is_none(engine: Engine, database_url: str) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        assert (await mine.client.get(f"{SESSION}/options")).json()["oidc"] is None
        for path in (START, CALLBACK):
            answer = await mine.client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "no_oidc")
