"""`/healthz`: the process lives.  `/readyz`: it can serve, dependency by dependency.  `/metrics`: for Prometheus.

Load balancers, containers and Prometheus ask by the machine's own address, so these three answer for addresses too.
Redis away is `degraded` and still 200: rate limits are then counted by each process and jobs leave a little later,
which is no reason to take a server out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app

from app.db import probe_for
from app.services.readiness import PATIENCE, checks, verdict
from app.settings import Settings

FOR_MACHINES = {"/healthz", "/readyz", "/metrics"}
_AN_ADDRESS = re.compile(r"(localhost|\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:]+\])(:\d+)?", re.ASCII)
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions["fanfare"]
    app.extensions["fanfare.probe"] = probe_for(settings.database_url, PATIENCE)
    app.wsgi_app = ByAddress(app.wsgi_app, urlsplit(settings.public_url).netloc)  # type: ignore[method-assign]
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


class ByAddress:
    """Lets machines ask for the pages that are theirs by an address instead of our name."""

    def __init__(self, wsgi: Wsgi, host: str) -> None:
        self.wsgi, self.host = wsgi, host

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in FOR_MACHINES:
            asked_for = environ["fanfare.asked_for"] = environ.get("HTTP_HOST", "")
            if _AN_ADDRESS.fullmatch(asked_for):
                environ["HTTP_HOST"] = self.host
                environ.pop("HTTP_X_FORWARDED_HOST", None)
        return self.wsgi(environ, start_response)


def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


def readyz() -> tuple[dict[str, object], int]:
    """Whether each thing this process needs answers; 503 when it cannot serve."""
    found = checks(current_app.extensions["fanfare.probe"], current_app.extensions["fanfare"].redis_url)
    status = verdict(found)
    return {"status": status, "checks": found}, 503 if status == "unavailable" else 200
