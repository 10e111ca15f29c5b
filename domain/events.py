"""What happened to an order, numbered without holes: the source of timeline, audit and messages."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.stages import Stage


class EventKind(StrEnum):
    """The kinds of events on an order's timeline."""

    SUBMITTED = "submitted"
    ADMITTED = "admitted"
    STAGE_ENTERED = "stage_entered"
    CONFIRMED = "confirmed"
    SIGNED = "signed"
    REJECTED = "rejected"
    APPROVED = "approved"
    SIGNATURES_VOIDED = "signatures_voided"
    AMENDED = "amended"
    GROUP_ASSIGNED = "group_assigned"
    HELD = "held"
    RELEASED = "released"
    TURNED_RED = "turned_red"
    ESCALATED = "escalated"
    WARNED = "warned"
    DISPATCHED = "dispatched"
    DISPATCH_VOIDED = "dispatch_voided"
    PARCEL_SHIPPED = "parcel_shipped"
    CHANNEL_TOLD = "channel_told"
    PARCEL_DELIVERED = "parcel_delivered"
    HELD_IN_CHANNEL = "held_in_channel"
    RELEASED_IN_CHANNEL = "released_in_channel"
    OBJECTED = "objected"
    RETURN_REQUESTED = "return_requested"
    CANCEL_REQUESTED = "cancel_requested"
    COMPENSATED = "compensated"
    REFUSED = "refused"
    RETURNED = "returned"
    SIGNER_ADDED = "signer_added"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    URGED = "urged"
    COPIED = "copied"
    SIGNERS_CHANGED = "signers_changed"
    REPINNED = "repinned"


@dataclass(frozen=True)
class Event:
    """One thing that happened: `seq` counts from 1 per order, `at` is UTC, `stage` is the stage
    after it; `data` holds codes, ids and numbers as text, never personal data."""

    seq: int
    at: datetime
    kind: EventKind
    stage: Stage
    actor: str
    data: dict[str, str] = field(default_factory=dict)
