"""For whose orders a role counts."""

import pytest

from api.permissions import UNROUTED, Permission, scope_of
from database.people import Actor, RoleGrant


def actor(*roles: str) -> Actor:
    grants = tuple(RoleGrant(*role.split(":")) for role in roles)
    return Actor("p", "P", "en", grants)


def test_a_role_without_a_group_counts_everywhere() -> None:
    scope = scope_of(actor("customer_service"), Permission.CONFIRM)
    assert scope.covers("eu")
    assert scope.covers(UNROUTED)


def test_a_keeper_of_a_group_reaches_that_group_only() -> None:
    scope = scope_of(actor("warehouse_keeper:eu"), Permission.SHIP)
    assert scope.covers("eu")
    assert not scope.covers("na")
    assert not scope.covers(UNROUTED)


def test_a_lead_of_a_group_also_reaches_orders_that_have_none_yet() -> None:
    scope = scope_of(actor("team_lead:eu"), Permission.ASSIGN_GROUP)
    assert scope.covers(UNROUTED)
    assert not scope.covers("na")


def test_two_roles_add_up_and_each_counts_for_its_own_permissions() -> None:
    both = actor("warehouse_keeper:eu", "logistics:na")
    assert scope_of(both, Permission.SHIP).groups == {"eu", "na", UNROUTED}
    assert scope_of(both, Permission.DELIVER).groups == {"na", UNROUTED}
    assert scope_of(both, Permission.CANCEL).is_empty


@pytest.mark.parametrize("permission", [Permission.DECIDE, Permission.CONTENT_READ])
def test_a_role_that_only_a_rule_table_names_is_an_approvers(permission: Permission) -> None:
    assert scope_of(actor("legal"), permission).everywhere
    assert scope_of(actor("legal"), Permission.CANCEL).is_empty


def test_nobody_without_a_role_reaches_anything() -> None:
    assert all(scope_of(actor(), permission).is_empty for permission in Permission)


@pytest.mark.parametrize(
    "permission", [Permission.PEOPLE_EDIT, Permission.RULES_EDIT, Permission.RULES_PUBLISH]
)
def test_what_holds_for_all_groups_is_not_changed_by_an_administrator_of_one(
    permission: Permission,
) -> None:
    assert scope_of(actor("administrator:eu"), permission).is_empty
    assert scope_of(actor("administrator:eu", "administrator"), permission).everywhere
