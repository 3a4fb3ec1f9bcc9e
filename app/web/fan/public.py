"""What the tab shows to anybody: first view, colours, pictures, rules; and counting views.

Nothing here knows a fan, so that it may be kept by browsers and proxies, and on the process's own shelf: it is shown
also while the database is away.
"""

from __future__ import annotations

import base64
from datetime import datetime
from hashlib import sha256

from flask import Blueprint, Response, make_response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from app.db import reading, transaction
from app.errors import NotFound
from app.models import Campaign, Picture
from app.services import events, screens
from app.services.theme import theme_hash
from app.services.visits import is_closed
from app.web.clock import utcnow
from app.web.fan.kept import Body
from app.web.fan.pages import (
    campaign_on_show,
    is_fragment,
    open_campaign,
    show,
    source_of_request,
    theme_of,
    theme_sheet,
)
from app.web.fan.shelf import OnShow, Shelf, shelf
from app.web.languages import language
from app.web.limits import limiter

public = Blueprint("public", __name__, url_prefix="/t")
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SHORT = "public, max-age=60"
LONGEST_QUERY_KEPT = 500


@public.record_once
def _put_up_shelf(state: BlueprintSetupState) -> None:
    state.app.extensions["fanfare.shelf"] = Shelf()


@public.get("/<slug>")
def first(slug: str) -> Response:
    """The first view: the same for everybody, so it may be kept and revalidated; no form, no token.

    While the campaign is closed it says so, instead of asking people to connect for nothing.
    """
    shown, now, query = campaign_on_show(slug), utcnow(), request.query_string
    key = (shown.stamp, _phase(shown, now), language(), is_fragment(), query)
    page = shelf().pages.get(key)
    if page is None:
        body: bytes = _first_view(shown, now).get_data()
        page = Body(body, sha256(body).hexdigest()[:32])
        if len(query) <= LONGEST_QUERY_KEPT:
            shelf().pages.put(key, page)
    return _kept_a_while(page)


def _phase(shown: OnShow, now: datetime) -> str:
    """Before its opening, open, or over."""
    if not is_closed(shown.content, now, shown.campaign):
        return "open"
    opens_at = shown.content.journey.opens_at
    return "before" if opens_at and now < opens_at else "over"


def _first_view(shown: OnShow, now: datetime) -> Response:
    campaign, content = shown.campaign, shown.content
    if is_closed(content, now, campaign):
        return show(campaign, content, screens.closed_screen(content, now, language()))
    text = content.text(content.definition.start.text, language())
    start = content.definition.start
    query = request.query_string.decode("utf-8", "replace")
    screen = {
        "kind": "first", "step": "", "title": text.title, "body_html": text.html,
        "kicker": screens.said(start.kicker, language()), "button": screens.said(start.button, language()),
    }  # fmt: skip
    return show(campaign, content, screen, start_url=f"/t/{campaign.slug}/go" + (f"?{query}" if query else ""))


@public.get("/<slug>/theme.<version>.css")
def theme(slug: str, version: str) -> Response:
    """The campaign's colours."""
    content = campaign_on_show(slug).content
    if version != theme_hash(theme_of(content)):  # another process may know a newer version already
        content = open_campaign(slug)[1]
    return theme_sheet(content, version)


@public.get("/<slug>/image/<name>")
def image(slug: str, name: str) -> AnyResponse:
    """A picture of the campaign."""
    shown = campaign_on_show(slug)
    campaign, content = shown.campaign, shown.content
    if name not in content.pictures:
        campaign, content = open_campaign(slug)
    picture = _picture(campaign, content.pictures.get(name))
    response = make_response(picture.content)
    response.content_type = picture.media_type
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.set_etag(picture.etag)
    return response.make_conditional(request)


@public.get("/<slug>/rules")
@public.get("/<slug>/privacy")
def words(slug: str) -> Response:
    """The rules of the campaign, or its privacy policy."""
    shown = campaign_on_show(slug)
    content = shown.content
    name = content.definition.rules if request.path.endswith("/rules") else content.definition.privacy
    text = content.text(name, language())
    return show(shown.campaign, content, {"kind": "show", "step": "", "title": text.title, "body_html": text.html})


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


def _kept_a_while(page: Body) -> Response:
    """The page, or 304 for a browser that has it already.  Source: RFC 9110, 13.1.2 (weak comparison) and 15.4.5."""
    has_it = request.if_none_match.contains_weak(page.etag)
    return Response(b"" if has_it else page.content, 304 if has_it else 200, {
        "Content-Type": page.media_type, "Cache-Control": SHORT, "ETag": f'"{page.etag}"',
        "Vary": "Accept-Language, X-Fragment, Accept-Encoding",
    })  # fmt: skip


def _count_view(slug: str) -> None:
    campaign = campaign_on_show(slug).campaign
    with transaction() as tx:
        events.note(tx, campaign, events.Happening("saw", source=source_of_request()), utcnow())


def _picture(campaign: Campaign, hash_: str | None) -> Body:
    """A picture of the brand by the hash of its content, which never changes."""
    if hash_ is None:
        raise NotFound
    key = (campaign.brand_id, hash_)
    if kept := shelf().pictures.get(key):
        return kept
    with reading() as tx:
        picture = tx.get(Picture, key)
    if picture is None:
        raise NotFound
    found = Body(picture.content, picture.hash[:32], picture.media_type)
    shelf().pictures.put(key, found)
    return found
