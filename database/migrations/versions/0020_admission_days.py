"""Admissions are counted by day, so that the rate of automatic approvals reads a few rows."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ADMISSIONS = """
CREATE TABLE admission_days (
    day DATE NOT NULL,
    group_code TEXT NOT NULL,
    tier TEXT NOT NULL,
    orders INTEGER NOT NULL,
    CONSTRAINT pk_admission_days PRIMARY KEY (day, group_code, tier)
);
INSERT INTO admission_days (day, group_code, tier, orders)
SELECT CAST(admitted_at AT TIME ZONE 'UTC' AS date), group_code, tier, count(*)
FROM order_arrivals WHERE admitted_at IS NOT NULL
GROUP BY 1, 2, 3;
DROP INDEX ix_order_arrivals_admitted;
"""


def upgrade() -> None:
    """Make the counters and count what was admitted so far."""
    op.execute(_ADMISSIONS)
