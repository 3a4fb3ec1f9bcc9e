"""The login window: to the provider and back, at top level on our own address.

The callback is transaction, HTTP, transaction.  Whatever goes wrong ends in a page with one sentence and a way back;
what the provider says of an error is never shown.
Source: Fetch Metadata Request Headers (W3C); RFC 9700, section 4.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from flask import Blueprint, g, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.db import reading, transaction
from app.errors import Refused
from app.models import Campaign, LoginAttempt
from app.services import connecting, events
from app.services.campaigns import CampaignContent
from app.services.connecting import Answer, Profile, Provider, Secrets, Window
from app.services.connecting.refusals import (
    KINDER_TITLES,
    AnswersOtherwise,
    Cancelled,
    LoginUnknown,
    NotFromHere,
    NotTrusted,
    TurnedDown,
)
from app.services.passes import issue_pass, revoke_pass
from app.services.people import person_of_fan
from app.services.theme import theme_hash
from app.services.visits import campaign_at, live_content
from app.web.clock import utcnow
from app.web.fan.connect.cookies import browser_secret, keep_browser_secret, shown_secret
from app.web.fan.pages import theme_of
from app.web.fan.passes import set_pass_cookie, shown_secrets
from app.web.fan.ways import asked, known, way
from app.web.languages import choose_language, direction, language
from app.web.limits import limiter

window = Blueprint("window", __name__)
log = structlog.get_logger("fanfare.connect")
PAGE = "fan/connect_done.html"


@dataclass(frozen=True, slots=True)
class Finished:
    """A login that went well: the code for the tab that waits, or the pass of a login at top level."""

    code: str | None = None
    raw_pass: str | None = None


@window.get("/connect/<provider_id>")
@limiter.limit("120 per minute")
def start(provider_id: str) -> Response:
    """Send the fan to the provider.  Only our own pages may begin this."""
    provider = way(provider_id)
    campaign = _campaign(request.args.get("c", ""))
    challenge = _challenge()
    secrets, now = connecting.new_secrets(), utcnow()
    url = connecting.authorization_url(provider, known(), asked(provider, language()), secrets, now)
    opened = Window(browser_secret(), challenge, language(), events.cleaned_source(request.args))
    with transaction() as tx:
        connecting.start_attempt(tx, campaign, provider, secrets, opened, now)
    response = redirect(url, 302)
    keep_browser_secret(response, opened.browser, provider)
    return response


@window.route("/connect/<provider_id>/callback", methods=["GET", "POST"])
@limiter.limit("120 per minute")
def callback(provider_id: str) -> Response:
    """Take the provider's answer, check it, and let the tab or this window go on."""
    provider = way(provider_id)
    said = _answer_fields(provider)
    attempt, campaign = _take(provider, said.get("state", ""))
    if "error" in said:
        raise Cancelled if said["error"] == "access_denied" else TurnedDown(provider=provider.name)
    if "code" not in said:
        raise NotTrusted(provider.name, "neither code nor error")
    secrets = Secrets(said["state"], attempt.nonce, attempt.pkce_verifier)
    answer = Answer(said["code"], said.get("iss"))
    profile = connecting.who_connected(provider, known(), asked(provider, attempt.language), answer, secrets, utcnow())
    finished = _finish(attempt, campaign, provider, profile)
    if finished.raw_pass is None:
        return make_response(_page({}, code=finished.code))
    response = redirect(f"/t/{campaign.slug}/go", 303)
    set_pass_cookie(response, finished.raw_pass)
    return response


@window.errorhandler(Refused)
def on_refused(refused: Refused) -> Response:
    """One sentence, and the way back to the game where we know it."""
    log.warning("connect_refused", code=refused.code, why=getattr(refused, "why", ""), request_id=g.get("request_id"))
    slug = g.get("campaign_slug")
    titles = KINDER_TITLES.get(refused.code, ("", ""))
    told = {"problem": refused.message(language()), "title": titles[language() == "fr"]}
    return make_response(_page(told, continue_url=f"/t/{slug}" if slug else None), refused.status)


@window.after_request
def add_headers(response: Response) -> Response:
    """Nothing of a login is kept, framed or told to the next site."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cache-Control"] = "no-store"
    return response


def _campaign(slug: str) -> Campaign:
    with reading() as tx:
        campaign = campaign_at(tx, slug)
        _settle(campaign, live_content(tx, campaign))
    return campaign


def _settle(campaign: Campaign, content: CampaignContent, preferred: str | None = None) -> None:
    """Settle what the window looks like, also when the login ends badly: its language, its colours, the way back."""
    choose_language(content.languages, preferred)
    g.campaign_slug = campaign.slug
    g.theme_url = f"/t/{campaign.slug}/theme.{theme_hash(theme_of(content))}.css"


def _challenge() -> str | None:
    """The tab's challenge; None when this login stays in its window.

    A link from a mail or another site could carry a stranger's challenge, and let him take over what the fan begins: so
    only our own pages may open the window.  A browser that does not tell cannot be checked and gets no challenge.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        return None
    if site != "same-origin" or request.headers.get("Sec-Fetch-Dest", "document") != "document":
        raise NotFromHere
    challenge = request.args.get("ch")
    if challenge is not None and not connecting.is_challenge(challenge):
        raise NotFromHere
    return challenge


def _answer_fields(provider: Provider) -> dict[str, str]:
    """What the provider's answer says.  A field that is there twice makes the answer unreadable."""
    wanted = "POST" if provider.answers_by == "form_post" else "GET"
    if request.method != wanted:
        raise AnswersOtherwise(provider=provider.name)
    fields = request.form if wanted == "POST" else request.args
    if any(len(fields.getlist(name)) > 1 for name in ("state", "code", "iss", "error")):
        raise LoginUnknown
    return {name: fields[name] for name in ("state", "code", "iss", "error") if name in fields}


def _take(provider: Provider, state: str) -> tuple[LoginAttempt, Campaign]:
    with transaction() as tx:
        attempt = connecting.find_attempt(tx, state, provider.id)
        if attempt is None:
            raise LoginUnknown
        campaign = tx.get_one(Campaign, attempt.campaign_id)
        _settle(campaign, live_content(tx, campaign), attempt.language)
        connecting.take_attempt(tx, attempt, shown_secret(), utcnow())
    return attempt, campaign


def _finish(attempt: LoginAttempt, campaign: Campaign, provider: Provider, profile: Profile) -> Finished:
    now = utcnow()
    with transaction() as tx:
        fan = connecting.fan_of(tx, campaign.brand_id, provider, profile, now)
        fan.language = attempt.language or fan.language  # the one she reads here, and mails are to speak
        events.note_stage(tx, campaign, "connected", now, person_of_fan(tx, fan), attempt.source)
        if attempt.challenge is not None:
            return Finished(code=connecting.mint_code(tx, attempt, fan, now))
        for old, _by_field in shown_secrets():
            revoke_pass(tx, old, now)
        return Finished(raw_pass=issue_pass(tx, fan, None, attempt.source, now)[0])


def _page(screen: Mapping[str, str], code: str | None = None, continue_url: str | None = None) -> str:
    screen = {**screen, "button": _("Back to the game") if continue_url else ""}
    told = {"lang": language(), "dir": direction(language()), "theme_url": g.get("theme_url")}
    return render_template(PAGE, screen=screen, code=code, continue_url=continue_url, **told)
