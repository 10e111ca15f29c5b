"""What the board counts by, filled from the orders and events that are there."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLES = """
CREATE FUNCTION stay_bucket(milliseconds bigint) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT CAST(floor(4 * ln(CAST(greatest(milliseconds, 1000) AS float8) / 1000)
        / ln(CAST(2 AS float8))) AS smallint)
$$;
CREATE TABLE order_arrivals (
    order_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    channel TEXT NOT NULL,
    shop TEXT NOT NULL,
    group_code TEXT DEFAULT '' NOT NULL,
    tier TEXT DEFAULT '' NOT NULL,
    admitted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_order_arrivals PRIMARY KEY (order_id),
    CONSTRAINT fk_order_arrivals_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE TABLE stage_stays (
    order_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    stage TEXT NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE NOT NULL,
    milliseconds BIGINT NOT NULL,
    CONSTRAINT pk_stage_stays PRIMARY KEY (order_id, seq),
    CONSTRAINT ck_stage_stays_milliseconds CHECK (milliseconds >= 0),
    CONSTRAINT fk_stage_stays_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE TABLE stage_times (
    day DATE NOT NULL,
    group_code TEXT NOT NULL,
    stage TEXT NOT NULL,
    bucket SMALLINT NOT NULL,
    moved_in BOOLEAN NOT NULL,
    entries INTEGER NOT NULL,
    milliseconds BIGINT NOT NULL,
    CONSTRAINT pk_stage_times PRIMARY KEY (day, group_code, stage, bucket, moved_in)
);
ALTER TABLE holds ADD COLUMN group_code TEXT DEFAULT '' NOT NULL;
"""

_FILL = """
INSERT INTO order_arrivals (order_id, at, channel, shop, group_code, tier, admitted_at)
SELECT o.order_id, CASE WHEN o.start_stage = '' THEN o.received_at
        ELSE least(o.placed_at, o.received_at) END, o.channel, o.shop,
    coalesce(p.group_code, ''), coalesce(p.tier, ''), e.at
FROM orders o LEFT JOIN order_progress p ON p.order_id = o.order_id
LEFT JOIN (
    SELECT order_id, max(at) AS at FROM stage_events WHERE kind = 'admitted' GROUP BY order_id
) AS e ON e.order_id = o.order_id;
INSERT INTO stage_stays (order_id, seq, stage, left_at, milliseconds)
SELECT order_id, seq, stage, left_at,
    CAST(greatest(extract(epoch FROM left_at - at) * 1000, 0) AS bigint)
FROM (
    SELECT order_id, seq, stage, at, lead(at) OVER (PARTITION BY order_id ORDER BY seq) AS left_at
    FROM stage_events WHERE kind = 'stage_entered'
) AS entered
WHERE left_at IS NOT NULL AND stage <> 'completed';
INSERT INTO stage_times (day, group_code, stage, bucket, moved_in, entries, milliseconds)
SELECT CAST(s.left_at AT TIME ZONE 'UTC' AS date), a.group_code, s.stage,
    stay_bucket(s.milliseconds), false, count(*), sum(s.milliseconds)
FROM stage_stays s JOIN order_arrivals a ON a.order_id = s.order_id
GROUP BY 1, 2, 3, 4;
UPDATE holds SET group_code = p.group_code FROM order_progress p
WHERE p.order_id = holds.order_id AND p.group_code <> '';
"""

_INDEXES = """
CREATE INDEX ix_order_arrivals_at ON order_arrivals (at) INCLUDE (group_code, channel, shop);
CREATE INDEX ix_order_arrivals_admitted ON order_arrivals (admitted_at)
    INCLUDE (group_code, tier) WHERE admitted_at IS NOT NULL;
CREATE INDEX ix_holds_released ON holds (released_at)
    INCLUDE (reason, group_code, raised_at, order_id) WHERE released_at IS NOT NULL;
DROP INDEX ix_order_progress_group;
CREATE INDEX ix_order_progress_group ON order_progress (group_code, stage, order_id)
    INCLUDE (entered_at, red, escalated, late, held) WHERE NOT closed;
CREATE INDEX ix_order_progress_ended ON order_progress (stage, entered_at)
    INCLUDE (group_code, closed_reason) WHERE closed;
"""


def upgrade() -> None:
    """Make the tables and count what has happened so far."""
    op.execute(_TABLES)
    op.execute(_FILL)
    op.execute(_INDEXES)
