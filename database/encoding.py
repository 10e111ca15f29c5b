"""How values travel in statements: whole row sets as one JSON parameter."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel


def json_text(value: object) -> str:
    """Write a value as JSON: instants as ISO 8601, Decimals as text, models and dataclasses as
    objects. Raises TypeError for anything else that JSON does not know."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))


def canonical_json(value: Mapping[str, object] | Sequence[object]) -> bytes:
    """Write a value so that equal values give equal bytes: keys sorted, ASCII, no spaces."""
    return json.dumps(value, default=_plain, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return vars(value)
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")
