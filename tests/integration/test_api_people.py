"""People, absences, groups and calendars over HTTP: who may see and change whom."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from database import audit, people
from orderflow import console
from orderflow.cli import app as command
from tests.integration.api_world import as_, open_house, serving, state_on
from tests.integration.database_world import employ

V1 = "/api/v1"
PEOPLE = f"{V1}/people"
NEW = {
    "name": "Nina Neu",
    "email": "nina@example.com",
    "superior_id": "lead",
    "approval_limit": "6000.00",
    "roles": [{"role": "regional_manager", "group": "eu"}],
}


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
        employ(c, "sub", "customer_service", superior_id="cs")
        employ(c, "cs", "customer_service", superior_id="lead")
    async with serving(state_on(engine, database_url)) as client:
        yield client


def period(days: float = 1, **more: Any) -> dict[str, Any]:
    begins_at = datetime.now(UTC) + timedelta(hours=1)
    ends_at = begins_at + timedelta(days=days)
    return {"begins_at": begins_at.isoformat(), "ends_at": ends_at.isoformat(), **more}


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_an_administrator_adds_changes_and_retires_somebody(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    added = await api.put(f"{PEOPLE}/nina", json=NEW, headers=as_("root"))
    assert added.status_code == 200, added.text
    again = await api.put(f"{PEOPLE}/nina", json=NEW, headers=as_("root"))
    assert again.json() == added.json()
    assert added.json()["approval_limit"] == "6000"
    changed = {**NEW, "phone": "+49 30 901820", "version": added.json()["version"]}
    assert (await api.put(f"{PEOPLE}/nina", json=changed, headers=as_("root"))).status_code == 200
    stale = {**NEW, "name": "N.", "version": added.json()["version"]}
    refused = await api.put(f"{PEOPLE}/nina", json=stale, headers=as_("root"))
    assert code(refused) == (409, "entry_changed")
    with engine.begin() as c:
        people.add_key(c, "nina", "b" * 64, "laptop")
    version = (await api.get(f"{PEOPLE}/nina", headers=as_("cs"))).json()["version"]
    gone = {**changed, "active": False, "version": version}
    assert (await api.put(f"{PEOPLE}/nina", json=gone, headers=as_("root"))).status_code == 200
    listed = (await api.get(PEOPLE, headers=as_("audi"))).json()["people"]
    assert "nina" not in {each["person_id"] for each in listed}
    with engine.connect() as c:
        assert people.by_key(c, "b" * 64) is None
        assert c.execute(text("SELECT count(*) FROM staff_changes")).scalar_one()
        entries = audit.entries_of(c, audit.SYSTEM_CHAIN)
    assert [entry.action for entry in entries] == ["user_saved"] * 3


async def test_only_administrators_edit_people_and_nobody_their_own_rights(
    api: httpx.AsyncClient,
) -> None:
    for person in ("lead", "audi", "cs"):
        answer = await api.put(f"{PEOPLE}/nina", json=NEW, headers=as_(person))
        assert code(answer) == (403, "forbidden")
    mine = (await api.get(f"{PEOPLE}/root", headers=as_("root"))).json()
    for change in (
        {"roles": [*mine["roles"], {"role": "finance"}]},
        {"approval_limit": "1"},
    ):
        answer = await api.put(f"{PEOPLE}/root", json=mine | change, headers=as_("root"))
        assert code(answer) == (403, "own_rights")
    renamed = await api.put(f"{PEOPLE}/root", json=mine | {"name": "Ro"}, headers=as_("root"))
    assert renamed.status_code == 200


async def test_what_is_wrong_with_a_person_is_said_by_field(api: httpx.AsyncClient) -> None:
    wrong = {**NEW, "superior_id": "ghost", "roles": [{"role": "emperor"}]}
    answer = await api.put(f"{PEOPLE}/nina", json=wrong, headers=as_("root"))
    assert code(answer) == (422, "invalid")
    assert {each["field"] for each in answer.json()["findings"]} == {"superior", "roles"}
    assert code(await api.get(f"{PEOPLE}/nina", headers=as_("cs"))) == (404, "unknown_person")


async def test_an_absence_is_entered_by_oneself_a_superior_or_an_administrator(
    api: httpx.AsyncClient,
) -> None:
    path = f"{PEOPLE}/sub/absences"
    assert code(await api.post(path, json=period(), headers=as_("mia"))) == (403, "not_your_staff")
    secret = period(delegate_id="cs", note="surgery")
    added = await api.post(path, json=secret, headers=as_("lead"))
    assert (added.status_code, added.json()["note"]) == (201, "")
    seen = (await api.get(f"{V1}/absences?person=sub", headers=as_("root"))).json()["absences"]
    assert [(each["note"], each["delegate_id"]) for each in seen] == [("surgery", "cs")]
    overlapping = await api.post(path, json=period(), headers=as_("root"))
    assert code(overlapping) == (422, "bad_absence")
    circle = await api.post(
        f"{PEOPLE}/cs/absences", json=period(delegate_id="sub"), headers=as_("cs")
    )
    assert "cs → sub → cs" in circle.json()["detail"]
    cancel = f"{V1}/absences/{added.json()['absence_id']}"
    assert code(await api.delete(cancel, headers=as_("mia"))) == (403, "not_your_staff")
    for _ in range(2):
        assert (await api.delete(cancel, headers=as_("cs"))).status_code == 200
    assert (await api.get(f"{V1}/absences", headers=as_("cs"))).json() == {"absences": []}
    unknown = await api.delete(f"{V1}/absences/99", headers=as_("cs"))
    assert code(unknown) == (404, "unknown_absence")


async def test_people_go_out_as_a_workbook_and_come_back_with_findings_by_cell(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    out = await api.get(f"{PEOPLE}/export.xlsx", headers=as_("root"))
    assert out.content.startswith(b"PK")

    async def send(data: bytes, name: str, query: str = "") -> httpx.Response:
        form = {"file": (name, data)}
        return await api.post(f"{PEOPLE}/import{query}", files=form, headers=as_("root"))

    same = await send(out.content, "people.xlsx")
    assert same.json() == {"dry_run": False, "read": 11, "changed": []}
    head = "id,name,roles,superior\n"
    wrong = await send((head + "nina,Nina,emperor,ghost\n").encode(), "people.csv")
    assert code(wrong) == (422, "invalid")
    assert {each["field"] for each in wrong.json()["findings"]} == {"C2", "D2"}
    mine = await send((head + "root,Root,administrator; finance,\n").encode(), "people.csv")
    assert code(mine) == (403, "own_rights")
    good = (head + "zed,Zed,sales,nina\nnina,Nina,team_lead,lead\n").encode()
    dry = await send(good, "people.csv", "?dry_run=true")
    assert dry.json() == {"dry_run": True, "read": 2, "changed": ["zed", "nina"]}
    with engine.connect() as c:
        assert people.get(c, "nina") is None
    assert (await send(good, "people.csv")).json()["changed"] == ["zed", "nina"]
    with engine.connect() as c:
        zed = people.get(c, "zed")
    assert zed is not None
    assert zed.superior_id == "nina"
    assert code(await send(b"%PDF-1.7 x", "people.pdf")) == (422, "unreadable_sheet")


async def test_a_calendar_shows_its_next_two_weeks_and_belongs_to_a_group(
    api: httpx.AsyncClient,
) -> None:
    berlin = {
        "name_en": "Berlin",
        "name_zh": "柏林",
        "time_zone": "Europe/Berlin",
        "weekly": dict.fromkeys(("monday", "tuesday", "friday"), "09:00-12:00 13:00-18:00"),
        "holiday_country": "DE",
    }
    path, group = f"{V1}/calendars/berlin", {"name_en": "Europe", "name_zh": "欧洲"}
    group |= {"warehouse": "de", "calendar": "berlin"}
    groups = (await api.get(f"{V1}/groups", headers=as_("cs"))).json()["groups"]
    group["version"] = next(each["version"] for each in groups if each["code"] == "eu")
    unknown = await api.put(f"{V1}/groups/eu", json=group, headers=as_("root"))
    assert code(unknown) == (404, "unknown_calendar")
    assert code(await api.put(path, json=berlin, headers=as_("lead"))) == (403, "forbidden")
    bad = {**berlin, "weekly": {"monday": "nine to five"}}
    assert code(await api.put(path, json=bad, headers=as_("root"))) == (422, "bad_calendar")
    kept = await api.put(path, json=berlin, headers=as_("root"))
    assert kept.status_code == 200, kept.text
    shown = (await api.get(path, headers=as_("cs"))).json()
    assert len(shown["preview"]) == 14
    assert {each["hours"] for each in shown["preview"]} == {"", "09:00-12:00 13:00-18:00"}
    assert code(await api.put(path, json=berlin, headers=as_("root"))) == (409, "calendar_changed")
    assert (await api.put(f"{V1}/groups/eu", json=group, headers=as_("root"))).status_code == 200
    stale = {**group, "warehouse": "pl"}
    refused = await api.put(f"{V1}/groups/eu", json=stale, headers=as_("root"))
    assert code(refused) == (409, "entry_changed")


def test_commands_do_the_same_with_words_for_operators(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", database_url)
    monkeypatch.setattr(console.out, "_width", 200)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(command, words)
        return result.exit_code, result.output

    group = ("--name-en", "Europe", "--name-zh", "欧洲", "--warehouse", "de")
    assert run("groups", "add", "eu", *group)[0] == 0
    assert run("users", "add", "lea", "--role", "team_lead")[0] == 0
    assert run("users", "add", "li", "--role", "finance@eu", "--superior", "lea")[0] == 0
    assert run("users", "add", "bad", "--role", "emperor")[0] == 2
    assert run("calendars", "add", "sh", "--zone", "Asia/Shanghai", "--country", "CN")[0] == 0
    assert "09:00-18:00" in run("calendars", "show", "sh")[1]
    away = run("absences", "add", "li", "2099-01-01", "2099-01-08", "--delegate", "lea")
    assert away[0] == 0, away[1]
    assert "lea" in run("absences", "list")[1]
    assert run("users", "export", "people.csv")[0] == 0
    assert run("users", "import", "people.csv")[1].startswith("0 changed, 2 read")
    assert run("users", "leave", "li")[0] == 0
    assert "li" not in run("users", "list")[1].split()
    assert run("users", "return", "li")[0] == 0
    assert "finance@eu" in run("users", "show", "li")[1]
    assert run("users", "leave", "nobody")[0] == 2
    with engine.connect() as c:
        actions = [entry.action for entry in audit.entries_of(c, audit.SYSTEM_CHAIN)]
    assert actions[-2:] == ["user_left", "user_returned"]
