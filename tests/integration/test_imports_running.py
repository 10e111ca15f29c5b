"""The runner of imports: in batches, resumable, idempotent, and nobody else's while it works."""

import math
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from channels.spreadsheet.extraction import extract
from channels.spreadsheet.records import Order, Record
from database import import_files, import_problems, imports, inbox
from database.import_problems import import_orders
from database.imports import CANCELLED, DONE, FAILED, INTERRUPTED, RECEIVED, Counts, ImportLost
from intake import import_run
from intake.import_run import MOST_ORDERS
from intake.imports import Imports, run_import
from tests.integration.imports_world import (
    OWNER,
    counted,
    csv_of,
    many,
    report,
    row,
    saved,
    seen,
    send,
)


def stored_once(engine: Engine) -> int:
    """Return how many messages there are, and fail when one order is in two of them."""
    query = select(func.count(), func.count(inbox.inbox.c.dedup_key.distinct()))
    with engine.connect() as c:
        rows, different = c.execute(query).one()
    assert rows == different
    return int(rows)


def breaking_after(monkeypatch: pytest.MonkeyPatch, orders: int, error: Exception) -> None:
    """Let the reading end with an error after so many orders."""

    def broken(*given: Any) -> Iterator[Record]:
        for record in extract(*given):
            if isinstance(record, Order) and record.ordinal > orders:
                raise error
            yield record

    monkeypatch.setattr(import_run, "extract", broken)


def test_each_order_becomes_one_message_of_low_priority_that_names_its_import(
    engine: Engine,
) -> None:
    rows = [row("A-1"), row("A-1", sku="LAMP-01"), row("A-2")]
    taken = send(engine, csv_of(rows))
    assert run_import(engine, taken, OWNER) == DONE
    with engine.begin() as c:
        first, second = inbox.claim(c, 10, datetime.now(UTC), 60)
    assert (first.channel, first.shop, first.topic, first.submitter) == (
        "spreadsheet",
        "files",
        "rows",
        "cs",
    )
    assert (first.priority, first.found_by, first.import_id) == (5, "file", taken.import_id)
    assert b"A-1" in first.body
    assert b"A-2" in second.body


def test_an_import_says_how_far_it_has_come_and_forgets_the_files_content(engine: Engine) -> None:
    taken = send(engine, many(3))
    assert counted(engine, "import_chunks") == 1
    told: list[Counts] = []
    run_import(engine, taken, OWNER, told=told.append)
    found = seen(engine, taken.import_id)
    assert (found.state, found.counts.rows_read, found.counts.orders_read) == (DONE, 3, 3)
    assert (found.orders_stored, found.orders_known, found.next_ordinal) == (3, 0, 4)
    assert told[-1].rows_read == 3
    assert counted(engine, "import_chunks") == 0
    with engine.connect() as c:
        (file,) = import_files.of(c, [taken.import_id])[taken.import_id]
    assert file.name == "orders.csv"


def test_history_is_marked_as_such(engine: Engine) -> None:
    run_import(engine, send(engine, many(1), history=True), OWNER)
    with engine.begin() as c:
        (message,) = inbox.claim(c, 10, datetime.now(UTC), 60)
    assert message.found_by == "history"


def test_the_same_file_again_adds_nothing(engine: Engine) -> None:
    first = send(engine, many(3))
    run_import(engine, first, OWNER)
    again = send(engine, many(3))
    assert again.import_id != first.import_id
    assert run_import(engine, again, OWNER) == DONE
    assert stored_once(engine) == 3
    found = seen(engine, again.import_id)
    assert (found.orders_stored, found.orders_known) == (0, 3)


def test_an_import_that_broke_goes_on_after_its_last_batch_without_a_double(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = 2 * MOST_ORDERS + 10
    taken = send(engine, many(orders))
    with monkeypatch.context() as patched:
        breaking_after(patched, MOST_ORDERS + 20, RuntimeError("a defect"))
        # However slow the machine is, the batch ends where it is full.
        patched.setattr(import_run, "SECONDS_BETWEEN_BATCHES", math.inf)
        assert run_import(engine, taken, OWNER) == RECEIVED
    half = seen(engine, taken.import_id)
    assert half.next_ordinal == MOST_ORDERS + 1
    assert stored_once(engine) == MOST_ORDERS
    assert Imports(engine).run_once()
    found = seen(engine, taken.import_id)
    assert (found.state, found.orders_stored, found.orders_known) == (DONE, orders, 0)
    assert stored_once(engine) == orders == counted(engine, "import_orders")


def test_an_import_whose_runner_died_is_taken_by_another_when_its_lease_has_passed(
    engine: Engine,
) -> None:
    taken = send(engine, many(2), owner="dead")
    assert not Imports(engine).run_once()
    with engine.begin() as c:
        passed = datetime.now(UTC) - timedelta(seconds=1)
        c.execute(update(imports.imports).values(taken_until=passed))
    assert Imports(engine).run_once()
    assert seen(engine, taken.import_id).state == DONE
    with engine.begin() as c, pytest.raises(ImportLost):
        imports.advance(c, taken.import_id, "dead", Counts(), 1)


def test_one_that_keeps_breaking_our_code_fails_and_blocks_nobody(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = send(engine, many(2))
    with engine.begin() as c:
        imports.give_back(c, bad.import_id, OWNER, RECEIVED)
    breaking_after(monkeypatch, 0, RuntimeError("a defect"))
    runner = Imports(engine)
    for _ in range(3):
        runner.run_once()
    found = seen(engine, bad.import_id)
    assert found.state == FAILED
    assert found.findings[0]["message_zh"]


def test_asked_to_stop_it_keeps_what_it_has_and_is_left_for_later(engine: Engine) -> None:
    taken = send(engine, many(3))
    stop = threading.Event()
    stop.set()
    assert run_import(engine, taken, OWNER, stop=stop, when_stopped=INTERRUPTED) == INTERRUPTED
    assert not Imports(engine).run_once()
    again = send(engine, many(3))
    assert again.import_id == taken.import_id
    assert run_import(engine, again, OWNER) == DONE
    assert stored_once(engine) == 3


def test_a_cancelled_import_stores_nothing_more(engine: Engine) -> None:
    taken = send(engine, many(3))
    with engine.begin() as c:
        assert imports.cancel(c, taken.import_id, datetime.now(UTC))
    assert run_import(engine, taken, OWNER) == CANCELLED
    assert counted(engine, "inbox") == 0
    assert seen(engine, taken.import_id).state == CANCELLED


def test_a_dry_run_stores_nothing_but_what_it_found(engine: Engine) -> None:
    rows = [row("A-1"), row("A-2", quantity="x"), row("", sku="LOST")]
    taken = send(engine, csv_of(rows), dry_run=True)
    assert run_import(engine, taken, OWNER) == DONE
    assert counted(engine, "inbox") == 0
    found = report(engine, taken.import_id)
    assert (found.orders, found.moved, found.quarantined, found.refused) == (3, 1, 1, 1)
    assert found.reasons == {"BAD_QUANTITY": 1, "REQUIRED": 1}
    assert counted(engine, "import_problems") == 2


def test_what_can_not_be_taken_is_kept_with_its_cells_and_the_rest_goes_through(
    engine: Engine,
) -> None:
    rows = [row("A-1"), row("", sku="LOST"), row("A-2", quantity="x"), row("A-3")]
    taken = send(engine, csv_of(rows))
    assert run_import(engine, taken, OWNER) == DONE
    assert counted(engine, "inbox") == 3
    found = report(engine, taken.import_id)
    assert (found.orders, found.waiting, found.refused) == (4, 3, 1)
    with engine.connect() as c:
        lost, wrong = sorted(import_problems.unsolved(c, taken.import_id), key=_no)
    assert lost.row is not None
    assert "LOST" in lost.row["cells"]
    assert (lost.inbox_id, lost.findings[0].code) == (None, "REQUIRED")
    assert wrong.inbox_id is not None
    assert b"A-2" in (wrong.body or b"")


def _no(problem: import_problems.Problem) -> int:
    return problem.no


def test_a_file_that_can_not_be_read_fails_with_a_finding_in_both_languages(
    engine: Engine,
) -> None:
    taken = send(engine, b"PK\x03\x04 BROKEN off", name="orders.xlsx")
    assert run_import(engine, taken, OWNER) == FAILED
    found = seen(engine, taken.import_id)
    assert found.findings[0]["message_en"]
    assert found.findings[0]["message_zh"]
    assert counted(engine, "inbox") == 0


def test_each_order_is_linked_to_the_message_that_it_is(engine: Engine) -> None:
    run_import(engine, send(engine, many(2)), OWNER)
    again = send(engine, many(3))
    run_import(engine, again, OWNER)
    with engine.connect() as c:
        query = select(import_orders.c.inbox_id).where(import_orders.c.import_id == again.import_id)
        assert len(set(c.execute(query).scalars())) == 3
    assert counted(engine, "inbox") == 3


def test_files_on_this_machine_need_not_be_fetched(engine: Engine, tmp_path: Any) -> None:
    path = saved(tmp_path, many(2))
    taken = send(engine, path.read_bytes())
    with engine.begin() as c:
        import_files.forget(c, taken.import_id)
    assert run_import(engine, taken, OWNER, paths=[path]) == DONE
    assert counted(engine, "inbox") == 2
