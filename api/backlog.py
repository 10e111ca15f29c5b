"""How much waits where, counted when Prometheus asks and remembered for a few seconds."""

import time
from collections.abc import Iterator

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from database import backlog

SECONDS_KEPT = 5.0
Family = GaugeMetricFamily | CounterMetricFamily

log = structlog.get_logger(__name__)

# What is counted: name of the gauge, its words, and the label that tells the parts apart.
_GAUGES = {
    "inbox": (
        "orderflow_inbox_open",
        "Messages acknowledged and not yet handed to an order",
        "state",
    ),
    "orders": ("orderflow_orders_open", "Open orders", "stage"),
    "holds": ("orderflow_holds_open", "Open holds", "reason"),
    "outbox": ("orderflow_outbox_open", "Messages to people that are not sent yet", "state"),
    "look_ups": ("orderflow_look_ups_open", "Orders that wait to be read from a shop", "channel"),
    "found_by_poll": (
        "orderflow_found_by_poll_total",
        "Orders that no webhook told of, only the poll",
        "channel",
    ),
}


class BacklogCollector(Collector):
    """The gauges that come from Postgres; without it there are none, and nothing fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counted: list[Family] = []
        self._until = 0.0

    def collect(self) -> Iterator[Family]:
        """Count, unless that was done within the last seconds."""
        if time.monotonic() > self._until:
            self._until = time.monotonic() + SECONDS_KEPT
            self._counted = self._count()
        yield from self._counted

    def describe(self) -> list[Family]:
        """Return nothing: registering must not ask the database."""
        return []

    def _count(self) -> list[Family]:
        try:
            with self._engine.connect() as c:
                return [_gauge(what, parts) for what, parts in backlog.counts(c).items()]
        except SQLAlchemyError as error:
            log.warning("backlog not counted", error=type(error).__name__)
            return []


def _gauge(what: str, parts: dict[str, int]) -> Family:
    name, words, label = _GAUGES[what]
    family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
    gauge = family(name, words, labels=[label])
    for value, number in parts.items():
        gauge.add_metric([value], number)
    return gauge
