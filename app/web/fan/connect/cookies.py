"""The login window's own first-party cookie: it ties a login to the browser that began it."""

from __future__ import annotations

import re

from flask import request
from werkzeug.wrappers import Response

from app.services.connecting import Provider
from app.services.connecting.attempts import LIFETIME
from app.services.keys import new_token
from app.web.fan.passes import cookies_are_secure

_OURS = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def browser_secret() -> str:
    """The secret of this browser, as its cookie shows it; a new one when there is none."""
    shown = shown_secret()
    return shown if _OURS.fullmatch(shown) else new_token()


def shown_secret() -> str:
    """The secret that the request's cookie shows; empty when there is none."""
    return request.cookies.get(_name(), "")


def keep_browser_secret(response: Response, secret: str, provider: Provider) -> None:
    """Let the browser show it for ten minutes; also to a provider's POST when that is how it answers."""
    secure = cookies_are_secure()
    by_post = provider.answers_by == "form_post" and secure
    response.set_cookie(
        _name(), secret, max_age=int(LIFETIME.total_seconds()), path="/", httponly=True,
        secure=secure, samesite="None" if by_post else "Lax",
    )  # fmt: skip


def _name() -> str:
    return "__Host-login" if cookies_are_secure() else "login"
