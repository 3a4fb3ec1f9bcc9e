"""Who calls the API: a bearer key of one brand, with scopes.  Only the key's hash is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request
from sqlalchemy import select

from app.db import reading
from app.errors import Forbidden, Refused
from app.models import ApiKey
from app.services.keys import fingerprint
from app.web.clock import utcnow

View = TypeVar("View", bound=Callable[..., Any])


class BadKey(Refused):
    code, status = "bad_key", 401
    en = "Send “Authorization: Bearer” with a living key of the brand."
    fr = "Envoyez « Authorization: Bearer » avec une clé valable de la marque."


class KeyNotAllowed(Forbidden):
    code = "scope_missing"
    en = "This key may not do that: it lacks the scope “{scope}”."
    fr = "Cette clé ne permet pas cela : il lui manque le droit « {scope} »."


def key_required(scope: str) -> Callable[[View], View]:
    """Let only living keys with this scope through; `g.key` and its brand are then known."""

    def wrap(view: View) -> View:
        @wraps(view)
        def with_key(*args: Any, **kwargs: Any) -> Any:
            g.key = _living_key()
            g.limit_as = f"key:{g.key.id}"
            if scope not in g.key.scopes:
                raise KeyNotAllowed(scope=scope)
            return view(*args, **kwargs)

        return with_key  # type: ignore[return-value]

    return wrap


def _living_key() -> ApiKey:
    word, _, raw = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "bearer" or not 20 <= len(raw) <= 200:
        raise BadKey
    with reading() as tx:
        key = tx.scalars(select(ApiKey).where(ApiKey.key_hash == fingerprint(raw))).one_or_none()
    now = utcnow()
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise BadKey
    return key
