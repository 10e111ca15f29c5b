"""Signing in by the company's identity provider; what fails is said on the log-in page."""

import hmac
from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from api import sign_in
from api.description import problems
from api.oidc import Oidc, OidcError
from api.oidc_journey import (
    LOCAL_PATH,
    PATH,
    Journey,
    begin,
    journey_of,
    put_journey,
    take_journey,
)
from api.problem_kinds import INVALID, UNAVAILABLE
from api.session_cookies import COOKIE, put_session
from api.session_problems import NO_OIDC
from api.state import services_of
from database import credentials

router = APIRouter(prefix=PATH, tags=["session"])
log = structlog.get_logger(__name__)

_LONGEST_ANSWER = 4_000
_ASIDE = problems(NO_OIDC, INVALID, UNAVAILABLE, signed_in=False)


@router.get(
    "/start",
    summary="Go to the identity provider",
    status_code=303,
    response_class=RedirectResponse,
    responses=_ASIDE,
)
async def start(
    request: Request,
    next_path: Annotated[
        str,
        Query(
            alias="next",
            pattern=LOCAL_PATH,
            max_length=500,
            description="The path of ours to come back to.",
        ),
    ] = "/",
) -> Response:
    """Send the browser to the identity provider, which sends it back to the callback."""
    journey = begin(next_path)
    try:
        address = await _oidc(request).address(journey)
    except OidcError as error:
        return _to_log_in(error.code)
    response = RedirectResponse(address, 303)
    put_journey(response, request, journey)
    return response


@router.get(
    "/callback",
    summary="Come back from the identity provider",
    status_code=303,
    response_class=RedirectResponse,
    responses=_ASIDE,
)
async def callback(
    request: Request,
    state: Annotated[str, Query(max_length=_LONGEST_ANSWER)] = "",
    code: Annotated[str, Query(max_length=_LONGEST_ANSWER)] = "",
    error: Annotated[str, Query(max_length=_LONGEST_ANSWER)] = "",
) -> Response:
    """Sign in the active person with the e-mail that the provider has verified.

    What fails leads to the log-in page with `problem`: oidc_refused (by the provider), oidc_state
    (not begun in this browser, or too long ago), oidc_failed (the provider's answer is not good),
    oidc_unverified (no verified e-mail), oidc_unknown (nobody here, or several, with that e-mail).
    """
    oidc, journey = _oidc(request), journey_of(request)
    try:
        if journey is None or not hmac.compare_digest(state.encode(), journey.state.encode()):
            raise OidcError("oidc_state")
        if error or not code:
            raise OidcError("oidc_refused")
        response = await _entered(request, oidc, journey, code)
    except OidcError as failed:
        log.info("signing in by the identity provider failed", code=failed.code)
        response = _to_log_in(failed.code)
    take_journey(response, request)
    return response


async def _entered(request: Request, oidc: Oidc, journey: Journey, code: str) -> Response:
    email = await oidc.verified_email(journey, code)
    token = await run_in_threadpool(_open, request, email)
    response = RedirectResponse(journey.next, 303)
    put_session(response, request, token)
    return response


def _open(request: Request, email: str) -> str:
    now, former = datetime.now(UTC), request.cookies.get(COOKIE, "")
    with services_of(request).state.engine.begin() as c:
        person_id = credentials.person_with_email(c, email)
        if person_id is not None:
            return sign_in.open_session(c, person_id, "oidc", former, now)
        sign_in.note(c, sign_in.NOBODY, "login_failed", now, method="oidc")
    raise OidcError("oidc_unknown")


def _oidc(request: Request) -> Oidc:
    settings = services_of(request).state.sign_in
    if settings.oidc is None:
        raise NO_OIDC()
    base = settings.public_url or str(request.base_url)
    return Oidc(settings.oidc, f"{base.rstrip('/')}{PATH}/callback")


def _to_log_in(code: str) -> Response:
    return RedirectResponse(f"/login?problem={code}", 303)
