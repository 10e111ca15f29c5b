"""Every channel: how a message was found, parking, cleansing and likeness."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = r"""
ALTER TABLE inbox
    ADD COLUMN found_by TEXT DEFAULT 'push' NOT NULL,
    ADD COLUMN import_id TEXT,
    ADD COLUMN finished_at TIMESTAMP WITH TIME ZONE,
    DROP CONSTRAINT ck_inbox_state,
    ADD CONSTRAINT ck_inbox_state
        CHECK (state IN ('received', 'stored', 'waiting', 'parked', 'done', 'merged', 'ignored',
        'quarantined')),
    ADD CONSTRAINT ck_inbox_found_by CHECK (found_by IN ('push', 'poll', 'file', 'history'));
CREATE INDEX ix_inbox_import_id ON inbox (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_inbox_finished ON inbox (channel, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX ix_inbox_parked ON inbox (channel, id) WHERE state = 'parked';

ALTER TABLE orders
    ADD COLUMN start_stage TEXT DEFAULT '' NOT NULL,
    ADD COLUMN channel_hold TEXT DEFAULT '' NOT NULL,
    ADD COLUMN likeness TEXT DEFAULT '' NOT NULL;
CREATE INDEX ix_orders_likeness ON orders (likeness, placed_at) WHERE likeness <> '';

ALTER TABLE order_contents ADD COLUMN cleansing JSONB DEFAULT '[]' NOT NULL;

ALTER TABLE quarantine
    DROP CONSTRAINT ck_quarantine_resolution,
    ADD CONSTRAINT ck_quarantine_resolution
        CHECK (resolution IN ('retry', 'discard', 'replaced'));
CREATE INDEX ix_quarantine_external_id ON quarantine (channel, shop, external_id)
    WHERE resolved_at IS NULL;
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_TABLES)
