"""When a message may arrive: after a person's quiet hours, and with the next digest."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from database.contacts import MessageSettings
from notifications.urgency import Urgency


def earliest(
    urgency: Urgency, settings: MessageSettings, created_at: datetime, now: datetime
) -> datetime:
    """Return the instant (UTC) from which a message may be sent: `now` when it may go at once."""
    if urgency is Urgency.URGENT:
        return now
    due = now
    if urgency is Urgency.LOW and settings.digest_minutes:
        due = max(now, digest_at(created_at, settings.digest_minutes))
    return quiet_until(due, settings)


def digest_at(created_at: datetime, minutes: int) -> datetime:
    """Return when the digest goes out that news of this instant belongs to.

    Digests of one length go out at the same instants for everybody, counted from 1970 UTC, so
    news that came while one was being sent is in the next one.
    """
    length = minutes * 60
    slot = int(created_at.timestamp()) // length + 1
    return datetime.fromtimestamp(slot * length, UTC)


def quiet_until(at: datetime, settings: MessageSettings) -> datetime:
    """Return `at`, or the end (UTC) of the quiet hours that it falls into.

    Quiet hours are wall-clock times: on a night when clocks change they are an hour shorter or
    longer. An end that the clock skips comes as late as if it had not been changed.
    """
    begin, end = settings.quiet_from, settings.quiet_until
    if begin is None or end is None or begin == end:
        return at
    zone = ZoneInfo(settings.time_zone)
    local = at.astimezone(zone)
    for day in (local.date() - timedelta(days=1), local.date()):
        starts = _instant(day, begin, zone)
        ends = _instant(day + timedelta(days=int(end < begin)), end, zone)
        if starts <= at < ends:
            return ends
    return at


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
