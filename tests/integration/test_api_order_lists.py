"""Lists of orders: searched in every way, sorted, paged, and taken away as a workbook."""

import base64
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection, Engine, text

from database import people, progress
from domain.holds import ReasonCode
from domain.order import Address, Customer
from domain.state import OrderState
from tests.integration.api_world import as_, key_of, open_house, serving, state_on
from tests.integration.database_world import NOW, employ, later, place, request_of, story_of
from tests.unit.order_states import do, hold

ORDERS = "/api/v1/orders"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


def record(c: Connection, state: OrderState) -> None:
    assert progress.project(c, request_of(state)) is not None


def preparing(c: Connection, name: str, group: str = "eu", **changes: Any) -> OrderState:
    """Keep an order that is being prepared in a group, for an end and with changes of its state."""
    order_id = place(c, name, **{k: v for k, v in changes.items() if k not in ("red", "priority")})
    story = story_of(order_id)
    plan = replace(story.plan, group=group, priority=changes.get("priority", 3))
    state = replace(story, plan=plan).preparing()
    state.red = changes.get("red", False)
    record(c, state)
    return state


async def listed(api: httpx.AsyncClient, person: str = "cs", **query: Any) -> list[str]:
    answer = await api.get(ORDERS, params=query, headers=as_(person))
    assert answer.status_code == 200, answer.text
    return [order["external_id"] for order in answer.json()["orders"]]


async def paged(api: httpx.AsyncClient, person: str, **query: Any) -> list[str]:
    """Read a list two at a time to its end."""
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await api.get(ORDERS, params={"limit": 2, **query, **cursor}, headers=as_(person))
        assert page.status_code == 200, page.text
        seen += [order["external_id"] for order in page.json()["orders"]]
        if page.json()["next_cursor"] is None:
            return seen
        cursor = {"cursor": page.json()["next_cursor"]}


@pytest.fixture
def board(api: httpx.AsyncClient, engine: Engine) -> None:
    """A: ordinary; B: red in na; C: first by priority; D: ended; E: held for cs; F: just came."""
    with engine.begin() as c:
        preparing(c, "A")
        preparing(c, "B", "na", red=True, placed_at=later(-60))
        preparing(c, "C", priority=1, shipping_address=Address(city="Graz", country="AT"))
        record(c, story_of(place(c, "D")).completed())
        state = story_of(place(c, "E", shop="outlet")).preparing()
        do(state, hold(ReasonCode.CUSTOMS_DOC, assignee="cs"))
        record(c, state)
        place(c, "F")


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"open": "true"}, ["F", "E", "C", "B", "A"]),
        ({"open": "false"}, ["D"]),
        ({"open": "true", "sort": "oldest"}, ["A", "B", "C", "E"]),
        ({"country": "AT"}, ["C"]),
        ({"shop": "outlet"}, ["E"]),
        ({"assignee": "cs"}, ["E"]),
        ({"assignee": "cs", "reason": "STOCK_OUT"}, []),
        ({"owner": "warehouse_keeper"}, ["C", "B", "A"]),
        ({"owner": "keeper_na"}, ["B"]),
        ({"owner": "cs", "stage": "preparing"}, ["E"]),
        ({"placed_to": NOW.isoformat()}, ["B"]),
        ({"placed_from": NOW.isoformat(), "shop": "outlet"}, ["E"]),
    ],
)
async def test_orders_are_found_by_what_people_ask(
    api: httpx.AsyncClient, query: dict[str, str], found: list[str]
) -> None:
    assert await listed(api, **query) == found


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("person", ["cs", "root"])
async def test_the_urgent_come_red_first_then_by_priority_then_by_what_is_due(
    api: httpx.AsyncClient, person: str
) -> None:
    assert await paged(api, person, sort="urgent") == ["B", "C", "A", "E"]
    assert await paged(api, person, sort="oldest") == ["A", "B", "C", "D", "E", "F"]
    assert await paged(api, person) == ["F", "E", "D", "C", "B", "A"]


async def test_urgent_pages_of_several_groups_are_one_list(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    with engine.begin() as c:
        employ(c, "both", "warehouse_keeper:eu", "warehouse_keeper:na")
        people.add_key(c, "both", sha256(key_of("both").encode()).hexdigest(), "test")
        for number in range(3):
            preparing(c, f"EU-{number}", "eu", priority=number + 1)
            preparing(c, f"NA-{number}", "na", priority=number + 1)
        preparing(c, "NA-RED", "na", red=True, priority=5)
        preparing(c, "CN", "cn", red=True)
    wanted = ["NA-RED", *(f"{group}-{n}" for n in range(3) for group in ("EU", "NA"))]
    assert await paged(api, "both", sort="urgent") == wanted


@pytest.mark.usefixtures("board")
async def test_a_cursor_belongs_to_its_list(api: httpx.AsyncClient) -> None:
    page = await api.get(ORDERS, params={"limit": 1}, headers=as_("cs"))
    newest = page.json()["next_cursor"]
    forged = [
        ["urgent", "x", False, "no", "infinity"],
        ["urgent", "x", 1, 1, "soon"],
        {},
        ["urgent"],
    ]
    cursors = [newest, "nonsense", *(_coded(each) for each in forged)]
    for cursor in cursors:
        query = {"sort": "urgent", "cursor": cursor}
        answer = await api.get(ORDERS, params=query, headers=as_("cs"))
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor"), cursor
    big = _coded(["urgent", "x", False, 10**9, "infinity"])
    assert (
        await api.get(ORDERS, params={"sort": "urgent", "cursor": big}, headers=as_("cs"))
    ).status_code in (200, 422)


def _coded(key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


@pytest.mark.usefixtures("board")
async def test_a_row_names_its_owner_its_customer_and_what_holds_it(
    api: httpx.AsyncClient,
) -> None:
    async def row_of(person: str) -> dict[str, Any]:
        answer = await api.get(ORDERS, params={"q": "E"}, headers=as_(person))
        (row,) = answer.json()["orders"]
        return dict(row)

    row = await row_of("cs")
    assert (row["owner_name"], row["customer_name"]) == ("Cs", "Beispiel GmbH")
    assert row["held_reasons"] == ["CUSTOMS_DOC"]
    assert (await row_of("audi"))["customer_name"] is None


async def test_customers_are_found_by_those_who_may_read_content_only(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    mine = Customer(external_id="C-1", name="Müller & Söhne", email="Info@Mueller.example")
    theirs = Customer(external_id="C-2", name="MÜLLER 100%", email="x@y.example")
    with engine.begin() as c:
        preparing(c, "EU", "eu", customer=mine)
        preparing(c, "NA", "na", customer=theirs)
        state = story_of(place(c, "SHIPPED")).shipped()
        record(c, state)
    assert await listed(api, q="mÜLLer") == ["NA", "EU"]
    assert await listed(api, q="info@mueller") == ["EU"]
    assert await listed(api, q="müller 100%") == ["NA"]
    assert await listed(api, "keeper_eu", q="müller") == ["EU"]
    assert await listed(api, "audi", q="müller") == []
    assert await listed(api, "audi", q="T1") == ["SHIPPED"]


async def test_each_search_walks_an_index(engine: Engine) -> None:
    from sqlalchemy.dialects import postgresql

    from database import order_lists
    from database.order_search import OrderQuery, Sort, conditions

    queries = {
        "ix_order_progress_urgent": OrderQuery(sort=Sort.URGENT),
        "ix_order_progress_group_urgent": OrderQuery(sort=Sort.URGENT, group="eu"),
        "ix_customers_name": OrderQuery(text="be", names_in=None),
        "ix_customers_email": OrderQuery(text="be", names_in=None),
        "ix_parcels_tracking_number": OrderQuery(text="T1"),
    }
    with engine.begin() as c:
        c.execute(text("SET LOCAL enable_seqscan = off"))
        c.execute(text("SET LOCAL enable_sort = off"))
        for index, query in queries.items():
            statement = order_lists._listed().where(*conditions(query))
            statement = statement.order_by(*order_lists._sorted(query.sort)).limit(50)
            compiled = statement.compile(
                dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
            )
            plan = "\n".join(c.exec_driver_sql(f"EXPLAIN {compiled}".replace("%", "%%")).scalars())
            assert index in plan, plan


# --- the workbook -------------------------------------------------------------------------------


async def exported(api: httpx.AsyncClient, person: str = "cs", **query: str) -> list[list[Any]]:
    answer = await api.get(f"{ORDERS}/export.xlsx", params=query, headers=as_(person))
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return book.get_sheet_by_index(0).to_python()


async def test_the_same_list_is_downloaded_in_words(
    api: httpx.AsyncClient, engine: Engine, board: None
) -> None:
    english = await exported(api, sort="urgent")
    assert len(english) == 5
    held = dict(zip(english[0], english[4], strict=True))
    assert held["External id"] == "E"
    assert (held["Stage"], held["Held for"]) == ("Preparing", "customs papers")
    assert (held["Flags"], held["Waits for"]) == ("held", "customs papers")
    assert (held["Total"], held["Currency"]) == (100.0, "EUR")
    assert held["Placed at (UTC)"] == datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001 - the header's
    chinese = await exported(api, lang="zh", q="E")
    assert dict(zip(*chinese, strict=True))["卡点原因"] == "清关文件"


async def test_personal_columns_are_for_those_who_may_read_content(
    api: httpx.AsyncClient, engine: Engine, board: None
) -> None:
    assert "Customer" in (await exported(api))[0]
    hidden = await exported(api, "audi")
    assert len(hidden) == 7
    assert "Customer" not in hidden[0]
    assert "Beispiel" not in str(hidden)


async def test_what_looks_like_a_formula_stays_text(api: httpx.AsyncClient, engine: Engine) -> None:
    dangerous = [f"{sign}1+1" for sign in "=+-@"]
    with engine.begin() as c:
        for name in dangerous:
            customer = Customer(external_id=name, name=f"{name}|cmd")
            place(c, name, number=name, customer=customer)
    rows = await exported(api, sort="oldest")
    assert [row[0] for row in rows[1:]] == dangerous
    answer = await api.get(f"{ORDERS}/export.xlsx", headers=as_("cs"))
    import zipfile

    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


async def test_a_workbook_that_was_cut_off_says_so(
    api: httpx.AsyncClient, engine: Engine, board: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.order_lists.MOST_ROWS", 2)
    rows = await exported(api)
    assert len(rows) == 4
    assert "More orders match" in rows[3][0]
