"""Who works in the demo, for which shops, and with which dealers there is credit: as data."""

import json
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from database.people import Group, Person, RoleGrant
from simulator.amazon_bodies import MARKETPLACES
from simulator.amazon_routes import DESTINATION
from simulator.config import PlayedShop

RULES_AUTHOR, RULES_PUBLISHER = "ruth", "sven"
TRADE_SHOP = "trade"
CREDIT_LIMIT, SMALL_CREDIT_LIMIT = Decimal(5_000_000), Decimal(15_000)

GROUPS = (
    Group("na", "North America", "北美组", "lax"),
    Group("eu", "Europe", "欧洲组", "de"),
)


def _person(
    person_id: str,
    name: str,
    superior: str | None,
    *roles: str,
    limit: int | None = None,
    locale: str = "en",
) -> Person:
    grants = (RoleGrant(role, group) for role, _, group in (each.partition("@") for each in roles))
    return Person(
        person_id=person_id,
        name=name,
        email=f"{person_id}@orderflow.example",
        locale=locale,
        superior_id=superior,
        approval_limit=None if limit is None else Decimal(limit),
        roles=tuple(grants),
    )


# Superiors before those they lead. Two managers with different limits: above 6000 CNY only one.
PEOPLE = (
    _person("chen", "Chen Guohua 陈国华", None, "administrator", locale="zh"),
    _person("wu", "Wu Lan 吴岚", "chen", "ops_director", locale="zh"),
    _person("fang", "Fang Ying 方颖", "chen", "finance", locale="zh"),
    _person("tan", "Tan Wei 谭伟", "wu", "team_lead", locale="zh"),
    _person("li", "Li Na 李娜", "wu", "regional_manager", limit=10_000, locale="zh"),
    _person("marta", "Marta Keller", "wu", "regional_manager@eu", limit=6_000),
    _person("mei", "Mei Lin 林梅", "tan", "customer_service", locale="zh"),
    _person("anna", "Anna Sørensen", "tan", "customer_service"),
    _person("oscar", "Oscar Reyes", "tan", "sales"),
    _person("diego", "Diego Santos", "tan", "warehouse_keeper@na"),
    _person("jonas", "Jonas Vogel", "tan", "warehouse_keeper@eu"),
    _person("priya", "Priya Raman", "tan", "logistics"),
    _person("ruth", "Ruth Amsel", "wu", "rules_editor"),
    _person("sven", "Sven Dahl", "wu", "rules_editor"),
    _person("ida", "Ida Brandt", "chen", "auditor"),
)


@dataclass(frozen=True)
class DemoShop:
    """A shop of the demo: where it sells, and in which currencies."""

    channel: Literal["shopify", "storefront", "woocommerce", "amazon", "spreadsheet"]
    shop: str
    countries: tuple[str, ...]
    currencies: tuple[str, ...]


SHOPS = (
    DemoShop("shopify", "aurora-us", ("US", "CA", "BR"), ("USD", "CAD", "CNY", "JPY")),
    DemoShop("shopify", "aurora-eu", ("DE", "FR", "IT", "GB"), ("EUR", "GBP")),
    DemoShop("amazon", "aurora-na", ("US", "CA"), ("USD", "CAD")),
    DemoShop("amazon", "aurora-emea", ("DE", "FR", "IT"), ("EUR",)),
    DemoShop("woocommerce", "aurora-garden", ("DE", "FR", "IT", "GB", "US"), ("EUR", "USD")),
    DemoShop(
        "storefront", TRADE_SHOP, ("US", "CA", "DE", "FR", "IT"), ("USD", "EUR", "CNY", "JPY")
    ),
    DemoShop("spreadsheet", "trade-desk", ("US", "DE", "FR", "IT"), ("USD", "EUR", "CNY")),
)


def played(shop: DemoShop) -> PlayedShop:
    """Return a shop to be played, with new secrets."""
    secret = secrets.token_hex(32)
    return PlayedShop(
        channel=shop.channel,
        shop=shop.shop,
        secret="" if shop.channel == "spreadsheet" else secret,
        access_token=_credential(shop, secret),
        currencies=shop.currencies,
        countries=shop.countries,
    )


def _credential(shop: DemoShop, secret: str) -> str:
    """Return what the shop's own API asks for, in the form in which orderflow keeps it."""
    match shop.channel:
        case "shopify":
            return secrets.token_hex(24)
        case "woocommerce":
            return f"ck_{secrets.token_hex(20)}:cs_{secrets.token_hex(20)}"
        case "amazon":
            return json.dumps(
                {
                    "client_id": f"amzn1.application-oa2-client.{secrets.token_hex(16)}",
                    "client_secret": f"amzn1.oa2-cs.v1.{secrets.token_hex(32)}",
                    "refresh_token": f"Atzr|{secrets.token_urlsafe(48)}",
                    "marketplace_ids": [MARKETPLACES[country][0] for country in shop.countries],
                    "destination_id": DESTINATION,
                }
            )
        case "storefront":
            # A storefront checks our calls with the secret it signs its own with.
            return secret
        case "spreadsheet":
            return ""
