"""What people were told, and how they want to be told."""

from datetime import datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from api.schemas.views import ORDER_ID, View
from database.contacts import ADDRESS, MessageSettings
from database.messages import MessageRow
from domain.order import Instant

_AT = "2026-11-03T08:15:04Z"
_DELIVERY: dict[str, Any] = {
    "medium": "dingtalk",
    "state": "failed",
    "attempts": 1,
    "error_code": "dingtalk:130101",
    "next_attempt_at": "2026-11-03T08:25:04Z",
    "sent_at": None,
}
_MESSAGE: dict[str, Any] = {
    "id": 17,
    "subject": ORDER_ID,
    "event_seq": 3,
    "event_kind": "stage_entered",
    "person_id": "mia",
    "person_name": "Mia Keller",
    "state": "failed",
    "created_at": _AT,
    "next_attempt_at": "2026-11-03T08:25:04Z",
    "sent_at": None,
    "last_error": "dingtalk:130101",
    "deliveries": [_DELIVERY],
}
_SETTINGS: dict[str, Any] = {
    "media": {"urgent": ["dingtalk", "default"], "normal": ["dingtalk"], "low": ["default"]},
    "quiet_from": "22:00:00",
    "quiet_until": "07:30:00",
    "time_zone": "Asia/Shanghai",
    "digest_minutes": 60,
    "addresses": {"dingtalk": "manager4220"},
    "updated_at": _AT,
}

MessageState = Literal["pending", "waiting", "sent", "failed", "dead", "obsolete"]
MediumName = Literal["default", "wecom", "dingtalk", "feishu"]
Addressed = Literal["email", "wecom", "dingtalk", "feishu"]
Address = Annotated[str, StringConstraints(pattern=ADDRESS)]


class DeliveryView(View):
    """One message in one medium; `error_code` is the vendor's, of the last attempt that failed."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_DELIVERY]})

    medium: str
    state: Literal["pending", "sent", "failed", "dead"]
    attempts: int
    error_code: str
    next_attempt_at: Instant | None
    sent_at: Instant | None


class MessageView(View):
    """One message to one person. It is waiting while held back for quiet hours or a digest, dead
    when no medium took it, obsolete when its order had moved on before it was sent."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_MESSAGE]})

    id: int
    subject: str
    event_seq: int
    event_kind: str
    person_id: str
    person_name: str
    state: MessageState
    created_at: Instant
    next_attempt_at: Instant | None
    sent_at: Instant | None
    last_error: str
    deliveries: tuple[DeliveryView, ...]


class MessageList(View):
    """Some messages, the newest first; `next_cursor` leads to the rest."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_MESSAGE], "next_cursor": None}]}
    )

    items: tuple[MessageView, ...]
    next_cursor: int | None

    @classmethod
    def of(cls, rows: list[MessageRow], next_cursor: int | None) -> "MessageList":
        """Return the page as it is shown."""
        items = tuple(MessageView.model_validate(row) for row in rows)
        return cls(items=items, next_cursor=next_cursor)


class MessageSettingsBody(BaseModel):
    """When and by which media somebody is told.

    `media` names media by urgency (a missing one: all that reach the person). Quiet hours are
    local times in `time_zone`; what is urgent passes through them. `digest_minutes` is how long
    news that asks for nothing is collected (0: not at all). `addresses` are the ids by which robots
    mention the person, and an e-mail address other than the one in staff data; empty forgets one.
    `updated_at` is that of the settings that were read, null when there were none.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_SETTINGS]})

    media: dict[Literal["urgent", "normal", "low"], tuple[MediumName, ...]] = {}
    quiet_from: time | None = None
    quiet_until: time | None = None
    time_zone: str = "UTC"
    digest_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    addresses: dict[Addressed, Address] = {}
    updated_at: datetime | None = None

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        return known_zone(name)

    @field_validator("quiet_until")
    @classmethod
    def _both(cls, until: time | None, info: Any) -> time | None:
        if (until is None) != (info.data.get("quiet_from") is None):
            raise ValueError("quiet_from and quiet_until are given together or not at all")
        return until

    def settings(self) -> MessageSettings:
        """Return what is kept."""
        return MessageSettings(
            media={str(urgency): tuple(names) for urgency, names in self.media.items()},
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            time_zone=self.time_zone,
            digest_minutes=self.digest_minutes,
        )


def known_zone(name: str) -> str:
    """Return the name of a time zone; raises ValueError for one that is not known."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name[:60]!r} is no time zone, e.g. Asia/Shanghai") from None
    return name


class MessageSettingsView(MessageSettingsBody):
    """How somebody is told; `addresses` are their own, without the e-mail of staff data."""

    @classmethod
    def of(cls, settings: MessageSettings, addresses: dict[str, str]) -> "MessageSettingsView":
        """Return the settings as they are shown."""
        values = {**settings.__dict__, "addresses": addresses}
        return cls.model_validate(values)
