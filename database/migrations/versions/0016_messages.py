"""How people are reached, what became of each message in each medium, and links that act once."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_OUTBOX = """
ALTER TABLE notifications DROP CONSTRAINT ck_notifications_state;
ALTER TABLE notifications ADD CONSTRAINT ck_notifications_state
    CHECK (state IN ('pending', 'waiting', 'sent', 'failed', 'dead', 'obsolete'));
DROP INDEX ix_notifications_due;
CREATE INDEX ix_notifications_due ON notifications (id)
    WHERE state IN ('pending', 'waiting', 'failed');
CREATE INDEX ix_notifications_person_id ON notifications (person_id, id);
"""

_TABLES = """
CREATE TABLE contact_points (
    person_id TEXT NOT NULL,
    medium TEXT NOT NULL,
    address TEXT NOT NULL,
    verified BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_contact_points PRIMARY KEY (person_id, medium),
    CONSTRAINT ck_contact_points_address CHECK (address <> ''),
    CONSTRAINT fk_contact_points_person_id FOREIGN KEY(person_id) REFERENCES people (person_id)
);
CREATE TABLE message_settings (
    person_id TEXT NOT NULL,
    media JSONB NOT NULL,
    quiet_from TIME WITHOUT TIME ZONE,
    quiet_until TIME WITHOUT TIME ZONE,
    time_zone TEXT NOT NULL,
    digest_minutes INTEGER NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_message_settings PRIMARY KEY (person_id),
    CONSTRAINT ck_message_settings_quiet CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CONSTRAINT ck_message_settings_digest CHECK (digest_minutes BETWEEN 0 AND 1440),
    CONSTRAINT fk_message_settings_person_id FOREIGN KEY(person_id) REFERENCES people (person_id)
);
CREATE TABLE deliveries (
    notification_id BIGINT NOT NULL,
    medium TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    error_code TEXT NOT NULL,
    next_attempt_at TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_deliveries PRIMARY KEY (notification_id, medium),
    CONSTRAINT ck_deliveries_state CHECK (state IN ('pending', 'sent', 'failed', 'dead')),
    CONSTRAINT ck_deliveries_sent_at CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT fk_deliveries_notification_id FOREIGN KEY(notification_id)
        REFERENCES notifications (id) ON DELETE CASCADE
);
CREATE TABLE message_links (
    token_hash TEXT NOT NULL,
    person_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    verdict TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    used_action TEXT,
    CONSTRAINT pk_message_links PRIMARY KEY (token_hash),
    CONSTRAINT ck_message_links_token_hash CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_message_links_verdict CHECK (verdict IN ('approve', 'reject', 'return')),
    CONSTRAINT ck_message_links_used CHECK ((used_at IS NULL) = (used_action IS NULL)),
    CONSTRAINT fk_message_links_person_id FOREIGN KEY(person_id) REFERENCES people (person_id),
    CONSTRAINT fk_message_links_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE INDEX ix_message_links_order_id ON message_links (order_id);
"""


def upgrade() -> None:
    """Make the tables; what lies in the outbox is delivered as before."""
    op.execute(_OUTBOX)
    op.execute(_TABLES)
