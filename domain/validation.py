"""Line 1: is this order fit to be worked on? One function for every entrance.

What makes an order impossible to ship or to charge safely is an error and sends it to quarantine.
What a person can repair by asking the customer is a warning and sends it to customer service.
"""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.addresses import AddressRules, rules_for
from domain.findings import Finding, FindingCode, Severity, finding
from domain.money import currency_digits, is_currency, plain, quantize
from domain.order import Address, CanonicalOrder, Line, Origin
from domain.phones import e164
from domain.stages import Stage

# A flag channels set on orders of which nothing is shipped.
DIGITAL = "digital"

# The parcel is on its way or was never sent.
_GONE = frozenset({Stage.SHIPPED, Stage.COMPLETED, Stage.CLOSED_ABNORMALLY})

TOLERANCE_PER_LINE = Decimal("0.01")

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def validate(order: CanonicalOrder, origin: Origin) -> list[Finding]:
    """Return every flaw of an order; never raises.

    Errors: unknown currency or country; street, city or postal code missing where the country
    requires it, a required postal code of the wrong form; two lines with one id; amounts that
    differ by more than 0.01 per line. Warnings: region or recipient missing, no dialable phone,
    e-mail address malformed, more decimals than the currency has.
    By origin: a missing SKU, address or customer is a warning on a channel order (its buyer has
    paid, a person has to look) and an error elsewhere (whoever sent it can correct it now). An
    order flagged `digital` needs no address, and of one whose goods have left or that is closed the
    address can keep nothing from happening any more: its flaws are warnings.
    """
    return [
        *_currency(order),
        *_lines(order, origin),
        *_totals(order),
        *_lenient_once_gone(order, _address(order, origin)),
        *_customer(order, origin),
        *_contact(order),
    ]


def parsed_order(data: object, origin: Origin) -> tuple[CanonicalOrder | None, list[Finding]]:
    """Read a canonical order from decoded JSON and validate it; None when it has no such form."""
    if not isinstance(data, dict):
        return None, [finding(FindingCode.NOT_AN_ORDER)]
    try:
        order = CanonicalOrder.model_validate(data)
    except ValidationError as error:
        return None, findings_of(error)
    return order, validate(order, origin)


def findings_of(error: ValidationError, prefix: str = "") -> list[Finding]:
    """Say in our words what pydantic found, with the path of each field below `prefix`."""
    return [_finding_of(details, prefix) for details in error.errors(include_url=False)]


def tax_on_top(order: CanonicalOrder) -> Decimal:
    """Return the part of the order's tax that its prices do not contain yet.

    Shipping is taxed the way all lines are; where lines differ its tax counts as on top.
    """
    if all(line.tax_included for line in order.lines):
        return Decimal(0)
    return order.tax - sum((line.tax for line in order.lines if line.tax_included), Decimal(0))


def line_total(line: Line) -> Decimal:
    """Return what the buyer pays for a line, computed from its parts."""
    on_top = Decimal(0) if line.tax_included else line.tax
    return line.unit_price * line.quantity - line.discount + on_top


def order_total(order: CanonicalOrder) -> Decimal:
    """Return what the buyer pays for the order, computed from its parts."""
    goods = sum((line.unit_price * line.quantity for line in order.lines), Decimal(0))
    return goods + order.shipping - order.discount + tax_on_top(order)


def _currency(order: CanonicalOrder) -> Iterator[Finding]:
    if not is_currency(order.currency):
        yield finding(FindingCode.BAD_CURRENCY, "currency", order.currency)
    elif order.total != quantize(order.total, order.currency):
        digits = currency_digits(order.currency)
        hint = (
            f"; {order.currency} has {digits} decimals",
            f"；{order.currency} 有 {digits} 位小数",
        )
        yield finding(FindingCode.BAD_AMOUNT, "total", plain(order.total), hint, "warning")


def _lines(order: CanonicalOrder, origin: Origin) -> Iterator[Finding]:
    for index, line in enumerate(order.lines):
        if not line.sku:
            severity = _tolerated(origin)
            yield finding(FindingCode.BAD_SKU, f"lines[{index}].sku", severity=severity)
        if abs(line.total - line_total(line)) > TOLERANCE_PER_LINE:
            yield _mismatch(f"lines[{index}].total", line.total, line_total(line))
    for line_id, times in Counter(line.line_id for line in order.lines).items():
        if times > 1:
            yield finding(FindingCode.DUPLICATE_LINE, "lines.line_id", line_id)


def _totals(order: CanonicalOrder) -> Iterator[Finding]:
    computed = order_total(order)
    if abs(order.total - computed) > TOLERANCE_PER_LINE * len(order.lines):
        yield _mismatch("total", order.total, computed)


def _mismatch(field: str, said: Decimal, computed: Decimal) -> Finding:
    parts = plain(computed)
    return finding(FindingCode.AMOUNT_MISMATCH, field, plain(said), (parts, parts))


def _address(order: CanonicalOrder, origin: Origin) -> Iterator[Finding]:
    address = order.shipping_address
    if address is None:
        if DIGITAL not in order.flags:
            severity = _tolerated(origin)
            yield finding(FindingCode.REQUIRED, "shipping_address", severity=severity)
        return
    rules = rules_for(address.country)
    if rules is None:
        code = FindingCode.BAD_COUNTRY if address.country else FindingCode.REQUIRED
        yield finding(code, "shipping_address.country", address.country)
        return
    yield from _missing(address, rules)
    yield from _postal_code(address, rules)


def _lenient_once_gone(order: CanonicalOrder, found: Iterator[Finding]) -> Iterator[Finding]:
    gone = order.stage in _GONE
    yield from (f.model_copy(update={"severity": "warning"}) if gone else f for f in found)


def _missing(address: Address, rules: AddressRules) -> Iterator[Finding]:
    # Without a region a parcel still arrives (city and postal code tell it), and a recipient can
    # be asked for; without the others it does not.
    severities: dict[str, Severity] = {"name": "warning", "region": "warning"}
    for field in ("name", "line1", "city", "region", "postal_code"):
        if not getattr(address, field) and (field == "name" or field in rules.required):
            hint = _example(rules) if field == "postal_code" else ("", "")
            severity = severities.get(field, "error")
            path = f"shipping_address.{field}"
            yield finding(FindingCode.REQUIRED, path, hint=hint, severity=severity)


def _postal_code(address: Address, rules: AddressRules) -> Iterator[Finding]:
    code = address.postal_code
    if code and not rules.accepts_postal_code(code):
        severity: Severity = "error" if "postal_code" in rules.required else "warning"
        path = "shipping_address.postal_code"
        yield finding(FindingCode.BAD_POSTAL_CODE, path, code, _example(rules), severity)


def _example(rules: AddressRules) -> tuple[str, str]:
    example = rules.postal_example
    return (f", e.g. {example}", f"，例如 {example}") if example else ("", "")


def _customer(order: CanonicalOrder, origin: Origin) -> Iterator[Finding]:
    customer = order.customer
    if not (customer.external_id or customer.name or customer.email or customer.phone):
        yield finding(FindingCode.REQUIRED, "customer", severity=_tolerated(origin))
    if customer.email and not _EMAIL.fullmatch(customer.email):
        yield finding(FindingCode.BAD_EMAIL, "customer.email", customer.email, severity="warning")


def _contact(order: CanonicalOrder) -> Iterator[Finding]:
    address = order.shipping_address
    if address is None and order.customer.email:
        return
    country = address.country if address else ""
    given = {
        "shipping_address.phone": address.phone if address else "",
        "customer.phone": order.customer.phone,
    }
    # One number that can be dialled is enough, whoever's it is.
    if any(e164(phone, country) for phone in given.values() if phone):
        return
    path, phone = next(((p, text) for p, text in given.items() if text), ("customer.phone", ""))
    code = FindingCode.BAD_PHONE if phone else FindingCode.REQUIRED
    yield finding(code, path, phone, severity="warning")


def _tolerated(origin: Origin) -> Severity:
    return "warning" if origin == "channel" else "error"


_CODE_OF_TYPE = {
    "missing": FindingCode.REQUIRED,
    "too_short": FindingCode.REQUIRED,
    "string_too_short": FindingCode.REQUIRED,
    "extra_forbidden": FindingCode.UNKNOWN_FIELD,
    "amount": FindingCode.BAD_AMOUNT,
    "instant": FindingCode.BAD_DATE,
    "string_too_long": FindingCode.TOO_LONG,
    "too_long": FindingCode.TOO_LONG,
    "json_invalid": FindingCode.BAD_JSON,
}
_CODE_OF_FIELD = {
    "quantity": FindingCode.BAD_QUANTITY,
    "currency": FindingCode.BAD_CURRENCY,
    "status": FindingCode.UNKNOWN_STATUS,
    "stage": FindingCode.UNKNOWN_STATUS,
}
_AMOUNT_BOUNDS = frozenset({"greater_than_equal", "less_than_equal"})


def _finding_of(details: ErrorDetails, prefix: str) -> Finding:
    path = _path((prefix, *details["loc"]) if prefix else details["loc"])
    kind = details["type"]
    leaf = path.rpartition(".")[2]
    code = _CODE_OF_TYPE.get(kind) or _CODE_OF_FIELD.get(leaf)
    if code is None:
        code = FindingCode.BAD_AMOUNT if kind in _AMOUNT_BOUNDS else FindingCode.BAD_VALUE
    # Pydantic words its reasons in English only; the Chinese sentence stands on its own.
    reason = f" ({details['msg']})" if code is not FindingCode.REQUIRED else ""
    return finding(code, path, _shown(details["input"]), (reason, ""))


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        joined = f"[{part}]" if isinstance(part, int) else f".{part}"
        path += joined
    return path.lstrip(".")


def _shown(value: object) -> object:
    # A whole object is no value to quote; its path says enough.
    return type(value).__name__ if isinstance(value, dict | list | tuple) else value
