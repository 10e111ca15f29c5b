"""Who may sign, who owns, who is told: staff, roles, keys."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from database import people
from database.people import Group, Person, RoleGrant
from tests.integration.database_world import NOW, employ, later

KEY = "a" * 64


def test_a_person_is_kept_with_roles_and_replaced_as_a_whole(connection: Connection) -> None:
    employ(connection, "sue", "team_lead")
    roles = (RoleGrant("finance"), RoleGrant("regional_manager", "eu"))
    mia = Person("mia", "Mia", "m@example.com", "1", "zh", "sue", Decimal(500), True, roles)
    people.save_person(connection, replace(mia, roles=(RoleGrant("logistics"),)))
    people.save_person(connection, mia)
    assert people.get(connection, "mia") == mia
    assert [person.person_id for person in people.all_people(connection)] == ["mia", "sue"]
    assert people.get(connection, "tom") is None


def test_nobody_is_their_own_superior(connection: Connection) -> None:
    with pytest.raises(IntegrityError, match="superior"):
        employ(connection, "mia", superior_id="mia")


def test_a_key_lets_its_person_in_until_it_is_revoked(connection: Connection) -> None:
    employ(connection, "mia", "finance", "regional_manager:eu", locale="zh")
    people.add_key(connection, "mia", KEY, "laptop")
    people.add_key(connection, "mia", KEY, "laptop")
    actor = people.by_key(connection, KEY)
    assert actor is not None
    assert (actor.person_id, actor.name, actor.locale) == ("mia", "Mia", "zh")
    assert actor.has_role("finance", "na")
    assert actor.has_role("regional_manager", "eu")
    assert actor.has_role("regional_manager")
    assert not actor.has_role("regional_manager", "na")
    assert people.revoke_key(connection, KEY, NOW)
    assert not people.revoke_key(connection, KEY, later(1))
    assert people.by_key(connection, KEY) is None


def test_a_key_of_somebody_who_left_lets_nobody_in(connection: Connection) -> None:
    employ(connection, "mia", active=False)
    people.add_key(connection, "mia", KEY, "")
    assert people.by_key(connection, KEY) is None


def test_a_person_without_roles_has_a_key_all_the_same(connection: Connection) -> None:
    employ(connection, "mia")
    people.add_key(connection, "mia", KEY, "")
    actor = people.by_key(connection, KEY)
    assert actor is not None
    assert actor.roles == ()


def test_a_used_key_shows_when(connection: Connection) -> None:
    employ(connection, "mia")
    people.add_key(connection, "mia", KEY, "")
    people.by_key(connection, KEY)
    used = connection.execute(text("SELECT last_used_at IS NOT NULL FROM api_keys")).scalar_one()
    assert used


def test_only_active_people_within_limit_and_group_are_entitled(connection: Connection) -> None:
    employ(connection, "all", "manager")
    employ(connection, "eu", "manager:eu", approval_limit=Decimal("5000.00"))
    employ(connection, "left", "manager", active=False)
    employ(connection, "na", "manager:na")
    employ(connection, "poor", "manager", approval_limit=Decimal("4999.99"))
    asked = ["manager", "finance"]
    found = people.entitled(connection, asked, Decimal("5000.00"), "eu")
    assert found == {"manager": ("all", "eu"), "finance": ()}
    assert people.holders(connection, "manager", "eu") == ["all", "eu", "poor"]
    assert people.holders(connection, "manager") == ["all", "eu", "na", "poor"]


def test_the_superior_of_somebody_whose_superior_left_is_the_next_one(
    connection: Connection,
) -> None:
    employ(connection, "ceo")
    employ(connection, "gone", superior_id="ceo", active=False)
    employ(connection, "mia", superior_id="gone")
    employ(connection, "tom", superior_id="ceo")
    asked = ["mia", "tom", "ceo", "nobody"]
    assert people.superiors(connection, asked) == {"mia": "ceo", "tom": "ceo"}


def test_a_circle_of_absent_superiors_ends(connection: Connection) -> None:
    employ(connection, "a", active=False)
    employ(connection, "b", superior_id="a", active=False)
    employ(connection, "a", superior_id="b", active=False)
    employ(connection, "mia", superior_id="a")
    assert people.superiors(connection, ["mia"]) == {}


def test_an_owner_is_the_nearest_person_who_answers_for_it(connection: Connection) -> None:
    assert people.owner_of(connection, "warehouse_keeper", "eu") == ""
    order = [
        ("zoe", ("clerk",)),
        ("adm", ("administrator",)),
        ("lead", ("team_lead:na",)),
        ("keeper-all", ("warehouse_keeper",)),
        ("keeper-eu", ("warehouse_keeper:eu",)),
    ]
    for person, roles in order:
        employ(connection, person, *roles)
        assert people.owner_of(connection, "warehouse_keeper", "eu") == person
    assert people.owner_of(connection, "warehouse_keeper", "na") == "keeper-all"
    assert people.owner_of(connection, "finance", "eu") == "lead"
    assert people.owner_of(connection, "zoe", "eu") == "zoe"


def test_the_role_of_another_group_owns_nothing_here(connection: Connection) -> None:
    employ(connection, "eu", "warehouse_keeper:eu")
    employ(connection, "lead", "team_lead")
    assert people.owner_of(connection, "warehouse_keeper", "na") == "lead"


def test_groups_are_kept_with_both_names(connection: Connection) -> None:
    europe = Group("eu", "Europe", "欧洲组", "de")
    people.save_group(connection, replace(europe, warehouse="pl"))
    people.save_group(connection, europe)
    assert people.all_groups(connection) == [europe]
