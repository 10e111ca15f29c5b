"""Amazon's orders as people keep them in files: answers of either version, lists, JSON lines."""

from collections.abc import Iterator
from dataclasses import replace

from channels.amazon.envelopes import Object, field, notifications
from channels.amazon.notifications import notification_message
from channels.amazon.shapes import is_2026, is_v0, what_it_is
from channels.amazon.topics import order_of, with_items
from channels.body import decoded
from channels.message import ChannelMessage
from channels.port import DEFAULT_SHOP
from domain.findings import FindingCode, finding

_DEEPEST = 6
_WRAPPINGS = ("payload", "orders", "Orders", "order")
# A recorded call: what was asked, and the answer that matters.
_RECORDED = frozenset({"request", "_request", "response"})


def read_document(raw: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a stored document holds; never raises, and yields at least one message.

    An answer's wrappings (`payload`, `orders`, `Orders`, a recorded `response`) are taken off.
    """
    body, findings = decoded(raw)
    if not findings:
        return list(_inside(body, shop, 0))
    lines = [line for line in raw.splitlines() if line.strip()]
    if len(lines) < 2 or decoded(lines[0])[1]:
        return [ChannelMessage("order", None, findings=findings)]
    return [message for line in lines for message in _line(line, shop)]


def _line(line: bytes, shop: str) -> Iterator[ChannelMessage]:
    body, findings = decoded(line)
    if findings:
        yield ChannelMessage("order", None, findings=findings)
    else:
        yield from _inside(body, shop, 0)


def _inside(body: object, shop: str, depth: int) -> Iterator[ChannelMessage]:
    if isinstance(body, dict) and (is_v0(with_items(body)) or is_2026(with_items(body))):
        yield from order_of(body, shop)
        return
    told = [] if isinstance(body, list) else list(notifications(body))
    if told:
        yield from (_told(notification) for notification in told)
        return
    within = _unwrapped(body) if depth < _DEEPEST else None
    if within is None:
        yield _no_order(what_it_is(body))
    elif isinstance(within, list):
        yield from _page(within, shop, depth)
    else:
        yield from _inside(within, shop, depth + 1)


def _page(orders: list[object], shop: str, depth: int) -> Iterator[ChannelMessage]:
    if not orders:
        yield _no_order(("; the list is empty", "；列表为空"))
    for order in orders:
        yield from _inside(order, shop, depth + 1)


def _unwrapped(body: object) -> Object | list[object] | None:
    """Return what an answer is wrapped around, None when it is no wrapping."""
    if isinstance(body, list):
        return body
    if not isinstance(body, dict):
        return None
    recorded = body.get("response") if set(body) <= _RECORDED else None
    for inside in (
        recorded,
        *(body.get(name) for name in ("payload", "orders", "Orders", "order")),
    ):
        if isinstance(inside, dict | list):
            return inside
    return None


def _told(notification: Object) -> ChannelMessage:
    said = notification_message(notification)
    kind = str(field(notification, "NotificationType"))[:80]
    english, chinese = f"; it is a notification of type {kind}", f"；内容为 {kind} 类型的通知"
    if said.external_id:
        english += f": read order {said.external_id}"
        chinese += f"：请读取订单 {said.external_id}"
    holds_none = finding(FindingCode.NOT_AN_ORDER, hint=(english, chinese))
    return replace(said, kind="ignored", findings=(holds_none,))


def _no_order(hint: tuple[str, str]) -> ChannelMessage:
    holds_none = (finding(FindingCode.NOT_AN_ORDER, hint=hint),)
    return ChannelMessage("ignored", None, findings=holds_none, note="no order in it")
