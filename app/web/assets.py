"""Addresses of built files: `asset('fan.js')` carries a version, so that browsers may keep the file for ever."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request

KEPT = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "static") / "dist"

    @lru_cache
    def asset(name: str) -> str:
        """The address of a file of static/dist, with the version of its content."""
        version = sha256((folder / name).read_bytes()).hexdigest()[:10]
        return f"/static/dist/{name}?v={version}"

    app.jinja_env.globals["asset"] = asset
    app.after_request(_keep_versions)


def _keep_versions(response: Response) -> Response:
    if request.endpoint == "static" and ("v" in request.args or request.path.startswith("/static/fonts/")):
        response.headers["Cache-Control"] = KEPT
    return response
