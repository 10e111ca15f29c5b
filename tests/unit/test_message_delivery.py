"""Delivering when a service is slow, gone or has nobody to reach, and when Postgres is away."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import apprise
import psycopg2
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from database.deliveries import FAILED, SENT, Delivery
from database.engine import Listener
from database.outbox import NotificationRow
from notifications import delivery
from notifications.delivery import SLOW_RESTS, SLOW_SECONDS, Delivering
from notifications.notifier import NO_LINKS, Notifier
from notifications.senders import AppriseSender, DeliveryFailed, Media, Recipient, only
from notifications.text import Text

NOW = datetime(2026, 11, 3, 8, 15, tzinfo=UTC)
HELLO = Text("Order #1", "Please decide.", "Order #1", "Please decide.")
LI = Recipient("li", "held", {})


class _Hanging:
    """A service that lets everybody wait, and then fails."""

    def __init__(self, seconds: float) -> None:
        self.calls, self.time, self._seconds = 0, 0.0, seconds

    def send(self, to: Recipient, text: Text) -> None:
        self.calls += 1
        self.time += self._seconds
        raise DeliveryFailed("ReadTimeout")


class _Taking:
    def send(self, to: Recipient, text: Text) -> None:
        pass


class _Database:
    """A database in which nothing is looked up."""

    @contextmanager
    def begin(self) -> Iterator[None]:
        yield None


NOBODYS = cast(Engine, _Database())


def delivering(service: _Hanging) -> Delivering:
    media = Media({"wecom": service, "feishu": _Taking()})
    return Delivering(NOBODYS, media, NO_LINKS, lambda: service.time)


def test_a_service_that_lets_us_wait_is_left_alone_and_keeps_no_other_medium_back() -> None:
    service = _Hanging(SLOW_SECONDS + 1)
    at_work = delivering(service)
    first = at_work._tried(Delivery(1, "wecom"), LI, HELLO, NOW)
    second = at_work._tried(Delivery(2, "wecom"), LI, HELLO, NOW)
    assert (first.state, first.attempts, service.calls) == (FAILED, 1, 1)
    assert (second.state, second.attempts) == (FAILED, 0)
    assert second.next_attempt_at == NOW + SLOW_RESTS
    assert at_work._tried(Delivery(2, "feishu"), LI, HELLO, NOW).state == SENT
    again = at_work._tried(second, LI, HELLO, NOW + SLOW_RESTS)
    assert (again.attempts, service.calls) == (1, 2)


def test_a_service_that_fails_at_once_is_asked_for_the_next_message() -> None:
    service = _Hanging(0)
    at_work = delivering(service)
    for number in (1, 2):
        assert at_work._tried(Delivery(number, "wecom"), LI, HELLO, NOW).attempts == 1
    assert service.calls == 2


class _Recording(Delivering):
    def __init__(self) -> None:
        super().__init__(NOBODYS, only(_Taking()), NO_LINKS)
        self.delivered: list[int] = []

    def deliver(self, row: NotificationRow, now: datetime) -> None:
        self.delivered.append(row.id)


def _row(number: int) -> NotificationRow:
    return NotificationRow(
        number, "ord", number, "signed", "li", "default", {}, "waiting", 1, NOW, "Li", "", "", "en"
    )


def test_no_message_of_a_long_night_is_begun_when_its_lease_is_about_to_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("database.messages.told_of", lambda c, ids: {})
    monkeypatch.setattr(delivery, "asks_to_sign", lambda row, told: True)
    at_work = _Recording()
    at_work.deliver_waiting([_row(n) for n in range(9)], NOW, lambda: len(at_work.delivered) < 3)
    assert at_work.delivered == [0, 1, 2]


def test_mail_to_somebody_without_an_address_does_not_go_to_its_sender(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notified: list[list[str]] = []

    def notify(services: apprise.Apprise, **_: Any) -> bool:
        notified.append([str(cast(Any, service).url()) for service in services])
        return True

    monkeypatch.setattr(apprise.Apprise, "notify", notify)
    mail = "mailto://user:pass@smtp.example.com?to={email}"
    with pytest.raises(DeliveryFailed) as failed:
        AppriseSender([mail]).send(LI, HELLO)
    assert (failed.value.code, failed.value.permanent) == ("no_address", True)
    assert not notified
    AppriseSender([mail, "json://hook.example"]).send(LI, HELLO)
    assert [len(urls) for urls in notified] == [1]
    AppriseSender([mail]).send(Recipient("li", "held", {"email": "li@example.com"}), HELLO)
    assert "li%40example.com" in notified[1][0] or "li@example.com" in notified[1][0]


class _Lost:
    def poll(self) -> None:
        raise psycopg2.OperationalError("terminating connection")


def test_a_listener_that_lost_its_connection_says_so_as_everything_else_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listener = object.__new__(Listener)
    listener._connection = _Lost()
    with pytest.raises(OperationalError):
        listener.heard()

    class Away:
        def raw_connection(self) -> None:
            raise psycopg2.OperationalError("connection refused")

    monkeypatch.setattr("sqlalchemy.create_engine", lambda *_, **__: Away())
    with pytest.raises(OperationalError):
        Listener("postgresql://x:x@db.example/x", "channel")


def test_the_notifier_outlives_a_restart_of_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def raw_connection(self) -> None:
            raise psycopg2.OperationalError("connection refused")

    tries: list[float] = []

    async def paused(seconds: float) -> None:
        tries.append(seconds)
        if len(tries) == 2:
            raise asyncio.CancelledError

    monkeypatch.setattr("sqlalchemy.create_engine", lambda *_, **__: Away())
    monkeypatch.setattr("asyncio.sleep", paused)
    at_work = Notifier(NOBODYS, "postgresql://x:x@db.example/x", only(_Taking()))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(at_work.run())
    assert tries == [1, 1]
