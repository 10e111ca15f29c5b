"""What an answer of Shopify's that holds no order says went wrong."""

from collections.abc import Iterator, Mapping
from typing import Any

from channels.shopify.kinds import Words

_LONGEST_CODE = 60
_DEEPEST = 4


def error_in(answer: Mapping[str, Any]) -> Words | None:
    """Name (en, zh) the error of an answer, with its code; None when it is no answer.

    Messages beside a code are left out, they may quote personal data; REST refuses by a bare text.
    """
    if "errors" in answer:
        code = _code(answer["errors"])
        return f"a refused API call ({code})", f"被拒绝的接口调用（{code}）"
    refusal = next(_user_errors(answer, 0), None) if "data" in answer else None
    if refusal is not None:
        return f"a refused change ({refusal})", f"被拒绝的修改（{refusal}）"
    if "data" in answer:
        return "an API answer without an order", "不含订单的接口返回"
    return None


def _code(errors: object) -> str:
    first = errors[0] if isinstance(errors, list) and errors else errors
    if isinstance(first, Mapping):
        extensions = first.get("extensions")
        own = extensions.get("code") if isinstance(extensions, Mapping) else None
        return str(own or first.get("code") or "no code")[:_LONGEST_CODE]
    return str(first)[:_LONGEST_CODE]


def _user_errors(value: object, depth: int) -> Iterator[str]:
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        return
    for name, inner in value.items():
        if str(name).lower().endswith("usererrors") and isinstance(inner, list) and inner:
            first = inner[0]
            code = first.get("code") if isinstance(first, Mapping) else None
            yield str(code or "USER_ERROR")[:_LONGEST_CODE]
        yield from _user_errors(inner, depth + 1)
