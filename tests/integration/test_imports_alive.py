"""Imports through every process: files sent to the API become orders, and delay nobody live."""

from typing import Any

import httpx

from database import inbox
from tests.integration.imports_world import csv_of, many, row
from tests.running import Running, wait_for

BULK = 200
LIVE = 4


def send(running: Running, content: bytes, **fields: str) -> httpx.Response:
    """Post a file as customer service."""
    with running.api("service") as api:
        answer = api.post("/imports", files={"file": ("orders.csv", content)}, data=fields)
    assert answer.status_code == 202, answer.text
    return answer


def settled(running: Running, import_id: str) -> dict[str, Any]:
    """Wait until every order of an import was taken, and return it."""

    def look() -> dict[str, Any] | None:
        with running.api("service") as api:
            found: dict[str, Any] = api.get(f"/imports/{import_id}").json()
        is_over = found["finished_at"] is not None and not found["report"]["waiting"]
        return found if is_over else None

    return wait_for(look, import_id)


def stage_of(running: Running, shop: str, external_id: str) -> str:
    """Return the stage of an order that came in a file."""
    with running.api("service") as api:
        params = {"channel": "spreadsheet", "q": external_id}
        orders = api.get("/orders", params=params).json()["orders"]
    found = [each for each in orders if (each["shop"], each["external_id"]) == (shop, external_id)]
    return str(found[0]["stage"]) if found else ""


def test_a_file_becomes_orders_and_the_same_file_changes_nothing(running: Running) -> None:
    content = csv_of([row("A-1", total="200.00"), row("A-1", sku="LAMP-01", total=""), row("A-2")])
    first = settled(running, send(running, content, shop="alive").json()["id"])
    assert (first["report"]["moved"], first["report"]["share"]) == (2, "100.00")
    wait_for(lambda: stage_of(running, "alive", "A-2") == "pending_confirmation", "A-2")
    again = settled(running, send(running, content, shop="alive").json()["id"])
    assert again["id"] != first["id"]
    assert (again["report"]["moved"], again["report"]["merged"]) == (0, 2)
    assert again["report"]["share"] == "100.00"


def test_what_was_corrected_takes_the_place_of_what_was_wrong(running: Running) -> None:
    wrong = csv_of([row("B-1"), row("B-2", quantity="1.5")])
    first = settled(running, send(running, wrong, shop="mended").json()["id"])
    assert first["report"]["quarantined"] == 1
    assert [each["code"] for each in first["report"]["reasons"]] == ["BAD_QUANTITY"]
    with running.api("service") as api:
        book = api.get(f"/imports/{first['id']}/errors.xlsx")
        assert book.status_code == 200
    right = csv_of([row("B-2")])
    settled(running, send(running, right, shop="mended").json()["id"])
    assert stage_of(running, "mended", "B-2") != ""
    with running.api("service") as api:
        assert api.get(f"/imports/{first['id']}/errors.xlsx").status_code == 404
        resolved = api.get("/quarantine", params={"resolved": True}).json()["items"]
        report = api.get(f"/imports/{first['id']}").json()["report"]
    assert [item["resolution"] for item in resolved if item["external_id"] == "B-2"] == ["replaced"]
    assert (report["quarantined"], report["merged"], report["reasons"]) == (0, 1, [])


def test_live_orders_overtake_a_file_that_is_being_imported(running: Running) -> None:
    import_id = send(running, many(BULK), shop="bulk").json()["id"]

    def is_full_swing() -> bool:
        with running.engine.connect() as c:
            return inbox.counts(c).get("received", 0) > LIVE

    wait_for(is_full_swing, "the import to begin")
    for _ in range(LIVE):
        order_id = running.order_id(running.order())
        running.until(order_id, lambda found: found.version >= 1)
    with running.api("service") as api:
        found = api.get(f"/imports/{import_id}").json()
        # Otherwise nothing was overtaken.
        assert found["report"]["waiting"] > 0
    assert settled(running, import_id)["report"]["moved"] == BULK
