"""How a person wants to be reached: addresses by medium, media by urgency, quiet hours, digests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Table,
    Text,
    Time,
    delete,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.metadata import Instant, metadata

EMAIL = "email"
# Group robots, which mention a person by the id that the vendor knows them by.
ROBOTS = ("wecom", "dingtalk", "feishu")
# "default" is what the installation's apprise URLs reach.
MEDIA = ("default", *ROBOTS)
ADDRESSED = (EMAIL, *ROBOTS)

# What could be read as a link, a tag or somebody else's name is no address.
ADDRESS = r"^[\w.@+-]{0,200}$"

contact_points = Table(
    "contact_points",
    metadata,
    Column("person_id", Text, ForeignKey("people.person_id"), primary_key=True),
    Column("medium", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("verified", Boolean, nullable=False, server_default="false"),
    CheckConstraint("address <> ''", name="address"),
)

message_settings = Table(
    "message_settings",
    metadata,
    Column("person_id", Text, ForeignKey("people.person_id"), primary_key=True),
    Column("media", JSONB, nullable=False),
    Column("quiet_from", Time),
    Column("quiet_until", Time),
    Column("time_zone", Text, nullable=False),
    Column("digest_minutes", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),
    CheckConstraint("digest_minutes BETWEEN 0 AND 1440", name="digest"),
)


@dataclass(frozen=True)
class MessageSettings:
    """When and by which media a person is told.

    `media` lists media by urgency (urgent, normal, low; a missing one: every medium that reaches
    the person). Quiet hours are local times in `time_zone` (IANA); equal or unset: none.
    `digest_minutes` is how long unimportant news is collected, 0 = not at all.
    """

    media: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_until: time | None = None
    time_zone: str = "UTC"
    digest_minutes: int = 0
    updated_at: datetime | None = None


@dataclass(frozen=True)
class Reach:
    """Where a person can be reached and how they want it; `addresses` is by medium."""

    addresses: Mapping[str, str]
    settings: MessageSettings


def is_address(said: str) -> bool:
    """Tell whether this can be an address in a medium; empty forgets one."""
    return re.fullmatch(ADDRESS, said) is not None


def settings_of(c: Connection, person_id: str) -> MessageSettings:
    """Return what a person has chosen, or what holds for everybody who has not."""
    query = select(message_settings).where(message_settings.c.person_id == person_id)
    row = c.execute(query).one_or_none()
    if row is None:
        return MessageSettings()
    media = {urgency: tuple(names) for urgency, names in row.media.items()}
    return MessageSettings(
        media,
        row.quiet_from,
        row.quiet_until,
        row.time_zone,
        row.digest_minutes,
        row.updated_at,
    )


def lock(c: Connection, person_id: str) -> None:
    """Let nobody else change how this person is told until the transaction ends."""
    c.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": person_id})


def save_settings(
    c: Connection, person_id: str, wanted: MessageSettings, now: datetime
) -> MessageSettings:
    """Replace what a person has chosen; returns it with the instant of the change."""
    values = {
        "person_id": person_id,
        "media": {urgency: list(names) for urgency, names in wanted.media.items()},
        "quiet_from": wanted.quiet_from,
        "quiet_until": wanted.quiet_until,
        "time_zone": wanted.time_zone,
        "digest_minutes": wanted.digest_minutes,
        "updated_at": now,
    }
    statement = insert(message_settings).values(values)
    c.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))
    return settings_of(c, person_id)


def addresses_of(c: Connection, person_id: str) -> dict[str, str]:
    """Return a person's own addresses by medium, without the e-mail that staff data holds."""
    query = select(contact_points.c.medium, contact_points.c.address).where(
        contact_points.c.person_id == person_id
    )
    return {row.medium: row.address for row in c.execute(query)}


def save_address(c: Connection, person_id: str, medium: str, address: str) -> None:
    """Set a person's address in a medium, empty to forget it; a new one is not verified."""
    mine = (contact_points.c.person_id == person_id) & (contact_points.c.medium == medium)
    if not address:
        c.execute(delete(contact_points).where(mine))
        return
    values = {"person_id": person_id, "medium": medium, "address": address, "verified": False}
    statement = insert(contact_points).values(values)
    c.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "medium"],
            set_={"address": address, "verified": False},
            where=contact_points.c.address != address,
        )
    )


def mark_verified(c: Connection, person_id: str, medium: str) -> None:
    """Note that a message to this address was taken by the medium."""
    mine = (contact_points.c.person_id == person_id) & (contact_points.c.medium == medium)
    c.execute(contact_points.update().where(mine).values(verified=True))


def reach_of(c: Connection, person_id: str, email: str = "") -> Reach:
    """Return how a person is reached; `email` is their address in staff data."""
    own = addresses_of(c, person_id)
    known = {EMAIL: email} if email else {}
    return Reach(known | own, settings_of(c, person_id))
