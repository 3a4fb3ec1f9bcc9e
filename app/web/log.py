"""One line a request, with ids only: no names, no addresses, no query strings."""

from __future__ import annotations

import time
import uuid

import structlog
from flask import Flask, Response, g, request

from app.logs import write_lines

log = structlog.get_logger("fanfare.web")


def init_app(app: Flask) -> None:
    write_lines(app.extensions["fanfare"].log_level)
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.request_id = uuid.uuid4().hex
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    if request.endpoint != "static":
        spent_ms = round((time.perf_counter() - g.started) * 1000, 1)
        log.info("request", endpoint=request.endpoint, method=request.method, status=response.status_code,
                 spent_ms=spent_ms, request_id=g.request_id)  # fmt: skip
    return response
