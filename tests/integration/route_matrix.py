"""The table of routes and roles, made from the app and its permissions.

`python -m tests.integration.route_matrix` writes it anew; read the difference before you commit it.
"""

from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import create_engine

from api.app import create_app
from api.permissions import PUBLIC, ROLES, ROUTES, Permission, scope_of
from api.state import ApiState
from database.people import Actor, RoleGrant

PATH = Path(__file__).parent / "route_matrix.txt"
# The API's description: as a document, and as a page with its script.
_DESCRIPTION = frozenset(
    ("GET", path) for path in ("/api/v1/openapi.json", "/docs", "/docs/start.js")
)
_NOWHERE = "postgresql+psycopg2://x:x@127.0.0.1:1/x"

Route = tuple[str, str]


def routes_of(app: FastAPI) -> list[Route]:
    """Return every method and path that the app answers, sorted by path."""
    found = {
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in route.methods or {"ANY"}
    }
    return sorted(
        found - {each for each in found if each[0] == "HEAD"}, key=lambda each: each[::-1]
    )


def answer_to(route: Route, role: str) -> str:
    """Return what the table says; raises KeyError for a route without a permission."""
    asked = PUBLIC if route in _DESCRIPTION else ROUTES[route]
    if asked is PUBLIC:
        return "public"
    if not isinstance(asked, Permission):
        return "allowed"
    actor = Actor("somebody", "Somebody", "en", (RoleGrant(role),))
    return "refused" if scope_of(actor, asked).is_empty else "allowed"


def table(app: FastAPI) -> str:
    """Return the whole table as text."""
    roles = sorted(ROLES)
    rows = [["route", *roles]]
    for route in routes_of(app):
        rows.append([" ".join(route), *(answer_to(route, role) for role in roles)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(_line(row, widths) for row in rows)


def _line(row: list[str], widths: list[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip() + "\n"


if __name__ == "__main__":
    PATH.write_text(table(create_app(ApiState(create_engine(_NOWHERE), _NOWHERE))))
