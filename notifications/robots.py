"""Robots in the group chats of WeCom, DingTalk and Feishu: one POST per message, and an error code
in an answer whose HTTP status is 200."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from notifications.senders import DeliveryFailed, Recipient, with_person
from notifications.text import Text

TIMEOUT = httpx.Timeout(6.0, connect=3.0)
_MINUTE = 60.0


@dataclass(frozen=True)
class Signed:
    """A body as it is sent, and what its signature adds to the URL."""

    body: dict[str, Any]
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dialect:
    """How one vendor's robots are spoken to.

    `message` makes the body for an address (empty: nobody is mentioned), `sign` signs it with the
    secret and the time. `code_of` finds code and words in an answer (None: there is no code).
    `windows` are the codes that mean "too often" with how long to wait, `permanent` those that
    would meet every repetition.
    """

    medium: str
    per_minute: int
    message: Callable[[Text, str], dict[str, Any]]
    sign: Callable[[dict[str, Any], str, datetime], Signed]
    code_of: Callable[[Mapping[str, Any]], tuple[int, str] | None]
    windows: Mapping[int, timedelta]
    permanent: frozenset[int]
    reads: Callable[[int, str], timedelta | None] = lambda code, words: None

    def failure(self, code: int, words: str) -> DeliveryFailed:
        """Return the failure that an error code stands for."""
        window = self.windows.get(code) or self.reads(code, words)
        permanent = window is None and code in self.permanent
        return DeliveryFailed(f"{self.medium}:{code}", permanent=permanent, wait=window)


class Robot:
    """Sends to one robot; `url` may name `{person_id}` and `{address}`, for a robot per person.

    It keeps below the vendor's limit by itself, since whoever exceeds it is shut out for longer.
    """

    def __init__(
        self,
        dialect: Dialect,
        url: str,
        secret: str = "",
        client: httpx.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.dialect = dialect
        self._url = url
        self._secret = secret
        self._client = client or httpx.Client(timeout=TIMEOUT)
        self._clock = clock
        self._sent: deque[float] = deque()

    def send(self, to: Recipient, text: Text) -> None:
        """Send one message; raises DeliveryFailed with the vendor's code."""
        self._pace()
        address = to.addresses.get(self.dialect.medium, "")
        body = self.dialect.message(text, address)
        signed = self.dialect.sign(body, self._secret, datetime.now(UTC))
        url = httpx.URL(with_person(self._url, to, address)).copy_merge_params(signed.query)
        try:
            response = self._client.post(url, json=signed.body)
        except httpx.HTTPError as error:
            # Its words quote the URL, which holds the robot's key.
            raise DeliveryFailed(type(error).__name__) from None
        self._check(response)

    def _pace(self) -> None:
        now = self._clock()
        while self._sent and self._sent[0] <= now - _MINUTE:
            self._sent.popleft()
        if len(self._sent) >= self.dialect.per_minute:
            wait = timedelta(seconds=self._sent[0] + _MINUTE - now)
            raise DeliveryFailed("paced", wait=wait)
        self._sent.append(now)

    def _check(self, response: httpx.Response) -> None:
        found = self.dialect.code_of(_json(response))
        if found is not None and found[0]:
            raise self.dialect.failure(*found)
        if response.status_code == 429:
            raise DeliveryFailed("http:429", wait=_retry_after(response))
        if not response.is_success:
            permanent = 400 <= response.status_code < 500 and response.status_code != 408
            raise DeliveryFailed(f"http:{response.status_code}", permanent=permanent)
        if found is None:
            raise DeliveryFailed("no_code")


def _json(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _retry_after(response: httpx.Response) -> timedelta:
    seconds = response.headers.get("Retry-After", "")
    return timedelta(seconds=min(3600, int(seconds)) if seconds.isdecimal() else _MINUTE)


def whole_number(value: object) -> int | None:
    """Return an error code as a number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None
