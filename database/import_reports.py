"""What became of an import's orders: moved, merged, in quarantine and why, and the share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Connection, text

from database.imports import Import


@dataclass(frozen=True)
class ImportReport:
    """The orders of an import by what became of them; they add up to `orders`.

    `waiting` the relay has not taken yet, `parked` a breaker holds back, `moved` are orders of
    their own now, `merged` told of an order (or were a message) known before, `ignored` tell of no
    order, such as a shop's test, `quarantined` wait for a person, `refused` are rows of which no
    message could be made. `reasons` counts the last two by finding. In a dry run `moved` are those
    that would be sent.
    """

    orders: int = 0
    waiting: int = 0
    parked: int = 0
    moved: int = 0
    merged: int = 0
    ignored: int = 0
    quarantined: int = 0
    refused: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> Decimal | None:
        """Percentage of the orders that were moved or merged; None when there were none."""
        if not self.orders:
            return None
        return (Decimal(100) * (self.moved + self.merged) / self.orders).quantize(Decimal("0.01"))


# A message that was there before, and one that only told of an order known already, are merged.
_FATES = text("""
SELECT CASE
        WHEN i.state IN ('received', 'stored', 'waiting') THEN 'waiting'
        WHEN i.state = 'quarantined' AND q.resolution IN ('replaced', 'fix') THEN 'merged'
        WHEN i.state = 'done' AND i.import_id IS DISTINCT FROM :import_id THEN 'merged'
        WHEN i.state = 'done' THEN 'moved'
        ELSE i.state
    END AS fate, count(*) AS orders
FROM import_orders o
JOIN inbox i ON i.id = o.inbox_id
LEFT JOIN quarantine q ON q.inbox_id = o.inbox_id
WHERE o.import_id = :import_id
GROUP BY 1
""")

_REASONS = text("""
SELECT code, count(*) AS orders FROM (
    SELECT DISTINCT o.ordinal, f.value ->> 'code' AS code
    FROM import_orders o
    JOIN inbox i ON i.id = o.inbox_id AND i.state = 'quarantined'
    JOIN quarantine q ON q.inbox_id = o.inbox_id
        AND coalesce(q.resolution, '') NOT IN ('replaced', 'fix')
    CROSS JOIN jsonb_array_elements(q.findings) AS f
    WHERE o.import_id = :import_id AND f.value ->> 'severity' = 'error'
) AS found GROUP BY code
""")

_WAITING = text("""
SELECT count(*) FROM import_orders o JOIN inbox i ON i.id = o.inbox_id
WHERE o.import_id = :import_id AND i.state IN ('received', 'stored', 'waiting')
""")


def waiting(c: Connection, import_id: str) -> int:
    """Return how many of the import's orders the relay still has to take."""
    count: int = c.execute(_WAITING, {"import_id": import_id}).scalar_one()
    return count


def report(c: Connection, of: Import) -> ImportReport:
    """Return what became of an import's orders so far."""
    if of.options.dry_run:
        return _rehearsed(of)
    values = {"import_id": of.import_id}
    fates = {row.fate: row.orders for row in c.execute(_FATES, values)}
    reasons = dict(of.counts.refusals)
    for row in c.execute(_REASONS, values):
        reasons[row.code] = reasons.get(row.code, 0) + row.orders
    return ImportReport(
        orders=sum(fates.values()) + of.counts.rows_refused,
        refused=of.counts.rows_refused,
        reasons=reasons,
        **fates,
    )


def _rehearsed(of: Import) -> ImportReport:
    counts = of.counts
    return ImportReport(
        orders=counts.orders_read + counts.rows_refused,
        moved=counts.orders_read - counts.orders_refused,
        quarantined=counts.orders_refused,
        refused=counts.rows_refused,
        reasons=counts.refusals,
    )
