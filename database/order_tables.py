"""The tables of orders and of what they contain."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from database.metadata import Instant, Money, metadata

orders = Table(
    "orders",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("shop", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("workflow_id", Text, nullable=False, unique=True),
    Column("number", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("submitter", Text, nullable=False),
    Column("customer_id", Text, ForeignKey("customers.customer_id"), nullable=False),
    Column("currency", Text, nullable=False),
    Column("total", Money, nullable=False),
    Column("country", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("source_updated_at", Instant),
    Column("content_version", Integer, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("start_stage", Text, nullable=False, server_default=""),
    Column("channel_hold", Text, nullable=False, server_default=""),
    Column("likeness", Text, nullable=False, server_default=""),
    UniqueConstraint("channel", "shop", "external_id"),
    CheckConstraint("total >= 0", name="total"),
    CheckConstraint("content_version >= 1", name="content_version"),
    CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
    CheckConstraint("origin IN ('channel', 'api', 'form', 'file')", name="origin"),
    Index("ix_orders_customer_id", "customer_id"),
    Index("ix_orders_received_at", "received_at", "order_id"),
    Index("ix_orders_placed_at", "placed_at"),
    Index("ix_orders_country", "country", "order_id"),
    Index("ix_orders_shop", "shop", "order_id"),
    Index("ix_orders_number", "number", postgresql_ops={"number": "text_pattern_ops"}),
    Index("ix_orders_likeness", "likeness", "placed_at", postgresql_where=text("likeness <> ''")),
    Index(
        "ix_orders_external_id", "external_id", postgresql_ops={"external_id": "text_pattern_ops"}
    ),
)

order_contents = Table(
    "order_contents",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", JSONB, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("cleansing", JSONB, nullable=False, server_default="[]"),
    Column("source_updated_at", Instant),
    Column("author", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("version >= 1", name="version"),
)
