"""Rules over HTTP: drafts of several people, cell-level findings, explanations of what they did."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from channels.spreadsheet.grids import read_grids, write_grids
from database import people, rules
from tests.integration.api_world import as_, key_of, open_house, serving, state_on
from tests.integration.database_rules_sets import published_rules
from tests.integration.database_world import employ
from tests.integration.rules_world import admitted, order_over

RULES = "/api/v1/rules"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    import hashlib

    with engine.begin() as c:
        open_house(c)
        for person in ("ruth", "sven", "tess"):
            employ(c, person, "rules_editor")
            people.add_key(c, person, hashlib.sha256(key_of(person).encode()).hexdigest(), "test")
        published_rules(c, "v1")
    async with serving(state_on(engine, database_url)) as client:
        yield client


async def begun(api: httpx.AsyncClient, version: str = "v2") -> dict[str, Any]:
    answer = await api.post(RULES, json={"version": version}, headers=as_("ruth"))
    assert answer.status_code == 201, answer.text
    read: dict[str, Any] = answer.json()
    return read


def with_threshold(tables: dict[str, Any], amount: str) -> dict[str, Any]:
    """Return the tables with another amount from which a manager signs."""
    rows = tables["approval"]["rules"]
    (row,) = [each for each in rows if each["id"] == "above_2000"]
    row["when"]["amount"]["values"] = [amount]
    return tables


def threshold(tables: dict[str, Any]) -> list[str]:
    rows = tables["approval"]["rules"]
    (row,) = [each for each in rows if each["id"] == "above_2000"]
    values: list[str] = row["when"]["amount"]["values"]
    return values


async def saved(
    api: httpx.AsyncClient, who: str, tables: dict[str, Any], revision: int
) -> httpx.Response:
    headers = as_(who, **{"If-Match": f'"{revision}"'})
    return await api.put(f"{RULES}/v2", json={"tables": tables}, headers=headers)


async def step(api: httpx.AsyncClient, who: str, what: str, version: str = "v2") -> httpx.Response:
    return await api.post(f"{RULES}/{version}/{what}", headers=as_(who))


async def test_a_second_person_publishes_what_was_checked(api: httpx.AsyncClient) -> None:
    draft = await begun(api)
    answer = await saved(api, "ruth", with_threshold(draft["tables"], "5000"), 1)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    early = await step(api, "sven", "publish")
    assert (early.status_code, early.json()["code"]) == (409, "not_checked")
    checked = (await step(api, "ruth", "check")).json()
    assert (checked["state"], checked["errors"]) == ("checked", 0)
    own = await step(api, "ruth", "publish")
    assert (own.status_code, own.json()["code"]) == (403, "own_draft")
    done = await api.post(f"{RULES}/v2/publish", json={"note": "go"}, headers=as_("sven"))
    assert (done.status_code, done.json()["publisher"]) == (200, "sven")
    shown = (await api.get(f"{RULES}/published", headers=as_("audi"))).json()
    assert (shown["rule_set_id"], shown["based_on"]) == ("v2", "v1")
    diff = (await api.get(f"{RULES}/v2/diff", headers=as_("audi"))).json()
    assert diff["sentences"]["zh"] == [
        "表 approval，行 above_2000：订单金额 > 2000 CNY → 订单金额 > 5000 CNY"
    ]
    history = (await api.get(f"{RULES}/v2/history", headers=as_("audi"))).json()
    assert [(each["actor"], each["action"]) for each in history["entries"]] == [
        ("ruth", "rules_saved"),
        ("ruth", "rules_saved"),
        ("ruth", "rules_checked"),
        ("sven", "rules_published"),
    ]
    late = await saved(api, "ruth", draft["tables"], 2)
    assert (late.status_code, late.json()["code"]) == (409, "version_taken")


async def test_two_editors_at_once_get_both_versions_and_no_editor_publishes(
    api: httpx.AsyncClient,
) -> None:
    first = await begun(api)
    again = (await api.get(f"{RULES}/v2", headers=as_("sven"))).json()
    won = await saved(api, "sven", with_threshold(again["tables"], "4000"), 1)
    assert won.status_code == 200
    lost = await saved(api, "ruth", with_threshold(first["tables"], "5000"), 1)
    assert lost.status_code == 409
    problem = lost.json()
    assert (problem["code"], problem["revision"]) == ("edited_meanwhile", 2)
    for side, amount in (("theirs", "4000"), ("yours", "5000")):
        assert threshold(problem[side]["tables"]) == [amount]
    assert problem["diff"]["sentences"]["en"] == [
        "table approval, row above_2000: order amount > 4000 CNY → order amount > 5000 CNY"
    ]
    kept = (await api.get(f"{RULES}/v2", headers=as_("ruth"))).json()
    assert (kept["revision"], kept["editors"]) == (2, ["ruth", "sven"])
    await step(api, "ruth", "check")
    for editor in ("ruth", "sven"):
        assert (await step(api, editor, "publish")).json()["code"] == "own_draft"
    assert (await step(api, "tess", "publish")).status_code == 200


async def test_a_save_without_a_revision_is_asked_for_one(api: httpx.AsyncClient) -> None:
    draft = await begun(api)
    for headers in (as_("ruth"), as_("ruth", **{"If-Match": "*"})):
        body = {"tables": draft["tables"]}
        answer = await api.put(f"{RULES}/v2", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (428, "revision_required")


async def test_a_stale_draft_is_rebased_or_its_conflict_named(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    draft = await begun(api)
    await saved(api, "ruth", with_threshold(draft["tables"], "5000"), 1)
    await step(api, "ruth", "check")
    with engine.begin() as c:
        published_rules(c, "v3")
    stale = await step(api, "sven", "publish")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_base")
    moved = await step(api, "ruth", "rebase")
    # v3 says what v1 said, so what was checked is what would be published.
    assert (moved.json()["based_on"], moved.json()["state"]) == ("v3", "checked")
    other = await begun(api, "v4")
    tables = with_threshold(other["tables"], "6000")
    headers = as_("sven", **{"If-Match": "1"})
    await api.put(f"{RULES}/v4", json={"tables": tables}, headers=headers)
    await step(api, "sven", "check", "v4")
    assert (await step(api, "tess", "publish", "v4")).status_code == 200
    conflict = await step(api, "ruth", "rebase")
    assert (conflict.status_code, conflict.json()["tables"]) == (409, ["approval"])


async def test_a_workbook_goes_out_is_changed_and_comes_back(api: httpx.AsyncClient) -> None:
    exported = await api.get(f"{RULES}/v1/export.xlsx", params={"lang": "zh"}, headers=as_("audi"))
    assert exported.status_code == 200
    grids = read_grids(exported.content, "rules.xlsx")
    (grid,) = [each for each in grids if each.name == "审批"]
    (row,) = [cells for cells in grid.rows if "> 2000" in cells]

    async def sent(cell: str, **fields: str) -> httpx.Response:
        row[next(at for at, text in enumerate(row) if text.startswith(">"))] = cell
        file = {"file": ("rules.xlsx", write_grids(grids))}
        data = {"version": "v2", **fields}
        return await api.post(f"{RULES}/import", data=data, files=file, headers=as_("ruth"))

    wrong = await sent("> 2000 EUR")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "rules_found_wrong")
    (found,) = [each for each in wrong.json()["rule_findings"] if each["severity"] == "error"]
    assert (found["sheet"], found["row"], found["cell"][0].isalpha()) == (
        "审批",
        "above_2000",
        True,
    )
    good = await sent("> 5000")
    assert good.status_code == 200, good.text
    assert (good.json()["draft"]["based_on"], good.json()["draft"]["author"]) == ("v1", "ruth")
    again = await sent("> 6000")
    assert again.json()["code"] == "version_taken"
    replaced = await sent("> 6000", revision="1")
    assert replaced.json()["draft"]["revision"] == 2
    assert replaced.json()["draft"]["based_on"] == "v1"


async def test_json_is_imported_with_the_path_of_what_is_wrong(api: httpx.AsyncClient) -> None:
    whole = (await api.get(f"{RULES}/v1", headers=as_("ruth"))).json()
    body = {"version": "v2", "tables": with_threshold(whole["tables"], "many")}
    answer = await api.post(f"{RULES}/import", json=body, headers=as_("ruth"))
    assert answer.status_code == 422
    (found,) = answer.json()["rule_findings"]
    assert found["path"] == "tables.approval.rules[2].when.amount.values[0]"
    body["tables"] = with_threshold(whole["tables"], "5000")
    assert (await api.post(f"{RULES}/import", json=body, headers=as_("ruth"))).status_code == 200


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("cs", "GET", "", 200),
        ("cs", "POST", "", 403),
        ("audi", "POST", "/v1/check", 403),
        ("otto", "POST", "/v1/publish", 403),
        ("ruth", "GET", "/v9", 404),
        ("ruth", "GET", "/v9/history", 404),
        ("ruth", "POST", "/v9/publish", 404),
        ("ruth", "POST", "/v1/discard", 409),
        ("ruth", "GET", "/v1/diff?against=v9", 404),
    ],
)
async def test_who_may_what_and_what_is_not_there(
    api: httpx.AsyncClient, who: str, method: str, path: str, status: int
) -> None:
    answer = await api.request(method, f"{RULES}{path}", headers=as_(who))
    assert answer.status_code == status, answer.text


async def test_a_word_of_the_api_and_a_broken_file_are_refused(api: httpx.AsyncClient) -> None:
    taken = await api.post(RULES, json={"version": "published"}, headers=as_("ruth"))
    assert (taken.status_code, taken.json()["code"]) == (422, "bad_version")
    file = {"file": ("rules.xlsx", b"%PDF-1.7")}
    data = {"version": "v2"}
    broken = await api.post(f"{RULES}/import", data=data, files=file, headers=as_("ruth"))
    assert (broken.status_code, broken.json()["code"]) == (422, "bad_workbook")
    assert broken.json()["detail_zh"]
    letter = {"file": ("rules.xlsx", b"Dear all,\nsee the new rules.")}
    answer = await api.post(f"{RULES}/import", data=data, files=letter, headers=as_("ruth"))
    assert answer.status_code == 422
    assert "NO_SHEET" in [each["code"] for each in answer.json()["rule_findings"]]
    assert (await api.get(f"{RULES}/v2", headers=as_("ruth"))).status_code == 404


async def test_a_discarded_draft_says_so(api: httpx.AsyncClient) -> None:
    await begun(api)
    answer = await api.post(f"{RULES}/v2/discard", json={"note": "no"}, headers=as_("sven"))
    assert answer.json()["state"] == "discarded"
    listed = (await api.get(RULES, headers=as_("audi"))).json()["versions"]
    assert [(each["rule_set_id"], each["state"]) for each in listed] == [
        ("v2", "discarded"),
        ("v1", "published"),
    ]


async def test_an_order_is_explained_down_to_who_was_left_out(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        employ(c, "small", "regional_manager", approval_limit=100)
        employ(c, "ria", "regional_manager:na")
    order_id = order_over(engine, "1001", 3000)
    admitted(engine, order_id)
    with engine.begin() as c:
        published_rules(c, "v2")
    admitted(engine, order_id, "v1")
    shown = (await api.get(f"/api/v1/orders/{order_id}/explanation", headers=as_("mia"))).json()
    assert (shown["rule_set"]["version"], shown["rule_set"]["newer"]) == ("v1", "v2")
    assert shown["rule_set"]["publisher"] == "bob"
    (approval,) = [each for each in shown["answers"] if each["table"] == "approval"]
    assert approval["row"] == "above_2000"
    assert [each["row"] for each in approval["why_not"]] == ["above_10000", "first_cooperation"]
    assert "实际为 3000.00 CNY" in approval["why_not"][0]["sentence"]["zh"]
    (role,) = shown["people"]["roles"]
    assert [each["person"] for each in role["asked"]] == ["mia"]
    assert {each["person"]: each["reason"] for each in role["left_out"]} == {
        "ria": "other_group",
        "small": "limit",
    }
    assert shown["people"]["as_of"] is not None
    assert (shown["group"]["group"], shown["group"]["picked"]) == ("eu", False)
    review = next(each for each in shown["deadlines"] if each["stage"] == "in_review")
    assert review["sentence"]["zh"].startswith("审核中：时限 2 小时")
    assert len(review["ladder"]) == 2
    assert [each["seq"] for each in shown["admissions"]] == [2, 1]
    assert [each["contradictions"] for each in shown["admissions"]] == [[], []]
    with engine.connect() as c:
        assert rules.published_id(c) == "v2"
