"""Rule sets, exchange rates and idempotency keys: what may never change, does not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from database import fx, idempotency, rules
from database.fx import Rate
from database.idempotency import StoredResponse
from database.refusals import Refused
from domain.rules.defaults import scaled
from tests.integration.database_rules_sets import published_rules, rule_set
from tests.integration.database_world import NOW, at_once, in_transaction


def test_a_published_rule_set_is_the_one_in_force(connection: Connection) -> None:
    assert rules.published(connection) is None
    published_rules(connection)
    assert rules.published(connection) == rule_set()
    assert rules.published_id(connection) == "v1"
    stored = rules.stored(connection, "v1")
    assert stored is not None
    assert (stored.state, stored.author, stored.publisher) == ("published", "ann", "bob")
    assert stored.published_at == NOW


def test_the_author_may_not_publish(connection: Connection) -> None:
    rules.save_draft(connection, rule_set(), "ann", "")
    with pytest.raises(Refused, match="own_draft"):
        rules.publish(connection, "v1", "ann", NOW)
    rules.check(connection, "v1", "ann", NOW)
    with pytest.raises(IntegrityError, match="ck_rule_sets_publisher"):
        connection.execute(
            text(
                "UPDATE rule_sets SET state = 'published', publisher = author, published_at = now()"
            )
        )


def test_publishing_supersedes_and_old_orders_find_their_version(connection: Connection) -> None:
    published_rules(connection, "v1")
    published_rules(connection, "v2")
    assert rules.published_id(connection) == "v2"
    assert rules.get(connection, "v1") == rule_set("v1")
    states = {stored.rule_set_id: stored.state for stored in rules.all_versions(connection)}
    assert states == {"v2": "published", "v1": "superseded"}


def test_a_rule_set_is_published_once_and_never_again(connection: Connection) -> None:
    published_rules(connection, "v1")
    rules.publish(connection, "v1", "carl", NOW)
    published_rules(connection, "v2")
    for version in ("v1", "unknown"):
        with pytest.raises(Refused, match="not_a_draft"):
            rules.publish(connection, version, "carl", NOW)


def test_drafts_published_at_once_leave_one_in_force_and_the_others_stale(engine: Engine) -> None:
    versions = [f"v{number}" for number in range(8)]
    with engine.begin() as c:
        for version in versions:
            rules.save_draft(c, rule_set(version), "ann", "")
            assert rules.check(c, version, "ann", NOW) == ()

    def publish(version: str) -> str:
        try:
            in_transaction(engine, lambda c: rules.publish(c, version, "bob", NOW))
        except Refused as refused:
            return refused.code
        return "published"

    assert sorted(at_once(publish, versions)) == ["published", *["stale_base"] * 7]
    with engine.connect() as c:
        states = sorted(stored.state for stored in rules.all_versions(c))
    assert states == [*["checked"] * 7, "published"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rule_sets SET body = '{}'",
        "UPDATE rule_sets SET state = 'draft', publisher = NULL, published_at = NULL",
        "UPDATE rule_sets SET note = 'other'",
        "DELETE FROM rule_sets",
    ],
)
def test_a_published_rule_set_cannot_be_changed_by_anybody(
    connection: Connection, change: str
) -> None:
    published_rules(connection)
    with pytest.raises(DBAPIError, match="publish another one"):
        connection.execute(text(change))


def test_a_draft_is_replaced_by_who_names_the_revision_they_read(connection: Connection) -> None:
    changed = scaled(rule_set(), Decimal("0.5"), "v1")
    rules.save_draft(connection, rule_set(), "ann", "")
    assert rules.save_draft(connection, rule_set(), "bob", "same") == "v1"
    with pytest.raises(Refused, match="version_taken"):
        rules.save_draft(connection, changed, "ann", "")
    rules.save_draft(connection, changed, "ann", "faster", revision=1)
    assert rules.get(connection, "v1") == changed
    rules.check(connection, "v1", "ann", NOW)
    rules.publish(connection, "v1", "bob", NOW)
    for revision in (None, 2):
        with pytest.raises(Refused, match="version_taken"):
            rules.save_draft(connection, rule_set(), "ann", "", revision=revision)


def test_the_rate_of_a_day_is_the_newest_valid_one(connection: Connection) -> None:
    march = Rate("r1", "EUR", "CNY", Decimal("7.8"), date(2026, 3, 1))
    april = Rate("r2", "EUR", "CNY", Decimal("7.912345"), date(2026, 4, 1))
    for rate in (march, april, march):
        fx.save(connection, rate)

    def on(month: int, day: int, currency: str = "EUR") -> Rate | None:
        return fx.rate_on(connection, currency, "CNY", date(2026, month, day))

    assert on(2, 28) is None
    assert on(3, 1) == on(3, 31) == march
    assert on(4, 1) == on(12, 31) == april
    assert on(4, 1, "USD") is None


@pytest.mark.parametrize("changes", [{"rate": Decimal(8)}, {"rate_id": "r2"}])
def test_a_rate_that_decisions_point_to_never_changes(
    connection: Connection, changes: dict[str, Any]
) -> None:
    rate = Rate("r1", "EUR", "CNY", Decimal("7.8"), date(2026, 3, 1))
    fx.save(connection, rate)
    with pytest.raises(Refused, match="rate_exists"):
        fx.save(connection, replace(rate, **changes))


def test_a_repeated_request_gets_the_first_answer(connection: Connection) -> None:
    key = (connection, "mia", "k1")
    assert idempotency.begin(*key, "hash") is None
    assert idempotency.begin(*key, "hash") is None
    idempotency.finish(*key, 202, {"order_id": "o1"})
    assert idempotency.begin(*key, "hash") == StoredResponse(202, {"order_id": "o1"})
    assert idempotency.begin(connection, "tom", "k1", "other") is None


def test_a_key_of_another_request_is_refused(connection: Connection) -> None:
    idempotency.begin(connection, "mia", "k1", "hash")
    with pytest.raises(Refused, match="idempotency_key_reused"):
        idempotency.begin(connection, "mia", "k1", "other")


def test_requests_with_one_key_at_once_are_done_once(engine: Engine) -> None:
    def request(number: int) -> int:
        with engine.begin() as c:
            stored = idempotency.begin(c, "mia", "k1", "hash")
            if stored is not None:
                return int(stored.response)
            idempotency.finish(c, "mia", "k1", 200, number)
            return number

    assert len(set(at_once(request, range(12)))) == 1
