"""How far each shop has been read, what stood in the way, and how its webhooks are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    case,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.inbox import inbox
from database.metadata import Instant, metadata
from database.shops import shops
from domain.channel_troubles import ChannelTrouble

channel_syncs = Table(
    "channel_syncs",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("shop", Text, primary_key=True),
    Column("turn", BigInteger, nullable=False, server_default="0"),
    Column("seen_until", Instant, nullable=False),
    Column("page", Text),
    Column("window_since", Instant),
    Column("window_started_at", Instant),
    Column("polled_at", Instant),
    Column("found", Integer, nullable=False, server_default="0"),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("trouble_detail", Text, nullable=False, server_default=""),
    Column("trouble_at", Instant),
    Column("refused_since", Instant),
    Column("checked_at", Instant),
    Column("amiss", JSONB, nullable=False, server_default="[]"),
    Column("mended", JSONB, nullable=False, server_default="[]"),
    Column("mended_at", Instant),
    Column("check_refused", Text, nullable=False, server_default=""),
    Column("alerts", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("page IS NULL OR window_since IS NOT NULL", name="page"),
    CheckConstraint("(window_since IS NULL) = (window_started_at IS NULL)", name="window"),
    CheckConstraint(
        "trouble IN ('', 'THROTTLED', 'UNAVAILABLE', 'REFUSED', 'UNKNOWN_ORDER', 'DEFECT')",
        name="trouble",
    ),
)

# An order that only the poll found is one whose workflow a polled message started.
STARTED_BY_POLL = text("""found_by = 'poll' AND signals @> '[{"name": "start"}]'""")
Index(
    "ix_inbox_poll_starts",
    inbox.c.channel,
    inbox.c.shop,
    inbox.c.received_at,
    postgresql_where=STARTED_BY_POLL,
)


@dataclass(frozen=True)
class Window:
    """What is asked for next: changes from `since` on, page by page.

    `started_at` is our clock when the first page was asked for. `turn` tells whether somebody else
    has gone on meanwhile. `trouble` is what happened since the last complete poll, `refused_since`
    is set while the shop refuses us.
    """

    since: datetime | None
    seen_until: datetime
    page: str | None
    started_at: datetime | None
    turn: int
    trouble: str = ""
    refused_since: datetime | None = None


@dataclass(frozen=True)
class Health:
    """A shop's webhooks after a check: topics that need a person, topics that were mended, and
    the code with which the shop refused the check, empty when it did not."""

    amiss: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class SyncStatus:
    """What is known of one shop; None and empty where it was never polled or checked.

    `found` counts the orders of the last poll, `refused_since` is set while the shop refuses us.
    """

    channel: str
    shop: str
    base_url: str
    seen_until: datetime | None
    page: str | None
    polled_at: datetime | None
    found: int
    trouble: str
    trouble_detail: str
    trouble_at: datetime | None
    refused_since: datetime | None
    checked_at: datetime | None
    amiss: tuple[str, ...]
    mended: tuple[str, ...]
    mended_at: datetime | None
    check_refused: str


def window(c: Connection, channel: str, shop: str) -> Window | None:
    """Return where to read on; a shop that was never read begins when it was registered.

    None when there is no such shop.
    """
    begin = select(shops.c.channel, shops.c.shop, shops.c.created_at).where(
        shops.c.channel == channel, shops.c.shop == shop
    )
    added = insert(channel_syncs).from_select(["channel", "shop", "seen_until"], begin)
    c.execute(added.on_conflict_do_nothing())
    query = select(
        channel_syncs.c.window_since.label("since"),
        channel_syncs.c.seen_until,
        channel_syncs.c.page,
        channel_syncs.c.window_started_at.label("started_at"),
        channel_syncs.c.turn,
        channel_syncs.c.trouble,
        channel_syncs.c.refused_since,
    ).where(*_of(channel, shop))
    row = c.execute(query).one_or_none()
    return Window(**row._asdict()) if row else None


def advance(
    c: Connection,
    channel: str,
    shop: str,
    read: Window,
    *,
    found: int,
    next_page: str | None,
    seen_until: datetime,
    now: datetime,
) -> bool:
    """Move on after a page whose orders are kept in this transaction.

    The cursor never goes back. False, and nothing moved, when somebody else went on meanwhile.
    """
    is_last = next_page is None
    values: dict[str, Any] = {
        "turn": channel_syncs.c.turn + 1,
        "seen_until": func.greatest(channel_syncs.c.seen_until, seen_until),
        "page": next_page,
        "window_since": None if is_last else read.since,
        "window_started_at": None if is_last else read.started_at,
        "found": found if read.page is None else channel_syncs.c.found + found,
    }
    if is_last:
        values |= {"polled_at": now, "refused_since": None}
        values |= {"trouble": "", "trouble_detail": "", "trouble_at": None}
    here = (*_of(channel, shop), channel_syncs.c.turn == read.turn)
    return c.execute(update(channel_syncs).where(*here).values(values)).rowcount == 1


def start_over(c: Connection, channel: str, shop: str, read: Window) -> None:
    """Forget the page that the shop no longer gives; what was kept of the window stays so."""
    values = {
        "turn": channel_syncs.c.turn + 1,
        "page": None,
        "window_since": None,
        "window_started_at": None,
    }
    here = (*_of(channel, shop), channel_syncs.c.turn == read.turn)
    c.execute(update(channel_syncs).where(*here).values(values))


def troubled(
    c: Connection,
    channel: str,
    shop: str,
    trouble: ChannelTrouble,
    detail: str,
    now: datetime,
    *,
    is_final: bool = False,
) -> int | None:
    """Note what kept us from reading; `detail` is a code, `is_final` says a person has to act.

    Returns the number of the alert that is due, None when none is: people are told once, until a
    poll was completed again.
    """
    is_new = literal(is_final) & channel_syncs.c.refused_since.is_(None)
    return _alerted(
        c,
        channel,
        shop,
        is_new,
        {
            "trouble": trouble,
            "trouble_detail": detail,
            "trouble_at": now,
            "refused_since": case((is_new, now), else_=channel_syncs.c.refused_since),
        },
    )


def checked(c: Connection, channel: str, shop: str, health: Health, now: datetime) -> int | None:
    """Keep how a shop's webhooks are.

    Returns the number of the alert that is due, None when nothing new needs a person.
    """
    is_bad = bool(health.amiss or health.refused)
    same = (channel_syncs.c.amiss == list(health.amiss)) & (
        channel_syncs.c.check_refused == health.refused
    )
    values: dict[str, Any] = {
        "checked_at": now,
        "amiss": list(health.amiss),
        "check_refused": health.refused,
    }
    if health.mended:
        values |= {"mended": list(health.mended), "mended_at": now}
    return _alerted(c, channel, shop, literal(is_bad) & ~same, values)


def _alerted(
    c: Connection, channel: str, shop: str, is_new: ColumnElement[bool], values: dict[str, Any]
) -> int | None:
    """Write the values and number the alert when it is a new one."""
    before = (
        select(channel_syncs.c.alerts, is_new.label("is_new"))
        .where(*_of(channel, shop))
        .with_for_update()
    )
    row = c.execute(before).one_or_none()
    if row is None:
        return None
    number: int = row.alerts + 1
    if row.is_new:
        values = values | {"alerts": number}
    c.execute(update(channel_syncs).where(*_of(channel, shop)).values(values))
    return number if row.is_new else None


def statuses(c: Connection) -> list[SyncStatus]:
    """Return what is known of every shop, sorted by channel and name."""
    join = shops.outerjoin(
        channel_syncs,
        (channel_syncs.c.channel == shops.c.channel) & (channel_syncs.c.shop == shops.c.shop),
    )
    own = ("channel", "shop", "base_url")
    columns = [shops.c[name] for name in own]
    columns += [channel_syncs.c[n] for n in SyncStatus.__dataclass_fields__ if n not in own]
    query = select(*columns).select_from(join).order_by(shops.c.channel, shops.c.shop)
    return [_status(row) for row in c.execute(query)]


def _status(row: Row[*tuple[Any, ...]]) -> SyncStatus:
    values = row._asdict()
    for name in ("trouble", "trouble_detail", "check_refused"):
        values[name] = values[name] or ""
    for name in ("amiss", "mended"):
        values[name] = tuple(values[name] or ())
    return SyncStatus(**{**values, "found": values["found"] or 0})


def found_by_poll(c: Connection, since: datetime | None = None) -> Mapping[tuple[str, str], int]:
    """Return how many orders of each (channel, shop) only the poll found, since then or ever."""
    query = (
        select(inbox.c.channel, inbox.c.shop, func.count())
        .where(STARTED_BY_POLL)
        .group_by(inbox.c.channel, inbox.c.shop)
    )
    if since is not None:
        query = query.where(inbox.c.received_at >= since)
    return {(row[0], row[1]): row[2] for row in c.execute(query)}


def _of(channel: str, shop: str) -> Sequence[ColumnElement[bool]]:
    return (channel_syncs.c.channel == channel, channel_syncs.c.shop == shop)
