"""`/metrics`: the meters of all web processes and the installation's figures, as Prometheus reads them.

With FANFARE_METRICS_TOKEN, whoever shows it as a bearer token is answered.  Without it, only what asks from this very
machine, by its own address and not through a proxy; everybody else finds nothing here.
"""

from __future__ import annotations

import hmac
import ipaddress
import time
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import bound_engine, count_with
from app.metrics import CONTENT_TYPE, REQUEST_SECONDS, REQUESTS, add_counts, exposition, watch_pool
from app.services.figures import figures_now
from app.web.clock import utcnow

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SIGNS_OF_A_PROXY = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


def init_app(app: Flask) -> None:
    count_with(add_counts)
    watch_pool(bound_engine())
    app.after_request(_measure)
    app.add_url_rule("/metrics", "metrics", metrics)


def metrics() -> Response:
    """Every meter and figure; the figures of the database are left out while it is away."""
    if not _may_read():
        abort(404)
    return Response(exposition(_figures()), content_type=CONTENT_TYPE)


def _measure(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(endpoint, method, response.status_code).inc()
    if "started" in g:
        REQUEST_SECONDS.labels(endpoint).observe(time.perf_counter() - g.started)
    return response


def _figures() -> dict[str, tuple[str, float]]:
    up = "Whether the database answers"
    try:
        with Session(current_app.extensions["fanfare.probe"]) as tx:
            gauges = figures_now(tx, utcnow()).gauges()
    except SQLAlchemyError:
        return {"fanfare_database_up": (up, 0)}
    return {"fanfare_database_up": (up, 1), **gauges}


def _may_read() -> bool:
    token = current_app.extensions["fanfare"].metrics_token
    if token:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(shown.encode(), token.encode())
    asked_for = urlsplit(f"//{request.environ.get('fanfare.asked_for', '')}").hostname or ""
    through_proxy = any(request.headers.get(name) for name in SIGNS_OF_A_PROXY)
    return not through_proxy and _is_loopback(request.remote_addr or "") and _is_loopback(asked_for)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
