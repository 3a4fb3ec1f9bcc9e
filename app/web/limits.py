"""Rate limits, for comfort: the promises themselves are kept by SQL.

Without Redis each process counts for itself until it is back; a request waits for it half a second at most.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.services.keys import fingerprint
from app.web.counting import IN_PROCESS
from app.web.fan.passes import FIELD, cookie_name
from app.web.given import readable_form

QUICKLY: Final = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}


def _who() -> str:
    """Who is counted: the program by its key, the fan by the pass she shows, else the address.

    Many fans share one address (an office, a mobile network); a made-up pass gets no further than its refusal.  Who
    shows two different passes is counted by address, or a made-up one beside the good one would lift the limit.
    """
    if "limit_as" in g:
        return str(g.limit_as)
    shown = {request.cookies.get(cookie_name()), readable_form().get(FIELD)} - {None, ""}
    return f"pass:{fingerprint(str(shown.pop()))}" if len(shown) == 1 else get_remote_address()


class ViewLimiter(Limiter):
    """Limits that stand on views: requests for anything else are not looked through."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = ViewLimiter(key_func=_who, headers_enabled=True)


def plays_limit() -> str:
    """How often one fan may post in a minute, from the settings."""
    return f"{current_app.extensions['fanfare'].plays_a_minute} per minute"


def init_app(app: Flask) -> None:
    settings = app.extensions["fanfare"]
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or IN_PROCESS
    if settings.redis_url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {**QUICKLY, "retry": _no_second_try()}
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    app.after_request(_pause_as_refused)  # runs after the limiter's own
    limiter.init_app(app)


def _no_second_try() -> Any:
    """Redis's own word for it; six megabytes that only those pay who have Redis."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Retry(NoBackoff(), 0)


def _pause_as_refused(response: Response) -> Response:
    """Let Retry-After be what the refusal says; the limiter writes one on every answer.  Source: RFC 9110, 10.2.3."""
    if "retry_after" in g:
        response.headers["Retry-After"] = g.retry_after
    elif response.status_code != 429:
        response.headers.pop("Retry-After", None)
    return response


def address() -> str:
    """The caller's address."""
    return request.remote_addr or "unknown"
