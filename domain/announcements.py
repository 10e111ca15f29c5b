"""Which events are news, and for whom: the routine shows on the board, only the rest is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.events import Event, EventKind
from domain.projection import Snapshot
from domain.signing import RETURNED
from domain.stages import Stage
from domain.tasks import TaskKind

# These list themselves who hears of them.
_TELLING = frozenset(
    {
        EventKind.CANCEL_REQUESTED,
        EventKind.RETURN_REQUESTED,
        EventKind.SIGNATURES_VOIDED,
        EventKind.SIGNED,
        EventKind.APPROVED,
        EventKind.RETURNED,
        EventKind.WITHDRAWN,
        EventKind.URGED,
        EventKind.COPIED,
        EventKind.SIGNERS_CHANGED,
    }
)
_NAMING = frozenset({EventKind.SIGNER_ADDED, EventKind.TRANSFERRED, EventKind.REFUSED})


class Audience(StrEnum):
    """How the people to tell are found."""

    PEOPLE = "people"
    ROLE = "role"
    SUPERIORS = "superiors"


@dataclass(frozen=True)
class Announcement:
    """Tell these about an event: person ids, superiors of person ids, or holders of a role.

    `level` counts the superiors' steps above the people, from 1.
    """

    event: Event
    audience: Audience
    whom: tuple[str, ...]
    level: int = 1


def announcements(snapshot: Snapshot, events: tuple[Event, ...]) -> Iterator[Announcement]:
    """Yield whom to tell of what, from the events and the state they led to."""
    for event in events:
        if event.kind in _TELLING:
            yield from _told(event)
        elif event.kind in _NAMING:
            yield Announcement(event, Audience.PEOPLE, _named(event))
        else:
            yield from _news(snapshot, event)


def _news(snapshot: Snapshot, event: Event) -> Iterator[Announcement]:
    match event.kind:
        case EventKind.STAGE_ENTERED if event.stage is Stage.IN_REVIEW:
            yield Announcement(event, Audience.PEOPLE, _signers(snapshot))
        case EventKind.STAGE_ENTERED if event.stage is Stage.CLOSED_ABNORMALLY:
            yield Announcement(event, Audience.ROLE, ("customer_service",))
        # Who gets an order back hears so, and its signers when it comes to them again.
        case EventKind.HELD if not _lies_with_submitter(event):
            yield Announcement(event, Audience.ROLE, (event.data["assignee"],))
        case EventKind.RELEASED if _lies_with_submitter(event):
            yield Announcement(event, Audience.PEOPLE, _signers(snapshot))
        case EventKind.TURNED_RED:
            yield Announcement(event, Audience.ROLE, _owner_roles(snapshot))
        case EventKind.ESCALATED:
            yield _escalation(event)
        case EventKind.WARNED:
            yield Announcement(event, Audience.ROLE, (*_owner_roles(snapshot), "team_lead"))


def _lies_with_submitter(event: Event) -> bool:
    return event.data["hold_id"].startswith(f"{RETURNED}:")


def _named(event: Event) -> tuple[str, ...]:
    """Return who is concerned by name: the person named, and whose part it was."""
    match event.kind:
        case EventKind.SIGNER_ADDED:
            return (event.data["person"],)
        case EventKind.TRANSFERRED:
            return (event.data["person"], *({event.data["from"]} - {event.actor}))
        case _:
            return (event.actor,)


def _escalation(event: Event) -> Announcement:
    if "tell_role" in event.data:
        return Announcement(event, Audience.ROLE, (event.data["tell_role"],))
    late = _ids(event.data["waits_on"])
    if not late:
        # Signed by everybody but held: whoever leads the team has to look.
        return Announcement(event, Audience.ROLE, ("team_lead",))
    return Announcement(event, Audience.SUPERIORS, late, int(event.data.get("level", "1")))


def _told(event: Event) -> Iterator[Announcement]:
    """Tell whom the event itself lists."""
    if "role" in event.data:
        yield Announcement(event, Audience.ROLE, (event.data["role"],))
    people = _ids(event.data.get("told", ""))
    if people:
        yield Announcement(event, Audience.PEOPLE, people)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(person for person in text.split(",") if person)


def _signers(snapshot: Snapshot) -> tuple[str, ...]:
    approvals = (task for task in snapshot.tasks if task.kind is TaskKind.APPROVE)
    return tuple(sorted({person for task in approvals for person in task.people}))


def _owner_roles(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(dict.fromkeys(task.role for task in snapshot.tasks))
