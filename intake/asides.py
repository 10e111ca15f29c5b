"""What is put aside for a person, and what of it is settled once the order comes after all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from database import inbox, quarantine
from database.inbox import InboxRow, TakenRow
from database.quarantine import Quarantined
from domain.findings import Finding, FindingCode, finding
from domain.state import SYSTEM
from intake.reading import messages_of

QUARANTINE_OWNER = "customer_service"
_ABOUT_AN_ORDER = frozenset({"order", "cancellation"})
_THE_ORDER = "order"


def put_aside(
    c: Connection,
    row: InboxRow | TakenRow,
    findings: Sequence[Finding],
    now: datetime,
    external_id: str = "",
) -> None:
    """Put a message into quarantine, where a named person finds it with what is wrong."""
    quarantine.put(
        c,
        inbox_id=row.id,
        channel=row.channel,
        shop=row.shop,
        external_id=external_id,
        findings=findings,
        owner_role=QUARANTINE_OWNER,
        now=now,
    )


def order_missing() -> Finding:
    """Return the finding of a message that waited in vain for the order it is about."""
    return finding(FindingCode.REQUIRED, _THE_ORDER)


def settle_earlier(c: Connection, row: InboxRow, external_id: str, now: datetime) -> None:
    """A good order makes up for its earlier messages in quarantine.

    Those that could not be read are replaced by it; those that only missed it are tried again.
    """
    for entry in quarantine.open_of(c, row.channel, row.shop, external_id, before=row.id):
        resolution = _settled(c, entry)
        if resolution is not None:
            quarantine.resolve(c, entry.id, resolution, SYSTEM, now)


def _settled(c: Connection, entry: Quarantined) -> str | None:
    if order_missing() in entry.findings:
        return "retry"
    said = messages_of(inbox.get(c, entry.inbox_id))
    return "replaced" if any(each.kind in _ABOUT_AN_ORDER for each in said) else None
