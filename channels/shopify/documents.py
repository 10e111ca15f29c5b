"""Shopify's orders as people keep them in files.

Read are: a webhook's body, alone or captured with its headers; `{"order": ...}` and
`{"orders": [...]}`; lists; JSON lines, also those of a bulk operation; answers of the GraphQL API.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from channels.body import decoded
from channels.message import ChannelMessage
from channels.port import DEFAULT_SHOP
from channels.shopify.bulk_lines import whole_order
from channels.shopify.kinds import Words, is_order_node, is_rest_order, other_thing
from channels.shopify.orders import node_messages, rest_messages
from channels.shopify.refused_answers import error_in
from channels.shopify.signature import delivery
from domain.findings import Finding, FindingCode, finding

_DEEPEST = 8
_BODIES = ("body", "payload", "rawBody", "raw_body")
_LINES = frozenset({"line_items", "lineItems"})
_PARENT = "__parentId"
_EMPTY: Words = ("an empty list", "空列表")

Object = dict[str, Any]


def read_document(raw: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a stored document holds; never raises, and yields at least one message.

    What holds no order says NOT_AN_ORDER and what it looks like, a shop's test order TEST_ORDER.
    """
    return list(_text(raw, shop, 0))


def _text(raw: bytes, shop: str, depth: int) -> Iterator[ChannelMessage]:
    value, findings = decoded(raw)
    if not findings:
        yield from _value(value, shop, depth)
        return
    lines = _json_lines(raw)
    if not lines:
        yield ChannelMessage("order", None, findings=findings)
        return
    yield from _of_lines(lines, shop, depth)


def _value(value: object, shop: str, depth: int) -> Iterator[ChannelMessage]:
    if isinstance(value, dict) and depth < _DEEPEST:
        yield from _object(value, shop, depth + 1)
    elif isinstance(value, list) and value and depth < _DEEPEST:
        for each in value:
            yield from _value(each, shop, depth + 1)
    else:
        yield _nothing(_EMPTY if value == [] else None)


def _object(value: Object, shop: str, depth: int) -> Iterator[ChannelMessage]:
    if _is_captured(value):
        yield from _captured(value, shop, depth)
    elif is_rest_order(value):
        yield from rest_messages(value, shop)
    elif is_order_node(value):
        yield from node_messages(value, shop)
    elif isinstance(value.get("orders"), list):
        yield from _value(value["orders"], shop, depth)
    else:
        yield from _unwrapped(value, shop, depth)


def _unwrapped(value: Object, shop: str, depth: int) -> Iterator[ChannelMessage]:
    """Read the orders inside; a thing that only names its order is no order."""
    inside = list(_orders_in(value, depth))
    whole = [order for order in inside if order.keys() & _LINES]
    other = other_thing(value)
    for order in whole or ([] if other else inside):
        yield from _object(order, shop, depth)
    if not whole and (other or not inside):
        yield _nothing(error_in(value) or other)


def _orders_in(value: object, depth: int) -> Iterator[Object]:
    """Yield the orders anywhere below: under `order`, `data`, `nodes`, `edges` and the like."""
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        if is_rest_order(value) or is_order_node(value):
            yield value
            return
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    for each in inner if depth < _DEEPEST else ():
        yield from _orders_in(each, depth + 1)


def _is_captured(value: Object) -> bool:
    return isinstance(value.get("headers"), Mapping) and any(name in value for name in _BODIES)


def _captured(value: Object, shop: str, depth: int) -> Iterator[ChannelMessage]:
    """Read a delivery that somebody wrote down together with its headers."""
    headers = {str(name): _first(said) for name, said in value["headers"].items()}
    if delivery(headers, b"").is_test:
        test = (finding(FindingCode.TEST_ORDER),)
        note = "a test send of the shop's admin"
        yield ChannelMessage("ignored", None, findings=test, note=note)
        return
    body = next(value[name] for name in _BODIES if name in value)
    if isinstance(body, str) and depth < _DEEPEST:
        yield from _text(body.encode("utf-8", "surrogatepass"), shop, depth + 1)
    else:
        yield from _value(body, shop, depth)


def _first(said: object) -> str:
    return str(said[0] if isinstance(said, list) and said else said)


Line = tuple[int, Any, tuple[Finding, ...]]


def _json_lines(raw: bytes) -> list[Line]:
    """Return number, value and findings of each line; nothing when this is not JSON a line."""
    texts = [(n, text) for n, text in enumerate(raw.splitlines(), 1) if text.strip()]
    lines = [(n, *decoded(text)) for n, text in texts]
    objects = sum(isinstance(value, dict) for _, value, _ in lines)
    return lines if len(lines) > 1 and isinstance(lines[0][1], dict) and objects > 1 else []


def _of_lines(lines: list[Line], shop: str, depth: int) -> Iterator[ChannelMessage]:
    """Read each line on its own, or, in a bulk operation's file, with the lines below it."""
    children: dict[str, list[Object]] = {}
    for _, value, _ in lines:
        if isinstance(value, dict) and value.get(_PARENT):
            children.setdefault(str(value[_PARENT]), []).append(value)
    parents = {str(v.get("id")) for _, v, _ in lines if isinstance(v, dict) and not v.get(_PARENT)}
    for number, value, findings in lines:
        if findings:
            place = (f" (line {number} of the file)", f"（文件第 {number} 行）")
            broken = (finding(FindingCode.BAD_JSON, hint=place),)
            yield ChannelMessage("order", None, findings=broken)
        elif children and isinstance(value, dict) and is_order_node(value):
            whole = whole_order(value, children.get(str(value.get("id")), ()))
            yield from node_messages(whole, shop)
        elif not (isinstance(value, dict) and str(value.get(_PARENT)) in parents):
            yield from _value(value, shop, depth)


def _nothing(looks_like: Words | None) -> ChannelMessage:
    english, chinese = looks_like or ("nothing we know of Shopify", "未知内容")
    hint = (f"; it looks like {english}", f"；看起来是{chinese}")
    return ChannelMessage("order", None, findings=(finding(FindingCode.NOT_AN_ORDER, hint=hint),))
