"""Spreadsheet imports: who may work on one, how far it has come, and how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    Row,
    Table,
    Text,
    case,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.metadata import Instant, metadata
from domain.money import is_currency

ShopName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
Header = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]

RECEIVED, RUNNING, INTERRUPTED = "received", "running", "interrupted"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"

imports = Table(
    "imports",
    metadata,
    Column("import_id", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=False), nullable=False, unique=True),
    Column("shop", Text, nullable=False),
    Column("submitter", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("options", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    Column("taken_until", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_ordinal", BigInteger, nullable=False, server_default="1"),
    Column("rows_read", BigInteger, nullable=False, server_default="0"),
    Column("rows_total", BigInteger),
    Column("orders_read", BigInteger, nullable=False, server_default="0"),
    Column("orders_stored", BigInteger, nullable=False, server_default="0"),
    Column("orders_known", BigInteger, nullable=False, server_default="0"),
    Column("orders_refused", BigInteger, nullable=False, server_default="0"),
    Column("rows_refused", BigInteger, nullable=False, server_default="0"),
    Column("refusals", JSONB, nullable=False, server_default="{}"),
    Column("layouts", JSONB, nullable=False, server_default="[]"),
    Column("findings", JSONB, nullable=False, server_default="[]"),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    CheckConstraint(
        "state IN ('received', 'running', 'interrupted', 'done', 'failed', 'cancelled')",
        name="state",
    ),
    CheckConstraint(
        "(finished_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled'))", name="finished"
    ),
    Index(
        "ix_imports_unfinished",
        "fingerprint",
        unique=True,
        postgresql_where=text("finished_at IS NULL"),
    ),
)


def _currency(code: str) -> str:
    if code and not is_currency(code):
        raise PydanticCustomError("currency", "no ISO 4217 code of a currency in use")
    return code


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("timezone", "no IANA time zone such as Europe/Berlin")
    return name


class ImportOptions(BaseModel):
    """How files are read: what counts where they are silent (empty: nothing does), and which header
    means which column (none: the headers tell).

    `dates` is the order of day and month, `timezone` that of times without one. `history` is a
    migration: finished orders become records. `dry_run` keeps nothing but the report.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    history: bool = False
    dry_run: bool = False
    currency: Annotated[str, AfterValidator(_currency)] = ""
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    tax_included: bool | None = None
    dates: Literal["", "dmy", "mdy"] = ""
    mapping: Mapping[Header, ColumnName] = Field(default_factory=dict, max_length=200)


@dataclass(frozen=True)
class Counts:
    """How far the reading has come; `refusals` counts findings by code, of rows that became no
    order. Everything counts from the beginning of the file, also after a resumption."""

    rows_read: int = 0
    rows_total: int | None = None
    orders_read: int = 0
    orders_refused: int = 0
    rows_refused: int = 0
    refusals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Import:
    """One import as it stands. `orders_stored` are new messages, `orders_known` those that were
    sent before with the same content; instants are UTC."""

    import_id: str
    number: int
    shop: str
    submitter: str
    options: ImportOptions
    state: str
    attempts: int
    next_ordinal: int
    counts: Counts
    orders_stored: int
    orders_known: int
    layouts: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ImportLost(Exception):
    """The import is no longer the caller's: it was cancelled, or somebody else took it over."""


def create(
    c: Connection,
    import_id: str,
    *,
    shop: str,
    submitter: str,
    fingerprint: str,
    options: ImportOptions,
    now: datetime,
) -> bool:
    """Keep a new import in state `interrupted`, which nobody works on until `release` says so.

    False when an unfinished import has the same fingerprint.
    """
    values = {
        "import_id": import_id,
        "shop": shop,
        "submitter": submitter,
        "fingerprint": fingerprint,
        "options": options.model_dump(mode="json"),
        "state": INTERRUPTED,
        "created_at": now,
    }
    return c.execute(insert(imports).values(values).on_conflict_do_nothing()).rowcount == 1


def get(c: Connection, import_id: str) -> Import | None:
    """Return one import."""
    row = c.execute(select(imports).where(imports.c.import_id == import_id)).one_or_none()
    return _import(row) if row else None


def unfinished(c: Connection, fingerprint: str) -> Import | None:
    """Return the import of the same files into the same shop that has not ended, if any."""
    query = select(imports).where(
        imports.c.fingerprint == fingerprint, imports.c.finished_at.is_(None)
    )
    row = c.execute(query).one_or_none()
    return _import(row) if row else None


def page(c: Connection, cursor: int | None, limit: int) -> tuple[list[Import], int | None]:
    """Return imports, the newest first, and the cursor to go on from (None: the end)."""
    query = select(imports).order_by(imports.c.number.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(imports.c.number < cursor)
    found = [_import(row) for row in c.execute(query)]
    return found[:limit], found[limit - 1].number if len(found) > limit else None


def _import(row: Row[Any]) -> Import:
    values = row._asdict()
    return Import(
        **{name: values[name] for name in _PLAIN},
        options=ImportOptions.model_validate(values["options"]),
        counts=Counts(**{name: values[name] for name in Counts.__dataclass_fields__}),
        layouts=tuple(values["layouts"]),
        findings=tuple(values["findings"]),
    )


_PLAIN = [
    name
    for name in Import.__dataclass_fields__
    if name not in {"options", "counts", "layouts", "findings"}
]

# A runner that died keeps its import until its lease has passed.
_CLAIM = text("""
UPDATE imports SET state = 'running', owner = :owner, taken_until = :until,
    attempts = attempts + 1, started_at = coalesce(started_at, :now)
WHERE import_id = (
    SELECT import_id FROM imports
    WHERE finished_at IS NULL AND (state = 'received' OR (state = 'running'
        AND taken_until <= :now)) AND (CAST(:wanted AS text) IS NULL OR import_id = :wanted)
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING *
""")


def claim(
    c: Connection, owner: str, now: datetime, lease_seconds: float, wanted: str | None = None
) -> Import | None:
    """Take the oldest import that waits, or just the wanted one; None when there is none.

    It is nobody else's for `lease_seconds`, which `keep` extends.
    """
    until = now + timedelta(seconds=lease_seconds)
    values = {"owner": owner, "now": now, "until": until, "wanted": wanted}
    row = c.execute(_CLAIM, values).one_or_none()
    return _import(row) if row else None


def keep(c: Connection, import_id: str, owner: str, until: datetime) -> None:
    """Extend the lease; raises ImportLost."""
    _change(c, import_id, owner, {"taken_until": until})


def describe(c: Connection, import_id: str, owner: str, layouts: Sequence[object]) -> None:
    """Keep what the reader recognised in the files; raises ImportLost."""
    _change(c, import_id, owner, {"layouts": list(layouts)})


def advance(c: Connection, import_id: str, owner: str, counts: Counts, next_ordinal: int) -> None:
    """Note how far it has come, in the transaction that keeps the orders; raises ImportLost.

    Call it first: it locks the import against whoever cancels it or takes it over.
    """
    is_further = imports.c.next_ordinal < next_ordinal
    attempts = case((is_further, 0), else_=imports.c.attempts)
    values = {**vars(counts), "next_ordinal": next_ordinal, "attempts": attempts}
    _change(c, import_id, owner, values)


def count_sent(c: Connection, import_id: str, stored: int, known: int) -> None:
    """Add orders that became messages, and such as were sent before."""
    more = {
        "orders_stored": imports.c.orders_stored + stored,
        "orders_known": imports.c.orders_known + known,
    }
    c.execute(update(imports).where(imports.c.import_id == import_id).values(more))


def finish(
    c: Connection,
    import_id: str,
    owner: str,
    state: str,
    findings: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """End it as `done` or `failed`; raises ImportLost."""
    values = {"state": state, "findings": list(findings), "finished_at": now, "taken_until": None}
    _change(c, import_id, owner, values)


def give_back(c: Connection, import_id: str, owner: str, state: str) -> None:
    """Leave it for a runner (`received`) or until somebody asks again (`interrupted`)."""
    _change(c, import_id, owner, {"state": state, "owner": "", "taken_until": None})


def _change(c: Connection, import_id: str, owner: str, values: Mapping[str, Any]) -> None:
    mine = (
        imports.c.import_id == import_id,
        imports.c.owner == owner,
        imports.c.state == RUNNING,
    )
    if c.execute(update(imports).where(*mine).values(dict(values))).rowcount != 1:
        raise ImportLost(import_id)


def release(c: Connection, import_id: str) -> None:
    """Let a runner take an import that was just created or left behind."""
    waiting = imports.c.import_id == import_id, imports.c.state == INTERRUPTED
    c.execute(update(imports).where(*waiting).values(state=RECEIVED))


def cancel(c: Connection, import_id: str, now: datetime) -> bool:
    """End an import that has not ended; what it stored so far stays. False when it has."""
    still = imports.c.import_id == import_id, imports.c.finished_at.is_(None)
    values = {"state": CANCELLED, "finished_at": now, "taken_until": None}
    return c.execute(update(imports).where(*still).values(values)).rowcount == 1
