"""What a browser carries to the identity provider and back, and where it may go afterwards."""

import base64
import binascii
import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass

from fastapi import Request, Response

from api.permissions import V1
from api.session_cookies import is_encrypted

COOKIE = "orderflow_oidc"
PATH = f"{V1}/session/oidc"
SECONDS = 600
# A path of ours: browsers read // and /\\ as another host, and drop control characters.
LOCAL_PATH = r"^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$"
_LOCAL = re.compile(LOCAL_PATH.replace("$", r"\Z"))


@dataclass(frozen=True)
class Journey:
    """One way to the provider: its answer has to name `state`, its token `nonce`; `verifier` proves
    that whoever redeems the answer is who asked (PKCE)."""

    state: str
    nonce: str
    verifier: str
    next: str

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier beforehand (RFC 7636, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin(next_path: str) -> Journey:
    """Return a new journey that ends at a path of ours."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in "123")
    return Journey(state, nonce, verifier, next_path)


def put_journey(response: Response, request: Request, journey: Journey) -> None:
    """Give the journey to the browser, for ten minutes."""
    carried = base64.urlsafe_b64encode(json.dumps(asdict(journey)).encode()).decode()
    response.set_cookie(
        COOKIE,
        carried,
        max_age=SECONDS,
        path=PATH,
        secure=is_encrypted(request),
        httponly=True,
        samesite="lax",
    )


def take_journey(response: Response, request: Request) -> None:
    """Take the journey from the browser: it is good for one answer."""
    response.delete_cookie(
        COOKIE, path=PATH, secure=is_encrypted(request), httponly=True, samesite="lax"
    )


def journey_of(request: Request) -> Journey | None:
    """Return the journey this browser is on, None when it is on none."""
    try:
        read = json.loads(base64.urlsafe_b64decode(request.cookies.get(COOKIE, "")))
        journey = Journey(**read)
    except (ValueError, TypeError, binascii.Error):
        return None
    if not all(isinstance(value, str) and value for value in vars(journey).values()):
        return None
    return journey if _LOCAL.match(journey.next) else None
