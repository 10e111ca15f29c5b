"""What the board counts by, written beside the read model: `board_sync` is their only writer.

Nothing here is known that `orders`, `order_progress` and `stage_events` do not say as well; the
doctor compares them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)

from database.metadata import Instant, metadata

# One row per order: when it came in, and what it is counted under now. An order that was moved
# here from another system came in when it was placed.
order_arrivals = Table(
    "order_arrivals",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("channel", Text, nullable=False),
    Column("shop", Text, nullable=False),
    Column("group_code", Text, nullable=False, server_default=""),
    Column("tier", Text, nullable=False, server_default=""),
    Column("admitted_at", Instant),
    Index("ix_order_arrivals_at", "at", postgresql_include=["group_code", "channel", "shop"]),
)

# Orders by the day (UTC) on which their approval tier was decided last, by group and tier.
admission_days = Table(
    "admission_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("group_code", Text, primary_key=True),
    Column("tier", Text, primary_key=True),
    Column("orders", Integer, nullable=False),
)

# Every time an order was in a stage that it has left since; `seq` is the event it entered by.
stage_stays = Table(
    "stage_stays",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("left_at", Instant, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    CheckConstraint("milliseconds >= 0", name="milliseconds"),
)

# The same, counted: stays by the day (UTC) they ended, by group, and by how long they took. Four
# buckets to a doubling, so a bucket is 19 % wide (see the function `stay_bucket`). What was moved
# in is counted in rows of its own: it comes by the hundred in one transaction, and live orders do
# not wait for its locks.
stage_times = Table(
    "stage_times",
    metadata,
    Column("day", Date, primary_key=True),
    Column("group_code", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("bucket", SmallInteger, primary_key=True),
    Column("moved_in", Boolean, primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
)
