"""The wrappings in which a notification or an order arrives, and what lies inside.

A notification comes bare, in the `detail` of EventBridge, in the `Body` of SQS, in the `Message`
of SNS, or as a batch of these.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Object = dict[str, Any]

_WRAPPINGS = ("detail", "Detail", "Body", "body", "Message")
_DEEPEST = 5


def field(body: object, name: str) -> Any:
    """Return a field whose name is written in PascalCase or camelCase, None when it is absent."""
    if not isinstance(body, dict):
        return None
    found = body.get(name)
    return body.get(name[0].lower() + name[1:]) if found is None else found


def notifications(body: object, depth: int = 0) -> Iterator[Object]:
    """Yield the notifications inside a body, none when it holds none."""
    if depth > _DEEPEST:
        return
    if is_notification(body) and isinstance(body, dict):
        yield body
    elif isinstance(body, list):
        for each in body:
            yield from notifications(each, depth + 1)
    elif isinstance(body, dict):
        for each in _inside(body):
            yield from notifications(each, depth + 1)


def is_notification(body: object) -> bool:
    """Tell whether this very object is a notification of the Selling Partner API."""
    return isinstance(field(body, "NotificationType"), str) and isinstance(
        field(body, "Payload"), dict
    )


def _inside(body: Object) -> Iterator[object]:
    yield body.get("Records")
    for name in _WRAPPINGS:
        wrapped = body.get(name)
        yield _parsed(wrapped) if isinstance(wrapped, str) else wrapped


def _parsed(text: str) -> object:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
