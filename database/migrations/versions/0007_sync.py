"""Polling: how far each shop was read, and the orders that have to be looked up."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = r"""
CREATE TABLE channel_syncs (
    channel TEXT NOT NULL,
    shop TEXT NOT NULL,
    turn BIGINT DEFAULT '0' NOT NULL,
    seen_until TIMESTAMP WITH TIME ZONE NOT NULL,
    page TEXT,
    window_since TIMESTAMP WITH TIME ZONE,
    window_started_at TIMESTAMP WITH TIME ZONE,
    polled_at TIMESTAMP WITH TIME ZONE,
    found INTEGER DEFAULT '0' NOT NULL,
    trouble TEXT DEFAULT '' NOT NULL,
    trouble_detail TEXT DEFAULT '' NOT NULL,
    trouble_at TIMESTAMP WITH TIME ZONE,
    refused_since TIMESTAMP WITH TIME ZONE,
    checked_at TIMESTAMP WITH TIME ZONE,
    amiss JSONB DEFAULT '[]' NOT NULL,
    mended JSONB DEFAULT '[]' NOT NULL,
    mended_at TIMESTAMP WITH TIME ZONE,
    check_refused TEXT DEFAULT '' NOT NULL,
    alerts BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_channel_syncs PRIMARY KEY (channel, shop),
    CONSTRAINT ck_channel_syncs_page CHECK (page IS NULL OR window_since IS NOT NULL),
    CONSTRAINT ck_channel_syncs_window
        CHECK ((window_since IS NULL) = (window_started_at IS NULL)),
    CONSTRAINT ck_channel_syncs_trouble CHECK (trouble IN
        ('', 'THROTTLED', 'UNAVAILABLE', 'REFUSED', 'UNKNOWN_ORDER', 'DEFECT'))
);

CREATE TABLE lookups (
    channel TEXT NOT NULL,
    shop TEXT NOT NULL,
    reference TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    requests INTEGER DEFAULT '1' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    failed_at TIMESTAMP WITH TIME ZONE,
    owner_role TEXT DEFAULT 'customer_service' NOT NULL,
    trouble TEXT DEFAULT '' NOT NULL,
    trouble_detail TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_lookups PRIMARY KEY (channel, shop, reference),
    CONSTRAINT ck_lookups_trouble CHECK (trouble IN
        ('', 'THROTTLED', 'UNAVAILABLE', 'REFUSED', 'UNKNOWN_ORDER', 'DEFECT'))
);
CREATE INDEX ix_lookups_due ON lookups (channel, shop, next_at) WHERE failed_at IS NULL;

CREATE INDEX ix_inbox_poll_starts ON inbox (channel, shop, received_at)
    WHERE found_by = 'poll' AND signals @> '[{"name": "start"}]';
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_TABLES)
