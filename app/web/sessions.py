"""Sessions are the studio's: a signed cookie for /studio only.  Other pages and the API look for none."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

HOME = "/studio"


def init_app(app: Flask) -> None:
    app.session_interface = StudioSessions()


class StudioSessions(SecureCookieSessionInterface):
    """Flask's own signed cookie, read and written under /studio."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request to the studio; elsewhere none, and writing to it is an error."""
        return super().open_session(app, request) if request.path.startswith(HOME) else None
