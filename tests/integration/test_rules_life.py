"""From draft to publication: several editors, a second person, nothing lost, nothing undone."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from database import audit, rule_history, rules
from database.engine import listen
from database.refusals import Refused
from database.rule_refusals import EditedMeanwhile, FoundWrong, MergeConflict
from domain.rules.cells import above
from domain.rules.ruleset import RuleSet
from tests.integration.database_rules_sets import published_rules, rule_set
from tests.integration.database_world import NOW, employ
from tests.patience import PATIENCE_SECONDS


def with_threshold(version: str, amount: int) -> RuleSet:
    """Return the default tables with another amount from which a manager signs."""
    return changed_row(version, "approval", "above_2000", when={"amount": above(Decimal(amount))})


def changed_row(version: str, table: str, row: str, **facts: Any) -> RuleSet:
    base = rule_set(version)
    rows = [replace(rule, **facts) if rule.id == row else rule for rule in base.tables[table].rules]
    changed = replace(base.tables[table], rules=tuple(rows))
    return replace(base, tables={**base.tables, table: changed})


def with_group(version: str) -> RuleSet:
    then = {"group": "na", "warehouse": "lax", "carrier": "fedex"}
    return changed_row(version, "routing", "north_america", then=then)


@pytest.fixture
def c(connection: Connection) -> Connection:
    """A database where v1 is in force."""
    published_rules(connection, "v1")
    return connection


def draft(c: Connection, rules_of: RuleSet, author: str = "ann", **facts: Any) -> str:
    return rules.save_draft(c, rules_of, author, "", **facts)


def test_two_editors_at_once_lose_nothing_and_see_both_versions(c: Connection) -> None:
    draft(c, with_threshold("v2", 3000))
    rules.save_draft(c, with_threshold("v2", 4000), "ben", "", revision=1)
    with pytest.raises(EditedMeanwhile) as refused:
        rules.save_draft(c, with_threshold("v2", 5000), "ann", "", revision=1)
    assert refused.value.theirs.rule_set == with_threshold("v2", 4000)
    assert refused.value.yours == with_threshold("v2", 5000)
    assert "ben" in refused.value.message_en
    assert "ben" in refused.value.message_zh
    stored = rules.stored(c, "v2")
    assert stored is not None
    assert (stored.revision, stored.editors, stored.author) == (2, ("ann", "ben"), "ann")


def test_nobody_publishes_their_own_edit_by_way_of_somebody_elses_copy(c: Connection) -> None:
    draft(c, with_threshold("v2", 3000))
    draft(c, with_threshold("copy", 3000), "ben", based_on="v2")
    draft(c, with_group("into"), "carl")
    rules.save_draft(c, with_threshold("into", 3000), "carl", "", revision=1, based_on="v2")
    for version, editors in (("copy", ("ann", "ben")), ("into", ("ann", "carl"))):
        stored = rules.stored(c, version)
        assert stored is not None
        assert (stored.based_on, stored.editors) == ("v1", editors)
        rules.check(c, version, "ann", NOW)
        with pytest.raises(Refused, match="own_draft"):
            rules.publish(c, version, "ann", NOW)
    rules.publish(c, "copy", "bob", NOW)


def test_a_changed_draft_is_unchecked_again_and_a_new_note_alone_is_no_change(
    c: Connection,
) -> None:
    draft(c, with_threshold("v2", 3000))
    assert rules.check(c, "v2", "ben", NOW) == ()
    rules.save_draft(c, with_threshold("v2", 3000), "ben", "agreed", revision=1)
    stored = rules.stored(c, "v2")
    assert stored is not None
    assert (stored.state, stored.editors, stored.checked_at) == ("checked", ("ann",), NOW)
    rules.save_draft(c, with_threshold("v2", 4000), "ann", "", revision=2)
    with pytest.raises(Refused, match="not_checked"):
        rules.publish(c, "v2", "bob", NOW)


@pytest.mark.parametrize("person", ["ann", "ben"])
def test_nobody_who_edited_a_draft_may_publish_it(c: Connection, person: str) -> None:
    draft(c, with_threshold("v2", 3000))
    rules.save_draft(c, with_threshold("v2", 4000), "ben", "", revision=1)
    rules.check(c, "v2", "ann", NOW)
    with pytest.raises(Refused, match="own_draft"):
        rules.publish(c, "v2", person, NOW)
    rules.publish(c, "v2", "bob", NOW, "agreed on Monday")
    stored = rules.stored(c, "v2")
    assert stored is not None
    assert (stored.publisher, stored.publication_note) == ("bob", "agreed on Monday")


def test_a_set_with_an_error_is_neither_checked_nor_published(c: Connection) -> None:
    whole = rule_set("v2")
    without_end = replace(
        whole.tables["approval"], rules=whole.tables["approval"].rules[:-1], default=None
    )
    draft(c, replace(whole, tables={**whole.tables, "approval": without_end}))
    found = rules.check(c, "v2", "ann", NOW)
    assert "GAP" in {finding.code for finding in found}
    stored = rules.stored(c, "v2")
    assert stored is not None
    assert stored.state == "draft"
    with pytest.raises(Refused, match="not_checked"):
        rules.publish(c, "v2", "bob", NOW)


def test_what_was_sound_when_checked_is_checked_again_when_published(c: Connection) -> None:
    first = rule_set().tables["approval"].rules[0]
    rescued = {**first.then, "if_nobody": "rescue", "rescue": "rita"}
    draft(c, changed_row("v2", "approval", first.id, then=rescued))
    # Nobody is employed yet, so nobody is missed.
    assert rules.check(c, "v2", "ann", NOW) == ()
    employ(c, "fay", "finance")
    with pytest.raises(FoundWrong) as refused:
        rules.publish(c, "v2", "bob", NOW)
    assert {str(each.code) for each in refused.value.findings} >= {"NO_SUCH_PERSON"}


def test_a_draft_of_an_older_version_is_rebased_before_it_is_published(c: Connection) -> None:
    draft(c, with_threshold("mine", 5000))
    draft(c, with_group("theirs"), "ben")
    for version in ("mine", "theirs"):
        rules.check(c, version, "ann", NOW)
    rules.publish(c, "theirs", "bob", NOW)
    with pytest.raises(Refused, match="stale_base") as refused:
        rules.publish(c, "mine", "bob", NOW)
    assert "rebase" in refused.value.message_en
    assert rule_history.rebase(c, "mine", "carl", NOW) == "v1"
    stored = rules.stored(c, "mine")
    assert stored is not None
    assert (stored.based_on, stored.state, stored.editors) == ("theirs", "draft", ("ann", "carl"))
    both = with_threshold("mine", 5000).tables["approval"], with_group("x").tables["routing"]
    assert (stored.rule_set.tables["approval"], stored.rule_set.tables["routing"]) == both
    rules.check(c, "mine", "ann", NOW)
    rules.publish(c, "mine", "bob", NOW)
    assert rules.published_id(c) == "mine"


def test_a_table_that_both_changed_is_named_and_nothing_is_changed(c: Connection) -> None:
    draft(c, with_threshold("mine", 5000))
    rules.put_in_force(c, with_threshold("theirs", 6000), "ben", "bob", "", NOW)
    with pytest.raises(MergeConflict) as refused:
        rule_history.rebase(c, "mine", "ann", NOW)
    assert refused.value.tables == ("approval",)
    stored = rules.stored(c, "mine")
    assert stored is not None
    assert (stored.revision, stored.based_on) == (1, "v1")
    # On top of the new one by hand: saved again, named as what it is made from.
    rules.save_draft(c, with_threshold("mine", 7000), "ann", "", revision=1, based_on="theirs")
    rules.check(c, "mine", "ann", NOW)
    rules.publish(c, "mine", "bob", NOW)


def test_a_discarded_draft_stays_readable_and_is_nothing_else_any_more(c: Connection) -> None:
    draft(c, with_threshold("v2", 3000))
    for _ in range(2):
        rules.discard(c, "v2", "ann", NOW, "no longer needed")
    assert rules.get(c, "v2") == with_threshold("v2", 3000)
    for attempt in (
        lambda: rules.publish(c, "v2", "bob", NOW),
        lambda: rules.save_draft(c, with_threshold("v2", 1), "ann", "", revision=1),
        lambda: rules.save_draft(c, rule_set("v3"), "ann", "", based_on="v2"),
        lambda: rules.discard(c, "v1", "ann", NOW),
    ):
        with pytest.raises(Refused):
            attempt()


def test_a_copy_of_a_draft_stands_on_what_the_draft_was_made_from(c: Connection) -> None:
    draft(c, with_threshold("v2", 3000))
    draft(c, with_threshold("v3", 4000), based_on="v2")
    stored = rules.stored(c, "v3")
    assert stored is not None
    assert stored.based_on == "v1"


@pytest.mark.parametrize(
    "change",
    [
        "body = '{}'",
        "digest = 'x'",
        "author = 'eve', editors = ARRAY['eve']",
        "editors = '{eve,ann}'",
        "note = 'other'",
        "based_on = NULL",
        "state = 'checked'",
        "publication_note = 'other'",
    ],
)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_what_was_published_never_changes(c: Connection, version: str, change: str) -> None:
    published_rules(c, "v2")
    with pytest.raises(DBAPIError, match="publish another one"):
        c.execute(text(f"UPDATE rule_sets SET {change} WHERE rule_set_id = :v"), {"v": version})


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("editors = ARRAY['ann']", "its editors"),
        ("author = 'ben'", "its author"),
        (
            "state = 'published', publisher = 'ben', published_at = now(), editors = '{ann}'",
            "its editors",
        ),
        ("state = 'published', publisher = 'bob', published_at = now()", "as it was checked"),
        ("state = 'superseded', publisher = 'bob', published_at = now()", "its editors"),
    ],
)
def test_not_even_the_database_forgets_who_edited_or_skips_the_check(
    c: Connection, change: str, refusal: str
) -> None:
    draft(c, with_threshold("v2", 3000))
    rules.save_draft(c, with_threshold("v2", 4000), "ben", "", revision=1)
    with pytest.raises(DBAPIError, match=refusal):
        c.execute(text(f"UPDATE rule_sets SET {change} WHERE rule_set_id = 'v2'"))


def test_every_step_is_on_record_and_the_chain_holds(c: Connection) -> None:
    draft(c, with_threshold("v2", 3000))
    rules.save_draft(c, with_threshold("v2", 4000), "ben", "", revision=1)
    rules.check(c, "v2", "ann", NOW)
    rules.publish(c, "v2", "bob", NOW, "go")
    entries = rule_history.history(c, "v2")
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("ann", "rules_saved"),
        ("ben", "rules_saved"),
        ("ann", "rules_checked"),
        ("bob", "rules_published"),
    ]
    assert entries[0].detail["tables"] == ["approval"]
    assert (entries[3].detail["superseded"], entries[3].detail["note"]) == ("v1", "go")
    assert audit.verify(c, audit.SYSTEM_CHAIN) == []


def test_publishing_is_announced_when_it_is_committed(engine: Engine, database_url: str) -> None:
    with listen(database_url, rules.CHANNEL) as listener:
        with engine.begin() as c:
            published_rules(c, "v1")
            assert listener.heard() == []
        assert [notice.payload for notice in listener.wait(PATIENCE_SECONDS)] == ["v1"]


def test_the_doctor_names_an_explanation_that_does_not_follow_from_its_inputs(
    engine: Engine,
) -> None:
    from database import explanations
    from tests.integration.rules_world import admitted, order_over

    with engine.begin() as c:
        published_rules(c, "v1")
    order_id = order_over(engine, "1001", 3000)
    admitted(engine, order_id)
    with engine.begin() as c:
        assert list(explanations.contradictions(c)) == []
        c.execute(
            text(
                "UPDATE admissions SET explanation = jsonb_set(explanation, '{2,matched}',"
                " '[\"otherwise\"]')"
            )
        )
        (found,) = explanations.contradictions(c)
    assert found.order_id == order_id
    assert "admission 1 under v1: approval matched" in found.en
    assert "重算值" in found.zh
