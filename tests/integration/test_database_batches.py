"""Batches against a real Postgres: what is chosen is frozen, and each order has its result."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Engine, text
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import signatures as calls
from activities.batch import Batches
from database import batch_choice, batch_work, batches, customers, notes
from database.batch_choice import BatchFilter, Choice, Shown
from database.batches import BatchRow, NewBatch
from database.refusals import Refused
from domain.batches import MOST_TRIES, BatchKind, ItemState
from domain.refusals import RefusalCode
from tests.integration.batches_world import (
    HASH,
    AnsweringOrders,
    hangs,
    is_away,
    is_gone,
    pending_orders,
    refuses,
)
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import canonical

NOW = datetime.now(UTC)
EVERYTHING = BatchFilter()


@pytest.fixture
def c(connection: Connection) -> Connection:
    customers.upsert(connection, canonical())
    return connection


def choice(which: BatchFilter | list[Shown] = EVERYTHING, **changes: Any) -> Choice:
    given: dict[str, Any] = {"person": "lead", "groups": None, "verdict": "approve", **changes}
    return Choice(BatchKind.DECIDE, which=which, **given)


def new(chosen: Choice, key: str = "k1", note: str = "", digest: str = "d1") -> NewBatch:
    return NewBatch(chosen, note, key, digest, "CNY")


def made(c: Connection, chosen: Choice, **changes: Any) -> str:
    found = batches.make(c, new(chosen, **changes), NOW)
    assert found is not None
    return found[0]


def shown(c: Connection, batch_id: str) -> BatchRow:
    row = batches.get(c, batch_id)
    assert row is not None
    return row


# --- choosing -----------------------------------------------------------------------------------


def test_a_preview_counts_sums_and_says_who_will_refuse_and_why(c: Connection) -> None:
    ids = pending_orders(c, 30)
    for statement in (
        "UPDATE orders SET submitter = 'lead' WHERE order_id = 'ord_000003'",
        "UPDATE tasks SET people = '{mia}' WHERE order_id = 'ord_000004'",
        "INSERT INTO decisions (order_id, decision_id, person, verdict, content_hash, at, note_id)"
        f" VALUES ('ord_000005', 'd', 'lead', 'approve', '{HASH}', now(), '')",
    ):
        c.execute(text(statement))
    found = batch_choice.preview(c, choice())
    assert (found.count, found.fit, found.reds) == (len(ids), 27, 1)
    assert found.money == {"EUR": Decimal(1500), "USD": Decimal(1500)}
    assert found.reasons == {"is_submitter": 1, "not_entitled": 1, "already_signed": 1}
    assert (found.base_amount, found.unconverted) == (None, 30)


def test_a_filter_reaches_only_the_groups_of_the_caller(c: Connection) -> None:
    pending_orders(c, 30)
    assert batch_choice.preview(c, choice(groups=["na", ""])).count == 10
    assert batch_choice.preview(c, choice(BatchFilter(group="eu"), groups=["na", ""])).count == 0
    assert batch_choice.preview(c, choice(BatchFilter(group="eu", red=True))).count == 1


def test_amounts_are_compared_in_the_base_currency_and_unconverted_orders_stay_out(
    c: Connection,
) -> None:
    pending_orders(c, 3)
    published_rules(c, "r1")
    for order_id, amount in (("ord_000001", 700), ("ord_000002", 800)):
        c.execute(
            text(
                "INSERT INTO admissions (order_id, seq, content_version, rule_set_id, at, inputs,"
                " explanation, plan, fx_rate_id, base_amount)"
                " VALUES (:id, 1, 1, 'r1', now(), '{}', '{}', '{}', '', :amount)"
            ),
            {"id": order_id, "amount": amount},
        )
    found = batch_choice.preview(c, choice(BatchFilter(max_amount=Decimal(750))))
    assert (found.count, found.base_amount) == (1, Decimal(700))
    assert batch_choice.preview(c, choice(BatchFilter(min_amount=Decimal(750)))).count == 1
    assert batch_choice.preview(c, choice()).base_amount == Decimal(1500)


def test_the_digest_is_that_of_the_set_and_what_is_done_to_it(c: Connection) -> None:
    pending_orders(c, 3)
    before = batch_choice.preview(c, choice()).digest
    assert batch_choice.preview(c, choice(verdict="reject")).digest != before
    c.execute(text("UPDATE order_contents SET content_hash = 'b' WHERE order_id = 'ord_000002'"))
    assert batch_choice.preview(c, choice()).digest != before


def test_a_list_is_taken_as_shown_and_what_is_out_of_reach_is_refused_at_once(
    c: Connection,
) -> None:
    pending_orders(c, 12)
    seen = [Shown("ord_000012", HASH), Shown("ord_000001", HASH), Shown("ord_x", HASH)]
    batch_id = made(c, choice([*seen, Shown("ord_000011", "b" * 64)], groups=["eu"]))
    items, _ = batches.items(c, batch_id, None, 0, 10)
    assert [(item.order_id, item.result.state, item.result.code) for item in items] == [
        ("ord_000012", ItemState.PENDING, ""),
        ("ord_000001", ItemState.REFUSED, "other_group"),
        ("ord_x", ItemState.REFUSED, "unknown_order"),
        ("ord_000011", ItemState.PENDING, ""),
    ]
    assert [item.content_hash for item in items][::3] == [HASH, "b" * 64]
    assert [item.number for item in items] == ["#12", "#1", "", "#11"]
    assert batch_choice.preview(c, choice([Shown("ord_000011", "b" * 64)])).reasons == {
        "stale_content": 1
    }


# --- keys and lists -----------------------------------------------------------------------------


def test_a_key_makes_one_batch_and_is_not_taken_for_another(c: Connection) -> None:
    pending_orders(c, 2)
    batch_id = made(c, choice())
    assert batches.make(c, new(choice()), NOW) is None
    assert batches.made_before(c, new(choice())) == batch_id
    assert batches.made_before(c, new(choice(person="mia"))) is None
    with pytest.raises(Refused, match="idempotency_key_reused"):
        batches.made_before(c, new(choice(), digest="d2"))


def test_batches_are_listed_newest_first_and_by_person(c: Connection) -> None:
    pending_orders(c, 2)
    first, second = made(c, choice()), made(c, choice(), key="k2")
    other = made(c, choice(person="mia"))
    everybodys, cursor = batches.page(c, None, None, 2)
    assert [row.batch_id for row in everybodys] == [other, second]
    assert [row.batch_id for row in batches.page(c, None, cursor, 2)[0]] == [first]
    assert [row.batch_id for row in batches.page(c, "lead", None, 5)[0]] == [second, first]
    assert (shown(c, first).items, shown(c, first).counts) == (2, {"pending": 2})


# --- cancelling ---------------------------------------------------------------------------------


def test_cancelling_spares_what_was_asked_already_until_its_answer_is_known(c: Connection) -> None:
    pending_orders(c, 5)
    batch_id = made(c, choice())
    asked = batch_work.take(c, batch_id, 2, NOW)
    assert batches.cancel(c, batch_id, NOW)
    assert shown(c, batch_id).counts == {"pending": 2, "cancelled": 3}
    assert batch_work.take(c, batch_id, 9, NOW) != []
    assert [item.ordinal for item in asked] == [1, 2]
    assert batch_work.finish(c, batch_id, NOW).items == 2


def test_the_note_is_put_on_orders_that_are_asked_and_on_no_other(c: Connection) -> None:
    pending_orders(c, 3)
    batch_id = made(c, choice(verdict="reject"), note="Over the quota")
    (item,) = batch_work.take(c, batch_id, 1, NOW)
    assert notes.texts(c, item.order_id)[item.action_id].text == "Over the quota"
    assert c.execute(text("SELECT count(*) FROM notes")).scalar_one() == 1


# --- at work ------------------------------------------------------------------------------------


class Worker:
    """The activity on a real database, with orders that only answer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.orders = AnsweringOrders()
        self._batches = Batches(engine, cast(Client, self.orders))

    async def work(self, batch_id: str) -> calls.BatchAnswer:
        answer = await ActivityEnvironment().run(
            self._batches.work_batch, calls.BatchRequest(batch_id)
        )
        assert isinstance(answer, calls.BatchAnswer)
        return answer

    async def work_off(self, batch_id: str) -> None:
        while (await self.work(batch_id)).left:
            with self.engine.begin() as c:
                c.execute(text("UPDATE batch_items SET due_at = now() WHERE due_at IS NOT NULL"))

    def counts(self, batch_id: str) -> dict[str, int]:
        with self.engine.connect() as c:
            return shown(c, batch_id).counts

    def codes(self, batch_id: str, state: ItemState) -> set[str]:
        with self.engine.connect() as c:
            return {item.result.code for item in batches.items(c, batch_id, state, 0, 6000)[0]}


@pytest.fixture
def worker(engine: Engine) -> Worker:
    with engine.begin() as c:
        customers.upsert(c, canonical())
    return Worker(engine)


def started(worker: Worker, count: int) -> str:
    with worker.engine.begin() as c:
        pending_orders(c, count)
        return made(c, choice())


async def test_a_batch_of_5000_with_40_failures_asks_everybody_once_and_says_who_refused(
    worker: Worker,
) -> None:
    batch_id = started(worker, 5000)
    codes = (RefusalCode.STALE_CONTENT, RefusalCode.ALREADY_SIGNED)
    for number in range(40):
        worker.orders.instead[f"order:shopify:main:{1 + number * 120}"] = refuses(codes[number % 2])
    await worker.work_off(batch_id)
    assert worker.counts(batch_id) == {"accepted": 4960, "refused": 40}
    assert worker.codes(batch_id, ItemState.REFUSED) == {str(code) for code in codes}
    assert set(worker.orders.asked.values()) == {1}
    with worker.engine.connect() as c:
        (told,) = c.execute(text("SELECT person_id, event_kind, data FROM notifications")).all()
    assert (told.person_id, told.event_kind) == ("lead", "batch_done")
    assert (told.data["accepted"], told.data["refused"]) == ("4960", "40")


async def test_an_order_that_does_not_answer_is_asked_again_under_the_same_id_and_told_at_last(
    worker: Worker,
) -> None:
    batch_id = started(worker, 3)
    worker.orders.instead["order:shopify:main:2"] = hangs
    first = await worker.work(batch_id)
    assert (first.left, first.due_in_seconds > 0) == (1, True)
    action = worker.orders.actions["order:shopify:main:2"]
    await worker.work_off(batch_id)
    assert worker.counts(batch_id) == {"accepted": 2, "unknown": 1}
    assert worker.orders.asked["order:shopify:main:2"] == MOST_TRIES
    assert worker.orders.actions["order:shopify:main:2"] == action
    assert worker.orders.signals == {"order:shopify:main:2": 1}


async def test_an_order_that_has_ended_is_refused_unless_it_took_this_very_action(
    worker: Worker,
) -> None:
    batch_id = started(worker, 3)
    with worker.engine.begin() as c:
        c.execute(
            text(
                "UPDATE order_progress SET stage = 'completed'"
                " WHERE order_id IN ('ord_000001', 'ord_000002')"
            )
        )
        c.execute(
            text(
                "INSERT INTO stage_events SELECT order_id, 5, now(), 'signed', 'in_review', 'lead',"
                " jsonb_build_object('decision_id', action_id) FROM batch_items"
                " WHERE order_id = 'ord_000002'"
            )
        )
    for number in (1, 2, 3):
        worker.orders.instead[f"order:shopify:main:{number}"] = is_gone
    await worker.work_off(batch_id)
    assert worker.counts(batch_id) == {"accepted": 1, "refused": 1, "failed": 1}
    assert worker.codes(batch_id, ItemState.REFUSED) == {"closed"}
    assert worker.codes(batch_id, ItemState.FAILED) == {"not_started"}


async def test_while_temporal_is_away_nothing_is_given_up(worker: Worker) -> None:
    batch_id = started(worker, 12)
    worker.orders.instead["order:shopify:main:5"] = is_away
    with pytest.raises(ApplicationError) as failed:
        await worker.work(batch_id)
    assert (failed.value.type, failed.value.message) == ("Outage", "RPCError")
    assert worker.counts(batch_id) == {"accepted": 11, "pending": 1}
    del worker.orders.instead["order:shopify:main:5"]
    assert (await worker.work(batch_id)).left == 0
    assert worker.counts(batch_id) == {"accepted": 12}


async def test_a_cancelled_batch_ends_and_asks_nobody_else(worker: Worker) -> None:
    batch_id = started(worker, 7)
    with worker.engine.begin() as c:
        batches.cancel(c, batch_id, NOW)
        assert batches.running(c, NOW + timedelta(minutes=1)) == [batch_id]
    assert (await worker.work(batch_id)).left == 0
    assert worker.counts(batch_id) == {"cancelled": 7}
    assert not worker.orders.asked
    with worker.engine.begin() as c:
        assert not batches.cancel(c, batch_id, NOW)
        assert batches.running(c, NOW + timedelta(minutes=1)) == []
