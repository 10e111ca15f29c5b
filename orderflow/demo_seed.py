"""What the demo puts into a fresh database: people, shops, stock, credit, rates and its rules."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from database import credit, customers, fx, people, rules, stock
from database import shops as shop_table
from domain.money import BASE_CURRENCY
from domain.order import EXAMPLE, CanonicalOrder
from orderflow.demo_people import (
    CREDIT_LIMIT,
    GROUPS,
    PEOPLE,
    RULES_AUTHOR,
    RULES_PUBLISHER,
    SHOPS,
    SMALL_CREDIT_LIMIT,
    played,
)
from orderflow.demo_rules import demo_rule_set
from orderflow.setup import key_hash, new_key
from simulator.buyers import Buyer
from simulator.catalog import ARTICLES, PLENTY, RATES, SCARCE, SCARCE_PIECES, WAREHOUSES
from simulator.config import (
    AmazonPlay,
    PlayedPerson,
    PlayedRole,
    PlayedShop,
    SimulatorConfig,
    load_config,
)
from simulator.post_rules import PostRule
from simulator.purchases import known_dealers

CONFIG_FILE = "demo.json"
STATE_FILE = "simulator.db"
# Amazon's limits, so that one can watch: tens of orders a minute, seen after seconds.
_AMAZON = AmazonPlay(rate_scale=20, settling_seconds=10)
# A few webhooks get lost or come twice, so that one can see the poll find them.
_UNRELIABLE = PostRule(drop=0.03, duplicate=0.03, shuffle=True)
_POST = {"shopify": _UNRELIABLE, "woocommerce": _UNRELIABLE}
_RATES_SINCE = date(2026, 1, 1)
_ACTORS = frozenset({"shoppers", "staff", "carrier", "clerks"})
# Where the simulator plays a shop of each channel; Amazon's sellers are told by their tokens.
_PATHS: Mapping[str, str] = {
    "shopify": "/shopify/{}",
    "storefront": "/storefront/{}/events",
    "woocommerce": "/woo/{}",
    "amazon": "/amazon",
}


def demo_config(home: Path) -> SimulatorConfig:
    """Return whom the simulator plays, with secrets and keys that stay the same from run to run.

    They are kept in the home folder in a file for its owner only; shops that an earlier version
    did not have are added to it.
    """
    path = home / CONFIG_FILE
    path.touch(mode=0o600)
    config = load_config(path) if path.read_text() else _new_config(home)
    known = {shop.owner for shop in config.shops}
    added = tuple(played(s) for s in SHOPS if f"{s.channel}/{s.shop}" not in known)
    behaviour = config.behaviour.model_copy(update={"post": _POST})
    whole = {
        "shops": config.shops + added,
        "actors": _ACTORS,
        "amazon": _AMAZON,
        "behaviour": behaviour,
    }
    path.write_text(config.model_copy(update=whole).model_dump_json(indent=2))
    return load_config(path)


def _new_config(home: Path) -> SimulatorConfig:
    staff = tuple(
        PlayedPerson(
            person_id=person.person_id,
            api_key=new_key()[0],
            roles=tuple(PlayedRole(role=g.role, group=g.group) for g in person.roles),
        )
        for person in PEOPLE
    )
    return SimulatorConfig(people=staff, state_file=home / STATE_FILE)


def seed(engine: Engine, config: SimulatorConfig, simulator_url: str) -> None:
    """Make the demo's people, shops, stock, credit and rules known; repeating it changes nothing.

    Where the shops listen is noted anew each time. Stock that was used up stays used up.
    """
    with engine.begin() as c:
        _add_people(c, config)
        _add_shops(c, config.shops, simulator_url)
        _add_stock(c)
        _add_rates(c)
        _add_credit(c, config.shops)
        _publish_rules(c)


def _add_people(c: Connection, config: SimulatorConfig) -> None:
    for group in GROUPS:
        people.save_group(c, group)
    for person in PEOPLE:
        people.save_person(c, person)
    for each in config.people:
        people.add_key(c, each.person_id, key_hash(each.api_key), "demo")


def _add_shops(c: Connection, shops: tuple[PlayedShop, ...], simulator_url: str) -> None:
    """Register those that are reached over HTTP; files name their shop themselves."""
    for shop in shops:
        if shop.channel in _PATHS:
            url = simulator_url + _PATHS[shop.channel].format(shop.shop)
            token = shop.access_token
            if shop.channel == "amazon":
                token = json.dumps(json.loads(token) | {"token_url": f"{url}/auth/o2/token"})
            secrets = (shop.secret,)
            shop_table.save(c, shop_table.Shop(shop.channel, shop.shop, secrets, url, token))


def _add_stock(c: Connection) -> None:
    known = {(level.warehouse, level.sku) for level in stock.levels(c)}
    pieces = {article.sku: PLENTY for article in ARTICLES} | {SCARCE.sku: SCARCE_PIECES}
    for warehouse in WAREHOUSES:
        for sku, quantity in pieces.items():
            if (warehouse, sku) not in known:
                stock.set_on_hand(c, warehouse, sku, quantity)


def _add_rates(c: Connection) -> None:
    for currency, rate in RATES.items():
        rate_id = f"demo-{currency}-{_RATES_SINCE}"
        fx.save(c, fx.Rate(rate_id, currency, BASE_CURRENCY, rate, _RATES_SINCE))


def _add_credit(c: Connection, shops: tuple[PlayedShop, ...]) -> None:
    for shop in shops:
        if shop.channel == "storefront":
            for dealer in known_dealers(shop.countries):
                is_small = dealer.key.endswith("-1")
                limit = SMALL_CREDIT_LIMIT if is_small else CREDIT_LIMIT
                credit.set_limit(c, customers.upsert(c, _any_order(shop, dealer)), limit)


def _any_order(shop: PlayedShop, dealer: Buyer) -> CanonicalOrder:
    """Return an order that only says who the customer is; it is never stored."""
    customer = {
        "kind": "business",
        "external_id": dealer.key,
        "name": dealer.company,
        "email": dealer.email,
    }
    return CanonicalOrder.model_validate(EXAMPLE | {"shop": shop.shop, "customer": customer})


def _publish_rules(c: Connection) -> None:
    """Written by one person and published by another, unless that was done in an earlier run."""
    rule_set = demo_rule_set()
    if rules.stored(c, rule_set.version) is None:
        note, now = "hours as seconds, for the demo", datetime.now(UTC)
        rules.put_in_force(c, rule_set, RULES_AUTHOR, RULES_PUBLISHER, note, now)
