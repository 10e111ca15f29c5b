"""How each shop is kept in step with us."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from database.lookups import FailedLookUp
from database.syncs import SyncStatus
from domain.channel_troubles import ChannelTrouble, words
from domain.order import Instant

MOST_LISTED = 20


class Trouble(BaseModel):
    """What stood in the way: a code, the channel's own code for it, and words."""

    code: str
    detail: str
    at: Instant
    message_en: str
    message_zh: str

    @classmethod
    def of(cls, code: str, detail: str, at: datetime | None) -> Self | None:
        """Return the trouble in words, None when there is none."""
        if not code or at is None:
            return None
        english, chinese = words(ChannelTrouble(code), detail)
        return cls(code=code, detail=detail, at=at, message_en=english, message_zh=chinese)


class FailedLookUpView(BaseModel):
    """An order that a notification named and that the shop did not give: the role looks after it.
    Polling the shop now tries it again."""

    reference: str
    requested_at: Instant
    attempts: int
    owner_role: str
    trouble: Trouble | None

    @classmethod
    def of(cls, failed: FailedLookUp) -> Self:
        """Return it with its trouble in words."""
        return cls(
            reference=failed.reference,
            requested_at=failed.requested_at,
            attempts=failed.attempts,
            owner_role=failed.owner_role,
            trouble=Trouble.of(failed.trouble, failed.trouble_detail, failed.failed_at),
        )


class LookUps(BaseModel):
    """Orders that notifications named: how many wait to be read, how many wait for a person, and
    the oldest of those."""

    waiting: int
    failed: int
    listed: list[FailedLookUpView]


class SubscriptionHealth(BaseModel):
    """The shop's webhooks at the last check: `amiss` names the topics that need a person, `mended`
    those that were put right last. `refused` is the shop's code when it refused the check."""

    state: Literal["unknown", "healthy", "amiss"]
    checked_at: Instant | None
    amiss: tuple[str, ...]
    mended: tuple[str, ...]
    mended_at: Instant | None
    refused: str

    @classmethod
    def of(cls, status: SyncStatus) -> Self:
        """Return what the last check found."""
        state: Literal["unknown", "healthy", "amiss"] = "unknown"
        if status.checked_at is not None:
            state = "amiss" if status.amiss or status.check_refused else "healthy"
        return cls(
            state=state,
            checked_at=status.checked_at,
            amiss=status.amiss,
            mended=status.mended,
            mended_at=status.mended_at,
            refused=status.check_refused,
        )


class ChannelView(BaseModel):
    """One shop. `polled` says whether it can be polled at all: its channel allows it and the shop
    has an address. What changed before `seen_until` is here; `found` counts the orders of the last
    poll, new or known; `found_by_poll` those that no webhook told of, ever and within 24 hours."""

    channel: str
    shop: str
    polled: bool
    last_poll_at: Instant | None
    is_reading: bool
    seen_until: Instant | None
    found: int
    found_by_poll: int
    found_by_poll_24h: int
    refused_since: Instant | None
    last_error: Trouble | None
    look_ups: LookUps
    subscriptions: SubscriptionHealth


class ChannelList(BaseModel):
    """Every shop, sorted by channel and name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "channel": "shopify",
                            "shop": "main",
                            "polled": True,
                            "last_poll_at": "2026-11-03T08:15:03Z",
                            "is_reading": False,
                            "seen_until": "2026-11-03T08:14:58Z",
                            "found": 3,
                            "found_by_poll": 12,
                            "found_by_poll_24h": 1,
                            "refused_since": None,
                            "last_error": None,
                            "look_ups": {"waiting": 0, "failed": 0, "listed": []},
                            "subscriptions": {
                                "state": "healthy",
                                "checked_at": "2026-11-03T08:10:00Z",
                                "amiss": [],
                                "mended": ["orders/create"],
                                "mended_at": "2026-11-02T23:55:00Z",
                                "refused": "",
                            },
                        }
                    ]
                }
            ]
        }
    )

    items: list[ChannelView]


class SyncAnswer(BaseModel):
    """The shop is being polled, within the channel's pace; `look_ups` failed ones are tried
    again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "asked", "look_ups": 0}]})

    status: Literal["asked"] = "asked"
    look_ups: int
