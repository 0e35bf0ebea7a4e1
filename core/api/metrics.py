"""GET /metrics for Prometheus: requests as this process counts them, work as the store knows it.

Labels are methods, routes, statuses, states and engines, each from a short list; never an item, a key, a name or an
address. What the worker did is read from the store, so that it outlives both processes and is counted once.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlite_utils import Database
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.api.guard import is_api, path_of
from core.settings import Settings
from core.store import counts
from core.store.db import open_store
from core.store.webhooks import deliveries_by_state

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PLACES = frozenset({"_stcore", "api", "chat", "crop", "desk", "full", "healthz", "img", "login", "logout", "metrics",
                    "readyz", "static", "thumb", "v1"})  # fmt: skip
"""First parts of paths that are told apart; every other one is a page."""
BUCKETS = (0.005, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 120.0)
"""Seconds. 0.03 is the target for what the cache answers."""
FRESH_S = 5.0
"""The store is asked at most this often, however many look."""


class Metrics:
    """The figures of one server."""

    def __init__(self, settings: Settings) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("shelflens_requests", "HTTP requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "shelflens_request_seconds", "Seconds to the end of the answer.", ("method", "route"),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.registry.register(_Store(settings))
        ProcessCollector(registry=self.registry)

    def page(self) -> Callable[[Request], Awaitable[Response]]:
        """GET /metrics."""

        async def endpoint(_request: Request) -> Response:
            text = await run_in_threadpool(generate_latest, self.registry)
            return Response(text, media_type=CONTENT_TYPE_LATEST)

        return endpoint


class Counted:
    """ASGI middleware: counts requests and their seconds, refused ones too."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, tell)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = route_of(scope)
            self.metrics.requests.labels(method, route, str(status)).inc()
            self.metrics.seconds.labels(method, route).observe(time.perf_counter() - began)


def route_of(scope: Scope) -> str:
    """The pattern of the route that answered, such as /api/v1/records/{item_id}; else the path's first part."""
    route = getattr(scope.get("route"), "path", None)
    if route is not None and is_api(scope):
        return f"{scope.get('root_path', '')}{route}"
    first = path_of(scope).split("/")[1] if path_of(scope).startswith("/") else ""
    return f"/{first}" if first in PLACES else "page"


class _Store:
    """What the store knows, as figures; kept for a moment."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read_at = float("-inf")
        self._figures: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        if time.monotonic() - self._read_at >= FRESH_S:
            with open_store(self._settings) as db:
                self._figures = list(_figures(db))
            self._read_at = time.monotonic()
        return self._figures


def _figures(db: Database) -> Iterable[Metric]:
    jobs = GaugeMetricFamily("shelflens_jobs", "Jobs by state.", labels=["state"])
    for state, count in counts.jobs_by_state(db).items():
        jobs.add_metric([state], count)
    yield jobs
    yield GaugeMetricFamily(
        "shelflens_queue_age_seconds", "How long the oldest waiting job has waited.", counts.oldest_wait_s(db)
    )
    photos = CounterMetricFamily("shelflens_engine_photos", "Photos that an engine read.", labels=["engine"])
    seconds = CounterMetricFamily("shelflens_engine_seconds", "Seconds an engine took for them.", labels=["engine"])
    for engine, (count, took_s) in counts.engine_work(db).items():
        photos.add_metric([engine], count)
        seconds.add_metric([engine], took_s)
    yield from (photos, seconds)
    readings = CounterMetricFamily("shelflens_readings", "Items read, from the cache or anew.", labels=["cached"])
    for cached, count in counts.predictions_by_cache(db).items():
        readings.add_metric(["yes" if cached else "no"], count)
    yield readings
    asked = CounterMetricFamily("shelflens_questions", "Questions by state and cache.", labels=["state", "cached"])
    for (state, cached), count in counts.questions(db).items():
        asked.add_metric([state, "yes" if cached else "no"], count)
    yield asked
    told = GaugeMetricFamily("shelflens_webhook_deliveries", "Words to webhooks by state.", labels=["state"])
    for state, count in deliveries_by_state(db).items():
        told.add_metric([state], count)
    yield told
    records = GaugeMetricFamily("shelflens_records", "Records by status.", labels=["status"])
    for status, count in counts.records_by_status(db).items():
        records.add_metric([status], count)
    yield records
