"""The body of a delivery: untrusted bytes to JSON values, and values to clean text and ids."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, NoReturn

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from domain.findings import Finding, FindingCode, finding

_LONGEST_LINE = 500
_LONGEST_NOTES = 2000

# NUL and control characters can't be stored, half surrogate pairs can't be encoded.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_GID = re.compile(r"gid://shopify/([A-Za-z]+)/([0-9]{1,20})(\?.*)?")

# Up to here a JSON float holds every whole number, above it only some.
_EXACT_IN_A_FLOAT = 2**53


def decoded(raw_body: bytes) -> tuple[Any, tuple[Finding, ...]]:
    """Decode UTF-8 JSON without losing a digit: fractions become Decimal, ids stay whole.

    Returns (None, findings) for anything that is not JSON; NaN and Infinity are not JSON.
    """
    try:
        text = raw_body.decode("utf-8-sig")
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError) as error:
        hint = _where(error)
        return None, (finding(FindingCode.BAD_JSON, hint=hint),)
    return value, ()


def numeric_id(value: object) -> str:
    """Return a numeric id as text, whole: Shopify's ids exceed the 2**53 of a JSON float.

    An id that some relay wrote as a fraction (`450789469.0`) is taken while no digit can be lost.
    """
    if isinstance(value, Decimal):
        value = _whole(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return str(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,20}", value.strip()):
        return value.strip()
    return gid_number(value) or _no_id()


def gid_number(value: object) -> str:
    """Return the number of a `gid://shopify/Order/123`, empty for anything else."""
    match = _GID.fullmatch(value.strip()) if isinstance(value, str) else None
    return match.group(2) if match else ""


def gid_kind(value: object) -> str:
    """Return the `Order` of a `gid://shopify/Order/123`, empty for anything else."""
    match = _GID.fullmatch(value.strip()) if isinstance(value, str) else None
    return match.group(1) if match else ""


def clean_text(value: object) -> object:
    """Turn null into nothing and numbers into text, and drop what can't be stored."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return _UNSTORABLE.sub("", value).strip() if isinstance(value, str) else value


def clipped(value: object) -> object:
    """Like `clean_text`, cut to one line of 500 characters: for text nobody computes with."""
    text = clean_text(value)
    return text[:_LONGEST_LINE] if isinstance(text, str) else text


def clipped_notes(value: object) -> object:
    """Like `clean_text`, cut to 2000 characters."""
    text = clean_text(value)
    return text[:_LONGEST_NOTES] if isinstance(text, str) else text


def zero_if_absent(value: object) -> object:
    """Read a missing amount as 0."""
    return 0 if value is None or value == "" else value


def empty_if_null(value: object) -> object:
    """Read a null list as an empty one."""
    return [] if value is None else value


NumericId = Annotated[str, BeforeValidator(numeric_id)]
CleanText = Annotated[str, BeforeValidator(clean_text)]
Clipped = Annotated[str, BeforeValidator(clipped)]
ClippedNotes = Annotated[str, BeforeValidator(clipped_notes)]


def joined(parts: Sequence[str], separator: str) -> str:
    """Join the parts that are there."""
    return separator.join(part for part in parts if part)


def _whole(number: Decimal) -> int | None:
    exact = abs(number) <= _EXACT_IN_A_FLOAT and number == number.to_integral_value()
    return int(number) if exact else None


def _no_id() -> NoReturn:
    raise PydanticCustomError("identifier", "an id is a positive whole number")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _where(error: Exception) -> tuple[str, str]:
    if isinstance(error, json.JSONDecodeError):
        place = f"{error.lineno}:{error.colno}"
        return f" (line and column {place})", f"（行列 {place}）"
    return "", ""
