"""The relay's first half without Temporal, under a clock of the test, and a channel it plays.

The played channel's bodies say in plain JSON what a mapping would have made of a real one.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from channels.message import ChannelHold, ChannelMessage, Delivery, ParcelFact
from channels.port import Channel, Headers
from channels.registry import CHANNELS
from database import inbox
from database.inbox import TakenRow
from domain.cleansing import Cleansing, CleansingCode
from domain.findings import FindingCode, finding
from domain.holds import ReasonCode
from domain.order import CanonicalOrder, instant, rfc3339
from intake.signals import Signal, loaded
from intake.taking import Taken, Taking
from tests.integration.database_world import NOW, canonical, employ

PLAYED = "played"
_numbers = itertools.count()


def _message(told: dict[str, Any], shop: str) -> ChannelMessage:
    at = told.get("at")
    order = CanonicalOrder.model_validate(told["order"]) if told.get("order") else None
    cleansing = Cleansing()
    if "cleansed" in told:
        cleansing.note(CleansingCode.PHONE, "customer.phone", *told["cleansed"])
    bad = tuple(finding(FindingCode.REQUIRED, each) for each in told.get("missing", ()))
    parcel = told.get("parcel")
    return ChannelMessage(
        kind=told["kind"],
        external_id=told.get("id"),
        source_updated_at=instant(at) if at else None,
        order=order.model_copy(update={"shop": shop}) if order and not bad else None,
        findings=bad,
        parcel=ParcelFact(**parcel) if parcel else None,
        cancel_reason=ReasonCode(told["reason"]) if "reason" in told else None,
        cleansing=cleansing.steps,
        hold=_hold(told),
        reference=told.get("reference", ""),
    )


def _hold(told: dict[str, Any]) -> ChannelHold | None:
    if "hold" not in told:
        return None
    return ChannelHold(ReasonCode(told["hold"]) if told["hold"] else None)


def _read(topic: str, body: bytes, shop: str = "main") -> list[ChannelMessage]:
    return [_message(told, shop) for told in json.loads(body)]


def _delivery(headers: Headers, body: bytes) -> Delivery:
    return Delivery("t")


PLAYED_CHANNEL = Channel(
    name=PLAYED,
    verify=lambda headers, raw_body, secrets, now: True,
    delivery=_delivery,
    read=_read,
    read_document=lambda raw, shop="main": _read("", raw, shop),
)


def an_order(external_id: str = "1001", **changes: Any) -> dict[str, Any]:
    """Return a canonical order of the played channel as a body holds it."""
    order = canonical(external_id).model_copy(update={"channel": PLAYED})
    told = {
        name: rfc3339(value) if isinstance(value, datetime) else value
        for name, value in changes.items()
    }
    return order.model_dump(mode="json") | told


def new(external_id: str = "1001", **told: Any) -> dict[str, Any]:
    """Return what a message about an order says; `order` may hold changes of it."""
    changes = told.pop("order", {})
    order = an_order(external_id, **changes)
    at = told.get("at") or order["source_updated_at"]
    return {"kind": "order", "id": external_id, "order": order, "at": at} | told


@dataclass
class IntakeWorld:
    """An inbox, whoever takes it in, and a clock."""

    engine: Engine
    now: datetime = NOW
    taking: Taking = field(init=False)

    def __post_init__(self) -> None:
        self.taking = Taking(self.engine)
        with self.engine.begin() as c:
            employ(c, "lead", "team_lead")
            employ(c, "cs", "customer_service", superior_id="lead")

    def send(self, *told: dict[str, Any], **changes: Any) -> int:
        """Put one message into the inbox; returns its row."""
        delivery = inbox.Delivery(
            PLAYED, "main", "t", f"k{next(_numbers)}", {}, json.dumps(told).encode(), self.now
        )
        with self.engine.begin() as c:
            return inbox.put(c, [replace(delivery, **changes)])[0].id

    def work(self) -> Taken:
        """Take in what is due, until nothing is; workflows hear at once."""
        told: list[TakenRow] = []
        look_ups: set[tuple[str, str]] = set()
        while rows := self.taking.claim(64, self.now, 60):
            taken = self.taking.take_in(rows, self.now)
            with self.engine.begin() as c:
                inbox.finish_all(c, [row.id for row in taken.told], self.now)
            told += taken.told
            look_ups |= taken.look_ups
        return Taken(told, look_ups)

    def take(self, *told: dict[str, Any], **changes: Any) -> list[Signal]:
        """Send one message and take it in; returns what the workflow hears."""
        inbox_id = self.send(*told, **changes)
        return [
            signal
            for row in self.work().told
            if row.id == inbox_id
            for signal in loaded(row.signals)
        ]

    def state(self, inbox_id: int) -> str:
        """Return what became of a message."""
        with self.engine.connect() as c:
            return c.execute(
                select(inbox.inbox.c.state).where(inbox.inbox.c.id == inbox_id)
            ).scalar_one()

    def states(self) -> Counter[str]:
        """Return how many messages are in each state."""
        with self.engine.connect() as c:
            return Counter(inbox.counts(c))


@contextmanager
def played_channel() -> Iterator[None]:
    """Have the intake know the played channel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CHANNELS, PLAYED, PLAYED_CHANNEL)  # type: ignore[arg-type]
        yield
