"""What became of a shop's past that was read from its API."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Fates:
    """A shop's past orders by what became of them; `reasons` counts findings in quarantine."""

    waiting: int
    moved: int
    merged: int
    ignored: int
    quarantined: int
    reasons: Mapping[str, int]

    @property
    def read(self) -> int:
        """All of them."""
        return self.waiting + self.moved + self.merged + self.ignored + self.quarantined

    @property
    def share(self) -> Decimal | None:
        """Percentage that was moved or merged, of those that are orders; None without any."""
        orders = self.moved + self.merged + self.quarantined
        return Decimal(100) * (self.moved + self.merged) / orders if orders else None


_FATES = text("""
SELECT count(*) FILTER (WHERE state IN ('received', 'stored', 'waiting', 'parked')) AS waiting,
    count(*) FILTER (WHERE state = 'done') AS moved,
    count(*) FILTER (WHERE state = 'merged') AS merged,
    count(*) FILTER (WHERE state = 'ignored') AS ignored,
    count(*) FILTER (WHERE state = 'quarantined') AS quarantined
FROM inbox WHERE channel = :channel AND shop = :shop AND found_by = 'history'
""")

_REASONS = text("""
SELECT f.value ->> 'code' AS code, count(DISTINCT q.id) AS orders
FROM inbox i JOIN quarantine q ON q.inbox_id = i.id
    CROSS JOIN jsonb_array_elements(q.findings) AS f
WHERE i.channel = :channel AND i.shop = :shop AND i.found_by = 'history'
    AND i.state = 'quarantined' AND f.value ->> 'severity' = 'error'
GROUP BY 1 ORDER BY 2 DESC
""")


def fates(c: Connection, channel: str, shop: str) -> Fates:
    """Count a shop's past orders."""
    values = {"channel": channel, "shop": shop}
    counts = c.execute(_FATES, values).one()
    reasons = {row.code: row.orders for row in c.execute(_REASONS, values)}
    return Fates(**counts._asdict(), reasons=reasons)
