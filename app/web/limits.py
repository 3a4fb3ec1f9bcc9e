"""Rate limits, for comfort: the promises themselves are kept by SQL."""

from __future__ import annotations

from flask import Flask, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address


def _who() -> str:
    """The fan where one is known, else the address."""
    return str(g.get("limit_as") or get_remote_address())


limiter = Limiter(key_func=_who, headers_enabled=True)


def plays_limit() -> str:
    """How often one fan may post in a minute, from the settings."""
    return f"{current_app.extensions['fanfare'].plays_a_minute} per minute"


def init_app(app: Flask) -> None:
    settings = app.extensions["fanfare"]
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)


def address() -> str:
    """The caller's address."""
    return request.remote_addr or "unknown"
