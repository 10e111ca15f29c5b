"""Line 3 and the messages: what stands still is told once, to a named person, and really sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from sqlalchemy import Engine, select, text, update
from temporalio.client import Client
from temporalio.service import RPCError
from werkzeug import Request, Response

from database import outbox, people
from database.outbox import Notification, notifications
from database.people import Person
from database.progress_tables import order_progress
from notifications.notifier import Notifier
from notifications.senders import AppriseSender
from notifications.templates import rendered
from tests.running import Running, wait_for
from workflows.payloads import data_converter
from workflows.sweep import SCHEDULE_ID, ensure_schedule


def sweep(running: Running) -> None:
    """Have the schedule sweep now and wait until it has."""

    async def trigger() -> int:
        client = await Client.connect(
            running.house.temporal_address, namespace="orderflow", data_converter=data_converter
        )
        handle = client.get_schedule_handle(SCHEDULE_ID)
        done = len((await handle.describe()).info.recent_actions)
        await handle.trigger()
        return done

    async def ended() -> bool:
        client = await Client.connect(
            running.house.temporal_address, namespace="orderflow", data_converter=data_converter
        )
        described = await client.get_schedule_handle(SCHEDULE_ID).describe()
        return not described.info.running_actions and len(described.info.recent_actions) > done

    done = running.run(trigger())
    wait_for(lambda: running.run(ended()), "the sweep")


def digests(running: Running, order_id: str) -> list[Any]:
    """Return the digests that name this order."""
    with running.engine.connect() as c:
        rows = c.execute(
            select(notifications).where(notifications.c.event_kind == "stall_digest")
        ).all()
    return [row for row in rows if order_id in str(row.data)]


def test_a_deadline_that_nobody_noted_is_told_once_to_the_team_lead(running: Running) -> None:
    order_id = running.order_id(running.order(total="1.000", currency="KWD"))
    running.until(order_id, lambda found: found.held)
    overdue = datetime.now(UTC) - timedelta(hours=1)
    with running.engine.begin() as c:
        c.execute(
            update(order_progress)
            .where(order_progress.c.order_id == order_id)
            .values(due_at=overdue)
        )
    sweep(running)
    (digest,) = digests(running, order_id)
    assert digest.person_id == "lead"
    (stall,) = [each for each in digest.data["stalls"] if each["subject"] == order_id]
    assert (stall["kind"], stall["detail"]) == ("overdue_not_escalated", "hold:FX_RATE_MISSING")
    sweep(running)
    assert len(digests(running, order_id)) == 1


def test_the_schedule_sweeps_every_quarter_of_an_hour_and_catches_up_on_no_more(
    running: Running,
) -> None:
    async def described() -> Any:
        client = await Client.connect(running.house.temporal_address, namespace="orderflow")
        return (await client.get_schedule_handle(SCHEDULE_ID).describe()).schedule

    schedule = running.run(described())
    assert [each.every for each in schedule.spec.intervals] == [timedelta(minutes=15)]
    assert schedule.policy.catchup_window == timedelta(minutes=15)
    assert schedule.policy.overlap.name == "SKIP"


def test_what_lies_in_the_outbox_is_sent(running: Running) -> None:
    order_id = running.order_id(running.order(country="GB"))
    running.until(order_id, lambda found: found.held)

    def sent() -> bool:
        with running.engine.connect() as c:
            rows = c.execute(select(notifications).where(notifications.c.subject == order_id)).all()
        return bool(rows) and {row.state for row in rows} == {"sent"}

    wait_for(sent, "the message about the hold")


def put_message(engine: Engine) -> None:
    """Put one message for a Chinese reader into the outbox."""
    with engine.begin() as c:
        people.save_person(c, Person("li", "Li", email="li@example.com", locale="zh"))
        data = {"reason": "CUSTOMS_DOC", "detail": ""}
        outbox.enqueue(c, [Notification("ord_x", 3, "held", "li", "default", data)])


def outbox_states(engine: Engine) -> list[tuple[str, int]]:
    """Return state and attempts of every message."""
    with engine.connect() as c:
        rows = c.execute(text("SELECT state, attempts FROM notifications ORDER BY id"))
        return [(row.state, row.attempts) for row in rows]


def test_a_refused_message_is_tried_again_later_and_then_arrives(
    engine: Engine, database_url: str, httpserver: HTTPServer
) -> None:
    told: list[Any] = []

    def answer(request: Request) -> Response:
        told.append(request.get_json())
        return Response(status=503 if len(told) == 1 else 200)

    httpserver.expect_request("/hook").respond_with_handler(answer)
    sender = AppriseSender([f"json://127.0.0.1:{httpserver.port}/hook?cto=30&rto=30"])
    notifier = Notifier(engine, database_url, sender)
    put_message(engine)
    notifier.send_due()
    assert outbox_states(engine) == [("failed", 1)]
    with engine.begin() as c:
        c.execute(update(notifications).values(next_attempt_at=None))
    notifier.send_due()
    assert outbox_states(engine) == [("sent", 2)]
    assert notifier.send_due() == 0
    assert [each["title"] for each in told] == ["订单 ord_x 卡点:清关文件"] * 2


def test_every_message_has_words_in_both_languages() -> None:
    data = {
        "stage": "closed_abnormally",
        "reason": "BUYER_CANCEL",
        "action": "Decide",
        "code": "closed",
        "count": "1",
        "stalls": [],
    }
    for kind in ("stage_entered", "held", "turned_red", "escalated", "warned", "refused"):
        english, chinese = (rendered(kind, "#1", data, lang) for lang in ("en", "zh"))
        assert english.title.isascii()
        assert not chinese.title.isascii()


def test_a_second_start_keeps_the_schedule(running: Running) -> None:
    async def again() -> bool:
        client = await Client.connect(running.house.temporal_address, namespace="orderflow")
        try:
            await ensure_schedule(client)
        except RPCError:
            return False
        return True

    assert running.run(again())
