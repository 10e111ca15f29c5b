"""One HTTP call to a channel, with its failures sorted by what the caller can do about them."""

from collections.abc import Callable
from contextlib import suppress

import httpx

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable

_LONGEST_WAIT_SECONDS = 3600.0
_DEFAULT_WAIT_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
_PASSING = frozenset({408, 425})


def timeouts(seconds: float) -> httpx.Timeout:
    """Limit the wait for an answer to `seconds`, and that for a connection to 5."""
    return httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))


def answered(send: Callable[[], httpx.Response]) -> httpx.Response:
    """Return the 2xx answer of a call.

    Raises ChannelThrottled for 429, ChannelUnavailable for 5xx, time-outs and broken connections
    (the call may have had its effect), ChannelRefused for every other answer. Bodies are left out
    of the messages: a shop may echo personal data, an address bar may hold a token.
    """
    try:
        response = send()
    except httpx.HTTPError as error:
        # Without its cause: httpx exceptions carry the request with its credentials.
        raise ChannelUnavailable(f"no answer: {type(error).__name__}") from None
    status = response.status_code
    if status == 429:
        raise ChannelThrottled(_retry_after(response))
    if status >= 500 or status in _PASSING:
        raise ChannelUnavailable(f"the channel answered HTTP {status}")
    if not response.is_success:
        raise ChannelRefused(f"HTTP_{status}", f"the channel answered HTTP {status}")
    return response


def _retry_after(response: httpx.Response) -> float:
    with suppress(ValueError):
        seconds = float(response.headers.get("Retry-After", ""))
        if 0 < seconds <= _LONGEST_WAIT_SECONDS:
            return seconds
    return _DEFAULT_WAIT_SECONDS
