"""Orders are searched and sorted in more ways, messages in quarantine corrected, audits read."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ORDERS = """
CREATE INDEX ix_orders_placed_at ON orders (placed_at);
CREATE INDEX ix_orders_country ON orders (country, order_id);
CREATE INDEX ix_orders_shop ON orders (shop, order_id);
CREATE INDEX ix_customers_name ON customers (lower(name) text_pattern_ops);
CREATE INDEX ix_customers_email ON customers (lower(email) text_pattern_ops);
DROP INDEX ix_parcels_tracking_number;
CREATE INDEX ix_parcels_tracking_number ON parcels (tracking_number text_pattern_ops);
CREATE INDEX ix_holds_assignee ON holds (assignee, order_id) WHERE released_at IS NULL;
CREATE INDEX ix_order_progress_open ON order_progress (order_id) WHERE NOT closed;
CREATE INDEX ix_order_progress_owner ON order_progress (owner_person, order_id) WHERE NOT closed;
CREATE INDEX ix_order_progress_owner_label ON order_progress (owner_label, order_id)
    WHERE NOT closed;
CREATE INDEX ix_order_progress_urgent ON order_progress (
    (NOT (red OR escalated)), priority, coalesce(due_at, 'infinity'), order_id) WHERE NOT closed;
CREATE INDEX ix_order_progress_group_urgent ON order_progress (group_code,
    (NOT (red OR escalated)), priority, coalesce(due_at, 'infinity'), order_id) WHERE NOT closed;
"""

_CORRECTIONS = """
ALTER TABLE inbox
    ADD COLUMN corrects BIGINT,
    ADD COLUMN corrected_by TEXT DEFAULT '' NOT NULL,
    ADD CONSTRAINT fk_inbox_corrects_inbox FOREIGN KEY(corrects) REFERENCES inbox (id),
    ADD CONSTRAINT uq_inbox_corrects UNIQUE (corrects),
    ADD CONSTRAINT ck_inbox_corrected CHECK ((corrects IS NULL) = (corrected_by = ''));
ALTER TABLE quarantine DROP CONSTRAINT ck_quarantine_resolution;
ALTER TABLE quarantine
    ADD COLUMN note TEXT DEFAULT '' NOT NULL,
    ADD CONSTRAINT ck_quarantine_resolution
        CHECK (resolution IN ('retry', 'discard', 'replaced', 'fix'));
"""

# The chain of an order names it; of everything else the first of these that an entry has.
_AUDIT = """
CREATE INDEX ix_audit_actor ON audit (actor, at) WHERE actor <> 'system';
CREATE INDEX ix_audit_action ON audit (action, at);
CREATE INDEX ix_audit_subject ON audit (
    (coalesce(detail ->> 'person_id', detail ->> 'rule_set_id', detail ->> 'import_id',
    detail ->> 'batch_id', detail ->> 'quarantine_id', detail ->> 'shop', detail ->> 'code',
    detail ->> 'message_id', detail ->> 'name', '')), at) WHERE chain = 'system';
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_ORDERS)
    op.execute(_CORRECTIONS)
    op.execute(_AUDIT)
