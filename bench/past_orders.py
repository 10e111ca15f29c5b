"""A past to judge: orders as a year of trade leaves them behind, decided by the real rules.

The same number of orders is the same past every time.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from database.encoding import json_text
from domain.admission import Assessment, LedgerAnswer, assess, planned
from domain.approvals import SignerGroup
from domain.facts import OrderFacts
from domain.rules.ruleset import RuleSet
from domain.staffing import StaffAnswer

BEGINNING = datetime(2026, 1, 5, tzinfo=UTC)
SECONDS_BETWEEN = 25
ORDERS_PER_CUSTOMER = 20
USD = Decimal("7.20")
# What orders are worth in CNY: many small ones, few large ones.
PRICES = tuple(Decimal(20) + Decimal(round(15 * 1.09**n)) for n in range(96))
COUNTRIES = ("US", "DE", "CA", "FR", "IT", "BR")
PEOPLE = {
    "regional_manager": ("bench_mia", "bench_max"),
    "ops_director": ("bench_otto",),
    "finance": ("bench_fay",),
}
REASONS = ("BUYER_CANCEL", "PAYMENT_FAILED", "STOCK_OUT", "FRAUD_RISK")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class _Kind:
    """What the tables are asked of an order; few enough kinds that each is decided once."""

    amount: Decimal
    country: str
    origin: str
    settled: bool
    customer: str
    first: bool


@dataclass(frozen=True)
class _Decided:
    assessment: Assessment
    plan: str
    explanation: str


class Past:
    """Makes past orders under a rule set."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set
        self._random = random.Random(20260105)
        self._decided = lru_cache(maxsize=None)(self._decide)

    def rows(self, numbers: range) -> dict[str, list[Row]]:
        """Return the rows of some orders, by table."""
        found: dict[str, list[Row]] = {name: [] for name in COLUMNS}
        for number in numbers:
            for table, row in self._order(number):
                found[table].append(row)
        return found

    def _order(self, number: int) -> Iterator[tuple[str, Row]]:
        order_id, at = (
            f"ord_bench_{number:08d}",
            BEGINNING + number * timedelta(seconds=SECONDS_BETWEEN),
        )
        kind = self._kind(number)
        decided = self._decided(kind)
        currency = "USD" if number % 3 == 0 else "CNY"
        total = round(kind.amount / USD, 2) if currency == "USD" else kind.amount
        customer = f"cus_bench_{(number - 1) // ORDERS_PER_CUSTOMER:08d}"
        if (number - 1) % ORDERS_PER_CUSTOMER == 0:
            yield "customers", (customer, customer, kind.customer, "shopify", "main", "", "", "")
        yield (
            "orders",
            (
                order_id,
                "shopify",
                "main",
                str(number),
                f"order:bench:main:{number}",
                f"#{number}",
                kind.origin,
                "",
                customer,
                currency,
                total,
                kind.country,
                at,
                at,
                1,
                3,
            ),
        )
        body = _body(number, kind, currency, total)
        yield "order_contents", (order_id, 1, body, f"hash-{number}", "[]", "channel:shopify", at)
        inputs = json_text({"total": total, "currency": currency, "base_currency": "CNY"})
        version = self._rule_set.version
        yield (
            "admissions",
            (
                order_id,
                1,
                1,
                version,
                at,
                inputs,
                decided.explanation,
                decided.plan,
                "",
                kind.amount,
            ),
        )
        yield from self._story(order_id, at, decided.assessment)

    def _kind(self, number: int) -> _Kind:
        draw = self._random.random
        business = number % 4 == 0
        return _Kind(
            amount=PRICES[min(int(self._random.expovariate(1 / 28)), len(PRICES) - 1)],
            country=COUNTRIES[min(int(draw() * 5.1), 5)],
            origin="api" if business else "channel",
            settled=draw() < 0.9,
            customer="business" if business else "consumer",
            first=draw() < 0.05,
        )

    def _decide(self, kind: _Kind) -> _Decided:
        facts = replace(
            _FACTS,
            origin=kind.origin,
            settled=kind.settled,
            customer_kind=kind.customer,
            country=kind.country,
        )
        said = assess(facts, self._rule_set, first_cooperation=kind.first, base_amount=kind.amount)
        signers = tuple(SignerGroup(role, PEOPLE[role]) for role in said.roles)
        plan = planned(facts, said, StaffAnswer(signers, {}), LedgerAnswer())
        explanation = [
            evaluation.to_json()
            | {"sentences": {lang: evaluation.sentences(lang) for lang in ("en", "zh")}}
            for evaluation in said.evaluations
        ]
        return _Decided(said, json_text(asdict(plan)), json_text(explanation))

    def _story(self, order_id: str, at: datetime, said: Assessment) -> Iterator[tuple[str, Row]]:
        """Play the order through its stages; most end well."""
        told = _Story(order_id, at)
        told.note("submitted", "pending_confirmation")
        if said.needs_confirmation:
            told.stay(self._minutes(18), 30, "turned_red")
        told.enter("in_review")
        fate = self._random.random()
        if fate < 0.01:
            told.hold(self._minutes(90))
        for role in said.roles[: 1 if said.policy == "any_of" else None]:
            told.stay(self._minutes(70), 120, "escalated")
            yield "decisions", (*told.sign(PEOPLE[role][0]), "approve", "hash", told.at, "")
        if fate < 0.03:
            told.close(REASONS[int(fate * 1000) % len(REASONS)])
        else:
            told.enter("preparing")
            told.stay(self._minutes(150), 240, "warned")
            told.enter("shipped")
            told.at += timedelta(days=2 + self._random.random() * 7)
            if fate < 0.06:
                told.note("return_requested", "shipped", "cs", '{"reason": "RETURN"}')
                told.close("RETURN")
            elif fate < 0.985:
                told.enter("completed")
        yield from told.rows
        yield "order_progress", told.progress(said, self._rule_set.version)

    def _minutes(self, mean: float) -> float:
        return self._random.expovariate(1 / mean) + 1


class _Story:
    """The events of one order as they come."""

    def __init__(self, order_id: str, at: datetime) -> None:
        self.order_id = order_id
        self.at = at
        self.rows: list[tuple[str, Row]] = []
        self._seq = 0
        self._stage = "pending_confirmation"
        self._spent = 0.0
        self._entered = at
        self._red = False
        self._reason = ""

    def note(self, kind: str, stage: str, actor: str = "system", data: str = "{}") -> None:
        self._seq += 1
        row = (self.order_id, self._seq, self.at, kind, stage, actor, data)
        self.rows.append(("stage_events", row))

    def enter(self, stage: str, data: str = "{}") -> None:
        self._stage, self._spent, self._red, self._entered = stage, 0.0, False, self.at
        self.note("stage_entered", stage, data=data)

    def stay(self, minutes: float, limit: float, breach: str) -> None:
        if self._spent < limit <= self._spent + minutes:
            self.at += timedelta(minutes=limit - self._spent)
            minutes -= limit - self._spent
            self._spent, self._red = limit, True
            self.note(breach, self._stage)
        self._spent += minutes
        self.at += timedelta(minutes=minutes)

    def sign(self, person: str) -> tuple[str, str, str]:
        self.note("signed", self._stage, person)
        return self.order_id, f"d{self._seq}", person

    def hold(self, minutes: float) -> None:
        raised = self.at
        self.note("held", self._stage, "system")
        self.at += timedelta(minutes=minutes)
        self.note("released", self._stage, "system")
        common = ("PAYMENT_PENDING", "finance", "system", raised, True, "person", "", "note")
        row = (self.order_id, f"h{self._seq}", *common, self.at, "system")
        self.rows.append(("holds", row))

    def close(self, reason: str) -> None:
        self._reason = reason
        self.enter("closed_abnormally", json.dumps({"reason": reason}))

    def progress(self, said: Assessment, version: str) -> Row:
        note = "note" if self._reason else ""
        return (
            *(self.order_id, self._seq, 1, self._stage, self._entered, said.group),
            *(said.warehouse, said.tier, version, "", False, self._red, False, False, False),
            *(self._reason, note, "", "", self._seq, self.at),
        )


def _body(number: int, kind: _Kind, currency: str, total: Decimal) -> str:
    lines = [
        {
            "line_id": str(n),
            "sku": f"KB-{number % 700}-{n}",
            "title": "Invented keyboard, 87 keys, white",
            "quantity": n,
            "unit_price": "10.00",
            "discount": "0.00",
            "tax": "0.00",
            "tax_included": False,
            "total": str(10 * n),
        }
        for n in range(1, 4)
    ]
    return json_text(
        {
            "channel": "shopify",
            "shop": "main",
            "external_id": str(number),
            "number": f"#{number}",
            "placed_at": "2026-01-05T00:00:00Z",
            "currency": currency,
            "customer": {
                "kind": kind.customer,
                "external_id": str(number),
                "name": "Robin Testperson",
                "email": "robin@example.com",
            },
            "shipping_address": {"city": "Invented Town", "country": kind.country},
            "lines": lines,
            "total": total,
            "payment": {"status": "paid" if kind.settled else "pending", "terms": ""},
            "channel_status": {"financial": "paid", "fulfilment": "unfulfilled"},
            "flags": [],
            "notes": "",
        }
    )


_FACTS = OrderFacts(
    order_id="bench",
    channel="shopify",
    shop="main",
    external_id="",
    origin="channel",
    submitter="",
    submitted_at=BEGINNING,
    content_version=1,
    content_hash="",
    currency="CNY",
    total=Decimal(0),
    country="DE",
    customer_kind="consumer",
    settled=True,
    on_terms=False,
    findings=0,
    lines=(),
)

# In the order in which the tables refer to each other.
COLUMNS = {
    "customers": "customer_id, identity, kind, channel, shop, external_id, name, email",
    "orders": "order_id, channel, shop, external_id, workflow_id, number, origin, submitter, "
    "customer_id, currency, total, country, placed_at, received_at, content_version, priority",
    "order_contents": "order_id, version, body, content_hash, findings, author, created_at",
    "admissions": "order_id, seq, content_version, rule_set_id, at, inputs, explanation, plan, "
    "fx_rate_id, base_amount",
    "order_progress": "order_id, version, content_version, stage, entered_at, group_code, "
    "warehouse, tier, rule_set, waits_for, paused, red, escalated, late, held, closed_reason, "
    "closed_note_id, owner_person, owner_label, last_event_seq, updated_at",
    "stage_events": "order_id, seq, at, kind, stage, actor, data",
    "decisions": "order_id, decision_id, person, verdict, content_hash, at, note_id",
    "holds": "order_id, hold_id, reason, assignee, raised_by, raised_at, pauses_clock, origin, "
    "detail, note_id, released_at, released_by",
}
