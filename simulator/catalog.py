"""What the played shops sell, where it lies, and what foreign money is worth in the demo."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from domain.money import BASE_CURRENCY, currency_digits


@dataclass(frozen=True)
class Article:
    """One thing for sale; `price` is in CNY without tax."""

    sku: str
    title: str
    price: Decimal


ARTICLES = (
    Article("CBL-USBC-2M", "USB-C cable, 2 m", Decimal(39)),
    Article("MSP-FELT", "Desk mat, wool felt", Decimal(95)),
    Article("LMP-CLIP", "Clip-on lamp", Decimal(168)),
    Article("KBD-75", "Keyboard, 75 keys", Decimal(265)),
    Article("MSE-ERGO", "Upright mouse", Decimal(320)),
    Article("HPH-OVER", "Headphones, over-ear", Decimal(540)),
    Article("DCK-12", "Docking station, 12 ports", Decimal(880)),
    Article("ARM-DUAL", "Monitor arm for two", Decimal(1150)),
    Article("MON-27", "Monitor, 27 inch", Decimal(1690)),
    Article("CHR-MESH", "Office chair, mesh", Decimal(2450)),
    Article("DSK-LIFT", "Standing desk, 160 cm", Decimal(3800)),
)
# One of a kind: it runs out, and orders for it are held.
SCARCE = Article("LMP-LTD-40", "Lamp, anniversary edition", Decimal(720))

WAREHOUSES = ("lax", "de")
PLENTY = 500_000
SCARCE_PIECES = 2

# How many CNY one unit costs; demo figures, not today's rates.
RATES: Mapping[str, Decimal] = {
    "USD": Decimal("7.12"),
    "EUR": Decimal("7.78"),
    "GBP": Decimal("9.05"),
    "JPY": Decimal("0.0475"),
    "CAD": Decimal("5.18"),
    "BRL": Decimal("1.31"),
}


def price_in(article: Article, currency: str) -> Decimal:
    """Return what an article costs in a currency, rounded to its smallest unit."""
    rate = Decimal(1) if currency == BASE_CURRENCY else RATES[currency]
    return rounded(article.price / rate, currency)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the smallest unit of a currency."""
    return amount.quantize(Decimal(1).scaleb(-currency_digits(currency)), ROUND_HALF_UP)
