"""Absences: who is away from when to when, and who stands in for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Row,
    Table,
    Text,
    and_,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from database import outbox, staff_changes
from database.metadata import Instant, metadata
from database.outbox import Notification
from database.refusals import Refused

absences = Table(
    "absences",
    metadata,
    Column("absence_id", BigInteger, Identity(always=True), primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("begins_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("delegate_id", Text, ForeignKey("people.person_id")),
    Column("note", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    CheckConstraint("ends_at > begins_at", name="period"),
    CheckConstraint("delegate_id <> person_id", name="delegate"),
    Index(
        "ix_absences_person", "person_id", "ends_at", postgresql_where=text("cancelled_at IS NULL")
    ),
    Index(
        "ix_absences_delegate",
        "delegate_id",
        "ends_at",
        postgresql_where=text("cancelled_at IS NULL"),
    ),
)

# Any number does, as long as nothing else in the database locks the same one.
_LOCK = 7_302_611_856


@dataclass(frozen=True)
class Absence:
    """Somebody is away from `begins_at` until before `ends_at` (UTC); `delegate_id` stands in.

    `note` is what a person typed; it never leaves Postgres.
    """

    person_id: str
    begins_at: datetime
    ends_at: datetime
    delegate_id: str | None = None
    note: str = ""
    created_by: str = ""
    created_at: datetime | None = None
    cancelled_at: datetime | None = None
    absence_id: int = 0


def add(c: Connection, absence: Absence, now: datetime) -> Absence:
    """Keep an absence and have the tasks move when it begins and ends; returns it with its id.

    Raises Refused in both languages when its period is over or upside down, when somebody is
    unknown or has left, when the person is away then already, and when delegates would stand in
    for each other in a circle.
    """
    # One at a time, or two delegations could close a circle without seeing each other.
    c.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    _check_period(absence, now)
    _check_people(c, absence)
    _check_overlap(c, absence)
    _check_circle(c, absence)
    values = {
        "person_id": absence.person_id,
        "begins_at": absence.begins_at,
        "ends_at": absence.ends_at,
        "delegate_id": absence.delegate_id,
        "note": absence.note,
        "created_by": absence.created_by,
        "created_at": now,
    }
    row = c.execute(insert(absences).values(values).returning(*absences.c)).one()
    begins_at = max(absence.begins_at, now)
    staff_changes.note(c, absence.person_id, [begins_at, absence.ends_at])
    kept = _absence(row)
    _tell_delegate(c, kept)
    return kept


def _tell_delegate(c: Connection, absence: Absence) -> None:
    if not absence.delegate_id:
        return
    data = {
        "absent": absence.person_id,
        "from": f"{absence.begins_at:%Y-%m-%d %H:%M} UTC",
        "until": f"{absence.ends_at:%Y-%m-%d %H:%M} UTC",
    }
    subject = f"absence:{absence.absence_id}"
    message = Notification(subject, 0, "delegate_named", absence.delegate_id, "default", data)
    outbox.enqueue(c, [message])


def cancel(c: Connection, absence_id: int, now: datetime) -> Absence | None:
    """End an absence now, or before it began; None when there is none that could be cancelled."""
    condition = (
        absences.c.absence_id == absence_id,
        absences.c.cancelled_at.is_(None),
        absences.c.ends_at > now,
    )
    statement = update(absences).where(*condition).values(cancelled_at=now)
    row = c.execute(statement.returning(*absences.c)).one_or_none()
    if row is None:
        return None
    staff_changes.note(c, row.person_id, [now])
    return _absence(row)


def get(c: Connection, absence_id: int) -> Absence | None:
    """Return one absence, cancelled or not."""
    return next(iter(_select(c, absences.c.absence_id == absence_id)), None)


def current_and_coming(c: Connection, now: datetime, person_id: str | None = None) -> list[Absence]:
    """Return the absences that are not over (of one person, or of all), the soonest first."""
    conditions = [absences.c.cancelled_at.is_(None), absences.c.ends_at > now]
    if person_id is not None:
        conditions.append(absences.c.person_id == person_id)
    return _select(c, and_(*conditions))


def _select(c: Connection, condition: ColumnElement[bool]) -> list[Absence]:
    query = select(absences).where(condition)
    rows = c.execute(query.order_by(absences.c.begins_at, absences.c.absence_id))
    return [_absence(row) for row in rows]


def _absence(row: Row[Any]) -> Absence:
    return Absence(**row._asdict())


def _check_period(absence: Absence, now: datetime) -> None:
    shown = f"{_shown(absence.begins_at)} – {_shown(absence.ends_at)}"
    if absence.ends_at <= absence.begins_at:
        raise Refused(
            "absence_period",
            f"an absence has to end after it begins, but this is {shown}",
            f"缺勤结束时间须晚于开始时间,当前为 {shown}",
        )
    if absence.ends_at <= now:
        raise Refused(
            "absence_past",
            f"the absence {shown} is over already; give an end in the future",
            f"缺勤 {shown} 已经结束,请填写将来的结束时间",
        )


_KNOWN = text("SELECT person_id, active FROM people WHERE person_id = ANY(:people) FOR SHARE")


def _check_people(c: Connection, absence: Absence) -> None:
    named = [each for each in (absence.person_id, absence.delegate_id) if each is not None]
    if len(set(named)) < len(named):
        raise Refused(
            "absence_delegate",
            f"{absence.person_id} cannot stand in for themselves; name somebody else",
            f"{absence.person_id} 不能委托给自己,请指定他人",
        )
    active = {row.person_id: row.active for row in c.execute(_KNOWN, {"people": named})}
    for person in named:
        if not active.get(person):
            raise Refused(
                "absence_person",
                f"{person!r} is nobody who works here; give the id of somebody who does",
                f"没有在职人员 {person!r},请填写在职人员的编号",
            )


def _check_overlap(c: Connection, absence: Absence) -> None:
    for other in _overlapping(c, absence.person_id, absence.begins_at, absence.ends_at):
        shown = f"{_shown(other.begins_at)} – {_shown(other.ends_at)}"
        raise Refused(
            "absence_overlap",
            f"{absence.person_id} is away {shown} already (absence {other.absence_id}); cancel "
            "that one first, or choose another period",
            f"{absence.person_id} 在 {shown} 已有缺勤(编号 {other.absence_id});"
            "请先取消该缺勤或选择其他时间",
        )


def _check_circle(c: Connection, absence: Absence) -> None:
    """Refuse it when the delegate's delegate … is the absent person, all at one time."""
    if absence.delegate_id is None:
        return
    first = (absence.person_id, absence.delegate_id)
    ways: list[tuple[tuple[str, ...], datetime, datetime]]
    ways = [(first, absence.begins_at, absence.ends_at)]
    while ways:
        way, begins_at, ends_at = ways.pop()
        for other in _overlapping(c, way[-1], begins_at, ends_at):
            if other.delegate_id == absence.person_id:
                shown = " → ".join((*way, absence.person_id))
                raise Refused(
                    "absence_circle",
                    f"{shown}: delegates would stand in for each other in a circle; name somebody "
                    "who is there",
                    f"{shown}:委托形成循环,请指定在岗人员",
                )
            if other.delegate_id is not None and other.delegate_id not in way:
                span = max(begins_at, other.begins_at), min(ends_at, other.ends_at)
                ways.append(((*way, other.delegate_id), *span))


def _overlapping(
    c: Connection, person_id: str, begins_at: datetime, ends_at: datetime
) -> list[Absence]:
    return _select(
        c,
        and_(
            absences.c.person_id == person_id,
            absences.c.cancelled_at.is_(None),
            absences.c.begins_at < ends_at,
            absences.c.ends_at > begins_at,
        ),
    )


def _shown(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M UTC")
