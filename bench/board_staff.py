"""Who looks at the board in the measurement: groups, people with roles, shops."""

from sqlalchemy import Connection

from api.permissions import UNROUTED, Permission, Scope, scope_of
from database import people, shops
from database.people import Actor, Group, Person, RoleGrant
from database.shops import Shop

# From the smallest to the largest; the first few orders have no group yet.
GROUPS = (UNROUTED, "sa", "au", "jp", "cn", "eu", "na")
STAFF = 40
_ROLES = ("warehouse_keeper", "customer_service", "logistics", "regional_manager")
_EVERYWHERE = ("ops_director", "team_lead", "administrator")


def open_house(c: Connection) -> None:
    """Add groups, staff and shops."""
    for code in GROUPS:
        if code:
            people.save_group(c, Group(code, code.upper(), code.upper(), "de"))
    for actor in staff():
        person = Person(person_id=actor.person_id, name=actor.name, roles=actor.roles)
        people.save_person(c, person)
    for channel in ("shopify", "amazon", "woocommerce", "storefront"):
        for number in range(3):
            shops.save(c, Shop(channel, f"shop{number}", ("bench-secret",)))


def staff() -> list[Actor]:
    """Return everybody: three in four work for one or two groups, the others for all."""
    return [
        Actor(f"p{number}", f"Person {number}", "en", _grants(number)) for number in range(STAFF)
    ]


def _grants(number: int) -> tuple[RoleGrant, ...]:
    if number % 4 == 0:
        return (RoleGrant(_EVERYWHERE[number % len(_EVERYWHERE)]),)
    named = [code for code in GROUPS if code]
    wanted = {named[number % len(named)], named[number * 7 % len(named)]}
    return tuple(RoleGrant(_ROLES[number % len(_ROLES)], code) for code in sorted(wanted))


def scope_to_read(actor: Actor) -> Scope:
    """Return which orders somebody may look at."""
    return scope_of(actor, Permission.ORDERS_READ)
