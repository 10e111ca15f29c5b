"""Imports over HTTP: sent, followed, cancelled, corrected; mappings, template, limits, rights."""

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine

from api.uploads import MOST_UPLOAD_BYTES
from database import import_files, imports
from database.import_files import PIECE_BYTES
from intake.imports import Imports
from tests.integration.api_world import as_, open_house, serving, state_on
from tests.integration.imports_world import HEADERS, counted, csv_of, many, row

IMPORTS = "/api/v1/imports"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """The API with its staff."""
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


async def send(
    api: httpx.AsyncClient, content: bytes, name: str = "orders.csv", **given: Any
) -> httpx.Response:
    """Post a file as customer service."""
    headers = as_("cs", **given.pop("headers", {}))
    files = {"file": (name, content)}
    return await api.post(IMPORTS, files=files, data=given, headers=headers)


async def shown(api: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    """Return the import that an answer told of, as it stands now."""
    found: dict[str, Any] = (await api.get(answer.headers["Location"], headers=as_("cs"))).json()
    return found


async def test_a_file_is_kept_run_and_reported(api: httpx.AsyncClient, engine: Engine) -> None:
    answer = await send(api, many(2), shop="dealers", currency="EUR", timezone="Europe/Berlin")
    assert answer.status_code == 202, answer.text
    before = answer.json()
    assert (before["state"], before["shop"], before["submitter"]) == ("received", "dealers", "cs")
    assert before["options"]["timezone"] == "Europe/Berlin"
    assert before["files"][0]["name"] == "orders.csv"
    assert Imports(engine).run_once()
    after = await shown(api, answer)
    assert (after["state"], after["percent"], after["rows_read"]) == ("done", 100, 2)
    assert (after["report"]["orders"], after["report"]["waiting"]) == (2, 2)
    assert (after["orders_stored"], after["errors_url"]) == (2, None)
    listed = (await api.get(IMPORTS, headers=as_("cs"))).json()
    assert [each["id"] for each in listed["items"]] == [after["id"]]


async def test_the_same_upload_is_the_same_import_until_it_has_ended(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    first, again = await send(api, many(2)), await send(api, many(2), name="copy.csv")
    other = await send(api, many(2), dry_run="true")
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert counted(engine, "import_files") == 2


async def test_a_key_gets_the_same_import_even_after_it_has_ended(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    first = await send(api, many(1), headers={"key": "k-1"})
    Imports(engine).run_once()
    again = await send(api, many(1), headers={"key": "k-1"})
    assert again.json()["id"] == first.json()["id"]
    reused = await send(api, many(2), headers={"key": "k-1"})
    assert (reused.status_code, reused.json()["code"]) == (409, "idempotency_key_reused")


async def test_progress_comes_as_events_up_to_the_end(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    answer = await send(api, csv_of([row("A-1"), row("")]), dry_run="true")
    Imports(engine).run_once()
    followed = await api.get(answer.headers["Location"] + "/events", headers=as_("cs"))
    assert followed.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in followed.text.splitlines() if line]
    assert lines[-2] == "event: end" or lines[-1] == "event: end"
    data = json.loads(next(line for line in lines if line.startswith("data: "))[6:])
    assert (data["state"], data["report"]["refused"]) == ("done", 1)


async def test_what_is_wrong_comes_back_as_a_workbook_that_can_be_sent_again(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    answer = await send(api, csv_of([row("A-1"), row("A-2", quantity="1.5")]), dry_run="true")
    Imports(engine).run_once()
    found = await shown(api, answer)
    assert found["report"]["reasons"] == [
        {
            "code": "BAD_QUANTITY",
            "count": 1,
            "name_en": "quantity is no whole number",
            "name_zh": "数量不是有效整数",
        }
    ]
    book = await api.get(found["errors_url"], headers=as_("cs"))
    assert book.status_code == 200
    first = rows_of(book.content)
    assert "A-2" in first[1]
    assert not any("A-1" in cells for cells in first)
    corrected = csv_of([dict(zip(HEADERS, first[1], strict=False)) | {"quantity": "2"}])
    again = await send(api, corrected)
    Imports(engine).run_once()
    assert (await shown(api, again))["orders_refused"] == 0
    # Sent as it is, it says the same again and is no new trouble.
    same = await send(api, book.content, name="errors.xlsx", dry_run="true")
    Imports(engine).run_once()
    assert (await shown(api, same))["report"]["quarantined"] == 1


def rows_of(book: bytes) -> list[list[str]]:
    """Return the cells of a workbook's first sheet."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    return [[str(cell) for cell in cells] for cells in sheet.to_python()]


async def test_without_errors_there_is_no_workbook(api: httpx.AsyncClient, engine: Engine) -> None:
    answer = await send(api, many(1))
    Imports(engine).run_once()
    book = await api.get(answer.headers["Location"] + "/errors.xlsx", headers=as_("cs"))
    assert (book.status_code, book.json()["code"]) == (404, "nothing_to_correct")


async def test_a_cancelled_import_is_not_run(api: httpx.AsyncClient, engine: Engine) -> None:
    answer = await send(api, many(2))
    for _ in range(2):
        stopped = await api.post(answer.headers["Location"] + "/cancel", headers=as_("cs"))
        assert (stopped.status_code, stopped.json()["state"]) == (200, "cancelled")
    assert not Imports(engine).run_once()
    assert counted(engine, "inbox") == counted(engine, "import_chunks") == 0


async def test_what_has_ended_can_not_be_cancelled(api: httpx.AsyncClient, engine: Engine) -> None:
    answer = await send(api, many(1))
    Imports(engine).run_once()
    late = await api.post(answer.headers["Location"] + "/cancel", headers=as_("cs"))
    assert (late.status_code, late.json()["code"]) == (409, "import_ended")


async def test_a_saved_mapping_is_used_by_its_name(api: httpx.AsyncClient, engine: Engine) -> None:
    strange = ("Beleg", *HEADERS[1:])
    content = csv_of([row("A-1")], strange)
    mapping = {"mapping": {"Beleg": "order_id"}}
    saved = await api.put(f"{IMPORTS}/mappings/dealer", json=mapping, headers=as_("cs"))
    assert (saved.status_code, saved.json()["author"]) == (200, "cs")
    listed = (await api.get(f"{IMPORTS}/mappings", headers=as_("cs"))).json()
    assert [each["name"] for each in listed["items"]] == ["dealer"]
    answer = await send(api, content, mapping="dealer")
    written = await send(api, content, mapping='{"Beleg": "order_id"}', dry_run="true")
    runner = Imports(engine)
    while runner.run_once():
        pass
    assert (await shown(api, answer))["orders_stored"] == 1
    assert (await shown(api, written))["report"]["moved"] == 1
    assert (await api.delete(f"{IMPORTS}/mappings/dealer", headers=as_("cs"))).status_code == 200
    gone = await send(api, content, mapping="dealer", dry_run="true", shop="other")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_mapping")


async def test_the_template_imports_cleanly(api: httpx.AsyncClient, engine: Engine) -> None:
    template = await api.get(f"{IMPORTS}/template.xlsx", headers=as_("cs"))
    assert template.status_code == 200
    answer = await send(api, template.content, name="template.xlsx", dry_run="true")
    Imports(engine).run_once()
    found = await shown(api, answer)
    assert found["state"] == "done", found["findings"]
    assert found["report"]["moved"] == found["report"]["orders"] > 0


async def test_a_truncated_workbook_fails_with_words_for_people(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    template = (await api.get(f"{IMPORTS}/template.xlsx", headers=as_("cs"))).content
    answer = await send(api, template[: len(template) // 2], name="cut.xlsx")
    Imports(engine).run_once()
    found = await shown(api, answer)
    assert found["state"] == "failed"
    assert "cut.xlsx" in found["findings"][0]["message_en"]
    assert "cut.xlsx" in found["findings"][0]["message_zh"]
    assert counted(engine, "inbox") == 0


async def test_an_upload_beyond_the_limit_is_refused_before_it_is_read(
    api: httpx.AsyncClient,
) -> None:
    headers = as_("cs") | {"Content-Length": str(MOST_UPLOAD_BYTES + 1)}
    answer = await api.post(IMPORTS, content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_other_routes_keep_their_limit(api: httpx.AsyncClient) -> None:
    headers = as_("cs") | {"Content-Length": str(2 * 1024 * 1024)}
    assert (await api.post("/api/v1/orders", content=b"{}", headers=headers)).status_code == 413


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"currency": "XXX"}, "currency"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"shop": "no such/shop"}, "shop"),
        ({"dates": "ymd"}, "dates"),
        ({"colour": "red"}, "colour"),
        ({"mapping": '{"Beleg": 7}'}, "mapping.Beleg"),
        ({"mapping": '{"Beleg": '}, "mapping"),
    ],
)
async def test_wrong_fields_are_named(
    api: httpx.AsyncClient, fields: dict[str, str], named: str
) -> None:
    answer = await send(api, many(1), **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    assert [each["field"] for each in answer.json()["findings"]] == [named]


async def test_a_body_without_a_file_is_no_upload(api: httpx.AsyncClient) -> None:
    for body in (
        {"content": b"a,b", "headers": as_("cs")},
        {"data": {"shop": "x"}, "headers": as_("cs")},
        {
            "content": b"nonsense",
            "headers": as_("cs") | {"Content-Type": "multipart/form-data; boundary=x"},
        },
    ):
        answer = await api.post(IMPORTS, **body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_upload")


async def test_who_may_not_import_is_refused(api: httpx.AsyncClient, engine: Engine) -> None:
    files = {"file": ("orders.csv", many(1))}
    for person, status in (("audi", 403), ("keeper_eu", 403), ("nobody", 401)):
        assert (await api.post(IMPORTS, files=files, headers=as_(person))).status_code == status
    assert counted(engine, "imports") == 0


async def test_unknown_imports_are_not_found(api: httpx.AsyncClient) -> None:
    path = f"{IMPORTS}/imp_{'0' * 32}"
    for method, tail in (("GET", ""), ("GET", "/events"), ("GET", "/errors.xlsx")):
        answer = await api.request(method, path + tail, headers=as_("cs"))
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_import")
    assert (await api.post(path + "/cancel", headers=as_("cs"))).status_code == 404


async def test_large_files_are_kept_in_pieces(api: httpx.AsyncClient, engine: Engine) -> None:
    content = csv_of([row(f"A-{number}", address="x" * 400) for number in range(6000)])
    assert len(content) > 2 * 1024 * 1024
    await send(api, content, dry_run="true")
    assert counted(engine, "import_chunks") == -(-len(content) // PIECE_BYTES) > 2
    with engine.begin() as c:
        taken = imports.claim(c, "me", datetime.now(UTC), 60)
        assert taken is not None
        assert b"".join(import_files.pieces(c, taken.import_id, 1)) == content
