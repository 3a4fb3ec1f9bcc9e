"""One line a request, with ids only: no names, no addresses, no query strings.

Every line of a request carries its id, and so do the lines of the jobs that it owes (see `app.db.request_id`).
"""

from __future__ import annotations

import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from app.db import request_id
from app.logs import write_lines

log = structlog.get_logger("fanfare.web")


def init_app(app: Flask) -> None:
    write_lines(app.extensions["fanfare"].log_level)
    app.before_request(_start)
    app.after_request(_finish)
    app.teardown_request(_forget)
    app.log_exception = _log_bug  # type: ignore[method-assign]


def _start() -> None:
    g.request_id = uuid.uuid4().hex
    g.started = time.perf_counter()
    clear_contextvars()
    bind_contextvars(request_id=g.request_id)
    request_id.set(g.request_id)


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    if request.endpoint != "static":
        spent_ms = round((time.perf_counter() - g.started) * 1000, 1)
        log.info("request", endpoint=request.endpoint, method=_method(), status=response.status_code,
                 spent_ms=spent_ms, request_id=g.request_id)  # fmt: skip
    return response


def _forget(_error: BaseException | None) -> None:
    """What this thread does next belongs to another request."""
    clear_contextvars()
    request_id.set("")


def _method() -> str:
    """The method; what is none is not repeated, for anybody may write anything there."""
    return request.method if request.method.isalpha() and len(request.method) < 8 else "other"


def _log_bug(exc_info: Any) -> None:
    """A bug, by its kind and place; the framework's own line would repeat the address and the error's words."""
    log.error("bug", endpoint=request.endpoint, method=_method(), exc_info=exc_info)
