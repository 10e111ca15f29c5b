"""Messages that a person wrote anew in place of one that lies in quarantine."""

from datetime import datetime

from sqlalchemy import Connection, text

# Where it came from, its headers and the sender's clock stay; the report of the file that brought
# the first one goes on speaking of the first one.
_CORRECT = text("""
WITH resolved AS (
    UPDATE quarantine SET resolution = 'fix', resolved_by = :person, resolved_at = :now,
        note = :note
    WHERE id = :quarantine_id AND resolved_at IS NULL
    RETURNING id, inbox_id
), corrected AS (
    INSERT INTO inbox (channel, shop, topic, dedup_key, headers, body, submitter, priority,
        source_at, received_at, found_by, corrects, corrected_by)
    SELECT channel, shop, topic, 'fix:' || inbox.id, headers, :body, submitter, priority, source_at,
        :now, found_by, inbox.id, :person
    FROM inbox JOIN resolved ON inbox.id = resolved.inbox_id
    RETURNING id
)
SELECT id, pg_notify('orderflow_inbox', '') FROM corrected
""")


def correct(
    c: Connection, quarantine_id: int, *, body: bytes, person: str, note: str, now: datetime
) -> int | None:
    """Resolve a message in quarantine by a corrected one and return that one's row.

    None when nothing of this id waits, for instance because somebody else was faster.
    """
    values = {
        "quarantine_id": quarantine_id,
        "body": body,
        "person": person,
        "note": note,
        "now": now,
    }
    row = c.execute(_CORRECT, values).one_or_none()
    return row.id if row else None
