"""Orders are searched and sorted in more ways, messages in quarantine corrected, audits read."""

from alembic import op

revision = "0019"
down_revision = "0016"
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


def upgrade() -> None:
    """Make them."""
    op.execute(_ORDERS)
