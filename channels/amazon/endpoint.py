"""Calls to the Selling Partner API of one region, with token, throttling and errors sorted out.

Source: developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits. A limit is told as
requests per second in `x-amzn-RateLimit-Limit`; a refusal carries `errors[].code`.
"""

import re
from collections.abc import Mapping
from typing import Any

import httpx

from channels.amazon.auth import SHARED_TOKENS, Credential, Tokens
from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.http import answered, timeouts
from channels.port import ChannelAccess

_USER_AGENT = "orderflow/1.0 (Language=Python)"
_LONGEST_WAIT_SECONDS = 3600.0
_LAPSED = frozenset({"HTTP_401", "HTTP_403"})

Query = Mapping[str, str | int]
Json = dict[str, Any]


class Endpoint:
    """One region's host as one seller; thread-safe.

    Tokens are shared by all endpoints of the process, but not by those with a network of their
    own (`transport`).
    """

    def __init__(
        self,
        access: ChannelAccess,
        credential: Credential,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base = access.base_url.rstrip("/")
        self._credential = credential
        self._tokens = SHARED_TOKENS if transport is None else Tokens()
        self._http = httpx.Client(
            timeout=timeouts(access.timeout_seconds),
            transport=transport,
            headers={"User-Agent": _USER_AGENT},
        )

    def get(self, path: str, query: Query | None = None) -> Json | None:
        """Return the answer, None when there is no such thing (404)."""
        try:
            return _object(self._call("GET", path, query=query))
        except ChannelRefused as error:
            if error.code == "HTTP_404":
                return None
            raise

    def post(self, path: str, body: Json) -> None:
        """Send a body; the answer holds nothing we need."""
        self._call("POST", path, body=body)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(
        self, method: str, path: str, query: Query | None = None, body: Json | None = None
    ) -> httpx.Response:
        token = self._tokens.token(self._credential, self._http)
        try:
            return self._send(token, method, path, query, body)
        except ChannelRefused as error:
            if error.code not in _LAPSED:
                raise
        # Amazon says no to a lapsed token as it does to a missing role: a new one tells them apart.
        self._tokens.forget(self._credential, token)
        fresh = self._tokens.token(self._credential, self._http)
        return self._send(fresh, method, path, query, body)

    def _send(
        self, token: str, method: str, path: str, query: Query | None, body: Json | None
    ) -> httpx.Response:
        url, headers = f"{self._base}{path}", {"x-amz-access-token": token}
        params = dict(query) if query else None

        def send() -> httpx.Response:
            response = self._http.request(method, url, params=params, json=body, headers=headers)
            return _sorted_out(response)

        return answered(send)


def _sorted_out(response: httpx.Response) -> httpx.Response:
    """Raise what Amazon tells in its own way; every other answer goes through."""
    status = response.status_code
    if status == 429 and "Retry-After" not in response.headers:
        if (seconds := _seconds_between(response)) is not None:
            raise ChannelThrottled(seconds)
    elif 400 <= status < 500 and status not in {408, 425, 429}:
        codes = ", ".join(re.findall(r'"code"\s*:\s*"([A-Za-z_ ]{1,40})"', response.text)[:3])
        reason = f" ({codes})" if codes else ""
        raise ChannelRefused(f"HTTP_{status}", f"Amazon answered HTTP {status}{reason}")
    return response


def _seconds_between(response: httpx.Response) -> float | None:
    try:
        per_second = float(response.headers.get("x-amzn-RateLimit-Limit", ""))
    except ValueError:
        return None
    return min(_LONGEST_WAIT_SECONDS, 1 / per_second) if per_second > 0 else None


def _object(response: httpx.Response) -> Json:
    try:
        answer = response.json()
    except ValueError:
        raise ChannelUnavailable("the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise ChannelUnavailable("the answer has an unexpected shape")
    return answer
