"""Breakers."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = r"""
CREATE TABLE breakers (
    channel TEXT NOT NULL,
    shop TEXT NOT NULL,
    state TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE,
    tripped_at TIMESTAMP WITH TIME ZONE,
    pause_seconds DOUBLE PRECISION NOT NULL,
    opened_by TEXT NOT NULL,
    trips INTEGER NOT NULL,
    on_trial BIGINT[] NOT NULL,
    drains_from TIMESTAMP WITH TIME ZONE,
    owner_role TEXT NOT NULL,
    owner_person TEXT NOT NULL,
    rejected INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    reminded_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_breakers PRIMARY KEY (channel, shop),
    CONSTRAINT ck_breakers_state CHECK (state IN ('closed', 'open', 'half_open')),
    CONSTRAINT ck_breakers_opened_by CHECK ((state = 'closed') = (opened_by = ''))
);
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_TABLES)
