"""Everything that is wrong with a rule set: by itself, and for the people who work by it."""

from collections import Counter

from sqlalchemy import Connection

from database import calendars, people
from domain.rules.findings import RuleFinding
from domain.rules.ruleset import RuleSet, check_rule_set
from domain.rules.staffing_checks import staffing_findings


def rule_findings(c: Connection, rule_set: RuleSet) -> tuple[RuleFinding, ...]:
    """Return every finding of a rule set.

    Where nobody is employed yet the set is looked at by itself; the first rules come before the
    first people.
    """
    staff = [person for person in people.all_people(c) if person.active]
    if not staff:
        return check_rule_set(rule_set)
    holders = Counter(role for each in staff for role in {grant.role for grant in each.roles})
    groups = [group.code for group in people.all_groups(c)]
    return (
        *check_rule_set(rule_set),
        *staffing_findings(
            rule_set,
            holders,
            {each.person_id for each in staff},
            groups=groups or None,
            calendars=[each.calendar.code for each in calendars.all_calendars(c)],
        ),
    )
