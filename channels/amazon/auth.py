"""Login with Amazon: the shop's credential, and the access token it buys for an hour.

Source: developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api. Requests need no
AWS signature since 2023-10-02.
"""

import hashlib
import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Annotated

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from channels.errors import ChannelRefused, ChannelUnavailable
from channels.http import answered

_TOKEN_URL = "https://api.amazon.com/auth/o2/token"  # noqa: S105 - an address
_SPARE_SECONDS = 300.0
_REFUSALS = frozenset({400, 401, 403})

NonEmpty = Annotated[SecretStr, Field(min_length=1)]


class Credential(BaseModel):
    """A shop's credential, kept as JSON text; `destination_id` names where notifications go.

    `{"client_id", "client_secret", "refresh_token", "marketplace_ids": [...]}` and optionally
    `token_url` and `destination_id`. Secrets never show in repr or errors.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: NonEmpty
    refresh_token: NonEmpty
    marketplace_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]
    token_url: str = _TOKEN_URL
    destination_id: str = ""


class _Answer(BaseModel):
    access_token: Annotated[str, Field(min_length=1)]
    expires_in: float = 3600.0


class _Slot:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.token = ""
        self.until = 0.0


class Tokens:
    """Access tokens by credential, each kept until five minutes before it expires; thread-safe.

    `clock` counts seconds and never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._slots: defaultdict[str, _Slot] = defaultdict(_Slot)
        self._lock = threading.Lock()

    def token(self, credential: Credential, http: httpx.Client) -> str:
        """Return a token that is good for five minutes at least, buying one when there is none.

        Raises ChannelRefused BAD_CREDENTIAL when Amazon does not accept the credential.
        """
        slot = self._slot(credential)
        with slot.lock:
            if self._clock() >= slot.until:
                answer = _bought(credential, http)
                slot.token = answer.access_token
                slot.until = self._clock() + max(0.0, answer.expires_in - _SPARE_SECONDS)
            return slot.token

    def forget(self, credential: Credential, token: str) -> None:
        """Drop a token that Amazon no longer takes, unless it was replaced meanwhile."""
        slot = self._slot(credential)
        with slot.lock:
            if slot.token == token:
                slot.until = 0.0

    def _slot(self, credential: Credential) -> _Slot:
        with self._lock:
            return self._slots[_fingerprint(credential)]


# A client lives for one call; what it bought serves the next one in this process.
SHARED_TOKENS = Tokens()


def parsed_credential(text: str) -> Credential:
    """Read a credential; raises ChannelRefused BAD_CREDENTIAL without showing any of it."""
    try:
        return Credential.model_validate(json.loads(text))
    except ValidationError as error:
        fields = sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]})
        amiss = ", ".join(fields) or "the whole"
    except ValueError:
        amiss = "the whole"
    message = (
        f"the credential is no JSON object with client_id, client_secret, refresh_token and"
        f" marketplace_ids ({amiss} is amiss); enter it anew"
    )
    raise ChannelRefused("BAD_CREDENTIAL", message) from None


def _bought(credential: Credential, http: httpx.Client) -> _Answer:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": credential.refresh_token.get_secret_value(),
        "client_id": credential.client_id,
        "client_secret": credential.client_secret.get_secret_value(),
    }
    response = answered(lambda: _unless_refused(http.post(credential.token_url, data=form)))
    try:
        return _Answer.model_validate_json(response.content)
    except ValidationError:
        raise ChannelUnavailable("the token's answer has an unexpected shape") from None


def _unless_refused(response: httpx.Response) -> httpx.Response:
    if response.status_code in _REFUSALS:
        why = re.search(rb'"error"\s*:\s*"([a-z_]{1,40})"', response.content)
        code = why.group(1).decode() if why else f"HTTP {response.status_code}"
        message = f"Amazon does not accept the credential ({code}); authorise the application anew"
        raise ChannelRefused("BAD_CREDENTIAL", message)
    return response


def _fingerprint(credential: Credential) -> str:
    secrets = (credential.client_secret, credential.refresh_token)
    parts = [credential.token_url, credential.client_id, *(s.get_secret_value() for s in secrets)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
