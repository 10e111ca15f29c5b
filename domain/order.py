"""The canonical order: what was bought, by whom, for how much, whatever channel it came through."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from domain.money import parse_amount, plain
from domain.stages import Stage

Origin = Literal["channel", "api", "form", "file"]
CustomerKind = Literal["business", "consumer"]
PaymentStatus = Literal[
    "pending",
    "authorized",
    "partially_paid",
    "paid",
    "partially_refunded",
    "refunded",
    "voided",
    "unknown",
]

MAX_LINES = 1000
MAX_QUANTITY = 1_000_000

# PostgreSQL stores no NUL, and nobody types the others; line breaks and tabs are fine.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def instant(value: object) -> datetime:
    """Read an RFC 3339 instant, which must carry its offset, as an aware UTC datetime.

    Raises ValueError for text without an offset, for numbers, and for anything else.
    """
    moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise ValueError("an instant is text such as '2026-11-03T08:15:00Z'")
    if moment.tzinfo is None:
        raise ValueError("an instant carries its offset, such as the Z of '2026-11-03T08:15:00Z'")
    return _in_utc(moment)


def rfc3339(moment: datetime) -> str:
    """Write an aware instant in UTC with a final Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("an instant lies in the years 1 to 9999 in UTC") from error


def _amount(value: object) -> Decimal:
    try:
        return parse_amount(value)
    except ValueError as error:
        raise PydanticCustomError("amount", "{reason}", {"reason": str(error)}) from error


def _instant(value: object) -> datetime:
    try:
        return instant(value)
    except ValueError as error:
        raise PydanticCustomError("instant", "{reason}", {"reason": str(error)}) from error


def _storable(text: str) -> str:
    if _UNSTORABLE.search(text):
        raise PydanticCustomError("control_characters", "control characters can't be stored")
    return text


_AMOUNT_SCHEMA = {"type": "string", "pattern": r"^-?\d{1,15}(\.\d{1,6})?$", "examples": ["598.94"]}
_INSTANT_SCHEMA = {"type": "string", "format": "date-time", "examples": ["2026-11-03T08:15:00Z"]}

Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    PlainSerializer(plain, return_type=str, when_used="json"),
    WithJsonSchema(_AMOUNT_SCHEMA),
]
NonNegative = Annotated[Amount, Field(ge=0)]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema(_INSTANT_SCHEMA),
]
Short = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(_storable)
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_storable)
]
Notes = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_storable)
]
Identifier = Annotated[Short, Field(min_length=1)]
Flag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

EXAMPLE: dict[str, Any] = {
    "channel": "storefront",
    "shop": "main",
    "external_id": "1001",
    "number": "#1001",
    "placed_at": "2026-11-03T08:15:00Z",
    "source_updated_at": "2026-11-03T08:15:02Z",
    "currency": "EUR",
    "customer": {
        "kind": "business",
        "external_id": "C-17",
        "name": "Beispiel GmbH",
        "email": "einkauf@example.com",
        "phone": "+49 30 901820",
        "first_cooperation": None,
    },
    "shipping_address": {
        "name": "Erika Beispiel",
        "line1": "Beispielweg 5",
        "line2": "",
        "city": "Berlin",
        "region": "",
        "postal_code": "10115",
        "country": "DE",
        "phone": "+49 30 901820",
    },
    "lines": [
        {
            "line_id": "1",
            "sku": "KB-200",
            "title": "Keyboard",
            "quantity": 2,
            "unit_price": "50.00",
            "discount": "5.00",
            "tax": "18.05",
            "tax_included": False,
            "total": "113.05",
        }
    ],
    "shipping": "4.90",
    "discount": "5.00",
    "tax": "18.05",
    "tax_remitted_by": "seller",
    "total": "117.95",
    "payment": {"status": "paid", "terms": ""},
    "channel_status": {},
    "stage": "pending_confirmation",
    "flags": [],
    "notes": "",
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Customer(_Part):
    """Who buys; `external_id` is the channel's own id of the customer, empty for a guest.

    `first_cooperation` says whether this is their first order with us; left null it is looked up.
    """

    kind: CustomerKind = "business"
    external_id: Short = ""
    name: Text = ""
    email: Text = ""
    phone: Short = ""
    first_cooperation: bool | None = None


class Address(_Part):
    """Where the goods go; `country` is ISO 3166-1 alpha-2, `region` a state or province."""

    name: Text = ""
    line1: Text = ""
    line2: Text = ""
    city: Short = ""
    region: Short = ""
    postal_code: Annotated[Short, Field(max_length=20)] = ""
    country: Annotated[Short, Field(examples=["DE"])] = ""
    phone: Short = ""


class Line(_Part):
    """One order line, in the order's currency.

    `unit_price` is before discount and contains tax only when `tax_included`; `discount` and `tax`
    are for the whole line. `total` is what the buyer pays for the line:
    unit_price * quantity - discount, plus tax unless it is included.
    """

    line_id: Identifier
    sku: Short = ""
    title: Text = ""
    quantity: Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY)]
    unit_price: NonNegative
    discount: NonNegative = Decimal(0)
    tax: NonNegative = Decimal(0)
    tax_included: bool = False
    total: NonNegative


class Payment(_Part):
    """Whether it is paid; `terms` is `` (before delivery), `net30`-like, or `cod`."""

    status: PaymentStatus = "pending"
    terms: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,39})?$")] = ""


def _some_lines(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    # Not by min_length: pydantic would also call a list too short whose only line is faulty.
    if not lines:
        raise PydanticCustomError("too_short", "an order has at least one line")
    return lines


class CanonicalOrder(_Part):
    """One order in our own words; amounts in `currency` (ISO 4217), instants in UTC.

    `shipping` is everything charged beside the goods (freight, tips, duties); `discount` and `tax`
    are those of the whole order, the lines' shares within them. `total` = sum of
    unit_price * quantity + shipping - discount, plus the tax that is not included in prices.
    `stage` is where the channel says it stands; `channel_status` its own words for that.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    channel: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,31}$")]
    shop: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
    external_id: Identifier
    number: Short = ""
    placed_at: Instant
    source_updated_at: Instant | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    customer: Customer
    shipping_address: Address | None = None
    lines: Annotated[
        tuple[Line, ...],
        Field(max_length=MAX_LINES, json_schema_extra={"minItems": 1}),
        AfterValidator(_some_lines),
    ]
    shipping: NonNegative = Decimal(0)
    discount: NonNegative = Decimal(0)
    tax: NonNegative = Decimal(0)
    tax_remitted_by: Literal["seller", "marketplace"] = "seller"
    total: NonNegative
    payment: Payment = Payment()
    channel_status: Annotated[dict[Short, Text | bool | None], Field(max_length=40)] = {}
    stage: Stage = Stage.PENDING_CONFIRMATION
    flags: Annotated[tuple[Flag, ...], Field(max_length=40)] = ()
    notes: Notes = ""


def content_hash(order: CanonicalOrder) -> str:
    """Digest what a signature covers, as 64 hexadecimal characters (SHA-256).

    Covered: which order it is, currency, totals, lines, shipping address and who buys. Not
    covered: instants, status, flags, notes, titles and phone numbers, so that repairing a contact
    or a progress report voids no signature. `12.5` and `12.50` are the same amount.
    """
    document = json.dumps(_signed_content(order), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(document.encode()).hexdigest()


def _signed_content(order: CanonicalOrder) -> Mapping[str, object]:
    address = order.shipping_address
    return {
        "order": [order.channel, order.shop, order.external_id],
        "currency": order.currency,
        "amounts": [_digest(a) for a in (order.shipping, order.discount, order.tax, order.total)],
        "lines": sorted(_signed_line(line) for line in order.lines),
        "address": address.model_dump(exclude={"phone"}) if address else None,
        "customer": order.customer.model_dump(include={"kind", "external_id", "name", "email"}),
    }


def _signed_line(line: Line) -> list[str]:
    amounts = (line.unit_price, line.discount, line.tax, line.total)
    return [
        line.line_id,
        line.sku,
        str(line.quantity),
        str(line.tax_included),
        *(_digest(amount) for amount in amounts),
    ]


def _digest(amount: Decimal) -> str:
    return plain(amount.normalize())
