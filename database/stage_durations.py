"""How long orders usually take from a stage until their goods are on the way, or have arrived."""

from datetime import datetime

from sqlalchemy import Connection, text

from domain.customer_answer import Usual
from domain.stages import Stage

# The newest of the period are enough for a percentile, and bound what is read for one answer.
MOST_READ = 2_000

# Of an order that went back to review the last visit counts. What was moved here from elsewhere
# went through its stages in no time.
_USUAL = text("""
WITH done AS (
    SELECT e.order_id FROM stage_events e JOIN orders o USING (order_id)
    WHERE e.kind = 'stage_entered' AND e.stage = 'completed' AND e.at >= :since
        AND o.start_stage = ''
    ORDER BY e.at DESC LIMIT :most
), way AS (
    SELECT max(e.at) FILTER (WHERE e.kind = 'stage_entered' AND e.stage = :stage) AS entered_at,
        min(e.at) FILTER (WHERE e.kind = 'stage_entered' AND e.stage = 'shipped') AS shipped_at,
        max(e.at) FILTER (WHERE e.kind = 'parcel_delivered') AS delivered_at
    FROM done JOIN stage_events e USING (order_id)
    WHERE e.kind IN ('stage_entered', 'parcel_delivered')
    GROUP BY e.order_id
), took AS (
    SELECT extract(epoch FROM CASE WHEN :stage = 'shipped' THEN delivered_at ELSE shipped_at END
        - entered_at) AS seconds
    FROM way
)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) AS p90, count(seconds) AS sample
FROM took WHERE seconds >= 0
""")


def usual_duration(c: Connection, stage: Stage, since: datetime) -> Usual | None:
    """Return how long the orders completed since then (UTC) took from entering the stage, None
    when there are none."""
    values = {"stage": str(stage), "since": since, "most": MOST_READ}
    row = c.execute(_USUAL, values).one()
    return Usual(round(row.p50), round(row.p90), row.sample) if row.sample else None
