"""What the demo puts into a database: complete, under valid rules, and the same every time."""

import json
import stat
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import Engine, text

from database import overview, people, rules, shops, stock
from domain.rules.ruleset import check_rule_set, stage_terms
from orderflow.demo_channels import channel_lines
from orderflow.demo_rules import demo_rule_set
from orderflow.demo_seed import demo_config, seed
from orderflow.demo_table import drawn, plain_line
from orderflow.setup import key_hash
from simulator.catalog import SCARCE
from tests.integration.database_world import place

URL = "http://127.0.0.1:8090"
COUNTED = ("people", "api_keys", "shops", "stock", "customers", "credit_accounts", "fx_rates")


def rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as c:
        return {
            name: c.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in COUNTED
        }


def test_seeding_again_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    config = demo_config(tmp_path)
    seed(engine, config, URL)
    before = rows(engine)
    assert all(before.values())
    with engine.begin() as c:
        stock.set_on_hand(c, "de", SCARCE.sku, 1)
    seed(engine, demo_config(tmp_path), URL)
    assert rows(engine) == before
    with engine.connect() as c:
        left = {(level.warehouse, level.sku): level.on_hand for level in stock.levels(c)}
    assert left["de", SCARCE.sku] == 1


def test_secrets_stay_the_same_and_are_for_the_owner_only(tmp_path: Path) -> None:
    first, second = demo_config(tmp_path), demo_config(tmp_path)
    assert first == second
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    shops = [shop for shop in first.shops if shop.channel != "spreadsheet"]
    secrets = {shop.secret for shop in shops} | {p.api_key for p in first.people}
    assert len(secrets) == len(shops) + len(first.people)
    tokens = {shop.access_token for shop in shops}
    assert not any(secret in repr(first) for secret in secrets | tokens)


def test_a_home_of_an_earlier_version_gets_the_shops_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    whole = demo_config(tmp_path)
    fewer = {"shops": whole.shops[:1], "actors": frozenset({"staff"})}
    path.write_text(whole.model_copy(update=fewer).model_dump_json())
    again = demo_config(tmp_path)
    assert again.shops[0] == whole.shops[0]
    assert [shop.owner for shop in again.shops] == [shop.owner for shop in whole.shops]
    assert (again.people, again.actors) == (whole.people, whole.actors)


def test_every_played_person_is_let_in_and_has_somebody_above(
    engine: Engine, tmp_path: Path
) -> None:
    config = demo_config(tmp_path)
    seed(engine, config, URL)
    with engine.connect() as c:
        for played in config.people:
            actor = people.by_key(c, key_hash(played.api_key))
            assert actor is not None
            assert actor.person_id == played.person_id
        signers = people.entitled(c, ["regional_manager", "ops_director", "finance"], None, "")
        told = people.superiors(c, [each for found in signers.values() for each in found])
    assert all(signers.values())
    assert set(told) == {each for found in signers.values() for each in found}


def test_the_demo_rules_are_in_force_by_the_four_eyes_rule(engine: Engine, tmp_path: Path) -> None:
    seed(engine, demo_config(tmp_path), URL)
    assert check_rule_set(demo_rule_set()) == ()
    with engine.connect() as c:
        version = rules.published_id(c)
        stored = rules.stored(c, version or "")
    assert stored is not None
    assert stored.rule_set == demo_rule_set()
    assert stored.publisher != stored.author


@pytest.mark.parametrize(
    ("stage", "limit", "window"),
    [
        ("pending_confirmation", 15, None),
        ("in_review", 40, None),
        ("preparing", 80, None),
        ("shipped", None, 10),
    ],
)
def test_the_limits_of_the_demo_are_seconds(
    stage: str, limit: int | None, window: int | None
) -> None:
    terms = stage_terms(demo_rule_set(), stage)
    assert (terms.limit and terms.limit.total_seconds()) == limit
    assert (terms.window and terms.window.total_seconds()) == window


def test_shops_are_written_back_to_where_the_simulator_listens_now(
    engine: Engine, tmp_path: Path
) -> None:
    for url in (URL, "http://127.0.0.1:9999"):
        seed(engine, demo_config(tmp_path), url)
    with engine.connect() as c:
        found = {shop.shop: shop.base_url for shop in shops.all_shops(c)}
        tokens = {shop.shop: shop.access_token for shop in shops.all_shops(c)}
    assert found == {
        "aurora-us": "http://127.0.0.1:9999/shopify/aurora-us",
        "aurora-eu": "http://127.0.0.1:9999/shopify/aurora-eu",
        "aurora-na": "http://127.0.0.1:9999/amazon",
        "aurora-emea": "http://127.0.0.1:9999/amazon",
        "aurora-garden": "http://127.0.0.1:9999/woo/aurora-garden",
        "trade": "http://127.0.0.1:9999/storefront/trade/events",
    }
    assert (
        json.loads(tokens["aurora-na"])["token_url"] == "http://127.0.0.1:9999/amazon/auth/o2/token"
    )


def test_the_overview_counts_an_order_that_has_not_begun(engine: Engine) -> None:
    now = datetime.now(UTC)
    with engine.begin() as c:
        place(c)
        seen = overview.overview(c, now)
        assert (seen.starting, seen.stages, seen.completed) == (1, {}, {})
        assert overview.notable(c, 5) == []
        assert overview.happened(c) == {}
        counted = {line.channel: line.orders for line in channel_lines(c)}
    assert plain_line(seen, {}).startswith("pending_confirmation=0 ")
    assert sum(counted.values()) == 1
    assert set(counted) == {"shopify", "amazon", "woocommerce", "storefront", "spreadsheet"}


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits_its_window(engine: Engine, width: int) -> None:
    with engine.connect() as c:
        seen, channels = overview.overview(c, datetime.now(UTC)), channel_lines(c)
    console = Console(width=width, record=True, file=StringIO())
    console.print(drawn(seen, {}, channels, [], [("API", "http://127.0.0.1:8088/docs")], width))
    lines = console.export_text().splitlines()
    assert any("待确认" in line and "Pending confirmation" in line for line in lines)
    assert any("Amazon 亚马逊" in line and "正常" in line for line in lines)
    assert len(lines) < 48
