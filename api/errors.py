"""Whatever goes wrong in a request becomes a problem document."""

import traceback

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem_kinds import INTERNAL, INVALID, NOT_JSON, UNAVAILABLE
from api.problems import ApiProblem, of_status, problem_response
from domain.findings import Finding
from domain.validation import findings_of

log = structlog.get_logger(__name__)


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(OperationalError, _unavailable)
    app.add_exception_handler(InterfaceError, _unavailable)
    app.add_exception_handler(PoolTimeout, _unavailable)
    app.add_middleware(CatchDefects)


async def _http(request: Request, error: Exception) -> Response:
    if isinstance(error, ApiProblem):
        return problem_response(error, request)
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 400:
        # What FastAPI says of a body that is no JSON in UTF-8.
        return problem_response(NOT_JSON(), request)
    problem = of_status(status)()
    problem.headers = getattr(error, "headers", None)
    return problem_response(problem, request)


async def _invalid(request: Request, error: Exception) -> Response:
    findings = _findings(error) if isinstance(error, RequestValidationError) else []
    if any(each.code == "BAD_JSON" for each in findings):
        return problem_response(NOT_JSON(), request)
    return problem_response(INVALID(findings=findings, value=len(findings)), request)


def _findings(error: RequestValidationError) -> list[Finding]:
    """Say it in the words of line 1, whose paths leave out `body`, `query` and the like."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError(each["type"], each["msg"].replace("{", "{{")),
            loc=() if each["type"] == "json_invalid" else tuple(each["loc"][1:]),
            input=each.get("input"),
        )
        for each in error.errors()
    ]
    return findings_of(ValidationError.from_exception_data("request", details))


async def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("database does not answer", error=type(error).__name__)
    return problem_response(UNAVAILABLE(), request)


class CatchDefects:
    """ASGI middleware that answers what nobody foresaw, and logs where it happened.

    The text of an exception may quote an order, so only its class and place are logged; the
    framework would log all of it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            log.error("request failed", error=type(error).__name__, at=_place(error))
            if has_begun or scope["type"] != "http":
                raise ConnectionAbortedError from None
            await problem_response(INTERNAL(), Request(scope))(scope, receive, send)


def _place(error: Exception) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
