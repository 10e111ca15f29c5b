"""Recording a step: read model, tasks, messages and audit of one order in one transaction."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine
from temporalio import activity

from activities import signatures as calls
from activities.failures import never_gives_up
from activities.ledgers import Ledger
from database import audit, customers, outbox, people, progress
from database.outbox import Notification
from domain.announcements import Announcement, Audience, announcements
from domain.events import Event, EventKind
from domain.projection import RecordRequest
from domain.rules.shapes import ROLES
from domain.stages import Stage

DEFAULT_MEDIUM = "default"


class Records:
    """Writes of the workflow to our own Postgres: the read model, and the ledgers' bookings."""

    def __init__(self, engine: Engine, ledger: Ledger) -> None:
        self._engine = engine
        self._ledger = ledger

    @activity.defn(name=calls.RECORD)
    @never_gives_up
    def record(self, request: RecordRequest) -> None:
        """Take over the snapshot unless it is known, and with it everything that follows."""
        with self._engine.begin() as c:
            applied = progress.project(c, request)
            if applied is None:
                return
            if applied.replaced:
                outbox.take_back(c, request.snapshot.order_id, request.events[0].seq)
            _follow(c, request)

    @activity.defn(name=calls.SETTLE)
    @never_gives_up
    def settle(self, request: calls.SettleRequest) -> None:
        """Book a parcel out of stock, and the order's credit as debt with the last one."""
        quantities: dict[str, int] = {}
        for line in request.lines:
            quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
        with self._engine.begin() as c:
            key = f"{request.order_id}:{request.ordinal}"
            if request.is_last:
                self._ledger.capture_credit(c, request.order_id)
            self._ledger.ship(c, request.order_id, key, request.warehouse, quantities)

    @activity.defn(name=calls.RELEASE)
    @never_gives_up
    def release(self, request: calls.ReleaseRequest) -> None:
        """Give back stock and credit."""
        with self._engine.begin() as c:
            self._ledger.release(c, request.order_id)


def _follow(c: Connection, request: RecordRequest) -> None:
    order_id, events = request.snapshot.order_id, request.events
    if any(_is_cooperation(event) for event in events):
        customers.mark_cooperated(c, order_id, datetime.now(UTC))
    entries = [
        audit.Entry(event.actor, str(event.kind), {**event.data, "seq": str(event.seq)}, event.at)
        for event in events
    ]
    audit.append(c, order_id, entries, datetime.now(UTC))
    found = announcements(request.snapshot, events)
    outbox.enqueue(c, [row for each in found for row in _messages(c, request, each)])


def _is_cooperation(event: Event) -> bool:
    return event.kind is EventKind.STAGE_ENTERED and event.stage is Stage.PREPARING


def _messages(
    c: Connection, request: RecordRequest, announcement: Announcement
) -> list[Notification]:
    event = announcement.event
    return [
        Notification(
            subject=request.snapshot.order_id,
            event_seq=event.seq,
            event_kind=str(event.kind),
            person_id=person,
            medium=DEFAULT_MEDIUM,
            data={**event.data, "stage": str(event.stage)},
        )
        for person in _recipients(c, request, announcement)
    ]


def _recipients(c: Connection, request: RecordRequest, announcement: Announcement) -> list[str]:
    group = request.snapshot.group
    match announcement.audience:
        case Audience.PEOPLE:
            found = set(announcement.whom)
        case Audience.SUPERIORS:
            late = {_person(c, each, group) for each in announcement.whom}
            # Above those who have nobody above them, whoever leads the team has to look.
            found = _superiors(c, late, announcement.level) or {
                people.owner_of(c, "team_lead", group)
            }
        case Audience.ROLE:
            found = {people.owner_of(c, role, group) for role in announcement.whom}
    return sorted(person for person in found if person and ":" not in person)


def _person(c: Connection, person_or_role: str, group: str) -> str:
    """A stage that waits on a role waits on the person who answers for it."""
    return people.owner_of(c, person_or_role, group) if person_or_role in ROLES else person_or_role


def _superiors(c: Connection, late: set[str], level: int) -> set[str]:
    """Return who stands so many steps above each; the highest where there are fewer."""
    reached = {person: person for person in late}
    for _ in range(level):
        above = people.superiors(c, set(reached.values()))
        reached = {person: above.get(at, at) for person, at in reached.items()}
    return {at for person, at in reached.items() if at != person}
