"""What Prometheus reads: requests by route, intake by outcome, and how much waits where.

Labels are route templates, known channel names and codes; never ids or anything personal.
"""

import time

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import Engine
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.backlog import BacklogCollector

_LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The figures of one app."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "orderflow_http_requests_total",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "orderflow_http_request_seconds",
            "Time until the last byte of the answer",
            ("method", "route"),
            buckets=_LATENCY_BUCKETS,
            registry=self.registry,
        )
        self._intake = Counter(
            "orderflow_intake_total",
            "Messages at the front door: accepted, duplicate, refused, unavailable",
            ("channel", "outcome"),
            registry=self.registry,
        )
        self.registry.register(BacklogCollector(engine))

    def count_intake(self, channel: str, outcome: str) -> None:
        """Count a message; `channel` must be one of ours, since callers may invent names."""
        self._intake.labels(channel, outcome).inc()

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request under its route's template."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def exposition(self) -> bytes:
        """Return everything in Prometheus' text format; asks the database, so it blocks."""
        return generate_latest(self.registry)


class CountRequests:
    """ASGI middleware that counts what was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            method = scope["method"] if route != "unmatched" else "ANY"
            metrics: Metrics = scope["app"].state.services.metrics
            metrics.count_request(method, route, status, time.perf_counter() - began)
