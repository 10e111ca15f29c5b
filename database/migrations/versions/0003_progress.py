"""The read model."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = r"""
CREATE TABLE order_progress (
    order_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    content_version INTEGER NOT NULL,
    stage TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    group_code TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    tier TEXT NOT NULL,
    rule_set TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    stalls_at TIMESTAMP WITH TIME ZONE,
    paused BOOLEAN NOT NULL,
    red BOOLEAN NOT NULL,
    escalated BOOLEAN NOT NULL,
    late BOOLEAN NOT NULL,
    held BOOLEAN NOT NULL,
    closed_reason TEXT NOT NULL,
    closed_note_id TEXT NOT NULL,
    owner_person TEXT NOT NULL,
    owner_label TEXT NOT NULL,
    last_event_seq BIGINT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed BOOLEAN GENERATED ALWAYS AS (stage IN ('completed', 'closed_abnormally'))
        STORED NOT NULL,
    CONSTRAINT pk_order_progress PRIMARY KEY (order_id),
    CONSTRAINT ck_order_progress_stage
        CHECK (stage IN ('pending_confirmation', 'in_review', 'preparing', 'shipped',
        'completed', 'closed_abnormally')),
    CONSTRAINT ck_order_progress_closing
        CHECK (stage <> 'closed_abnormally' OR (closed_reason <> '' AND closed_note_id <> '')),
    CONSTRAINT fk_order_progress_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE INDEX ix_order_progress_due ON order_progress (due_at) WHERE NOT closed;
CREATE INDEX ix_order_progress_flagged
    ON order_progress (order_id) WHERE red OR escalated OR late OR held;
CREATE INDEX ix_order_progress_group
    ON order_progress (group_code, stage, order_id) WHERE NOT closed;
CREATE INDEX ix_order_progress_stage ON order_progress (stage, order_id);
CREATE INDEX ix_order_progress_stalls ON order_progress (stalls_at) WHERE NOT closed;

CREATE TABLE stage_events (
    order_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT NOT NULL,
    stage TEXT NOT NULL,
    actor TEXT NOT NULL,
    data JSONB NOT NULL,
    CONSTRAINT pk_stage_events PRIMARY KEY (order_id, seq),
    CONSTRAINT ck_stage_events_seq CHECK (seq >= 1),
    CONSTRAINT ck_stage_events_stage
        CHECK (stage IN ('pending_confirmation', 'in_review', 'preparing', 'shipped',
        'completed', 'closed_abnormally')),
    CONSTRAINT fk_stage_events_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE INDEX ix_stage_events_at ON stage_events (at);
CREATE INDEX ix_stage_events_entered ON stage_events (stage, at) WHERE kind = 'stage_entered';

CREATE TABLE holds (
    order_id TEXT NOT NULL,
    hold_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    assignee TEXT NOT NULL,
    raised_by TEXT NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    pauses_clock BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    detail TEXT NOT NULL,
    note_id TEXT NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE,
    released_by TEXT,
    CONSTRAINT pk_holds PRIMARY KEY (order_id, hold_id),
    CONSTRAINT ck_holds_released CHECK ((released_at IS NULL) = (released_by IS NULL)),
    CONSTRAINT fk_holds_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE INDEX ix_holds_open ON holds (reason, order_id) WHERE released_at IS NULL;
CREATE INDEX ix_holds_raised_at ON holds (raised_at);

CREATE TABLE parcels (
    order_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    tracking_number TEXT NOT NULL,
    carrier TEXT NOT NULL,
    lines JSONB NOT NULL,
    shipped_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    channel_told BOOLEAN NOT NULL,
    CONSTRAINT pk_parcels PRIMARY KEY (order_id, ordinal),
    CONSTRAINT ck_parcels_ordinal CHECK (ordinal >= 1),
    CONSTRAINT fk_parcels_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE UNIQUE INDEX ix_parcels_label ON parcels (order_id, tracking_number);
CREATE INDEX ix_parcels_tracking_number ON parcels (tracking_number);

CREATE TABLE decisions (
    order_id TEXT NOT NULL,
    decision_id TEXT NOT NULL,
    person TEXT NOT NULL,
    verdict TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    note_id TEXT NOT NULL,
    CONSTRAINT pk_decisions PRIMARY KEY (order_id, decision_id),
    CONSTRAINT ck_decisions_verdict CHECK (verdict IN ('approve', 'reject')),
    CONSTRAINT ck_decisions_note CHECK (verdict = 'approve' OR note_id <> ''),
    CONSTRAINT fk_decisions_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE UNIQUE INDEX ix_decisions_signature
    ON decisions (order_id, person, content_hash) WHERE verdict = 'approve';

CREATE TABLE tasks (
    order_id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    group_code TEXT NOT NULL,
    people TEXT[] NOT NULL,
    assignee_person TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    hold_id TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_tasks PRIMARY KEY (order_id, key),
    CONSTRAINT fk_tasks_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE INDEX ix_tasks_assignee ON tasks (assignee_person) WHERE done_at IS NULL;
CREATE INDEX ix_tasks_people ON tasks USING gin (people) WHERE done_at IS NULL AND people <> '{}';
CREATE INDEX ix_tasks_role ON tasks (role, group_code, due_at) WHERE done_at IS NULL;
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_TABLES)
