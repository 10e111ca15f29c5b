"""The doctor finds nothing in a healthy database, and every planted violation."""

from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text

from database import admissions, audit, credit, doctor, inbox, orders, outbox, progress, stock
from database.admissions import Admission
from database.audit import Entry
from database.outbox import Notification
from domain import lifecycle
from domain.stages import Stage
from domain.state import OrderState
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import (
    NOW,
    canonical,
    employ,
    place_as,
    request_of,
    story_of,
)
from tests.unit.order_states import OrderBuilder, approve, do, settle, ship


@pytest.fixture
def healthy(connection: Connection) -> Connection:
    """Two orders: one countersigned and completed with stock and credit, one being prepared."""
    c = connection
    employ(c, "lead", "team_lead")
    rule_set = published_rules(c)
    stock.set_on_hand(c, "de", "KB", 10)
    for external_id in ("1", "2"):
        order = canonical(external_id)
        order_id, _ = place_as(c, order, submitter="sam")
        (receipt,) = inbox.put(
            c, [inbox.Delivery("shopify", "main", "t", external_id, {}, b"{}", NOW)]
        )
        inbox.finish(c, receipt.id, "done", NOW, order_id)
        live(c, order_id, rule_set, is_first=external_id == "1")
    return c


def live(c: Connection, order_id: str, rule_set: str, *, is_first: bool) -> None:
    row, content = orders.get(c, order_id), orders.content(c, order_id)
    assert row is not None
    assert content is not None
    story = story_of(order_id).countersigned()
    story = replace(story, facts=replace(story.facts, content_hash=content.content_hash))
    state = signed(story, content.content_hash)
    plan = asdict(story.plan)
    admissions.save(c, Admission(order_id, 1, rule_set, NOW, {}, [], plan, "", Decimal("780.00")))
    credit.set_limit(c, row.customer_id, Decimal(1000))
    assert credit.hold(c, order_id, row.customer_id, Decimal(100))
    assert stock.reserve(c, order_id, "de", {"KB": 2}).reserved
    if is_first:
        finish(state)
        stock.ship(c, order_id, f"{order_id}:1", "de", {"KB": 2})
        credit.capture(c, order_id)
    assert progress.project(c, request_of(state)) is not None
    audit.append(c, order_id, [Entry("sam", "submitted"), Entry("otto", "signed")], NOW)
    outbox.enqueue(c, [Notification(order_id, 1, "submitted", "lead", "default")])


def signed(story: OrderBuilder, content_hash: str) -> OrderState:
    state = story.in_review()
    for person in ("otto", "fay"):
        assert do(state, approve(person, content_hash)).accepted
    lifecycle.advance(state, Stage.PREPARING, NOW)
    return state


def finish(state: OrderState) -> None:
    do(state, ship("T1"))
    settle(state)
    lifecycle.advance(state, Stage.SHIPPED, NOW)
    lifecycle.advance(state, Stage.COMPLETED, NOW)


def test_a_healthy_database_has_no_violations(healthy: Connection) -> None:
    assert doctor.violations(healthy) == []


def test_open_orders_are_told_with_their_version(healthy: Connection) -> None:
    place_as(healthy, canonical("3"))
    versions = doctor.open_orders(healthy)
    assert set(versions) == {"order:shopify:main:2", "order:shopify:main:3"}
    assert versions["order:shopify:main:2"] > 0
    assert versions["order:shopify:main:3"] == 0
    for number in (1, 2, 3):
        workflow_id = f"order:shopify:main:{number}"
        assert doctor.open_version(healthy, workflow_id) == versions.get(workflow_id)


FIRST = "(SELECT min(order_id) FROM orders)"
LAST = "(SELECT max(order_id) FROM orders)"


@pytest.mark.parametrize(
    ("invariant", "planted"),
    [
        ("I1", "UPDATE inbox SET state = 'quarantined' WHERE id = 1"),
        ("I1", "DELETE FROM order_contents"),
        (
            "I1",
            "ALTER TABLE inbox DROP CONSTRAINT ck_inbox_order_known; "
            "UPDATE inbox SET order_id = NULL WHERE id = 1",
        ),
        (
            "I2",
            "ALTER TABLE orders DROP CONSTRAINT uq_orders_channel_shop_external_id; "
            "UPDATE orders SET external_id = '1'",
        ),
        ("I3", "UPDATE stock SET reserved = reserved + 1"),
        ("I3", "UPDATE reservations SET quantity = quantity + 1 WHERE state = 'active'"),
        ("I3", "DELETE FROM stock"),
        ("I4", f"UPDATE order_progress SET stage = 'completed' WHERE order_id = {LAST}"),
        ("I5", f"DELETE FROM stage_events WHERE seq = 3 AND order_id = {FIRST}"),
        ("I5", "DELETE FROM stage_events WHERE kind = 'submitted'"),
        (
            "I5",
            "UPDATE stage_events SET stage = 'shipped' WHERE kind = 'stage_entered' "
            "AND stage = 'in_review'",
        ),
        ("I5", f"UPDATE order_progress SET stage = 'shipped' WHERE order_id = {LAST}"),
        ("I5", "UPDATE order_progress SET last_event_seq = last_event_seq + 1"),
        ("I7", "UPDATE order_progress SET owner_person = ''"),
        ("I7", "UPDATE order_progress SET waits_for = ''"),
        ("I7", "UPDATE order_progress SET due_at = NULL, stalls_at = NULL"),
        (
            "I8",
            "UPDATE stage_events SET kind = 'parcel_shipped', data = jsonb_build_object("
            f"'ordinal', 1, 'tracking', seq) WHERE order_id = {FIRST} AND seq IN (2, 3)",
        ),
        ("I9", "UPDATE orders SET submitter = 'otto'"),
        ("I9", "DELETE FROM decisions WHERE person = 'fay'"),
        ("I9", "UPDATE decisions SET person = 'eve' WHERE person = 'fay'"),
        ("I9", "UPDATE decisions SET content_hash = 'other'"),
        ("I9", "UPDATE decisions SET voided_at = at WHERE person = 'fay'"),
        ("I9", "UPDATE decisions SET on_behalf_of = 'sam' WHERE person = 'fay'"),
        ("I9", "UPDATE decisions SET on_behalf_of = 'otto' WHERE person = 'fay'"),
        ("I9", "UPDATE admissions SET plan = jsonb_set(plan, '{quorum}', '2')"),
        (
            "I9",
            "UPDATE stage_events SET kind = 'signer_added', data = "
            f'\'{{"person": "eve", "action_id": "a1"}}\' WHERE order_id = {FIRST} '
            "AND seq = 3",
        ),
        ("I9", "DELETE FROM admissions"),
        (
            "I9",
            f"UPDATE stage_events SET kind = 'signed' WHERE order_id = {FIRST} AND "
            "stage = 'completed'",
        ),
        ("I10", "UPDATE audit SET actor = 'eve' WHERE seq = 2"),
        ("I10", "DELETE FROM audit WHERE seq = 2"),
        (
            "I11",
            "ALTER TABLE notifications DROP CONSTRAINT "
            "uq_notifications_subject_event_seq_person_id_medium; "
            f"UPDATE notifications SET subject = {FIRST}",
        ),
        ("I13", "UPDATE credit_accounts SET held = held + 1"),
        ("I13", "UPDATE credit_accounts SET used = used - 1"),
        ("I13", "UPDATE orders SET total = total + 0.01"),
        ("I15", "DELETE FROM order_arrivals"),
        ("I15", "UPDATE order_arrivals SET group_code = 'na'"),
        ("I15", "UPDATE order_arrivals SET tier = 'auto'"),
        ("I15", "UPDATE order_arrivals SET admitted_at = admitted_at + interval '1 day'"),
        ("I15", f"DELETE FROM stage_stays WHERE order_id = {FIRST}"),
        ("I15", "UPDATE stage_stays SET milliseconds = milliseconds + 1"),
        ("I15", "UPDATE stage_events SET at = at + interval '1 hour' WHERE seq > 3"),
        ("I15", "DELETE FROM stage_times WHERE stage = 'in_review'"),
        ("I15", "UPDATE stage_times SET entries = entries + 1"),
        ("I15", "UPDATE stage_times SET bucket = bucket + 1"),
        ("I15", "DELETE FROM admission_days"),
        ("I15", "UPDATE admission_days SET orders = orders + 1"),
        (
            "I15",
            "INSERT INTO holds SELECT order_id, 'h', 'OTHER', 'cs', 'cs', now(), false, 'x', '', "
            "'', NULL, NULL, 'na' FROM order_progress",
        ),
    ],
)
def test_a_planted_violation_is_found(healthy: Connection, invariant: str, planted: str) -> None:
    for statement in planted.split("; "):
        healthy.execute(text(statement))
    found = doctor.violations(healthy)
    assert invariant in {violation.invariant for violation in found}
    named = next(violation for violation in found if violation.invariant == invariant)
    assert named.subject
    assert named.detail_en
    assert named.detail_zh


def test_who_was_asked_since_the_plan_may_have_signed(healthy: Connection) -> None:
    healthy.execute(text("UPDATE decisions SET person = 'eve' WHERE person = 'fay'"))
    answer = '{"signers": [{"role": "finance", "people": ["eve"]}], "behalf": {}, "unfit": []}'
    kept = "INSERT INTO entitlements SELECT order_id, 1, 1, now(), '{}', :answer FROM orders"
    healthy.execute(text(kept), {"answer": answer})
    assert [v for v in doctor.violations(healthy) if v.invariant == "I9"] == []


def test_violations_are_sorted_by_invariant(healthy: Connection) -> None:
    healthy.execute(text("UPDATE stock SET reserved = reserved + 1"))
    healthy.execute(text("UPDATE audit SET actor = 'eve'"))
    found = [violation.invariant for violation in doctor.violations(healthy)]
    assert found[0] == "I3"
    assert set(found[1:]) == {"I10"}
