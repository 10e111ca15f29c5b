"""Log lines: UTC, one shape for all loggers, no personal data, quiet in an outage."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog

from orderflow.logs import CORE_LOGGER, Throttle, configure_logging, drop_personal


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("json", "INFO", stream)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_structlog_and_standard_library_write_the_same_shape(lines: io.StringIO) -> None:
    structlog.get_logger("a").info("taken", order_id="o1")
    logging.getLogger("b").warning("took %s", "o2", extra={"order_id": "o2"})
    first, second = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert (first["logger"], first["event"], first["order_id"]) == ("a", "taken", "o1")
    assert (second["logger"], second["event"], second["order_id"]) == ("b", "took o2", "o2")
    assert datetime.fromisoformat(first["timestamp"]).tzinfo == UTC
    assert first.keys() == second.keys()


def test_personal_keys_are_left_out_at_any_depth(lines: io.StringIO) -> None:
    structlog.get_logger().info(
        "mapped",
        email="li@example.com",
        order={"id": "o1", "shipping_address": {"line1": "1 Way"}, "lines": [{"Name": "Li"}]},
    )
    logging.getLogger("b").info("mapped", extra={"phone": "+49 30 1"})
    text = lines.getvalue()
    assert '"id": "o1"' in text
    assert not any(word in text for word in ("li@example.com", "1 Way", 'Li"', "+49"))


def test_an_exception_is_written_without_local_variables(lines: io.StringIO) -> None:
    address = " ".join(("1", "Way"))
    try:
        raise ValueError(len(address))
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "ValueError: 5" in lines.getvalue()
    assert "1 Way" not in lines.getvalue()


def test_console_format_shows_no_local_variables_either(lines: io.StringIO) -> None:
    stream = io.StringIO()
    configure_logging("console", "INFO", stream)
    address = " ".join(("1", "Way"))
    try:
        raise ValueError(len(address))
    except ValueError:
        structlog.get_logger("a").exception("failed")
    assert "ValueError: 5" in stream.getvalue()
    assert "1 Way" not in stream.getvalue()


def test_the_log_level_holds_for_structlog(lines: io.StringIO) -> None:
    structlog.get_logger("a").debug("hidden")
    assert lines.getvalue() == ""


def test_dropping_leaves_the_callers_structures_alone() -> None:
    order = {"email": "x", "id": "o1"}
    kept = drop_personal(None, "info", {"event": "e", "order": order})
    assert kept == {"event": "e", "order": {"id": "o1"}}
    assert order == {"email": "x", "id": "o1"}


def _record(name: str, message: str) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "", 0, message, (), None)


def test_an_outage_repeats_a_warning_of_the_core_once_per_half_minute() -> None:
    now = 0.0
    throttle = Throttle(CORE_LOGGER, clock=lambda: now)
    name = f"{CORE_LOGGER}-sdk_core::poll"
    assert [throttle.filter(_record(name, "no server")) for _ in range(4)] == [True, *[False] * 3]
    assert throttle.filter(_record(name, "another thing"))
    now = 31.0
    later = _record(name, "no server")
    assert throttle.filter(later)
    assert later.getMessage() == "no server (and 3 more like it)"


def test_our_own_lines_are_never_throttled() -> None:
    throttle = Throttle(CORE_LOGGER, clock=lambda: 0.0)
    assert all(throttle.filter(_record("orderflow", "same")) for _ in range(3))
