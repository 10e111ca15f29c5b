"""The parts of the OpenAPI description that every route shares."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problem_kinds import FORBIDDEN, INVALID, UNAUTHENTICATED, UNAVAILABLE
from api.problems import MEDIA_TYPE, Kind, Problem
from api.refused import KINDS
from domain.refusals import MESSAGES, RefusalCode

TITLE = "orderflow"
DESCRIPTION = """\
Orders that run by themselves: every order is one durable workflow through six stages.

Sign in with an API key: `Authorization: Bearer <key>`. Browsers sign in with `POST /session` and
send its `csrf_token` as `X-CSRF-Token` with whatever changes something. Errors are problem
documents (RFC 9457) in English and Chinese, chosen by `Accept-Language`. Amounts are decimal
strings, instants RFC 3339 in UTC. An `Idempotency-Key` makes repeating a POST safe: the same key
gets the same answer.
"""
TAGS = [
    {"name": "session", "description": "Getting in and out, and what one may do."},
    {"name": "intake", "description": "The front door: webhooks of channels, orders by API."},
    {"name": "orders", "description": "What an order is, where it stands and why."},
    {"name": "dashboard", "description": "Where everything stands, in figures."},
    {"name": "actions", "description": "What people do to an order."},
    {"name": "batches", "description": "Many orders at once, each with its own result."},
    {"name": "work", "description": "What waits for whom, and changes as they happen."},
    {"name": "messages", "description": "What people are told, and decisions from a message."},
    {
        "name": "imports",
        "description": "Orders from spreadsheets and the history of other systems.",
    },
    {"name": "channels", "description": "How each shop is kept in step with us."},
    {"name": "people", "description": "Who works here, who is away, and by which calendar."},
    {"name": "rules", "description": "The rule tables: versions, checks, publishing."},
    {"name": "operations", "description": "Health and figures of this process."},
]

Responses = dict[int | str, dict[str, Any]]

_ALWAYS = (UNAUTHENTICATED, FORBIDDEN, INVALID, UNAVAILABLE)


class _Sample(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"<{name}>"


def problems(*kinds: Kind | RefusalCode, signed_in: bool = True) -> Responses:
    """Return the described problem answers of a route: these kinds and what every route has."""
    wanted = (*kinds, *(_ALWAYS if signed_in else ()))
    by_status: dict[int, dict[str, Any]] = defaultdict(dict)
    for kind in map(_kind, wanted):
        by_status[kind.status][kind.code] = {"summary": kind.title[0], "value": _sample(kind)}
    return {
        status: {
            "model": Problem,
            "description": " / ".join(str(example["summary"]) for example in examples.values()),
            "content": {"application/json": {"examples": examples}},
        }
        for status, examples in by_status.items()
    }


def _kind(kind: Kind | RefusalCode) -> Kind:
    if isinstance(kind, Kind):
        return kind
    status, english, chinese = KINDS[kind]
    return Kind(status, str(kind), (english, chinese), MESSAGES[kind])


def _sample(kind: Kind) -> dict[str, Any]:
    english, chinese = (words.format_map(_Sample()) for words in kind.detail)
    return {
        "type": f"urn:orderflow:problem:{kind.code}",
        "title": kind.title[0],
        "status": kind.status,
        "detail": english,
        "title_zh": kind.title[1],
        "detail_zh": chinese,
        "code": kind.code,
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=TAGS,
        )
        for response in _problem_responses(document):
            described = {k: v for each in response["content"].values() for k, v in each.items()}
            response["content"] = {MEDIA_TYPE: described}
        app.openapi_schema = document
    return app.openapi_schema


def _problem_responses(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the framework describes as if it had the media type of the route's success."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                schemas = [each.get("schema", {}) for each in response.get("content", {}).values()]
                if {"$ref": "#/components/schemas/Problem"} in schemas:
                    yield response
