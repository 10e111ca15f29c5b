"""The shops that may send orders, with the secrets their signatures are checked against."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Row, Table, Text, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.metadata import Instant, metadata

shops = Table(
    "shops",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("shop", Text, primary_key=True),
    Column("secrets", JSONB, nullable=False),
    Column("base_url", Text, nullable=False),
    Column("access_token", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
    CheckConstraint("jsonb_typeof(secrets) = 'array'", name="secrets"),
    CheckConstraint("origin IN ('channel', 'api', 'form', 'file')", name="origin"),
)


@dataclass(frozen=True)
class Shop:
    """One shop of a channel; `secrets` are the current one first, then the previous one while it
    is being rotated. `base_url` and `access_token` reach the shop's own API."""

    channel: str
    shop: str
    secrets: tuple[str, ...]
    base_url: str = ""
    access_token: str = ""
    origin: str = "channel"

    def __repr__(self) -> str:
        """Name the shop without its secrets, which must not reach a log."""
        return f"Shop({self.channel}/{self.shop})"


_COLUMNS = (
    shops.c.channel,
    shops.c.shop,
    shops.c.secrets,
    shops.c.base_url,
    shops.c.access_token,
    shops.c.origin,
)


def find(c: Connection, channel: str, shop: str) -> Shop | None:
    """Return a shop, None when nobody registered it."""
    query = select(*_COLUMNS).where(shops.c.channel == channel, shops.c.shop == shop)
    row = c.execute(query).one_or_none()
    return _shop(row) if row else None


def save(c: Connection, shop: Shop) -> None:
    """Register a shop or replace what is known of it."""
    values = asdict(shop) | {"secrets": list(shop.secrets)}
    statement = insert(shops).values(values)
    c.execute(statement.on_conflict_do_update(index_elements=["channel", "shop"], set_=values))


def all_shops(c: Connection) -> list[Shop]:
    """Return every shop, sorted by channel and name."""
    return [
        _shop(row) for row in c.execute(select(*_COLUMNS).order_by(shops.c.channel, shops.c.shop))
    ]


def _shop(row: Row[*tuple[Any, ...]]) -> Shop:
    return Shop(**{**row._asdict(), "secrets": tuple(row.secrets)})
