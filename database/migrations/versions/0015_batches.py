"""Batches: many orders decided on, or put under new rules, by one person at once."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLES = r"""
CREATE TABLE batches (
    batch_id TEXT NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    kind TEXT NOT NULL,
    verdict TEXT NOT NULL,
    rule_set TEXT NOT NULL,
    note TEXT NOT NULL,
    started_by TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    filter JSONB,
    state TEXT DEFAULT 'running' NOT NULL,
    items INTEGER DEFAULT 0 NOT NULL,
    money JSONB DEFAULT '{}' NOT NULL,
    base_amount NUMERIC(24, 6),
    base_currency TEXT NOT NULL,
    counts JSONB,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_batches PRIMARY KEY (batch_id),
    CONSTRAINT uq_batches_number UNIQUE (number),
    CONSTRAINT uq_batches_started_by_kind_idempotency_key
        UNIQUE (started_by, kind, idempotency_key),
    CONSTRAINT ck_batches_kind CHECK (kind IN ('decide', 'repin')),
    CONSTRAINT ck_batches_verdict
        CHECK (kind <> 'decide' OR verdict IN ('approve', 'reject', 'return')),
    CONSTRAINT ck_batches_rule_set CHECK ((kind = 'repin') = (rule_set <> '')),
    CONSTRAINT ck_batches_note CHECK (verdict = 'approve' OR note <> ''),
    CONSTRAINT ck_batches_state CHECK (state IN ('running', 'done')),
    CONSTRAINT ck_batches_finished CHECK ((state = 'done') = (finished_at IS NOT NULL)),
    CONSTRAINT ck_batches_counts CHECK ((state = 'done') = (counts IS NOT NULL))
);
CREATE INDEX ix_batches_running ON batches (number) WHERE state = 'running';

CREATE TABLE batch_items (
    batch_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    action_id TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    message_en TEXT DEFAULT '' NOT NULL,
    message_zh TEXT DEFAULT '' NOT NULL,
    tries INTEGER DEFAULT 0 NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_batch_items PRIMARY KEY (batch_id, ordinal),
    CONSTRAINT uq_batch_items_batch_id_order_id UNIQUE (batch_id, order_id),
    CONSTRAINT fk_batch_items_batch_id_batches FOREIGN KEY (batch_id)
        REFERENCES batches (batch_id),
    CONSTRAINT ck_batch_items_state CHECK (state IN
        ('pending', 'accepted', 'refused', 'failed', 'unknown', 'cancelled')),
    CONSTRAINT ck_batch_items_decided CHECK
        (state = 'unknown' OR (state = 'pending') = (decided_at IS NULL))
);
CREATE INDEX ix_batch_items_open ON batch_items (batch_id, ordinal) WHERE decided_at IS NULL;
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_TABLES)
