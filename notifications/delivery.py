"""Bringing messages to one person: now or later, by which media, and what became of each."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine

from database import contacts, deliveries, messages, outbox, people
from database.contacts import Reach
from database.deliveries import DEAD, FAILED, SENT, Delivery
from database.messages import Told
from database.outbox import Notification, NotificationRow
from notifications.composing import Composer, asks_to_sign
from notifications.quiet import earliest
from notifications.relevance import is_obsolete
from notifications.senders import DEFAULT, DeliveryFailed, Media, Recipient
from notifications.text import Text
from notifications.urgency import urgency_of

MAX_ATTEMPTS = 12
MAX_DELAY = timedelta(hours=1)
# A service that lets us wait before it fails is left alone for a while, or every message would wait
# for it in turn and keep those of other media back.
SLOW_SECONDS = 2.5
SLOW_RESTS = timedelta(minutes=1)
BROKEN = "medium_broken"
ADMINISTRATOR = "administrator"

log = structlog.get_logger(__name__)


class Delivering:
    """Sends outbox rows; used by one thread at a time."""

    def __init__(
        self,
        engine: Engine,
        media: Media,
        composer: Composer,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._media = media
        self._composer = composer
        self._timer = timer
        # Until when a service that said "too often", or that only lets us wait, is left alone.
        self._resting: dict[str, datetime] = {}

    def held_back(self, row: NotificationRow, now: datetime) -> bool:
        """Hold a message back for quiet hours or a digest; True when it now waits."""
        with self._engine.begin() as c:
            settings = contacts.settings_of(c, row.person_id)
            urgency = urgency_of(row.event_kind, str(row.data.get("stage", "")))
            due = earliest(urgency, settings, row.created_at, now)
            return due > now and outbox.mark_waiting(c, row.id, due)

    def deliver(self, row: NotificationRow, now: datetime) -> None:
        """Send one message by each medium in which it is due, and note what became of it."""
        with self._engine.begin() as c:
            told = messages.told_of(c, [row.subject]).get(row.subject)
            reach = contacts.reach_of(c, row.person_id, row.email)
            due = _due(self._open(c, row, reach), now)
            zone = reach.settings.time_zone
            texts = {
                each.medium: self._composer.compose(c, row, told, each.medium, zone, now)
                for each in due
            }
        recipient = Recipient(row.person_id, row.event_kind, reach.addresses)
        for each in due:
            outcome = self._tried(each, recipient, texts[each.medium], now)
            self._keep([outcome], row.person_id, now)
        self._settle([row], now)

    def deliver_waiting(
        self, rows: Sequence[NotificationRow], now: datetime, in_time: Callable[[], bool]
    ) -> None:
        """Send what was held back for one person: what they may sign one by one, the rest as one.

        What the order has moved on from is dropped. Nothing is begun when it is not `in_time` any
        more; it stays taken until its lease ends.
        """
        with self._engine.begin() as c:
            told = messages.told_of(c, [row.subject for row in rows])
            alive = [row for row in rows if not is_obsolete(row, told.get(row.subject))]
            for row in rows:
                if row not in alive:
                    outbox.mark_obsolete(c, row.id)
        apart = [row for row in alive if asks_to_sign(row, told.get(row.subject))]
        together = [row for row in alive if row not in apart]
        if len(together) == 1:
            apart, together = [*apart, *together], []
        for row in apart:
            if in_time():
                self.deliver(row, now)
        if together and in_time():
            self._deliver_digest(together, told, now)

    def _deliver_digest(
        self, rows: Sequence[NotificationRow], told: dict[str, Told], now: datetime
    ) -> None:
        by_medium: dict[str, list[Delivery]] = {}
        with self._engine.begin() as c:
            reach = contacts.reach_of(c, rows[0].person_id, rows[0].email)
            for row in rows:
                for each in _due(self._open(c, row, reach), now):
                    by_medium.setdefault(each.medium, []).append(each)
        recipient = Recipient(rows[0].person_id, "digest", reach.addresses)
        for parts in by_medium.values():
            included = {part.notification_id for part in parts}
            chosen = [row for row in rows if row.id in included]
            text = self._composer.digest(chosen, told, reach.settings.time_zone)
            first = self._tried(parts[0], recipient, text, now)
            tries = first.attempts - parts[0].attempts
            outcomes = [_as_first(part, first, tries) for part in parts]
            self._keep(outcomes, rows[0].person_id, now)
        # What could not be sent together stays together.
        self._settle(rows, now, as_digest=True)

    def _open(self, c: Connection, row: NotificationRow, reach: Reach) -> list[Delivery]:
        """Return the deliveries of a message; the first time, by the media of that person."""
        known = deliveries.of_messages(c, [row.id])[row.id]
        known = [self._gone(c, each) for each in known]
        if any(each.state == SENT or each.is_open for each in known):
            return known
        dead = {each.medium for each in known}
        wanted = [medium for medium in self._chosen(row, reach) if medium not in dead]
        return deliveries.open_for(c, row.id, wanted)

    def _chosen(self, row: NotificationRow, reach: Reach) -> tuple[str, ...]:
        if row.medium != DEFAULT and row.medium in self._media.senders:
            return (row.medium,)
        broken = str(row.data.get("medium", "")) if row.event_kind == BROKEN else ""
        urgency = urgency_of(row.event_kind, str(row.data.get("stage", "")))
        return self._media.chosen(reach, urgency, broken)

    def _gone(self, c: Connection, each: Delivery) -> Delivery:
        """Give up what is open in a medium that is no longer set up."""
        if not each.is_open or each.medium in self._media.senders:
            return each
        gone = replace(each, state=DEAD, error_code="not_set_up", next_attempt_at=None)
        deliveries.save(c, gone)
        return gone

    def _tried(self, each: Delivery, to: Recipient, text: Text, now: datetime) -> Delivery:
        """Try one delivery and return it with its outcome."""
        resting = self._resting.get(each.medium)
        if resting is not None and resting > now:
            return replace(each, state=FAILED, next_attempt_at=resting)
        began = self._timer()
        try:
            self._media.senders[each.medium].send(to, text)
        except Exception as error:
            if self._timer() - began > SLOW_SECONDS:
                self._resting[each.medium] = now + SLOW_RESTS
            return self._failed(each, _failure(each, error), now)
        return replace(
            each,
            state=SENT,
            attempts=each.attempts + 1,
            error_code="",
            next_attempt_at=None,
            sent_at=now,
        )

    def _failed(self, each: Delivery, failure: DeliveryFailed, now: datetime) -> Delivery:
        """Return when to try again: after the window that was named, else later each time."""
        if failure.wait is not None:
            until = self._resting[each.medium] = now + failure.wait
            return replace(each, state=FAILED, error_code=failure.code, next_attempt_at=until)
        tried = replace(each, attempts=each.attempts + 1, error_code=failure.code)
        if failure.permanent or tried.attempts >= MAX_ATTEMPTS:
            return replace(tried, state=DEAD, next_attempt_at=None)
        delay = min(MAX_DELAY, timedelta(seconds=5 * 2**tried.attempts))
        return replace(tried, state=FAILED, next_attempt_at=now + delay)

    def _keep(self, outcomes: Sequence[Delivery], person_id: str, now: datetime) -> None:
        first = outcomes[0]
        with self._engine.begin() as c:
            for each in outcomes:
                deliveries.save(c, each)
            if first.state == SENT:
                contacts.mark_verified(c, person_id, first.medium)
            # What died before its last attempt was refused for good: the medium is broken.
            if first.state == DEAD and first.attempts < MAX_ATTEMPTS:
                outbox.enqueue(c, _alerts(c, first, now))

    def _settle(
        self, rows: Sequence[NotificationRow], now: datetime, as_digest: bool = False
    ) -> None:
        """Put messages into the state that follows from their deliveries."""
        with self._engine.begin() as c:
            found = deliveries.of_messages(c, [row.id for row in rows])
            for row in rows:
                _settle(c, row.id, found[row.id], now, as_digest)


def _failure(each: Delivery, error: Exception) -> DeliveryFailed:
    if isinstance(error, DeliveryFailed):
        return error
    log.warning("message failed", id=each.notification_id, error=type(error).__name__)
    return DeliveryFailed(type(error).__name__)


def _due(found: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Return what to try now: a message that was taken is tried in one medium at least."""
    still_open = [each for each in found if each.is_open]
    return [each for each in still_open if each.is_due(now)] or still_open[:1]


def _as_first(part: Delivery, first: Delivery, tries: int) -> Delivery:
    """Return a part of a digest with the outcome of the whole, which was tried so many times."""
    return replace(first, notification_id=part.notification_id, attempts=part.attempts + tries)


def _alerts(c: Connection, dead: Delivery, now: datetime) -> list[Notification]:
    """Return one alert a day to each administrator about a medium that refuses for good."""
    data = {"medium": dead.medium, "code": dead.error_code}
    subject, day = f"medium:{dead.medium}:{dead.error_code}", now.date().toordinal()
    return [
        Notification(subject, day, BROKEN, person, DEFAULT, data)
        for person in people.holders(c, ADMINISTRATOR)
    ]


def _settle(
    c: Connection, message_id: int, found: Sequence[Delivery], now: datetime, as_digest: bool
) -> None:
    code = next((each.error_code for each in found if each.error_code), "")
    still_open = [each for each in found if each.is_open]
    if still_open:
        due = min(each.next_attempt_at or now for each in still_open)
        if as_digest:
            outbox.mark_waiting(c, message_id, due)
        else:
            outbox.mark_failed(c, message_id, code, due)
    elif any(each.state == SENT for each in found):
        outbox.mark_sent(c, message_id, now)
    else:
        outbox.mark_failed(c, message_id, code or "no_medium", None)
