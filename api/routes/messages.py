"""What people were told, by which media, and how they want to be told."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from api.auth import ActorDep
from api.connections import ConnectionDep
from api.description import problems
from api.message_problems import NOTHING_TO_RESEND, SETTINGS_CHANGED, UNKNOWN_MESSAGE
from api.permissions import V1, Permission, scope_of
from api.problem_kinds import FORBIDDEN
from api.schemas.messages import (
    MessageList,
    MessageSettingsBody,
    MessageSettingsView,
    MessageState,
    MessageView,
)
from api.state import services_of
from database import audit, contacts, deliveries, messages, outbox
from database.messages import MessageQuery
from database.people import Actor
from domain.order import Short

router = APIRouter(prefix=V1, tags=["messages"])

_BIGGEST_ID = 2**63 - 1
MessageId = Annotated[int, Path(ge=1, le=_BIGGEST_ID, examples=[17])]
_OPEN = frozenset({"pending", "waiting", "failed"})


@router.get("/messages", summary="List messages", responses=problems())
def list_messages(
    c: ConnectionDep,
    actor: ActorDep,
    order: Annotated[Short | None, Query(description="only about this order")] = None,
    person: Annotated[Short | None, Query(description="only to this person")] = None,
    state: MessageState | None = None,
    cursor: Annotated[int | None, Query(ge=1, le=_BIGGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MessageList:
    """Return messages with what became of them in each medium, the newest first.

    Everybody sees their own; whoever may read messages for all groups sees everybody's.
    """
    if not _sees_all(actor):
        if person not in (None, actor.person_id):
            raise FORBIDDEN(permission=Permission.MESSAGES_READ)
        person = actor.person_id
    rows, next_cursor = messages.page(c, MessageQuery(person, order, state, cursor, limit))
    return MessageList.of(rows, next_cursor)


def _sees_all(actor: Actor) -> bool:
    return scope_of(actor, Permission.MESSAGES_READ).everywhere


@router.post(
    "/messages/{message_id}/resend",
    summary="Send a dead message again",
    responses=problems(UNKNOWN_MESSAGE, NOTHING_TO_RESEND),
)
def resend(request: Request, message_id: MessageId, actor: ActorDep) -> MessageView:
    """Try again what failed for good in some medium; what arrived is not sent twice.

    One's own messages, or anybody's for those who may see all and act for others. A message that
    is still to be sent is left as it is.
    """
    now = datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        found = messages.get(c, message_id)
        if found is None or not _may_resend(actor, found.person_id):
            raise UNKNOWN_MESSAGE(value=message_id)
        if found.state not in _OPEN:
            # One that found no medium at all has no delivery yet.
            revived = deliveries.revive(c, message_id) or not found.deliveries
            if found.state == "obsolete" or not revived or not outbox.revive(c, message_id):
                raise NOTHING_TO_RESEND(value=message_id, state=found.state)
            entry = audit.Entry(actor.person_id, "message_resent", {"message_id": message_id})
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        return MessageView.model_validate(messages.get(c, message_id))


def _may_resend(actor: Actor, person_id: str) -> bool:
    acts_for_others = scope_of(actor, Permission.RELEASE_ANY).everywhere
    return actor.person_id == person_id or (_sees_all(actor) and acts_for_others)


@router.get("/me/message-settings", summary="See how I am told", responses=problems())
def read_settings(c: ConnectionDep, actor: ActorDep) -> MessageSettingsView:
    """Return by which media, and when, the caller is told."""
    person = actor.person_id
    return MessageSettingsView.of(contacts.settings_of(c, person), contacts.addresses_of(c, person))


@router.put(
    "/me/message-settings", summary="Say how I am told", responses=problems(SETTINGS_CHANGED)
)
def write_settings(
    request: Request, actor: ActorDep, body: MessageSettingsBody
) -> MessageSettingsView:
    """Replace by which media, and when, the caller is told; it counts for what is sent from now.

    `updated_at` has to be that of the settings that were read, so that two editors do not undo
    each other's change.
    """
    person, now = actor.person_id, datetime.now(UTC)
    with services_of(request).state.engine.begin() as c:
        contacts.lock(c, person)
        before = contacts.settings_of(c, person)
        if before.updated_at != body.updated_at:
            raise SETTINGS_CHANGED(value=before.updated_at)
        saved = contacts.save_settings(c, person, body.settings(), now)
        addresses: dict[str, str] = {str(name): each for name, each in body.addresses.items()}
        for medium in contacts.ADDRESSED:
            contacts.save_address(c, person, medium, addresses.get(medium, ""))
        return MessageSettingsView.of(saved, contacts.addresses_of(c, person))
