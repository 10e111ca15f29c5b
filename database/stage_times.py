"""How long orders stay in their stages, read off the daily counts; `groups` as in `dashboard`."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from database.dashboard import WITHIN, Groups
from domain.stages import Stage

# The stages that orders leave again, in their order.
TIMED = (Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING, Stage.SHIPPED)


@dataclass(frozen=True)
class Times:
    """Stays that ended: how many, how long on average, and what nine of ten did not exceed.

    Both are None without any.
    """

    entries: int = 0
    average_seconds: float | None = None
    p90_seconds: float | None = None


@dataclass(frozen=True)
class StageTimes:
    """The stays in one stage, together and by the day (UTC) they ended; days without are left
    out."""

    stage: Stage
    total: Times
    by_day: dict[date, Times]


# The ninetieth percentile is the average of the bucket it lies in: exact where that holds but one
# stay, and never further off than the bucket is wide. Sums of whole numbers this small are exact in
# floats, which are far quicker to add up than Postgres's numerics.
_TIMES = text(f"""
WITH daily AS (
    SELECT stage, day, bucket, sum(CAST(entries AS float8)) AS entries,
        sum(CAST(milliseconds AS float8)) AS milliseconds
    FROM stage_times WHERE day BETWEEN :first AND :last AND {WITHIN}
    GROUP BY stage, day, bucket
), counted AS (
    SELECT * FROM daily
    UNION ALL
    SELECT stage, NULL, bucket, sum(entries), sum(milliseconds) FROM daily GROUP BY stage, bucket
), ranked AS (
    SELECT *, sum(entries) OVER (every ORDER BY bucket) AS reached,
        sum(entries) OVER every AS total, sum(milliseconds) OVER every AS total_milliseconds
    FROM counted WHERE entries > 0
    WINDOW every AS (PARTITION BY stage, day)
)
SELECT DISTINCT ON (stage, day) stage, day, CAST(total AS bigint) AS entries,
    total_milliseconds / total / 1000 AS average_seconds,
    milliseconds / entries / 1000 AS p90_seconds
FROM ranked WHERE reached >= 0.9 * total
ORDER BY stage, day, bucket
""")  # noqa: S608 - put together from constants


def stage_times(c: Connection, groups: Groups, first: date, last: date) -> list[StageTimes]:
    """Return the stays that ended from the first day to the last one, both counted."""
    totals: dict[str, Times] = {}
    days: dict[str, dict[date, Times]] = {stage: {} for stage in TIMED}
    for row in c.execute(_TIMES, {"first": first, "last": last, "groups": groups}):
        times = Times(row.entries, row.average_seconds, row.p90_seconds)
        if row.day is None:
            totals[row.stage] = times
        else:
            days[row.stage][row.day] = times
    return [StageTimes(stage, totals.get(stage, Times()), days[stage]) for stage in TIMED]
