"""How a message leaves the house: by which media, through apprise, or into the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import quote

import apprise
import structlog

from database.contacts import EMAIL, Reach
from notifications.text import Text
from notifications.urgency import Urgency

DEFAULT = "default"

log = structlog.get_logger(__name__)


class DeliveryFailed(Exception):
    """No service took the message, for the reason `code` (the service's own where it has one).

    A `permanent` failure would meet every repetition. `wait` says when the service takes messages
    again; until then nothing is sent to it, and waiting for it counts as no attempt.
    """

    def __init__(self, code: str, *, permanent: bool = False, wait: timedelta | None = None):
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.wait = wait


@dataclass(frozen=True)
class Recipient:
    """Who gets a message of which kind; `addresses` are theirs by medium."""

    person_id: str
    kind: str
    addresses: Mapping[str, str]


class Sender(Protocol):
    """Brings one message to one person."""

    def send(self, to: Recipient, text: Text) -> None:
        """Send, or raise DeliveryFailed."""
        ...


class LogSender:
    """Writes what would be sent into the log: ids and codes, no names, no links."""

    def send(self, to: Recipient, text: Text) -> None:
        """Log the message."""
        log.info("message", to=to.person_id, kind=to.kind, title=text.title)


class AppriseSender:
    """Sends through apprise URLs; `{email}` and `{person_id}` in a URL become the person's own."""

    def __init__(self, urls: list[str]) -> None:
        self._urls = urls

    def send(self, to: Recipient, text: Text) -> None:
        """Notify every service; all of them have to take it.

        Mail to nobody would go to its own sender, so without an address it is not sent.
        """
        email = to.addresses.get(EMAIL, "")
        urls = [url for url in self._urls if email or "{email}" not in url]
        if not urls:
            raise DeliveryFailed("no_address", permanent=True)
        services = apprise.Apprise()
        for url in urls:
            services.add(with_person(url, to, email))
        body = text.plain() or text.title
        if not services.notify(title=text.title, body=body, body_format=apprise.NotifyFormat.TEXT):
            raise DeliveryFailed("not_taken")


def with_person(url: str, to: Recipient, address: str) -> str:
    """Return a URL with the person's id and address in place of the names in braces."""
    for name, value in (("email", address), ("address", address), ("person_id", to.person_id)):
        url = url.replace(f"{{{name}}}", quote(value, safe="@"))
    return url


@dataclass(frozen=True)
class Media:
    """The media of this installation by name; `everybody` are those that need no address."""

    senders: Mapping[str, Sender]
    everybody: tuple[str, ...] = (DEFAULT,)

    def chosen(self, reach: Reach, urgency: Urgency, broken: str = "") -> tuple[str, ...]:
        """Return by which media to tell a person: those they chose, else all that reach them.

        Never none: when no choice is left, what reaches everybody. `broken` is left out where
        there is another.
        """
        wanted = [m for m in reach.settings.media.get(urgency, ()) if m in self.senders]
        reaching = [m for m in self.senders if m in self.everybody or m in reach.addresses]
        found = [m for m in wanted or reaching if m != broken]
        return tuple(found or [m for m in self.senders if m != broken] or self.everybody)


def only(sender: Sender) -> Media:
    """Return media of which there is one, that reaches everybody."""
    return Media({DEFAULT: sender})
