"""Amazon's marketplaces: their currency, and whether their prices contain the tax.

Ids: developer-docs.amazon.com/sp-api/docs/marketplace-ids. That prices contain the tax is no field
of an answer; it follows from real items: DE 25.99 with 4.15 (19/119), ES 42.00 with 7.29
(21/121), JP 1840 with 136 (8/108) inside, US 38.99 with 2.73 (7 %) on top.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Marketplace:
    """One marketplace; `currency` is ISO 4217, empty where only the currency is known of it."""

    name: str
    currency: str
    tax_included: bool = True


_UNITED_STATES = Marketplace("Amazon.com", "USD", tax_included=False)
_CANADA = Marketplace("Amazon.ca", "CAD", tax_included=False)
_MEXICO = Marketplace("Amazon.com.mx", "MXN", tax_included=False)

MARKETPLACES: Mapping[str, Marketplace] = {
    "ATVPDKIKX0DER": _UNITED_STATES,
    "A2EUQ1WTGCTBG2": _CANADA,
    "A1AM78C64UM0Y8": _MEXICO,
    "A2Q3Y263D00KWC": Marketplace("Amazon.com.br", "BRL"),
    "A1F83G8C2ARO7P": Marketplace("Amazon.co.uk", "GBP"),
    "A1PA6795UKMFR9": Marketplace("Amazon.de", "EUR"),
    "A13V1IB3VIYZZH": Marketplace("Amazon.fr", "EUR"),
    "APJ6JRA9NG5V4": Marketplace("Amazon.it", "EUR"),
    "A1RKKUPIHCS9HS": Marketplace("Amazon.es", "EUR"),
    "A1805IZSGTT6HS": Marketplace("Amazon.nl", "EUR"),
    "AMEN7PMS3EDWL": Marketplace("Amazon.com.be", "EUR"),
    "A28R8C7NBKEWEA": Marketplace("Amazon.ie", "EUR"),
    "A2NODRKZP88ZB9": Marketplace("Amazon.se", "SEK"),
    "A1C3SOZRARQ6R3": Marketplace("Amazon.pl", "PLN"),
    "A33AVAJ2PDY3EV": Marketplace("Amazon.com.tr", "TRY"),
    "A2VIGQ35RCS4UG": Marketplace("Amazon.ae", "AED"),
    "A17E79C6D8DWNP": Marketplace("Amazon.sa", "SAR"),
    "ARBP9OOSHTCHU": Marketplace("Amazon.eg", "EGP"),
    "AE08WJ6YKNBMC": Marketplace("Amazon.co.za", "ZAR"),
    "A21TJRUUN4KGV": Marketplace("Amazon.in", "INR"),
    "A19VAU5U5O7RUS": Marketplace("Amazon.sg", "SGD"),
    "A39IBJ37TRP1C6": Marketplace("Amazon.com.au", "AUD"),
    "A1VC38T7YXB528": Marketplace("Amazon.co.jp", "JPY"),
}
JAPAN = "A1VC38T7YXB528"

_BY_NAME = {each.name.casefold(): each for each in MARKETPLACES.values()}
_TAX_ON_TOP = frozenset({"USD", "CAD", "MXN"})


def marketplace_of(marketplace_id: str, name: str, currency: str) -> Marketplace:
    """Return the marketplace by its id, else by its name, else what its currency tells."""
    known = MARKETPLACES.get(marketplace_id) or _BY_NAME.get(name.casefold())
    return known or Marketplace(name or "Amazon", currency, currency not in _TAX_ON_TOP)
