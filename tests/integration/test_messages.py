"""From the outbox to the robots: each medium by itself, retried, given up, sent again, waiting."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select, text

from api.app import create_app
from database import contacts, links, messages, outbox, progress
from database.contacts import MessageSettings
from database.messages import MessageQuery, MessageRow
from database.outbox import Notification
from notifications import dingtalk, feishu, wecom
from notifications.composing import Composer
from notifications.links import LinkMaker
from notifications.notifier import Notifier
from notifications.robots import Dialect, Robot
from notifications.senders import Media
from simulator.robots import KEY, SECRET, NextAnswer, Robots, robots_router
from tests.integration.api_world import as_, open_house, state_on
from tests.integration.database_world import place, request_of, story_of
from tests.unit.order_states import approve, do

START = datetime(2026, 11, 3, 8, 15, tzinfo=UTC)
URLS = {
    "wecom": f"/cgi-bin/webhook/send?key={KEY}",
    "dingtalk": f"/robot/send?access_token={KEY}",
    "feishu": f"/open-apis/bot/v2/hook/{KEY}",
}


class Office:
    """A notifier with the three robots, a clock that only moves when told, and the outbox."""

    def __init__(self, engine: Engine, database_url: str, client: TestClient, robots: Robots):
        self.engine, self.robots = engine, robots
        self.now = START
        self._client = client
        self._url = database_url
        self.set_up(wecom.DIALECT, dingtalk.DIALECT)

    def set_up(self, *dialects: Dialect, secret: str = SECRET) -> None:
        """Let these robots be what the installation has."""
        senders = {
            each.medium: Robot(
                each, f"http://robots{URLS[each.medium]}", secret, client=self._client
            )
            for each in dialects
        }
        composer = Composer(LinkMaker("https://orders.example", b"s" * 32))
        media = Media(dict(senders), tuple(senders))
        self._notifier = Notifier(self.engine, self._url, media, composer, lambda: self.now)

    def put(self, subject: str = "ord_x", seq: int = 1, kind: str = "held", **data: str) -> None:
        """Put a message to mia into the outbox."""
        with self.engine.begin() as c:
            outbox.enqueue(c, [Notification(subject, seq, kind, "mia", "default", data)])
            c.execute(text("UPDATE notifications SET created_at = :at").bindparams(at=START))

    def send(self, **later: float) -> list[MessageRow]:
        """Let the notifier work after some time; returns the messages, the oldest first."""
        self.now += timedelta(**later)
        while self._notifier.send_due():
            pass
        with self.engine.connect() as c:
            return messages.page(c, MessageQuery(limit=200))[0][::-1]

    def fail(self, vendor: Any, code: int, times: int = 1) -> None:
        """Let a robot answer with an error code."""
        self.robots.fail(NextAnswer(vendor=vendor, code=code, times=times))

    def wants(self, **chosen: Any) -> None:
        """Let mia choose how she is told."""
        with self.engine.begin() as c:
            contacts.save_settings(c, "mia", MessageSettings(**chosen), self.now)

    def shown(self, vendor: str) -> list[str]:
        """Return the text of what a robot took."""
        return [str(body) for body in self.robots.taken.get(vendor, ())]


@pytest.fixture
def office(engine: Engine, database_url: str) -> Iterator[Office]:
    robots, app = Robots(per_minute=1000), FastAPI()
    app.include_router(robots_router(robots))
    with engine.begin() as c:
        open_house(c)
    with TestClient(app, base_url="http://robots") as client:
        yield Office(engine, database_url, client, robots)


def outcomes(message: MessageRow) -> dict[str, tuple[str, int, str]]:
    return {d.medium: (d.state, d.attempts, d.error_code) for d in message.deliveries}


def in_review(engine: Engine, number: str = "1001") -> str:
    """Keep an order that waits for mia's signature and return its id."""
    with engine.begin() as c:
        order_id = place(c, number)
        progress.project(c, request_of(story_of(order_id).managed().in_review()))
        c.execute(text("UPDATE tasks SET people = '{mia}' WHERE kind = 'approve'"))
    return order_id


# --- media ---------------------------------------------------------------------------------------


def test_a_medium_that_fails_is_tried_again_alone(office: Office) -> None:
    office.fail("wecom", -1)
    office.put()
    (message,) = office.send()
    assert message.state == "failed"
    assert outcomes(message) == {
        "wecom": ("failed", 1, "wecom:-1"),
        "dingtalk": ("sent", 1, ""),
    }
    (message,) = office.send(minutes=1)
    assert message.state == "sent"
    assert outcomes(message)["wecom"] == ("sent", 2, "")
    assert office.robots.calls == {"wecom": 2, "dingtalk": 1}


def test_a_robot_that_says_too_often_is_left_alone_until_its_window_has_passed(
    office: Office,
) -> None:
    office.set_up(dingtalk.DIALECT)
    office.fail("dingtalk", 130101)
    office.put(seq=1)
    office.put(seq=2)
    first, second = office.send()
    assert (first.state, second.state) == ("failed", "failed")
    assert outcomes(first)["dingtalk"] == ("failed", 0, "dingtalk:130101")
    office.send(minutes=9)
    assert office.robots.calls == {"dingtalk": 1}
    assert {message.state for message in office.send(minutes=1)} == {"sent"}
    assert office.robots.calls == {"dingtalk": 3}


def test_a_bad_signature_is_dead_at_once_and_told_to_administrators_once(office: Office) -> None:
    office.set_up(feishu.DIALECT, wecom.DIALECT, secret="wrong")
    office.put(seq=1)
    office.put(seq=2)
    first, second, *alerts = office.send()
    for message in (first, second):
        assert message.state == "sent"
        assert outcomes(message)["feishu"] == ("dead", 1, "feishu:19021")
    assert [(a.person_id, a.event_kind, set(outcomes(a))) for a in alerts] == [
        ("root", "medium_broken", {"wecom"})
    ]
    assert "feishu:19021" in office.shown("wecom")[-1]


def test_a_message_that_keeps_failing_is_given_up_and_can_be_sent_again(
    office: Office, database_url: str
) -> None:
    office.set_up(wecom.DIALECT)
    office.fail("wecom", -1, times=12)
    office.put()
    for _ in range(12):
        (message,) = office.send(hours=2)
    assert (message.state, outcomes(message)["wecom"]) == ("dead", ("dead", 12, "wecom:-1"))
    office.send(hours=2)
    assert office.robots.calls == {"wecom": 12}
    with TestClient(create_app(state_on(office.engine, database_url))) as api:
        path = f"/api/v1/messages/{message.id}/resend"
        assert api.post(path, headers=as_("audi")).status_code == 404
        assert api.post(path, headers=as_("lead")).json()["state"] == "pending"
        (message,) = office.send()
        assert message.state == "sent"
        refused = api.post(path, headers=as_("mia"))
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_resend")
    assert office.robots.calls == {"wecom": 13}


def test_a_person_is_told_by_the_media_they_chose_for_the_urgency(office: Office) -> None:
    office.wants(media={"urgent": ("dingtalk",)})
    office.put(kind="escalated", waits_on="li")
    assert set(outcomes(office.send()[0])) == {"dingtalk"}
    office.put(seq=2)
    assert set(outcomes(office.send()[1])) == {"dingtalk", "wecom"}


def test_a_medium_that_was_taken_away_gives_way_to_one_that_is_there(office: Office) -> None:
    office.set_up(dingtalk.DIALECT)
    office.fail("dingtalk", -1)
    office.put()
    office.send()
    office.set_up(wecom.DIALECT)
    (message,) = office.send(minutes=1)
    assert message.state == "sent"
    assert outcomes(message)["dingtalk"][0] == "dead"
    assert outcomes(message)["wecom"][0] == "sent"


# --- what they carry -----------------------------------------------------------------------------


def test_who_is_asked_to_sign_gets_links_that_stay_the_same_when_sent_again(office: Office) -> None:
    order_id = in_review(office.engine)
    office.fail("wecom", -1)
    office.put(order_id, 99, "stage_entered", stage="in_review")
    office.send()
    with office.engine.connect() as c:
        before = c.execute(select(func.count()).select_from(links.message_links)).scalar_one()
    (message,) = office.send(minutes=1)
    with office.engine.connect() as c:
        rows = c.execute(select(links.message_links)).all()
    assert message.state == "sent"
    assert before == len(rows) == 6
    assert {row.verdict for row in rows} == {"approve", "reject", "return"}
    (said,) = office.shown("wecom")
    assert said.count("https://orders.example/api/v1/links/") == 3
    assert f"https://orders.example/orders/{order_id}" in said
    assert "100.00 EUR" in said
    assert "Beispiel" not in said
    assert not any(row.token_hash in said for row in rows)


def test_others_get_a_link_to_the_order_alone(office: Office) -> None:
    order_id = in_review(office.engine)
    with office.engine.begin() as c:
        told = Notification(order_id, 99, "escalated", "lead", "default", {"waits_on": "mia"})
        outbox.enqueue(c, [told])
    office.send()
    (said,) = office.shown("wecom")
    assert f"/orders/{order_id}" in said
    assert "/links/" not in said


# --- quiet hours and digests ---------------------------------------------------------------------


def test_what_can_wait_waits_for_the_end_of_quiet_hours_and_what_is_urgent_does_not(
    office: Office,
) -> None:
    office.wants(quiet_from=time(8), quiet_until=time(10), time_zone="UTC")
    office.put(seq=1)
    office.put(seq=2, kind="escalated", waits_on="li")
    waiting, urgent = office.send()
    assert (waiting.state, urgent.state) == ("waiting", "sent")
    assert waiting.next_attempt_at == START.replace(hour=10, minute=0)
    assert {message.state for message in office.send(hours=2)} == {"sent"}


def test_news_is_collected_into_one_message(office: Office) -> None:
    office.set_up(wecom.DIALECT)
    office.wants(digest_minutes=60)
    for seq in range(60):
        office.put(f"ord_{seq}", seq, "copied")
    assert {message.state for message in office.send(minutes=40)} == {"waiting"}
    assert not office.robots.calls
    office.fail("wecom", -1)
    office.send(minutes=10)
    assert office.robots.calls == {"wecom": 1}
    sent = office.send(minutes=1)
    assert {message.state for message in sent} == {"sent"}
    assert len(sent) == 60
    assert office.robots.calls == {"wecom": 2}
    assert "60 messages" in office.shown("wecom")[0]


def test_what_the_order_has_moved_on_from_is_dropped_and_what_waits_for_a_signature_is_not(
    office: Office,
) -> None:
    office.set_up(wecom.DIALECT)
    office.wants(quiet_from=time(8), quiet_until=time(10), time_zone="UTC")
    waits, done = in_review(office.engine, "1001"), in_review(office.engine, "1002")
    office.put(waits, 99, "stage_entered", stage="in_review")
    office.put(done, 99, "stage_entered", stage="in_review")
    office.put("ord-y", 1, "held")
    office.put("ord-z", 1, "held")
    office.send()
    state = story_of(done).managed().in_review()
    signed_from = state.version
    do(state, approve("mia"))
    with office.engine.begin() as c:
        progress.project(c, request_of(state, signed_from))
        c.execute(text("UPDATE tasks SET done_at = now() WHERE order_id = :o"), {"o": done})
    found = {message.subject: message.state for message in office.send(hours=2)}
    assert found == {waits: "sent", done: "obsolete", "ord-y": "sent", "ord-z": "sent"}
    by_itself, together = office.shown("wecom")
    assert "/links/" in by_itself
    assert "ord-y" in together
    assert "ord-z" in together


# --- what is seen of them ------------------------------------------------------------------------


def test_everybody_sees_their_own_messages_and_leads_see_all(
    office: Office, database_url: str
) -> None:
    office.put(seq=1)
    office.put("ord-y", 2)
    office.send()
    with TestClient(create_app(state_on(office.engine, database_url))) as api:

        def listed(caller: str, **asked: str) -> Any:
            answer = api.get("/api/v1/messages", params=asked, headers=as_(caller))
            return answer.json() if answer.is_success else answer.status_code

        assert [each["event_seq"] for each in listed("mia")["items"]] == [2, 1]
        assert listed("fay")["items"] == []
        assert listed("fay", person="mia") == 403
        (found,) = listed("lead", order="ord-y", state="sent")["items"]
        assert {each["medium"]: each["state"] for each in found["deliveries"]} == {
            "wecom": "sent",
            "dingtalk": "sent",
        }
        page = listed("lead", limit="1")
        assert page["next_cursor"] == page["items"][0]["id"]
        rest = listed("lead", limit="1", cursor=str(page["next_cursor"]))
        assert rest["items"][0]["event_seq"] == 1


def test_settings_are_changed_by_one_editor_at_a_time(office: Office, database_url: str) -> None:
    with TestClient(create_app(state_on(office.engine, database_url))) as api:
        path = "/api/v1/me/message-settings"
        before = api.get(path, headers=as_("mia")).json()
        wanted = before | {
            "quiet_from": "22:00",
            "quiet_until": "07:30",
            "time_zone": "Asia/Shanghai",
            "addresses": {"dingtalk": "m1"},
        }
        after = api.put(path, json=wanted, headers=as_("mia"))
        assert after.status_code == 200, after.text
        assert api.get(path, headers=as_("mia")).json() == after.json()
        late = api.put(path, json=wanted, headers=as_("mia"))
        assert (late.status_code, late.json()["code"]) == (409, "settings_changed")
        for wrong in (
            {"time_zone": "Mars/Olympus"},
            {"quiet_until": None},
            {"addresses": {"wecom": "x](https://evil)"}},
            {"media": {"urgent": ["pigeon"]}},
        ):
            refused = api.put(path, json=after.json() | wrong, headers=as_("mia"))
            assert refused.status_code == 422, wrong
    office.set_up(dingtalk.DIALECT)
    office.put(kind="escalated", waits_on="li")
    office.send()
    assert "@m1" in office.shown("dingtalk")[0]
