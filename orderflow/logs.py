"""Log lines: structured, in UTC, without personal data, and quiet in an outage."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio.runtime import LogForwardingConfig, LoggingConfig, TelemetryFilter

# Keys under which orders, customers and people carry personal data in our own structures.
PERSONAL_KEYS = frozenset(
    {
        "name",
        "first_name",
        "last_name",
        "full_name",
        "company",
        "customer",
        "customer_name",
        "contact",
        "email",
        "phone",
        "mobile",
        "address",
        "shipping_address",
        "billing_address",
        "line1",
        "line2",
        "street",
        "city",
        "postal_code",
        "zip",
        "notes",
        "body",
        "payload",
        "raw",
        "password",
        "token",
        "api_key",
        "secret",
        "authorization",
        "cookie",
    }
)
CORE_LOGGER = "temporalio.core"
_REPEAT_SECONDS = 30.0
_QUIET_LOGGERS = ("httpx", "httpcore", "uvicorn.access", "asyncio", "apprise")


def configure_logging(log_format: str, log_level: str, stream: TextIO | None = None) -> None:
    """Route structlog and the standard library through one handler; repeatable.

    `log_format` is `console` or `json`; lines go to stderr unless a stream is given.
    """
    shared = _shared_processors()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(log_format, shared, handler.stream))
    handler.addFilter(Throttle(CORE_LOGGER))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(log_level)
    for name in _QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def core_logging() -> LoggingConfig:
    """For the Temporal runtime: warnings of its core come through our handler, throttled."""
    return LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger(CORE_LOGGER)),
    )


def drop_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out every key known to hold personal data or a secret, at any depth.

    A net, not a licence: whoever logs names only ids. Texts are not searched.
    """
    for key in [k for k in event if k.lower() in PERSONAL_KEYS]:
        del event[key]
    for key, value in event.items():
        event[key] = _without_personal(value)
    return event


def _drop_core_entry(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The core's own record object says nothing that the message does not."""
    event.pop("temporal_log", None)
    return event


def _without_personal(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if str(k).lower() not in PERSONAL_KEYS}
        return {k: _without_personal(v) for k, v in kept.items()}
    if isinstance(value, list | tuple):
        return [_without_personal(item) for item in value]
    return value


class Throttle(logging.Filter):
    """Lets a message of one logger through once per 30 s, then with the number left out.

    In an outage Temporal's core repeats the same few warnings many times a second.
    """

    def __init__(self, prefix: str, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._prefix = prefix
        self._clock = clock
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        if not record.name.startswith(self._prefix):
            return True
        # The core's own text without its fields, which differ each time.
        key = str(getattr(getattr(record, "temporal_log", None), "message", record.msg))
        now = self._clock()
        if key in self._last and now - self._last[key] < _REPEAT_SECONDS:
            self._left_out[key] = self._left_out.get(key, 0) + 1
            return False
        self._last[key] = now
        if repeated := self._left_out.pop(key, 0):
            record.msg = f"{record.getMessage()} (and {repeated} more like it)"
            record.args = ()
        return True


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _drop_core_entry,
        drop_personal,
    ]


def _formatter(log_format: str, shared: list[Processor], stream: TextIO) -> logging.Formatter:
    ending: list[Processor]
    if log_format == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
        ending = [structlog.processors.format_exc_info, renderer]
    else:
        # The rich formatter would print local variables, customers' data among them.
        plain = structlog.dev.plain_traceback
        ending = [structlog.dev.ConsoleRenderer(stream.isatty(), exception_formatter=plain)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
    )
