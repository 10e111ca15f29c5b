"""The tables of shadows: drafts that are asked beside the rules in force, without effect."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from database.metadata import Instant, Money, metadata

shadows = Table(
    "shadows",
    metadata,
    Column("shadow_id", Text, primary_key=True),
    Column("rule_set_id", Text, ForeignKey("rule_sets.rule_set_id"), nullable=False),
    Column("started_by", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    Column("stopped_by", Text, nullable=False),
    Column("read_at", Instant, nullable=False),
    Column("read_order_id", Text, nullable=False),
    Column("read_seq", Integer, nullable=False),
    CheckConstraint("ends_at > started_at", name="ends_at"),
    Index(
        "ix_shadows_running",
        "rule_set_id",
        unique=True,
        postgresql_where=text("stopped_at IS NULL"),
    ),
)

shadow_results = Table(
    "shadow_results",
    metadata,
    Column("shadow_id", Text, ForeignKey("shadows.shadow_id"), primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("live", JSONB, nullable=False),
    Column("shadow", JSONB(none_as_null=True)),
    Column("differs", Boolean, nullable=False),
    Column("tables", ARRAY(Text), nullable=False),
    Column("base_amount", Money),
    Column("note", Text, nullable=False),
    ForeignKeyConstraint(["order_id", "seq"], ["admissions.order_id", "admissions.seq"]),
    Index("ix_shadow_results_differing", "shadow_id", postgresql_where=text("differs")),
)
