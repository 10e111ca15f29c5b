"""What somebody buys, before any channel words it: drawn from the mix, the same for one seed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from zlib import crc32

from domain.money import BASE_CURRENCY
from simulator.behaviour import Mix
from simulator.buyers import Buyer, consumer, dealer
from simulator.catalog import ARTICLES, RATES, SCARCE, Article, price_in, rounded
from simulator.config import PlayedShop

# What is spent on goods in CNY; the gaps leave room for tax and freight within the tier.
_SPENT = {"auto": (90, 1550), "manager": (2200, 7900), "countersign": (10300, 34000)}
_VAT = {"DE": "0.19", "FR": "0.20", "IT": "0.22", "GB": "0.20", "JP": "0.10"}
_SALES_TAX = {"US": "0.0725", "CA": "0.05", "BR": "0"}
_HOME_CURRENCIES = {"US": "USD", "CA": "CAD", "GB": "GBP", "BR": "BRL", "JP": "JPY"}
_DEALERS = frozenset({"storefront", "spreadsheet"})
_KNOWN_DEALERS = 4
_FREIGHT = Decimal(45)


@dataclass(frozen=True)
class Bought:
    """One line: `tax` is for the whole line; `unit_price` contains it where the law wants so."""

    line_id: str
    article: Article
    quantity: int
    unit_price: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Purchase:
    """One order as its buyer meant it; amounts in `currency`, `placed_at` in UTC."""

    external_id: str
    number: str
    shop: PlayedShop
    placed_at: datetime
    currency: str
    buyer: Buyer
    is_business: bool
    lines: tuple[Bought, ...]
    freight: Decimal
    tax_included: bool
    is_paid: bool
    terms: str

    @property
    def tax(self) -> Decimal:
        """Tax of all lines."""
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What the buyer pays."""
        goods = sum((line.unit_price * line.quantity for line in self.lines), Decimal(0))
        return goods + self.freight + (Decimal(0) if self.tax_included else self.tax)


@dataclass(frozen=True)
class Wish:
    """What a test wants to be bought; whatever is left out is drawn from the mix."""

    tier: str | None = None
    country: str | None = None
    currency: str | None = None
    is_paid: bool | None = None
    scarce: bool | None = None
    new_dealer: bool | None = None
    kind: str = ""


_ANYTHING = Wish()


def drawn(values: dict[str, float], rng: Random) -> str:
    """Draw one of the keys by its weight."""
    return rng.choices(list(values), weights=list(values.values()))[0]


def purchase(
    shop: PlayedShop,
    ordinal: int,
    rng: Random,
    mix: Mix,
    placed_at: datetime,
    wish: Wish = _ANYTHING,
) -> Purchase:
    """Return the shop's order number `ordinal`, counted from 1."""
    is_dealer = shop.channel in _DEALERS
    countries = {code: mix.countries.get(code, 0.01) for code in shop.countries}
    country = wish.country or drawn(countries, rng)
    currency = wish.currency or _currency(shop, country, rng)
    is_new = _chance(wish.new_dealer, mix.new_dealer, rng)
    external_id = _external_id(shop, ordinal)
    buyer = (
        dealer(0, country, _dealer_key(country, ordinal, is_new, rng))
        if is_dealer
        else consumer(rng, country, external_id)
    )
    tax_included = country in _VAT and not is_dealer
    articles = _articles(wish.tier or drawn(mix.tiers, rng), rng)
    if _chance(wish.scarce, mix.scarce, rng):
        articles = {SCARCE: 1, **articles}
    is_paid = _chance(wish.is_paid, 1 - mix.unpaid, rng)
    # Only dealers we have worked with have credit.
    on_terms = is_dealer and not is_new and wish.is_paid is None and rng.random() < mix.on_terms
    return Purchase(
        external_id=external_id,
        number=_number(shop, external_id, ordinal),
        shop=shop,
        placed_at=placed_at,
        currency=currency,
        buyer=buyer,
        is_business=is_dealer,
        lines=tuple(_lines(articles, external_id, country, currency, tax_included, is_dealer)),
        freight=price_in(Article("", "", _FREIGHT), currency),
        tax_included=tax_included,
        is_paid=is_paid and not on_terms,
        terms="net30" if on_terms else "",
    )


def _chance(wished: bool | None, share: float, rng: Random) -> bool:
    # Drawn in any case, so that a wish changes nothing else about the order.
    is_drawn = rng.random() < share
    return is_drawn if wished is None else wished


def _external_id(shop: PlayedShop, ordinal: int) -> str:
    match shop.channel:
        case "shopify":
            return f"{6_100_000_000_000 + ordinal}"
        case "amazon":
            seller = 100 + crc32(shop.shop.encode()) % 900
            return f"{seller}-{ordinal * 7919 % 10_000_000:07d}-{ordinal:07d}"
        case "woocommerce":
            return f"{20_000 + ordinal}"
        case "spreadsheet":
            return f"FX-{ordinal:06d}"
        case "storefront":
            return f"W{ordinal:07d}"


def _number(shop: PlayedShop, external_id: str, ordinal: int) -> str:
    numbers = {"shopify": f"#{1000 + ordinal}", "storefront": f"PO-{ordinal:05d}"}
    return numbers.get(shop.channel, external_id)


def _currency(shop: PlayedShop, country: str, rng: Random) -> str:
    home = _HOME_CURRENCIES.get(country, "EUR")
    if shop.channel == "amazon":
        # A marketplace sells in its own currency only.
        return home
    usual = home if home in shop.currencies else shop.currencies[0]
    return usual if rng.random() < 0.85 else rng.choice(shop.currencies)


def _dealer_key(country: str, ordinal: int, is_new: bool, rng: Random) -> str:
    known = rng.randint(1, _KNOWN_DEALERS)
    return f"N-{country}-{ordinal}" if is_new else f"D-{country}-{known}"


def known_dealers(countries: tuple[str, ...]) -> list[Buyer]:
    """Return the dealers that have worked with us before."""
    keys = [(c, f"D-{c}-{n}") for c in countries for n in range(1, _KNOWN_DEALERS + 1)]
    return [dealer(0, country, key) for country, key in keys]


def _articles(tier: str, rng: Random) -> dict[Article, int]:
    """Fill a basket up to an amount: one thing that fits first, then smaller ones."""
    left = Decimal(rng.randint(*_SPENT[tier]))
    basket: dict[Article, int] = {}
    for _ in range(rng.randint(1, 3)):
        affordable = [article for article in ARTICLES if article.price <= left]
        if not affordable:
            break
        article = rng.choice(affordable[-4:])
        quantity = max(1, int(left * Decimal("0.7") / article.price))
        basket[article] = basket.get(article, 0) + quantity
        left -= article.price * quantity
    return _filled_up(basket, left)


def _filled_up(basket: dict[Article, int], left: Decimal) -> dict[Article, int]:
    """Spend the rest on ever smaller things, so that the amount stays within its tier."""
    for article in reversed(ARTICLES):
        if quantity := int(left / article.price):
            basket[article] = basket.get(article, 0) + quantity
            left -= article.price * quantity
    return basket


def _lines(
    articles: dict[Article, int],
    external_id: str,
    country: str,
    currency: str,
    tax_included: bool,
    is_dealer: bool,
) -> list[Bought]:
    rate = Decimal("0") if is_dealer else Decimal(_VAT.get(country) or _SALES_TAX[country])
    return [
        _line(f"{_digits(external_id)}{place:02d}", article, quantity, currency, rate, tax_included)
        for place, (article, quantity) in enumerate(articles.items(), 1)
    ]


def _digits(external_id: str) -> str:
    return "".join(character for character in external_id if character.isdigit())


def _line(
    line_id: str, article: Article, quantity: int, currency: str, rate: Decimal, included: bool
) -> Bought:
    net = price_in(article, currency)
    unit_price = rounded(net * (1 + rate), currency) if included else net
    taxed = unit_price * quantity
    tax = taxed - taxed / (1 + rate) if included else taxed * rate
    return Bought(line_id, article, quantity, unit_price, rounded(tax, currency))


def in_base(purchase: Purchase) -> Decimal:
    """Return a purchase's total in CNY at the demo's rates."""
    rate = Decimal(1) if purchase.currency == BASE_CURRENCY else RATES[purchase.currency]
    return rounded(purchase.total * rate, BASE_CURRENCY)
