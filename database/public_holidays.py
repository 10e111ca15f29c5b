"""Public holidays of a country or a part of it, from the `holidays` library."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from domain.calendar_checks import CalendarFinding, CalendarFlaw


@dataclass(frozen=True)
class PublicHolidays:
    """Dates off, and Saturdays and Sundays that are worked to make up for them (调休)."""

    off: frozenset[date]
    made_up: frozenset[date]


@lru_cache(maxsize=64)
def public_holidays(country: str, subdivision: str, years: tuple[int, ...]) -> PublicHolidays:
    """Return the public holidays of these years; nothing without a country (ISO 3166).

    Raises NotImplementedError for what `holiday_findings` reports.
    """
    if not country:
        return PublicHolidays(frozenset(), frozenset())
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    made_up = {day for day in found.weekend_workdays if day.year in years}
    return PublicHolidays(frozenset(found.keys()), frozenset(made_up))


def holiday_findings(country: str, subdivision: str) -> tuple[CalendarFinding, ...]:
    """Return why the public holidays of a country or of a part of it are not to be had."""
    if not country and not subdivision:
        return ()
    parts = holidays.list_supported_countries(include_aliases=False).get(country)
    if parts is None:
        return (
            CalendarFinding(
                "holiday_country",
                CalendarFlaw.UNKNOWN_HOLIDAYS,
                f"no public holidays are known for {country!r}; give an ISO 3166 code such as DE, "
                "or leave it empty and list the holidays by date",
                f"没有 {country!r} 的法定节假日；请填写 ISO 3166 代码，例如 CN，或留空并逐日列出",
            ),
        )
    if subdivision and subdivision not in parts:
        known = ", ".join(sorted(parts)) or "-"
        return (
            CalendarFinding(
                "holiday_subdivision",
                CalendarFlaw.UNKNOWN_HOLIDAYS,
                f"{country} has no part {subdivision!r}; use one of {known}, or leave it empty",
                f"{country} 没有地区 {subdivision!r}；请使用 {known} 之一，或留空",
            ),
        )
    return ()
