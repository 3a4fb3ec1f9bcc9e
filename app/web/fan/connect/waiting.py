"""The tab's side of a login: it asks whether the window is done, and redeems what comes for a pass.

No cookie is needed for any of this: what the tab knows, its verifier, stands in the form.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.db import reading, transaction
from app.models import Campaign, Fan, LoginCode, Pass
from app.services import connecting
from app.services.connecting.refusals import NotYetConnected
from app.services.passes import issue_pass, revoke_pass
from app.web.clock import utcnow
from app.web.fan.pages import open_campaign, show
from app.web.fan.passes import clear_pass_cookie, keep_for_this_request, set_pass_cookie, shown_secrets
from app.web.fan.tab import arrive
from app.web.fan.ways import ways
from app.web.languages import language
from app.web.limits import limiter

waiting = Blueprint("waiting", __name__)


def _verifier() -> str:
    return request.form.get("verifier", "")


def _who_waits() -> str:
    """Polling is counted by verifier: many fans may share one address."""
    return f"verifier:{connecting.challenge_of(_verifier())}"


@waiting.post("/t/<slug>/poll")
@limiter.limit("90 per minute", key_func=_who_waits)
def poll(slug: str) -> Response:
    """The one-time code when the window is done, else that it is pending."""
    campaign, verifier = open_campaign(slug)[0], _verifier()
    with reading() as tx:
        done = connecting.login_waits(tx, campaign, verifier, utcnow())
    if not done:
        return jsonify(pending=True)
    with transaction() as tx:
        code = connecting.poll_code(tx, campaign, verifier, utcnow())
    return jsonify(code=code) if code else jsonify(pending=True)


@waiting.post("/t/<slug>/redeem")
@limiter.limit("60 per minute", key_func=_who_waits)
def redeem(slug: str) -> Response:
    """Code and verifier in, the fan's first screen and her pass out."""
    campaign, now = open_campaign(slug)[0], utcnow()
    with transaction() as tx:
        login = connecting.redeem_code(tx, campaign, request.form.get("code", ""), _verifier(), now)
        raw, row = _pass_for(tx, campaign, login)
    return _first_screen(campaign, raw, row)


@waiting.post("/t/<slug>/connected")
@limiter.limit("60 per minute", key_func=_who_waits)
def connected(slug: str) -> Response:
    """ "I have connected": the verifier alone, from a page without scripts."""
    campaign, _content = open_campaign(slug)
    try:
        with transaction() as tx:
            login = _login_that_waits(tx, campaign)
            raw, row = _pass_for(tx, campaign, login)
    except NotYetConnected as early:
        return _ask_again(slug, early)
    return _first_screen(campaign, raw, row)


@waiting.post("/t/<slug>/logout")
def logout(slug: str) -> Response:
    """End the pass that this request shows."""
    campaign = open_campaign(slug)[0]
    with transaction() as tx:
        for raw, _by_field in shown_secrets():
            revoke_pass(tx, raw, utcnow())
    response = redirect(f"/t/{campaign.slug}", 303)
    clear_pass_cookie(response)
    return response


def _login_that_waits(tx: Session, campaign: Campaign) -> LoginCode:
    """The login of the tab's own verifier; or of the page's, when the link was clicked before the script ran."""
    of_page = request.form.get("page_verifier", "")
    if of_page and connecting.login_waits(tx, campaign, of_page, utcnow()):
        return connecting.take_login(tx, campaign, of_page, utcnow())
    return connecting.take_login(tx, campaign, _verifier(), utcnow())


def _ask_again(slug: str, early: NotYetConnected) -> Response:
    """The same page with the same verifier, so that the window that is still open leads here."""
    campaign, content = open_campaign(slug)
    screen = {"kind": "connect", "step": "connect", "title": "", "problem": early.message(language())}
    waits: dict[str, Any] = {"verifier": _verifier(), "challenge": connecting.challenge_of(_verifier())}
    return show(campaign, content, screen, status=early.status, providers=ways(), same_window=False, **waits)


def _pass_for(tx: Session, campaign: Campaign, login: LoginCode) -> tuple[str, Pass]:
    """A new pass for the fan who logged in; one that this tab showed before ends here."""
    now = utcnow()
    for old, _by_field in shown_secrets():
        revoke_pass(tx, old, now)
    fan = tx.get_one(Fan, login.fan_id)
    origin = login.source.get("origin")
    return issue_pass(tx, fan, origin if origin in campaign.embed_origins else None, login.source, now)


def _first_screen(campaign: Campaign, raw: str, row: Pass) -> Response:
    """Where the fan stands in the journey; its forms carry the pass until the cookie has come back once."""
    keep_for_this_request(campaign, raw, row)
    response = arrive(campaign)
    set_pass_cookie(response, raw)
    return response
