"""Meters for Prometheus: what this process, and those beside it, have done.

Here: every meter, and `exposition`, the text that Prometheus reads.  Labels hold endpoints, kinds and results, which
are few and known; never an id, an address or anything a person typed.  To add a meter: one line below and a row in
docs/operating.md.

Several processes share their figures through files in the folder that PROMETHEUS_MULTIPROC_DIR names; it must be set
before this module is imported (see `app.cli.metering`).  Without it, a process tells of itself only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import Engine, event
from sqlalchemy.pool import QueuePool

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
JOB_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0)
METERS = CollectorRegistry()

REQUESTS = Counter(
    "fanfare_requests_total", "Requests answered", ["endpoint", "method", "status"], registry=METERS
)  # fmt: skip
REQUEST_SECONDS = Histogram(
    "fanfare_request_seconds", "How long requests took", ["endpoint"], registry=METERS, buckets=SECONDS
)  # fmt: skip
PLAYS = Counter("fanfare_plays_total", "Plays at games, committed", ["state"], registry=METERS)
COUPONS = Counter("fanfare_coupons_total", "Coupons asked for, committed", ["result"], registry=METERS)
JOB_TIME = Histogram(
    "fanfare_job_seconds", "How long jobs took", ["kind", "result"], registry=METERS, buckets=JOB_SECONDS
)  # fmt: skip
RUNS_WOKEN = Counter("fanfare_runs_woken_total", "Runs that workers moved on", ["result"], registry=METERS)
POOL_IN_USE = Gauge(
    "fanfare_pool_connections_in_use", "Database connections at work",
    registry=METERS, multiprocess_mode="livesum",
)  # fmt: skip
POOL_LIMIT = Gauge(
    "fanfare_pool_connections_limit", "Database connections that may be open",
    registry=METERS, multiprocess_mode="livesum",
)  # fmt: skip

_DEEDS = {
    "play_started": PLAYS.labels("started"),
    "play_finished": PLAYS.labels("finished"),
    "coupon_given": COUPONS.labels("given"),
    "coupon_empty": COUPONS.labels("empty"),
    "coupon_capped": COUPONS.labels("capped"),
}


def add_counts(counts: Mapping[str, int]) -> None:
    """Add what a transaction has done, after its commit."""
    for what, times in counts.items():
        _DEEDS[what].inc(times)


@contextmanager
def timed_job(kind: str) -> Iterator[None]:
    """Measure a job of this kind, and whether it was done; a job that is put off or fails raises, and is not done."""
    began, result = time.perf_counter(), "not_done"
    try:
        yield
        result = "done"
    finally:
        JOB_TIME.labels(kind, result).observe(time.perf_counter() - began)


def watch_pool(engine: Engine) -> None:
    """Let the pool's meters follow this engine."""
    if not isinstance(engine.pool, QueuePool):
        return
    POOL_LIMIT.set(engine.pool.size() + max(0, engine.pool._max_overflow))
    event.listen(engine, "checkout", lambda *_: POOL_IN_USE.inc())
    event.listen(engine, "checkin", lambda *_: POOL_IN_USE.dec())


def exposition(more: Mapping[str, tuple[str, float]] | None = None) -> bytes:
    """All meters of this process and its siblings, and `more`: gauge name -> (help, value)."""
    registry: CollectorRegistry = METERS
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return generate_latest(registry) + generate_latest(_Gauges(more or {}))


class _Gauges(CollectorRegistry):
    """Figures that were just read: gauge name -> (help, value)."""

    def __init__(self, figures: Mapping[str, tuple[str, float]]) -> None:
        super().__init__()
        self.figures = figures

    def collect(self) -> Iterator[Metric]:
        for name, (said, value) in self.figures.items():
            yield GaugeMetricFamily(name, said, value=value)
