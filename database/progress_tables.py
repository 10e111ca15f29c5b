"""The tables of the read model, which nobody but `progress.project` writes."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from database.metadata import Instant, metadata

_STAGES = (
    "stage IN ('pending_confirmation', 'in_review', 'preparing', 'shipped', 'completed', "
    "'closed_abnormally')"
)
_OPEN = text("NOT closed")
# What urgent orders are sorted by, as tasks are: red and escalated first, then by priority and due.
_URGENT = (
    text("NOT (red OR escalated)"),
    "priority",
    text("coalesce(due_at, 'infinity')"),
    "order_id",
)

order_progress = Table(
    "order_progress",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("content_version", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("group_code", Text, nullable=False),
    Column("warehouse", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("waits_for", Text, nullable=False),
    Column("due_at", Instant),
    Column("stalls_at", Instant),
    Column("paused", Boolean, nullable=False),
    Column("red", Boolean, nullable=False),
    Column("escalated", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("closed_reason", Text, nullable=False),
    Column("closed_note_id", Text, nullable=False),
    Column("owner_person", Text, nullable=False),
    Column("owner_label", Text, nullable=False),
    Column("last_event_seq", BigInteger, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("priority", SmallInteger, nullable=False, server_default="3"),
    Column(
        "closed",
        Boolean,
        Computed("stage IN ('completed', 'closed_abnormally')", persisted=True),
        nullable=False,
    ),
    CheckConstraint(_STAGES, name="stage"),
    CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
    # An abnormal end has its reason and its note, or it is none.
    CheckConstraint(
        "stage <> 'closed_abnormally' OR (closed_reason <> '' AND closed_note_id <> '')",
        name="closing",
    ),
    Index("ix_order_progress_stage", "stage", "order_id"),
    Index(
        "ix_order_progress_group",
        "group_code",
        "stage",
        "order_id",
        postgresql_include=["entered_at", "red", "escalated", "late", "held"],
        postgresql_where=_OPEN,
    ),
    Index(
        "ix_order_progress_ended",
        "stage",
        "entered_at",
        postgresql_include=["group_code", "closed_reason"],
        postgresql_where=text("closed"),
    ),
    Index("ix_order_progress_due", "due_at", postgresql_where=_OPEN),
    Index("ix_order_progress_stalls", "stalls_at", postgresql_where=_OPEN),
    Index(
        "ix_order_progress_flagged",
        "order_id",
        postgresql_where=text("red OR escalated OR late OR held"),
    ),
    Index("ix_order_progress_open", "order_id", postgresql_where=_OPEN),
    Index("ix_order_progress_urgent", *_URGENT, postgresql_where=_OPEN),
    Index("ix_order_progress_group_urgent", "group_code", *_URGENT, postgresql_where=_OPEN),
    Index("ix_order_progress_owner", "owner_person", "order_id", postgresql_where=_OPEN),
    Index("ix_order_progress_owner_label", "owner_label", "order_id", postgresql_where=_OPEN),
)

stage_events = Table(
    "stage_events",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    CheckConstraint("seq >= 1", name="seq"),
    CheckConstraint(_STAGES, name="stage"),
    Index("ix_stage_events_at", "at"),
    Index(
        "ix_stage_events_entered",
        "stage",
        "at",
        postgresql_where=text("kind = 'stage_entered'"),
    ),
)

holds = Table(
    "holds",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("hold_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("raised_by", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("pauses_clock", Boolean, nullable=False),
    Column("origin", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("note_id", Text, nullable=False),
    Column("released_at", Instant),
    Column("released_by", Text),
    # That of its order, so that what was lost to holds is counted without looking at the orders.
    Column("group_code", Text, nullable=False, server_default=""),
    CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released"),
    Index("ix_holds_open", "reason", "order_id", postgresql_where=text("released_at IS NULL")),
    Index(
        "ix_holds_released",
        "released_at",
        postgresql_include=["reason", "group_code", "raised_at", "order_id"],
        postgresql_where=text("released_at IS NOT NULL"),
    ),
    Index(
        "ix_holds_assignee", "assignee", "order_id", postgresql_where=text("released_at IS NULL")
    ),
    Index("ix_holds_raised_at", "raised_at"),
)

parcels = Table(
    "parcels",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("tracking_number", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("shipped_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("channel_told", Boolean, nullable=False),
    CheckConstraint("ordinal >= 1", name="ordinal"),
    Index("ix_parcels_label", "order_id", "tracking_number", unique=True),
    Index(
        "ix_parcels_tracking_number",
        "tracking_number",
        postgresql_ops={"tracking_number": "text_pattern_ops"},
    ),
)

decisions = Table(
    "decisions",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("decision_id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("note_id", Text, nullable=False),
    Column("on_behalf_of", Text, nullable=False, server_default=""),
    Column("voided_at", Instant),
    CheckConstraint("verdict IN ('approve', 'reject', 'return')", name="verdict"),
    CheckConstraint("verdict = 'approve' OR note_id <> ''", name="note"),
    Index(
        "ix_decisions_signature",
        "order_id",
        "person",
        "content_hash",
        unique=True,
        postgresql_where=text("verdict = 'approve' AND voided_at IS NULL"),
    ),
)

# The order of everybody's list, as `database.tasks` reads it page by page.
_FIRST = (
    "urgency",
    text("coalesce(due_at, 'infinity')"),
    "order_id",
    "key",
)

tasks = Table(
    "tasks",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("group_code", Text, nullable=False),
    Column("people", ARRAY(Text), nullable=False),
    Column("assignee_person", Text, nullable=False),
    Column("due_at", Instant),
    Column("hold_id", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("done_at", Instant),
    # 1 first: the order's priority while it is red or escalated, five more while it is not.
    Column("urgency", SmallInteger, nullable=False, server_default="8"),
    CheckConstraint("urgency BETWEEN 1 AND 10", name="urgency"),
    Index(
        "ix_tasks_role",
        "role",
        *_FIRST,
        postgresql_where=text("done_at IS NULL AND people = '{}'"),
    ),
    Index(
        "ix_tasks_assignee", "assignee_person", *_FIRST, postgresql_where=text("done_at IS NULL")
    ),
    Index(
        "ix_tasks_people",
        "people",
        postgresql_using="gin",
        postgresql_where=text("done_at IS NULL AND people <> '{}'"),
    ),
)
