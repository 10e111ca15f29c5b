"""Working time of the past, for clocks that are run again over it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from database import calendars, people
from domain.backtest.judging import of_group
from domain.calendar_checks import GROUP_CALENDAR
from domain.calendars import working_time
from domain.openings import Openings
from domain.rules.ruleset import RuleSet
from domain.terms import pinned_terms

_AHEAD = timedelta(days=60)


def openings_for(
    c: Connection, rule_set: RuleSet, since: datetime, until: datetime
) -> Mapping[str, Openings]:
    """Return the working time that the stage table of a rule set counts by, for a stretch of time.

    By calendar code, and for the calendar "group" by each group; today's calendars are what is
    known of the past too. What is left out is 24 x 7.
    """
    codes = {terms.calendar for terms in pinned_terms(rule_set).values()} - {""}
    if not codes:
        return {}
    wanted = {code: code for code in codes - {GROUP_CALENDAR}}
    if GROUP_CALENDAR in codes:
        wanted |= {of_group(group.code): group.calendar for group in people.all_groups(c)}
    years = range(since.year - 1, until.year + 2)
    days = (until + _AHEAD - since).days
    known = {
        kept.calendar.code: working_time(calendars.resolved(kept, years), since, days)
        for kept in calendars.all_calendars(c)
        if kept.calendar.code in wanted.values()
    }
    return {name: known[code] for name, code in wanted.items() if code in known}
