"""Signing in with a password: sessions, what protects them, and the limit on guessing."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Engine, text

from database import audit, credentials, people, sessions, staff_edits
from tests.integration.api_world import as_
from tests.integration.sessions_world import (
    PASSWORD,
    SESSION,
    Browser,
    browser,
    doors,
    open_doors,
)

NEW = "another password of some length"


@pytest.fixture(autouse=True)
def _house(engine: Engine) -> None:
    open_doors(engine)


async def test_whoever_signs_in_is_told_who_they_are_and_what_they_may_do(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        assert (await mine.client.get(SESSION)).status_code == 401
        answer = await mine.log_in("keeper_eu")
        assert answer.status_code == 200
        seen = (await mine.client.get(SESSION)).json()
    told = answer.json()
    assert {**told, "expires_at": ""} == {**seen, "expires_at": ""}
    assert told["roles"] == [{"role": "warehouse_keeper", "group": "eu"}]
    may = {each["code"]: each for each in told["permissions"]}
    assert may["orders.ship"] == {"code": "orders.ship", "everywhere": False, "groups": ["eu"]}
    assert "orders.confirm" not in may
    assert told["csrf_token"]


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app:
        async with browser(app) as plain:
            said = (await plain.log_in("cs")).headers["set-cookie"]
        async with browser(app, host="https://127.0.0.1") as encrypted:
            secure = (await encrypted.log_in("cs")).headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=lax" in said
    assert "Path=/" in said
    assert "Secure" not in said
    assert "Secure" in secure


async def test_an_e_mail_in_any_case_is_as_good_as_the_id_unless_two_share_it(
    engine: Engine, database_url: str
) -> None:
    with engine.begin() as c:
        c.execute(text("UPDATE people SET email = 'Mail@Example.com' WHERE person_id = 'cs'"))
    async with doors(engine, database_url) as app, browser(app) as mine:
        assert (await mine.log_in("mail@example.COM")).json()["person_id"] == "cs"
        with engine.begin() as c:
            c.execute(text("UPDATE people SET email = 'mail@example.com' WHERE person_id = 'mia'"))
        assert (await mine.log_in("mail@example.com")).status_code == 401


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        wrong = await mine.log_in("cs", "wrong")
        unknown = await mine.log_in("who-is-this", "wrong")
        without = await mine.log_in("mia", "wrong")
    assert wrong.status_code == 401
    assert "set-cookie" not in wrong.headers
    assert wrong.content == unknown.content == without.content


async def test_what_changes_something_needs_the_token_and_our_own_page(
    engine: Engine, database_url: str
) -> None:
    path = "/api/v1/me/message-settings"
    async with doors(engine, database_url) as app, browser(app) as mine:
        await mine.log_in("cs")
        without = await mine.client.put(path, json={})
        elsewhere = {"X-CSRF-Token": mine.csrf, "Origin": "http://127.0.0.1:9999"}
        foreign = await mine.client.put(path, json={}, headers=elsewhere)
        nowhere = {"X-CSRF-Token": mine.csrf, "Origin": "null"}
        hidden = await mine.client.put(path, json={}, headers=nowhere)
        ours = await mine.send("PUT", path, json={})
        with_a_key = await mine.client.put(path, json={}, headers=as_("cs"))
    for refused in (without, foreign, hidden):
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    assert ours.status_code == 200
    assert with_a_key.json()["code"] == "settings_changed", "neither token nor origin is asked for"


async def test_another_site_cannot_sign_a_browser_in(engine: Engine, database_url: str) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        body = {"person": "cs", "password": PASSWORD}
        headers = {"Origin": "http://elsewhere.example"}
        answer = await mine.client.post(SESSION, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


async def test_signing_out_ends_the_session_also_for_who_kept_the_cookie(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine, browser(app) as copy:
        await mine.log_in("cs")
        copy.client.cookies.update(mine.client.cookies)
        assert (await copy.client.get(SESSION)).status_code == 200
        assert (await mine.send("DELETE", SESSION)).status_code == 204
        assert not mine.client.cookies
        assert (await copy.client.get(SESSION)).status_code == 401


async def test_signing_in_anew_ends_the_former_session_of_the_browser(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        await mine.log_in("cs")
        await mine.log_in("root")
    with engine.connect() as c:
        assert c.execute(text("SELECT person_id FROM sessions")).scalars().all() == ["root"]


async def test_ten_wrong_passwords_lock_the_person_and_nobody_else(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        answers = [(await mine.log_in("cs", f"wrong {n}")).status_code for n in range(10)]
        assert answers == [401] * 10
        locked = await mine.log_in("cs")
        assert (locked.status_code, locked.json()["code"]) == (429, "login_locked")
        assert 800 < int(locked.headers["retry-after"]) <= 900
        assert (await mine.log_in("root")).status_code == 200
        with engine.begin() as c:
            c.execute(text("UPDATE login_guards SET locked_until = now() - interval '1 second'"))
        assert (await mine.log_in("cs")).status_code == 200
    actions = recorded(engine)
    assert actions.count(("cs", "login_failed")) == 10
    assert actions.count(("cs", "login_locked")) == 1
    assert actions.count(("cs", "logged_in")) == 1


async def test_names_that_nobody_has_are_locked_like_those_that_somebody_has(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        for _ in range(10):
            await mine.log_in("nobody-at-all", "wrong")
        assert (await mine.log_in("nobody-at-all", "wrong")).status_code == 429
    with engine.connect() as c:
        held = c.execute(text("SELECT string_agg(detail || actor, '') FROM audit")).scalar_one()
    assert "nobody-at-all" not in held


async def test_guesses_at_once_are_as_many_as_guesses_in_turn(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        answers = await asyncio.gather(*(mine.log_in("cs", "wrong") for _ in range(14)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 4


async def test_an_address_that_guesses_for_everybody_is_stopped(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sign_in.MOST_PER_ADDRESS", 3)
    async with doors(engine, database_url) as app:
        async with browser(app, "192.0.2.7") as guesser:
            for person in ("cs", "root", "mia"):
                assert (await guesser.log_in(person, "wrong")).status_code == 401
            assert (await guesser.log_in("cs")).status_code == 429
        async with browser(app, "192.0.2.8") as other:
            for _ in range(4):
                assert (await other.log_in("cs")).status_code == 200, "right ones do not count"


async def test_a_new_password_ends_the_other_sessions_and_the_old_password(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine, browser(app) as other:
        await mine.log_in("cs")
        await other.log_in("cs")
        wrong = await change(mine, "not it", NEW)
        assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
        short = await change(mine, PASSWORD, "short")
        assert short.status_code == 422
        assert PASSWORD not in short.text
        assert (await change(mine, PASSWORD, NEW)).status_code == 204
        assert (await mine.client.get(SESSION)).status_code == 200
        assert (await other.client.get(SESSION)).status_code == 401
        assert (await other.log_in("cs")).status_code == 401
        assert (await other.log_in("cs", NEW)).status_code == 200


async def change(mine: Browser, current: str, new: str) -> httpx.Response:
    body = {"current": current, "new": new}
    return await mine.send("PUT", "/api/v1/me/password", json=body)


async def test_who_leaves_is_out_and_does_not_come_back_by_the_old_password(
    engine: Engine, database_url: str
) -> None:
    now = datetime.now(UTC)
    async with doors(engine, database_url) as app, browser(app) as mine:
        await mine.log_in("cs")
        with engine.begin() as c:
            person = people.get(c, "cs")
            assert person is not None
            staff_edits.keep(c, [replace(person, active=False)], now)
        app.state.services.sessions.forget()
        assert (await mine.client.get(SESSION)).status_code == 401
        with engine.begin() as c:
            staff_edits.keep(c, [person], now)
        assert (await mine.client.get(SESSION)).status_code == 401
        assert (await mine.log_in("cs")).status_code == 401


def test_sessions_end_after_hours_of_rest_and_after_days_of_use(engine: Engine) -> None:
    now = datetime.now(UTC)
    digest = sessions.token_hash("t")
    with engine.begin() as c:
        sessions.start(c, digest, "cs", "x", now)
        assert sessions.find(c, digest, now + timedelta(hours=13)) is None
        seen = now
        for _ in range(14):
            seen += timedelta(hours=11)
            found = sessions.find(c, digest, seen)
            assert found is not None
            assert found.ends_at <= now + sessions.LONGEST
        assert sessions.find(c, digest, now + timedelta(days=7, seconds=1)) is None


def test_what_ran_out_is_swept_away_at_the_next_signing_in(engine: Engine) -> None:
    now = datetime.now(UTC)
    with engine.begin() as c:
        for name, at in (("old", now - timedelta(days=1)), ("new", now)):
            sessions.start(c, sessions.token_hash(name), "cs", "x", at)
        credentials.attempt(c, credentials.subject("name", "x"), 10, now - timedelta(hours=2))
        credentials.sweep(c, now)
        assert c.execute(text("SELECT count(*) FROM sessions")).scalar_one() == 1
        assert c.execute(text("SELECT count(*) FROM login_guards")).scalar_one() == 0


def recorded(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as c:
        return [(row.actor, row.action) for row in audit.entries_of(c, audit.SYSTEM_CHAIN)]


async def test_right_and_wrong_passwords_at_once_all_get_an_answer(
    engine: Engine, database_url: str
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        tries = [PASSWORD, "wrong"] * 6
        answers = await asyncio.gather(*(mine.log_in("cs", each) for each in tries))
    assert {answer.status_code for answer in answers} <= {200, 401, 429}
    assert any(answer.status_code == 200 for answer in answers)
