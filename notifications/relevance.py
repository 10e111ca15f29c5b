"""Whether a message that was held back still tells its reader anything."""

from database.messages import Told
from database.outbox import NotificationRow

# They ask their reader to do something: done by somebody, or no more theirs, they say nothing.
_ASKING = frozenset(
    {
        "held",
        "urged",
        "signed",
        "released",
        "signer_added",
        "signatures_voided",
        "signers_changed",
    }
)
# They tell of a stage that the order is in.
_OF_STAGE = frozenset({"stage_entered", "turned_red", "warned"})


def is_obsolete(row: NotificationRow, told: Told | None) -> bool:
    """Tell whether the order has moved on from what the message says; never for mere news."""
    if told is None:
        return False
    if row.event_kind in _ASKING:
        return told.closed or row.person_id not in told.doers
    if row.event_kind not in _OF_STAGE:
        return False
    asks_to_sign = row.event_kind == "stage_entered" and row.data.get("stage") == "in_review"
    if told.stage != row.data.get("stage", told.stage):
        return True
    return asks_to_sign and row.person_id not in told.doers
