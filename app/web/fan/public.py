"""What the tab shows to anybody: first view, colours, pictures, rules; and counting views.

Nothing here knows a fan, so that it may be kept by browsers and proxies.
"""

from __future__ import annotations

import base64

from flask import Blueprint, Response, make_response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from app.db import reading, transaction
from app.errors import NotFound
from app.models import Campaign, Picture
from app.services import events, screens
from app.services.visits import is_closed, live_content
from app.web.clock import utcnow
from app.web.fan.pages import open_campaign, show, source_of_request, theme_sheet
from app.web.languages import language
from app.web.limits import limiter

public = Blueprint("public", __name__, url_prefix="/t")
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SHORT = "public, max-age=60"


@public.get("/<slug>")
def first(slug: str) -> AnyResponse:
    """The first view: the same for everybody, so it may be kept and revalidated; no form, no token.

    While the campaign is closed it says so, instead of asking people to connect for nothing.
    """
    campaign, content = open_campaign(slug)
    if is_closed(content, now := utcnow()):
        return _kept_a_while(show(campaign, content, screens.closed_screen(content, now, language())))
    text = content.text(content.definition.start.text, language())
    start = content.definition.start
    query = request.query_string.decode("utf-8", "replace")
    screen = {
        "kind": "first", "step": "", "title": text.title, "body_html": text.html,
        "kicker": screens.said(start.kicker, language()), "button": screens.said(start.button, language()),
    }  # fmt: skip
    response = show(campaign, content, screen, start_url=f"/t/{slug}/go" + (f"?{query}" if query else ""))
    return _kept_a_while(response)


@public.get("/<slug>/theme.<version>.css")
def theme(slug: str, version: str) -> Response:
    """The campaign's colours."""
    return theme_sheet(open_campaign(slug)[1])


@public.get("/<slug>/image/<name>")
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


@public.get("/<slug>/rules")
@public.get("/<slug>/privacy")
def words(slug: str) -> Response:
    """The rules of the campaign, or its privacy policy."""
    campaign, content = open_campaign(slug)
    name = content.definition.rules if request.path.endswith("/rules") else content.definition.privacy
    text = content.text(name, language())
    return show(campaign, content, {"kind": "show", "step": "", "title": text.title, "body_html": text.html})


@public.post("/<slug>/saw")
@limiter.limit("600 per minute")
def saw(slug: str) -> tuple[str, int]:
    """Count a view of the tab, with where it came from.  A measurement: it says nothing about who."""
    _count_view(slug)
    return "", 204


@public.get("/<slug>/saw.gif")
@limiter.limit("600 per minute")
def saw_picture(slug: str) -> Response:
    """The same without scripts: a transparent pixel."""
    _count_view(slug)
    response = make_response(PIXEL)
    response.content_type = "image/gif"
    return response


def _kept_a_while(response: Response) -> AnyResponse:
    response.headers["Cache-Control"] = SHORT
    response.headers["Vary"] = "Accept-Language, X-Fragment, Accept-Encoding"
    response.add_etag()
    return response.make_conditional(request)


def _count_view(slug: str) -> None:
    campaign, _content = open_campaign(slug)
    with transaction() as tx:
        events.note(tx, campaign, events.Happening("saw", source=source_of_request()), utcnow())


def _picture(tx: Session, campaign: Campaign, name: str) -> Picture:
    hash_ = live_content(tx, campaign).pictures.get(name)
    picture = tx.get(Picture, (campaign.brand_id, hash_)) if hash_ else None
    if picture is None:
        raise NotFound
    return picture
