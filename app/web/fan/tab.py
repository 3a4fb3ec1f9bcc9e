"""The fan's tab: `/t/<campaign>` and all that is under it, but connecting.

GET shows and never changes anything; every POST goes through `acting.act`.
To add a screen: one view here, one template, and its values in `app.services.screens`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, make_response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from app.db import reading, transaction
from app.errors import InvalidValue, NotFound
from app.models import Campaign, Picture
from app.services import choices, events, linking, offering, playing, progress, screens
from app.services.connecting import challenge_of
from app.services.keys import new_token
from app.services.offering import Reply
from app.services.visits import Visit, live_content, visit_of
from app.web.clock import new_seed, utcnow
from app.web.fan.acting import Fields, act, one, several, source_of
from app.web.fan.pages import open_campaign, show, source_of_request, theme_sheet
from app.web.fan.passes import current_pass, pass_if_any
from app.web.fan.ways import ways
from app.web.languages import language
from app.web.limits import limiter, plays_limit
from journeys.running.decisions import TurnedAway
from journeys.running.events import Shown as ScreenShown

bp = Blueprint("tab", __name__, url_prefix="/t")
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SHORT = "public, max-age=60"


@bp.get("/<slug>")
def first(slug: str) -> AnyResponse:
    """The first view: the same for everybody, so it may be kept and revalidated; no form, no token."""
    campaign, content = open_campaign(slug)
    text = content.text(content.definition.start.text, language())
    start = content.definition.start
    query = request.query_string.decode("utf-8", "replace")
    screen = {
        "kind": "first", "step": "", "title": text.title, "body_html": text.html,
        "kicker": screens.said(start.kicker, language()), "button": screens.said(start.button, language()),
    }  # fmt: skip
    response = show(campaign, content, screen, start_url=f"/t/{slug}/go" + (f"?{query}" if query else ""))
    response.headers["Cache-Control"] = SHORT
    response.headers["Vary"] = "Accept-Language, X-Fragment, Accept-Encoding"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/<slug>/theme.<version>.css")
def theme(slug: str, version: str) -> Response:
    """The campaign's colours."""
    return theme_sheet(open_campaign(slug)[1])


@bp.get("/<slug>/image/<name>")
def image(slug: str, name: str) -> AnyResponse:
    """A picture of the campaign."""
    campaign, _content = open_campaign(slug)
    with reading() as tx:
        picture = _picture(tx, campaign, name)
    response = make_response(picture.content)
    response.content_type = picture.media_type
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.set_etag(picture.hash[:32])
    return response.make_conditional(request)


@bp.get("/<slug>/rules")
@bp.get("/<slug>/privacy")
def words(slug: str) -> Response:
    """The rules of the campaign, or its privacy policy."""
    campaign, content = open_campaign(slug)
    name = content.definition.rules if request.path.endswith("/rules") else content.definition.privacy
    text = content.text(name, language())
    return show(campaign, content, {"kind": "show", "step": "", "title": text.title, "body_html": text.html})


@bp.route("/<slug>/go", methods=["GET", "POST"])
def go(slug: str) -> Response:
    """Where the fan stands; or who is playing, when we do not know her.  Changes nothing, also when posted."""
    campaign, content = open_campaign(slug)
    shown = pass_if_any(campaign)
    if shown is None:
        return connect_page(campaign)
    with reading() as tx:
        visit = visit_of(tx, campaign, shown.row.fan_id, source_of(shown), language(), utcnow())
        screen = screens.current_screen(tx, visit)
    return show(campaign, content, screen, shown)


def connect_page(campaign: Campaign) -> Response:
    """Who is playing?  The page carries a fresh verifier for browsers without scripts."""
    with reading() as tx:
        content = live_content(tx, campaign)
    verifier = new_token()
    providers = [{"id": way.id, "name": way.name, "kind": way.kind} for way in ways()]
    return show(
        campaign, content, {"kind": "connect", "step": "connect", "title": ""},
        providers=providers, verifier=verifier, challenge=challenge_of(verifier), same_window=is_top_level(),
    )  # fmt: skip


def is_top_level() -> bool:
    """Whether the browser says that this page is no frame."""
    return request.headers.get("Sec-Fetch-Dest") == "document"


def arrive(campaign: Campaign) -> Response:
    """The first screen after connecting: "is this you?", or straight into the journey."""
    shown, now = current_pass(campaign), utcnow()
    with transaction() as tx:
        content = live_content(tx, campaign)
        visit = visit_of(tx, campaign, shown.row.fan_id, source_of(shown), language(), now)
        screen = screens.current_screen(tx, visit)
        if screen["kind"] == "enter":
            screen = come_in(tx, visit)
    return show(campaign, content, screen, shown)


def come_in(tx: Session, visit: Visit) -> dict[str, Any]:
    """Let the fan into the journey; the screen where she stands then."""
    came = progress.come_in(tx, visit)
    if isinstance(came, TurnedAway):
        return screens.turned_away_screen(came.reason, live_content(tx, visit.campaign), visit)
    return screens.current_screen(tx, visit)


@bp.post("/<slug>/enter")
@limiter.limit(plays_limit)
def enter(slug: str) -> Response:
    """Start the journey."""
    return act(slug, lambda tx, visit, step, fields: come_in(tx, visit), set())


@bp.post("/<slug>/link")
@limiter.limit(plays_limit)
def link(slug: str) -> Response:
    """ "Is this you?": yes, or not now; then into the journey."""

    def answer(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        said = one(fields, "answer")
        if said not in {"yes", "later"}:
            raise InvalidValue(field="answer", reason=said[:20])
        contact = linking.link_offer(tx, visit.fan)
        if said == "yes" and contact is not None:
            linking.accept_link(tx, visit.fan, contact, visit.now)
        elif said == "later":
            linking.decline_link(tx, visit.fan, visit.now)
        return come_in(tx, visit_of(tx, visit.campaign, visit.fan.id, visit.source, visit.language, visit.now))

    return act(slug, answer, {"answer"})


@bp.post("/<slug>/play")
@limiter.limit(plays_limit)
def play(slug: str) -> Response:
    """Play once: the fan's move in, what came of it out."""

    def move(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        outcome = playing.make_move(tx, visit, step, fields, new_seed())
        return screens.after_move(tx, visit, outcome)

    return act(slug, move)


@bp.post("/<slug>/again")
@limiter.limit(plays_limit)
def again(slug: str) -> Response:
    """Another try at the same game."""

    def start(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        playing.try_again(tx, visit, step, new_seed())
        return screens.current_screen(tx, visit)

    return act(slug, start, set())


@bp.post("/<slug>/move-on")
@limiter.limit(plays_limit)
def move_on(slug: str) -> Response:
    """Leave the game with the result so far."""

    def leave(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        playing.move_on(tx, visit, step)
        return screens.current_screen(tx, visit)

    return act(slug, leave, set())


@bp.post("/<slug>/offer")
@limiter.limit(plays_limit)
def offer(slug: str) -> Response:
    """Join the program or not; boxes are read only when she joins."""

    def answer(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        joined = one(fields, "joined")
        if joined not in {"yes", "no"}:
            raise InvalidValue(field="joined", reason=joined[:20])
        reply = Reply(joined == "yes", several(fields, "ask"), one(fields, "email"), circumstances(visit))
        offering.answer_offer(tx, visit, step, reply)
        return screens.current_screen(
            tx, visit_of(tx, visit.campaign, visit.fan.id, visit.source, visit.language, visit.now)
        )

    return act(slug, answer, {"joined", "ask", "email"})


@bp.post("/<slug>/shown")
@limiter.limit(plays_limit)
def shown_on(slug: str) -> Response:
    """Go on after a screen."""

    def go_on(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        progress.tell(tx, visit, ScreenShown(step))
        return screens.current_screen(tx, visit)

    return act(slug, go_on, set())


@bp.route("/<slug>/coupons", methods=["GET", "POST"])
def coupons(slug: str) -> Response:
    """The fan's wallet."""
    return own_page(slug, screens.coupons_screen)


@bp.get("/<slug>/choices")
def choices_page(slug: str) -> Response:
    """What the fan has said yes to."""
    return own_page(slug, choices.choices_screen)


@bp.post("/<slug>/choices")
@limiter.limit(plays_limit)
def withdraw(slug: str) -> Response:
    """Take a yes back; without a `withdraw` field it only shows the page (for forms that carry the pass)."""
    if "withdraw" not in request.form:
        return own_page(slug, choices.choices_screen)

    def take_back(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        choices.take_back(tx, visit, one(fields, "withdraw"))
        return {**choices.choices_screen(tx, visit), "said": {}, "withdrawn": True}

    return act(slug, take_back, {"withdraw"})


def own_page(slug: str, values: Any) -> Response:
    """A page of the fan's own: shown to her pass, changing nothing."""
    campaign, content = open_campaign(slug)
    shown = pass_if_any(campaign)
    if shown is None:
        return connect_page(campaign)
    with reading() as tx:
        screen = values(tx, visit_of(tx, campaign, shown.row.fan_id, source_of(shown), language(), utcnow()))
    return show(campaign, content, screen, shown)


@bp.post("/<slug>/saw")
@limiter.limit("30 per minute")
def saw(slug: str) -> tuple[str, int]:
    """Count a view of the tab, with where it came from.  A measurement: it says nothing about who."""
    _count_view(slug)
    return "", 204


@bp.get("/<slug>/saw.gif")
@limiter.limit("30 per minute")
def saw_picture(slug: str) -> Response:
    """The same without scripts: a transparent pixel."""
    _count_view(slug)
    response = make_response(PIXEL)
    response.content_type = "image/gif"
    return response


def _count_view(slug: str) -> None:
    campaign, _content = open_campaign(slug)
    with transaction() as tx:
        events.note(tx, campaign, "saw", utcnow(), source=source_of_request())


def circumstances(visit: Visit) -> dict[str, str]:
    """What the consent ledger keeps of the request itself; the address is shortened there."""
    return {
        "origin": visit.source.get("origin", ""),
        "network": request.remote_addr or "",
        "request_id": str(g.get("request_id", "")),
    }


def _picture(tx: Session, campaign: Campaign, name: str) -> Picture:
    hash_ = live_content(tx, campaign).pictures.get(name)
    picture = tx.get(Picture, (campaign.brand_id, hash_)) if hash_ else None
    if picture is None:
        raise NotFound
    return picture
