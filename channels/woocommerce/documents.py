"""WooCommerce's orders as people keep them in files: bodies, pages, batches, JSON lines."""

from collections.abc import Iterator
from typing import Any

from channels.body import decoded
from channels.message import ChannelMessage
from channels.port import DEFAULT_SHOP
from channels.woocommerce.topics import read_order
from domain.findings import Finding, FindingCode, finding

# Objects that only carry orders: what exports put around them, and the answer to a batch.
_WRAPPERS = ("order", "orders", "data", "body", "payload", "create", "update", "delete")
_DEEPEST = 6

Findings = tuple[Finding, ...]


def read_document(raw: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a stored document holds; never raises, and yields at least one message.

    What lies in files is history: a completed order of it is done with.
    """
    value, findings = decoded(raw)
    parts = (_json_lines(raw) if findings else []) or [(value, findings)]
    return [message for part in parts for message in _part(*part, shop)]


def _json_lines(raw: bytes) -> list[tuple[Any, Findings]]:
    """Split into lines, unless it is one broken document that spans them."""
    parts = [decoded(line) for line in raw.splitlines() if line.strip()]
    return parts if len(parts) > 1 and not parts[0][1] else []


def _part(value: Any, findings: Findings, shop: str) -> Iterator[ChannelMessage]:
    if findings:
        yield ChannelMessage("order", None, findings=findings)
    else:
        yield from _messages(value, shop, 0)


def _messages(body: Any, shop: str, depth: int) -> Iterator[ChannelMessage]:
    if depth > _DEEPEST:
        yield _no_order()
    elif isinstance(body, list) and body:
        for each in body:
            yield from _messages(each, shop, depth + 1)
    elif not isinstance(body, dict):
        yield _no_order(("; the list is empty", "；列表为空") if body == [] else ("", ""))
    elif "id" in body or not (inside := [body[key] for key in _WRAPPERS if _holds(body, key)]):
        yield from read_order(body, shop, migrated=True)
    else:
        for each in inside:
            yield from _messages(each, shop, depth + 1)


def _holds(body: dict[str, Any], key: str) -> bool:
    return isinstance(body.get(key), dict | list)


def _no_order(hint: tuple[str, str] = ("", "")) -> ChannelMessage:
    return ChannelMessage("order", None, findings=(finding(FindingCode.NOT_AN_ORDER, hint=hint),))
