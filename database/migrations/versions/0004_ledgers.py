"""Stock, credit, admissions and dispatches."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = r"""
CREATE TABLE stock (
    warehouse TEXT NOT NULL,
    sku TEXT NOT NULL,
    on_hand INTEGER NOT NULL,
    reserved INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_stock PRIMARY KEY (warehouse, sku),
    CONSTRAINT ck_stock_reserved CHECK (reserved >= 0 AND reserved <= on_hand)
);


CREATE TABLE reservations (
    order_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_reservations PRIMARY KEY (order_id, sku, warehouse),
    CONSTRAINT ck_reservations_state CHECK (state IN ('active', 'shipped', 'released')),
    CONSTRAINT ck_reservations_quantity
        CHECK (quantity > 0 OR (quantity = 0 AND state <> 'active')),
    CONSTRAINT fk_reservations_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE INDEX ix_reservations_active ON reservations (warehouse, sku) WHERE state = 'active';

CREATE TABLE stock_moves (
    key TEXT NOT NULL,
    sku TEXT NOT NULL,
    order_id TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    shortfall INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_stock_moves PRIMARY KEY (key, sku),
    CONSTRAINT ck_stock_moves_quantity
        CHECK (quantity > 0 AND shortfall BETWEEN 0 AND quantity),
    CONSTRAINT fk_stock_moves_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE INDEX ix_stock_moves_order_id ON stock_moves (order_id);

CREATE TABLE credit_accounts (
    customer_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    credit_limit NUMERIC(24, 6) NOT NULL,
    held NUMERIC(24, 6) DEFAULT '0' NOT NULL,
    used NUMERIC(24, 6) DEFAULT '0' NOT NULL,
    CONSTRAINT pk_credit_accounts PRIMARY KEY (customer_id),
    CONSTRAINT ck_credit_accounts_held CHECK (held >= 0),
    CONSTRAINT ck_credit_accounts_used CHECK (used >= 0),
    CONSTRAINT ck_credit_accounts_credit_limit CHECK (credit_limit >= 0),
    CONSTRAINT fk_credit_accounts_customer_id
        FOREIGN KEY(customer_id) REFERENCES customers (customer_id)
);


CREATE TABLE credit_holds (
    order_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    amount NUMERIC(24, 6) NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_credit_holds PRIMARY KEY (order_id),
    CONSTRAINT ck_credit_holds_amount CHECK (amount >= 0),
    CONSTRAINT ck_credit_holds_state CHECK (state IN ('held', 'captured', 'released')),
    CONSTRAINT fk_credit_holds_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id),
    CONSTRAINT fk_credit_holds_customer_id
        FOREIGN KEY(customer_id) REFERENCES credit_accounts (customer_id)
);
CREATE INDEX ix_credit_holds_customer_id ON credit_holds (customer_id);

CREATE TABLE admissions (
    order_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    content_version INTEGER NOT NULL,
    rule_set_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    inputs JSONB NOT NULL,
    explanation JSONB NOT NULL,
    plan JSONB NOT NULL,
    fx_rate_id TEXT NOT NULL,
    base_amount NUMERIC(24, 6),
    CONSTRAINT pk_admissions PRIMARY KEY (order_id, seq),
    CONSTRAINT ck_admissions_seq CHECK (seq >= 1),
    CONSTRAINT fk_admissions_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id),
    CONSTRAINT fk_admissions_rule_set_id
        FOREIGN KEY(rule_set_id) REFERENCES rule_sets (rule_set_id)
);


CREATE TABLE dispatches (
    key TEXT NOT NULL,
    order_id TEXT NOT NULL,
    group_code TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    voided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_dispatches PRIMARY KEY (key),
    CONSTRAINT fk_dispatches_order_id FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
CREATE UNIQUE INDEX ix_dispatches_live ON dispatches (order_id) WHERE voided_at IS NULL;
CREATE INDEX ix_dispatches_order_id ON dispatches (order_id);
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_TABLES)
