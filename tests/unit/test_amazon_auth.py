"""A token is bought once an hour, by one thread, and no secret ever shows."""

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from channels.amazon.auth import Credential, Tokens, parsed_credential
from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable

SECRETS = ("secret-of-the-test", "refresh-of-the-test")
TEXT = json.dumps(
    {
        "client_id": "client-1",
        "client_secret": SECRETS[0],
        "refresh_token": SECRETS[1],
        "marketplace_ids": ["A1PA6795UKMFR9"],
        "token_url": "https://login.test/token",
    }
)
Answer = Callable[[httpx.Request], httpx.Response]


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Login:
    """Plays Login with Amazon."""

    def __init__(self) -> None:
        self.sold: list[httpx.Request] = []
        self.answer: Answer | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sold.append(request)
        if self.answer:
            return self.answer(request)
        token = {"access_token": f"token-{len(self.sold)}", "expires_in": 3600}
        return httpx.Response(200, json=token)


def _bench() -> tuple[Tokens, Clock, Login, httpx.Client]:
    clock, login = Clock(), Login()
    return Tokens(clock), clock, login, httpx.Client(transport=httpx.MockTransport(login))


def test_a_token_is_kept_until_five_minutes_before_it_expires() -> None:
    tokens, clock, login, http = _bench()
    credential = parsed_credential(TEXT)
    assert tokens.token(credential, http) == "token-1"
    clock.now = 3299.0
    assert tokens.token(credential, http) == "token-1"
    clock.now = 3300.0
    assert tokens.token(credential, http) == "token-2"
    assert len(login.sold) == 2


def test_the_purchase_is_a_form_with_the_refresh_token() -> None:
    tokens, _, login, http = _bench()
    tokens.token(parsed_credential(TEXT), http)
    (request,) = login.sold
    assert (request.method, str(request.url)) == ("POST", "https://login.test/token")
    assert dict(httpx.QueryParams(request.content.decode())) == {
        "grant_type": "refresh_token",
        "refresh_token": SECRETS[1],
        "client_id": "client-1",
        "client_secret": SECRETS[0],
    }


def test_many_threads_buy_one_token() -> None:
    tokens, _, login, http = _bench()
    credential, start, got = parsed_credential(TEXT), threading.Barrier(8), set[str]()

    def ask() -> None:
        start.wait()
        got.add(tokens.token(credential, http))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (got, len(login.sold)) == ({"token-1"}, 1)


def test_credentials_do_not_share_a_token() -> None:
    tokens, _, login, http = _bench()
    other = parsed_credential(TEXT.replace(SECRETS[1], "refresh-of-another-shop"))
    assert tokens.token(parsed_credential(TEXT), http) != tokens.token(other, http)
    assert len(login.sold) == 2


def test_a_token_that_amazon_dropped_is_bought_anew_once() -> None:
    tokens, _, _, http = _bench()
    credential = parsed_credential(TEXT)
    old = tokens.token(credential, http)
    tokens.forget(credential, old)
    fresh = tokens.token(credential, http)
    tokens.forget(credential, old)
    assert tokens.token(credential, http) == fresh == "token-2"


def test_a_credential_that_amazon_refuses_says_why_and_shows_nothing() -> None:
    tokens, _, login, http = _bench()
    said = {"error": "invalid_grant", "error_description": f"bad {SECRETS[1]}"}
    login.answer = lambda request: httpx.Response(400, json=said)
    with pytest.raises(ChannelRefused, match="invalid_grant") as refused:
        tokens.token(parsed_credential(TEXT), http)
    assert refused.value.code == "BAD_CREDENTIAL"
    assert not any(secret in str(refused.value) for secret in SECRETS)


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(503), ChannelUnavailable),
        (httpx.Response(429, headers={"Retry-After": "7"}), ChannelThrottled),
        (httpx.Response(200, content=b"<html>"), ChannelUnavailable),
        (httpx.Response(200, json={"access_token": ""}), ChannelUnavailable),
    ],
)
def test_a_login_that_fails_for_now_is_worth_another_try(
    response: httpx.Response, error: type[Exception]
) -> None:
    tokens, _, login, http = _bench()
    login.answer = lambda request: response
    with pytest.raises(error):
        tokens.token(parsed_credential(TEXT), http)
    login.answer = None
    assert tokens.token(parsed_credential(TEXT), http) == "token-2"


def _without(name: str) -> str:
    said: dict[str, Any] = json.loads(TEXT)
    del said[name]
    return json.dumps(said)


@pytest.mark.parametrize(
    ("text", "amiss"),
    [
        ("secret-of-the-test", "the whole"),
        ("", "the whole"),
        ("[]", "the whole"),
        (_without("client_secret"), "client_secret"),
        (_without("marketplace_ids"), "marketplace_ids"),
        (TEXT.replace('"refresh-of-the-test"', '""'), "refresh_token"),
    ],
)
def test_a_credential_of_the_wrong_form_is_refused_without_showing_it(
    text: str, amiss: str
) -> None:
    with pytest.raises(ChannelRefused, match=amiss) as refused:
        parsed_credential(text)
    assert refused.value.code == "BAD_CREDENTIAL"
    assert refused.value.__cause__ is None
    assert not any(secret in str(refused.value) for secret in SECRETS)


def test_a_credential_hides_its_secrets() -> None:
    credential = parsed_credential(TEXT)
    assert isinstance(credential, Credential)
    assert not any(secret in repr(credential) for secret in SECRETS)
    assert credential.model_copy().token_url == "https://login.test/token"
