"""Approvals."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = r"""
ALTER TABLE decisions
    ADD COLUMN on_behalf_of TEXT NOT NULL DEFAULT '',
    ADD COLUMN voided_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE decisions DROP CONSTRAINT ck_decisions_verdict;
ALTER TABLE decisions
    ADD CONSTRAINT ck_decisions_verdict CHECK (verdict IN ('approve', 'reject', 'return'));
DROP INDEX ix_decisions_signature;
CREATE UNIQUE INDEX ix_decisions_signature ON decisions (order_id, person, content_hash)
    WHERE verdict = 'approve' AND voided_at IS NULL;

CREATE TABLE entitlements (
    order_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    content_version INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    question JSONB NOT NULL,
    answer JSONB NOT NULL,
    CONSTRAINT pk_entitlements PRIMARY KEY (order_id, seq),
    CONSTRAINT fk_entitlements_order_id_orders FOREIGN KEY (order_id)
        REFERENCES orders (order_id)
);
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_TABLES)
