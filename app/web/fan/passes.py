"""The pass of a request: from its cookie, or from the hidden form field where the cookie does not stick.

`current_pass(campaign)` gives it or raises LogInAgain; `pass_if_any(campaign)` gives None instead.  `set_pass_cookie`
hands a new one out.  The cookie is partitioned: a fan who connected inside one site is not known inside another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, g, request
from werkzeug.wrappers import Response

from app.db import reading, transaction
from app.errors import LogInAgain
from app.models import Campaign, Pass
from app.services import passes
from app.web.away import AWAY, is_away
from app.web.clock import utcnow

FIELD = "pass"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The pass that a request shows: its row, its secret, and whether it came by form field."""

    row: Pass
    raw: str
    by_field: bool


def current_pass(campaign: Campaign) -> Shown:
    """The pass that this request shows for the campaign.

    Raises LogInAgain when it shows none, or one that has ended, is of another brand, or was given inside a page that
    may no longer embed the campaign.
    """
    found = pass_if_any(campaign)
    if found is None:
        raise LogInAgain
    return found


def pass_if_any(campaign: Campaign) -> Shown | None:
    """The pass that this request shows for the campaign, or None."""
    known: dict[str, Shown | None] = g.setdefault("passes", {})
    key = str(campaign.id)
    if key not in known:
        known[key] = _find(campaign)
    return known[key]


def keep_for_this_request(campaign: Campaign, raw: str, row: Pass) -> None:
    """A pass that was issued just now counts as shown; by field, for nobody knows yet whether the cookie sticks."""
    g.setdefault("passes", {})[str(campaign.id)] = Shown(row, raw, by_field=True)


def _find(campaign: Campaign) -> Shown | None:
    for raw, by_field in shown_secrets():
        row = _living(raw)
        if row is not None and passes.is_good_for(row, campaign):
            return Shown(row, raw, by_field)
    return None


def _living(raw: str) -> Pass | None:
    now = utcnow()
    try:
        with reading() as tx:
            row = passes.read_pass(tx, raw, now)
        if passes.is_to_be_noted(row, now):
            row = _noted(raw, row, now)
    except LogInAgain:
        return None
    return row


def _noted(raw: str, row: Pass, now: datetime) -> Pass:
    """The pass, noted as used; that it cannot be noted just now keeps nobody from reading."""
    try:
        with transaction() as tx:
            return passes.open_pass(tx, raw, now)
    except AWAY as error:
        if not is_away(error):
            raise
    return row


def shown_secrets() -> list[tuple[str, bool]]:
    """What the request shows as a pass: the cookie first, then the form field; (secret, by field)."""
    shown = [(request.cookies.get(cookie_name(), ""), False)]
    if request.method == "POST":
        shown.append((request.form.get(FIELD, ""), True))
    return [(raw, by_field) for raw, by_field in shown if raw]


def set_pass_cookie(response: Response, raw: str) -> None:
    """Hand the pass out as a cookie that stays in this browser and inside this embedding site."""
    _set_cookie(response, raw, max_age=int(passes.LIFETIME.total_seconds()))


def clear_pass_cookie(response: Response) -> None:
    """Take the cookie back."""
    _set_cookie(response, "", max_age=0)


def _set_cookie(response: Response, value: str, max_age: int) -> None:
    secure = cookies_are_secure()
    response.set_cookie(
        cookie_name(), value, max_age=max_age, path="/", httponly=True,
        secure=secure, samesite="None" if secure else "Lax", partitioned=secure,
    )  # fmt: skip


def cookie_name() -> str:
    """`__Host-fan`; without the prefix, which needs a secure origin, on plain http beyond this machine."""
    return "__Host-fan" if cookies_are_secure() else "fan"


def cookies_are_secure() -> bool:
    """Whether browsers take Secure cookies from us: on https, and from this machine itself."""
    public = urlsplit(current_app.extensions["fanfare"].public_url)
    return public.scheme == "https" or public.hostname in LOOPBACK
