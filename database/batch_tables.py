"""The tables of batches: what was asked of many orders at once, and each order's own result."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from database.metadata import Instant, Money, metadata

batches = Table(
    "batches",
    metadata,
    Column("batch_id", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("request_hash", Text, nullable=False),
    Column("filter", JSONB(none_as_null=True)),
    Column("state", Text, nullable=False, server_default="running"),
    Column("items", Integer, nullable=False, server_default="0"),
    Column("money", JSONB, nullable=False, server_default="{}"),
    Column("base_amount", Money),
    Column("base_currency", Text, nullable=False),
    Column("counts", JSONB(none_as_null=True)),
    Column("created_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    Column("finished_at", Instant),
    UniqueConstraint("started_by", "kind", "idempotency_key"),
    CheckConstraint("kind IN ('decide', 'repin')", name="kind"),
    CheckConstraint(
        "kind <> 'decide' OR verdict IN ('approve', 'reject', 'return')", name="verdict"
    ),
    CheckConstraint("(kind = 'repin') = (rule_set <> '')", name="rule_set"),
    CheckConstraint("verdict = 'approve' OR note <> ''", name="note"),
    CheckConstraint("state IN ('running', 'done')", name="state"),
    CheckConstraint("(state = 'done') = (finished_at IS NOT NULL)", name="finished"),
    CheckConstraint("(state = 'done') = (counts IS NOT NULL)", name="counts"),
    Index("ix_batches_running", "number", postgresql_where=text("state = 'running'")),
)

# No foreign key to orders: an id that there is no order of is refused like any other item.
batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", Text, ForeignKey("batches.batch_id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("order_id", Text, nullable=False),
    Column("workflow_id", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("action_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("message_en", Text, nullable=False, server_default=""),
    Column("message_zh", Text, nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant),
    Column("decided_at", Instant),
    UniqueConstraint("batch_id", "order_id"),
    CheckConstraint(
        "state IN ('pending', 'accepted', 'refused', 'failed', 'unknown', 'cancelled')",
        name="state",
    ),
    CheckConstraint(
        "state = 'unknown' OR (state = 'pending') = (decided_at IS NULL)", name="decided"
    ),
    Index(
        "ix_batch_items_open", "batch_id", "ordinal", postgresql_where=text("decided_at IS NULL")
    ),
)
