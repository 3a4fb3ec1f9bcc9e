"""The fan's tab: `/t/<campaign>` and all that is under it, but connecting.

GET shows and never changes anything; every POST goes through `acting.act`.
To add a screen: one view here, one template, and its values in `app.services.screens`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, request
from sqlalchemy.orm import Session

from app.db import reading, transaction
from app.errors import InvalidValue
from app.models import Campaign
from app.services import choices, linking, offering, playing, progress, screens
from app.services.connecting import challenge_of
from app.services.keys import new_token
from app.services.offering import Reply
from app.services.visits import Visit, live_content, visit_of
from app.web.clock import utcnow
from app.web.fan.acting import Fields, act, one, several, source_of
from app.web.fan.pages import open_campaign, show
from app.web.fan.passes import current_pass, pass_if_any
from app.web.fan.ways import ways
from app.web.languages import language
from app.web.limits import limiter, plays_limit
from journeys.running.decisions import TurnedAway
from journeys.running.events import Shown as ScreenShown

bp = Blueprint("tab", __name__, url_prefix="/t")


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
        if screen["kind"] not in {"link", "closed"}:  # she has come: a wait that has run out is over
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
        return come_in(tx, fresh(tx, visit))

    return act(slug, answer, {"answer"})


@bp.post("/<slug>/play")
@limiter.limit(plays_limit)
def play(slug: str) -> Response:
    """Play once: the fan's move in, what came of it out."""

    def move(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        return screens.after_move(tx, visit, playing.make_move(tx, visit, step, fields))

    return act(slug, move)


@bp.post("/<slug>/again")
@limiter.limit(plays_limit)
def again(slug: str) -> Response:
    """Another try at the same game."""

    def start(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        playing.try_again(tx, visit, step)
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
        said = (joined == "yes", several(fields, "ask"), one(fields, "email"), circumstances(visit))
        reply = Reply(*said, one(fields, "words"))
        offering.answer_offer(tx, visit, step, reply)
        return screens.current_screen(tx, fresh(tx, visit))

    return act(slug, answer, {"joined", "ask", "email", "words"})


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
    """Take a yes back, or have its mail sent again; without such a field it only shows the page (for the pass)."""
    if not {"withdraw", "unlink", "again"} & request.form.keys():
        return own_page(slug, choices.choices_screen)

    def take_back(tx: Session, visit: Visit, step: str, fields: Fields) -> Mapping[str, Any]:
        name = one(fields, "withdraw")
        if name:
            choices.take_back(tx, visit, name, circumstances(visit))
        if one(fields, "unlink") == "yes":
            linking.end_link(tx, visit.fan, visit.now)
        if again := one(fields, "again"):
            choices.send_again(tx, visit, again)
        return {**choices.choices_screen(tx, fresh(tx, visit)), "withdrawn": bool(name), "sent_again": bool(again)}

    return act(slug, take_back, {"withdraw", "unlink", "again"})


def own_page(slug: str, values: Any) -> Response:
    """A page of the fan's own: shown to her pass, changing nothing."""
    campaign, content = open_campaign(slug)
    shown = pass_if_any(campaign)
    if shown is None:
        return connect_page(campaign)
    with reading() as tx:
        screen = values(tx, visit_of(tx, campaign, shown.row.fan_id, source_of(shown), language(), utcnow()))
    return show(campaign, content, screen, shown)


def fresh(tx: Session, visit: Visit) -> Visit:
    """The same visit, after the fan was linked or unlinked."""
    return visit_of(tx, visit.campaign, visit.fan.id, visit.source, visit.language, visit.now)


def circumstances(visit: Visit) -> dict[str, str]:
    """What the consent ledger keeps of the request itself; the address is shortened there."""
    return {
        "origin": visit.source.get("origin", ""),
        "network": request.remote_addr or "",
        "request_id": str(g.get("request_id", "")),
    }
