"""Who buys and where it goes, from the columns a file happens to have."""

import re
from functools import lru_cache
from typing import Any

from channels.body import joined
from channels.spreadsheet.context import Context
from channels.spreadsheet.regions import tidy_region
from channels.spreadsheet.values import customer_kind
from domain.addresses import country_code, rules_for, tidy_postal_code
from domain.cleansing import CleansingCode
from domain.phones import tidy_phone

# Names of countries that reports use and the standard does not.
_COUNTRIES = {
    "rsa": "ZA",
    "deutschland": "DE",
    "österreich": "AT",
    "schweiz": "CH",
    "españa": "ES",
    "italia": "IT",
    "brasil": "BR",
    "belgië": "BE",
    "nederland": "NL",
    "danmark": "DK",
    "sverige": "SE",
    "norge": "NO",
    "suomi": "FI",
    "méxico": "MX",
    "polska": "PL",
    "u.s.a.": "US",
    "u.k.": "GB",
    "united kingdom of great britain": "GB",
    "south korea": "KR",
    "p.r. china": "CN",
    "mainland china": "CN",
}
_NO_COUNTRY = frozenset({"unspecified", "unknown", "n/a", "-"})
# The country's letter in front of the code, as it was written in Europe until 2004: S-958 22.
_LETTERED = re.compile(r"[A-Z]{1,3}[- ]+(?=\d)")
_SPREADSHEET_TEXT = re.compile(r"^'(?=\d)")
_BILL_OF = {
    "line1": "bill_line1",
    "line2": "bill_line2",
    "city": "bill_city",
    "region": "bill_region",
    "postal_code": "bill_postal_code",
    "country": "bill_country",
}


def buyer(context: Context, country: str) -> dict[str, Any]:
    """Return the canonical customer; a kind the file does not name is the dialect's."""
    first = context.first
    name = first("customer_name", "customer.name") or _joined_name(context, "", "customer.name")
    billed = first("bill_name", "customer.name") or _joined_name(context, "bill_", "customer.name")
    company = first("company", "customer.name") or first("bill_company", "customer.name")
    said = customer_kind(first("kind", "customer.kind"))
    return {
        "kind": said or context.group.dialect.kind,
        "external_id": context.identifier(
            first("customer_id", "customer.external_id"), "customer.external_id"
        ),
        "name": name or billed or company,
        "email": first("email", "customer.email"),
        "phone": _phone(context, "customer.phone", country, "phone", "bill_phone"),
    }


def postal_address(context: Context) -> dict[str, Any] | None:
    """Return the canonical address, None when no part of one is there.

    A shipping address that is blank is taken from the billing address.
    """
    parts = {part: context.first(part, f"shipping_address.{part}") for part in _BILL_OF}
    parts = parts if any(parts.values()) else _billing(context)
    default = context.group.body.defaults.country
    if not any(parts.values()) and not default:
        return None
    country = country_of(context, parts["country"], default)
    name, company = _recipient(context)
    return {
        "name": name or company,
        "line1": parts["line1"] or parts["line2"],
        "line2": joined(
            (
                company if name else "",
                parts["line2"] if parts["line1"] else "",
                context.first("line3", "shipping_address.line2"),
            ),
            ", ",
        ),
        "city": parts["city"],
        "region": _region(context, parts["region"], country),
        "postal_code": _postal_code(context, parts["postal_code"], country),
        "country": country,
        "phone": _phone(context, "shipping_address.phone", country, "ship_phone", "phone"),
    }


def country_of(context: Context, said: str, default: str) -> str:
    """Return the ISO code of a country's name, the default when the file names none."""
    if said.casefold() in _NO_COUNTRY:
        said = ""
    known = _country(said)
    code = known or (said.strip().upper() if said else default.upper())
    context.cleansing.note(CleansingCode.COUNTRY, "shipping_address.country", said, code)
    return code


@lru_cache(maxsize=2048)
def _country(said: str) -> str:
    return country_code(said) or _COUNTRIES.get(said.strip().casefold(), "")


def _billing(context: Context) -> dict[str, str]:
    parts = {
        part: context.first(column, f"shipping_address.{part}") for part, column in _BILL_OF.items()
    }
    if any(parts.values()):
        context.cleansing.note(
            CleansingCode.ADDRESS_SOURCE,
            "shipping_address",
            "",
            joined(tuple(parts.values()), ", "),
        )
    return parts


def _recipient(context: Context) -> tuple[str, str]:
    path = "shipping_address.name"
    name = context.first("ship_name", path) or _joined_name(context, "ship_", path)
    company = context.first("ship_company", path) or context.first("company", path)
    if name:
        return name, company if company != name else ""
    for column in ("bill_name", "customer_name"):
        if name := context.first(column, path):
            context.cleansing.note(CleansingCode.ADDRESS_SOURCE, path, "", name)
            return name, company if company != name else ""
    return _joined_name(context, "bill_", path) or _joined_name(context, "", path), company


def _joined_name(context: Context, prefix: str, field: str) -> str:
    parts = (context.first(f"{prefix}{half}_name", field) for half in ("first", "last"))
    return joined(tuple(parts), " ")


def _region(context: Context, said: str, country: str) -> str:
    region = tidy_region(said, country)
    context.cleansing.note(CleansingCode.REGION, "shipping_address.region", said, region)
    return region


def _postal_code(context: Context, said: str, country: str) -> str:
    if not said:
        return ""
    code = _tidy_code(said, country)
    context.cleansing.note(CleansingCode.POSTAL_CODE, "shipping_address.postal_code", said, code)
    return code[:20]


@lru_cache(maxsize=8192)
def _tidy_code(said: str, country: str) -> str:
    bare = said[:-2] if said.endswith(".0") and said[:-2].isdigit() else said
    code = tidy_postal_code(_SPREADSHEET_TEXT.sub("", bare), country)
    rules = rules_for(country)
    if rules is None or not code or rules.accepts_postal_code(code):
        return code
    others = (_LETTERED.sub("", code), *_zero_padded(code, country), code.replace(" ", ""))
    return next((other for other in others if rules.accepts_postal_code(other)), code)


# How many digits a code has in countries where it may begin with 0.
_LONG = {
    "US": 5, "DE": 5, "IT": 5, "ES": 5, "FR": 5, "FI": 5, "MX": 5, "MY": 5, "EE": 5, "TR": 5,
    "CZ": 5, "GR": 5, "SE": 5, "CN": 6, "SG": 6, "RO": 6, "RU": 6, "JP": 7, "PT": 7,
    "AU": 4, "NO": 4, "NL": 0,
}  # fmt: skip


def _zero_padded(code: str, country: str) -> tuple[str, ...]:
    """Restore a zero that a spreadsheet dropped, one at most two of them."""
    length = _LONG.get(country, 0)
    missing = length - len(code)
    return (code.zfill(length),) if code.isdigit() and 0 < missing <= 2 else ()


def _phone(context: Context, field: str, country: str, *columns: str) -> str:
    said = next((text for column in columns if (text := context.first(column, field))), "")
    if not said:
        return ""
    phone = _tidy_phone(_SPREADSHEET_TEXT.sub("", said), country)
    context.cleansing.note(CleansingCode.PHONE, field, said, phone)
    return phone[:120]


@lru_cache(maxsize=8192)
def _tidy_phone(said: str, country: str) -> str:
    bare = said[:-2] if said.endswith(".0") else said
    return tidy_phone(bare, country)
