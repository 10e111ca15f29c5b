"""Backfill: all orders since an instant through one bulk operation of the Admin API.

Source: shopify.dev/docs/api/usage/bulk-operations/queries. Shopify writes one JSON object a line;
the lines of an order's lists name their order in `__parentId` and may come long after it. They are
gathered in a temporary SQLite file, so that memory stays flat however many orders there are.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import httpx
from pydantic import BaseModel

from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.http import timeouts
from channels.port import FoundOrder
from channels.shopify.answers import read_answer
from channels.shopify.bulk_lines import BulkLine, assembled, bulk_line
from channels.shopify.graphql import GraphqlEndpoint, UserError, refuse_if
from channels.shopify.queries import BULK_STATE, START_BULK, bulk_orders
from channels.shopify.reading import found_order, search_since

# How long a running operation makes another one wait; there is no better figure to be had.
BUSY_SECONDS = 60.0
_BUSY = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})
_GOING_ON = frozenset({"CREATED", "RUNNING", "CANCELING"})
_SILENCE_SECONDS = 60.0


class _Operation(BaseModel):
    id: str = ""
    status: str = ""
    errorCode: str | None = None
    url: str | None = None


class _Started(BaseModel):
    bulkOperation: _Operation | None = None
    userErrors: list[UserError] = []


class _StartAnswer(BaseModel):
    bulkOperationRunQuery: _Started


class _StateAnswer(BaseModel):
    node: _Operation | None


def start_backfill(graphql: GraphqlEndpoint, since: datetime | None) -> str:
    """Let Shopify gather all orders changed since (None: ever); return the operation's id.

    Raises ChannelThrottled while another bulk operation of ours is running in the shop.
    """
    query = bulk_orders(search_since(since) if since else "")
    data = graphql.run(START_BULK, {"query": query})
    started = read_answer(_StartAnswer, data).bulkOperationRunQuery
    if any(error.code in _BUSY or "in progress" in error.message for error in started.userErrors):
        raise ChannelThrottled(BUSY_SECONDS)
    refuse_if(started.userErrors)
    if started.bulkOperation is None or not started.bulkOperation.id:
        raise ChannelUnavailable("the answer names no bulk operation")
    return started.bulkOperation.id


def backfill(
    graphql: GraphqlEndpoint, operation_id: str, transport: httpx.BaseTransport | None
) -> Iterator[FoundOrder] | None:
    """Return the orders of an operation in Shopify's order, None while it is not ready.

    Raises ChannelRefused when it failed, was cancelled or has expired (after a week); start anew.
    While iterating ChannelUnavailable is raised when the file can't be read to its end.
    """
    data = graphql.run(BULK_STATE, {"id": operation_id})
    operation = read_answer(_StateAnswer, data).node
    if operation is None or not operation.status:
        raise ChannelRefused("BULK_UNKNOWN", f"the shop has no bulk operation {operation_id}")
    if operation.status in _GOING_ON:
        return None
    if operation.status != "COMPLETED":
        code = operation.errorCode or operation.status
        raise ChannelRefused(f"BULK_{code}", f"the bulk operation ended as {operation.status}")
    # Without a single order there is no file.
    return _downloaded(operation.url, transport) if operation.url else iter(())


def _downloaded(url: str, transport: httpx.BaseTransport | None) -> Iterator[FoundOrder]:
    with _spool() as kept:
        _fill(kept, _lines(url, transport))
        for node in assembled(_gathered(kept)):
            yield found_order(node)


def _lines(url: str, transport: httpx.BaseTransport | None) -> Iterator[str]:
    # A client of its own: the file lies elsewhere and must not see the shop's access token.
    client = httpx.Client(timeout=timeouts(_SILENCE_SECONDS), transport=transport)
    try:
        with client.stream("GET", url) as response:
            if not response.is_success:
                raise ChannelUnavailable(f"the bulk file answered HTTP {response.status_code}")
            yield from response.iter_lines()
    except httpx.HTTPError as error:
        # Without its cause: the address holds a signature.
        raise ChannelUnavailable(f"the bulk file broke off: {type(error).__name__}") from None


@contextmanager
def _spool() -> Iterator[sqlite3.Connection]:
    with (
        tempfile.TemporaryDirectory(prefix="orderflow-bulk-") as directory,
        closing(sqlite3.connect(Path(directory) / "lines.sqlite")) as kept,
    ):
        kept.execute("PRAGMA journal_mode = OFF")
        kept.execute("PRAGMA synchronous = OFF")
        kept.execute("CREATE TABLE line (n INTEGER PRIMARY KEY, own TEXT, parent TEXT, body TEXT)")
        yield kept


def _fill(kept: sqlite3.Connection, lines: Iterator[str]) -> None:
    rows = ((each.own, each.parent, each.body) for text in lines if (each := _read(text)))
    kept.executemany("INSERT INTO line (own, parent, body) VALUES (?, ?, ?)", rows)
    kept.execute("CREATE INDEX by_parent ON line (parent, n)")


def _read(text: str) -> BulkLine | None:
    if not text.strip():
        return None
    line = bulk_line(text)
    if line is None:
        raise ChannelUnavailable("the bulk file holds a line that is no JSON object")
    return line


def _gathered(kept: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Yield each order's line with the lines that name it as their parent."""
    orders = kept.execute("SELECT own, body FROM line WHERE parent = '' ORDER BY n")
    for own, body in orders:
        children = kept.execute("SELECT body FROM line WHERE parent = ? ORDER BY n", (own,))
        yield body, [child for (child,) in children]
