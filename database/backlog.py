"""How much waits where: counts of what is open, for the metrics."""

from sqlalchemy import Connection, Select, func, select

from database.inbox import OPEN_STATES, inbox
from database.lookups import lookups
from database.outbox import notifications
from database.progress_tables import holds, order_progress
from database.syncs import STARTED_BY_POLL

# Every count runs over a partial index of what is open, or of what webhooks lost, so it stays cheap
# with years of orders.
_COUNTS: dict[str, Select[str, int]] = {
    "inbox": select(inbox.c.state, func.count())
    .where(inbox.c.state.in_(OPEN_STATES))
    .group_by(inbox.c.state),
    "orders": select(order_progress.c.stage, func.count())
    .where(~order_progress.c.closed)
    .group_by(order_progress.c.stage),
    "holds": select(holds.c.reason, func.count())
    .where(holds.c.released_at.is_(None))
    .group_by(holds.c.reason),
    "outbox": select(notifications.c.state, func.count())
    .where(notifications.c.state.in_(("pending", "waiting", "failed")))
    .group_by(notifications.c.state),
    "look_ups": select(lookups.c.channel, func.count()).group_by(lookups.c.channel),
    "found_by_poll": select(inbox.c.channel, func.count())
    .where(STARTED_BY_POLL)
    .group_by(inbox.c.channel),
}


def counts(c: Connection) -> dict[str, dict[str, int]]:
    """Return inbox messages by state, orders by stage, holds by reason, messages by state, orders
    to be looked up by channel, and orders that only a poll found by channel."""
    return {what: {row[0]: row[1] for row in c.execute(query)} for what, query in _COUNTS.items()}
