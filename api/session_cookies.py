"""The cookie of a signed-in browser, and whether a request comes from a page of ours."""

import hmac
from urllib.parse import urlsplit

from fastapi import Request, Response

from api.session_problems import CSRF
from api.state import services_of
from database.sessions import LONGEST, Session
from domain.hosts import is_loopback

COOKIE = "orderflow_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def put_session(response: Response, request: Request, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=is_encrypted(request),
        httponly=True,
        samesite="lax",
    )


def take_session(response: Response, request: Request) -> None:
    """Take the session from the browser."""
    response.delete_cookie(
        COOKIE, path="/", secure=is_encrypted(request), httponly=True, samesite="lax"
    )


def is_encrypted(request: Request) -> bool:
    """Tell whether browsers reach us by HTTPS, perhaps through a proxy."""
    public = services_of(request).state.sign_in.public_url
    return request.url.scheme == "https" or public.startswith("https://")


def check_csrf(request: Request, session: Session) -> None:
    """Raise ApiProblem when something may be changed that no page of ours asked for."""
    if request.method in _SAFE:
        return
    check_origin(request)
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), session.csrf_token.encode()):
        raise CSRF()


def check_origin(request: Request) -> None:
    """Raise ApiProblem when a browser says that a page of another host sends this."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    # A proxy that ends TLS changes the scheme, so the host alone is compared.
    public = urlsplit(services_of(request).state.sign_in.public_url).netloc
    if urlsplit(origin).netloc not in {request.headers.get("host", ""), public} - {""}:
        raise CSRF()


def is_local(request: Request) -> bool:
    """Tell whether the client is on this machine and called it by a name of this machine.

    A page elsewhere can make its own name mean 127.0.0.1, but the browser sends that name.
    """
    return is_loopback(client_address(request)) and is_loopback(request.url.hostname or "")


def client_address(request: Request) -> str:
    """Return the client's address, empty when it has none."""
    return request.client.host if request.client else ""
