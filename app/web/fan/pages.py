"""Rendering the fan's screens: the values that every template of the tab gets, in one place."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, make_response, render_template, request

from app.models import Campaign
from app.services import events, screens
from app.services.campaigns import CampaignContent
from app.services.theme import Theme, theme_css, theme_hash
from app.web.again import Again
from app.web.fan.passes import Shown
from app.web.fan.shelf import OnShow, shelf
from app.web.given import readable_form
from app.web.languages import choose_language, direction, language
from app.web.security import allow_frames, is_origin
from app.web.tokens import mint_token

FULL, BARE = "fan/tab.html", "fan/bare.html"


def open_campaign(slug: str) -> tuple[Campaign, CampaignContent]:
    """The published campaign of this address; settles language and who may frame the answer.

    As it was seen a moment ago: what this process publishes is seen at once, what another one does within two seconds.
    Who comes in meanwhile comes in by the version before, like whoever came a moment earlier.
    Raises: NotFound, or the database's error.
    """
    found = campaign_on_show(slug)
    return found.campaign, found.content


def campaign_on_show(slug: str) -> OnShow:
    """The same for what everybody may see: as it was a moment ago, also while the database is away."""
    return _settled(shelf().find(slug))


def _settled(found: OnShow) -> OnShow:
    choose_language(found.content.languages)
    allow_frames(found.campaign.embed_origins)
    g.on_show = found
    return found


def is_fragment() -> bool:
    """Whether only the screen is asked for, without the page around it."""
    return request.headers.get("X-Fragment") == "1"


def source_of_request() -> dict[str, str]:
    """Where this visit comes from, as the embed code, a QR code or a link says it."""
    given = {**request.args.to_dict(), **readable_form().to_dict()}
    given["channel"] = given.get("channel") or given.get("src") or "link"
    origin = given.get("origin") or given.get("o") or ""
    given["origin"] = origin if is_origin(origin) else ""
    return events.cleaned_source(given)


def show(
    campaign: Campaign, content: CampaignContent, screen: Mapping[str, Any], shown: Shown | None = None, **more: Any
) -> Response:
    """The page, or the fragment, of a screen.  With a pass its forms can act."""
    status = more.pop("status", 200)
    template = more.pop("template", f"fan/{screen['kind']}.html")
    values = {**around(campaign, content), "screen": screen, "form": form_values(campaign, screen, shown), **more}
    response = make_response(render_template(template, **values), status)
    if shown is not None:
        response.headers["Referrer-Policy"] = "same-origin"  # no-referrer would also take Origin from our own forms
    return response


def around(campaign: Campaign, content: CampaignContent) -> dict[str, Any]:
    """What stands around every screen: language, theme, addresses, who may embed it."""
    lang, source = language(), source_of_request()
    theme = theme_of(content)
    return {
        "campaign": screens.campaign_values(campaign, content, lang),
        "lang": lang,
        "dir": direction(lang),
        "layout": BARE if is_fragment() else FULL,
        "parents": campaign.embed_origins,
        "theme_url": f"/t/{campaign.slug}/theme.{theme_hash(theme)}.css",
        "image_url": lambda name: image_url(campaign.slug, name),
        "keep": "&" + urlencode(source) if source else "",
        "query": urlencode({"lang": lang, **source}),
    }


def form_values(campaign: Campaign, screen: Mapping[str, Any], shown: Shown | None) -> dict[str, Any] | None:
    """The hidden fields of the screen's forms; none where nobody is known."""
    if shown is None:
        return None
    return {
        "token": mint_token(campaign.slug, str(screen.get("step") or ""), shown.row.pass_hash),
        "idem": secrets.token_urlsafe(16),
        "pass_field": shown.raw if shown.by_field else None,
    }


def theme_of(content: CampaignContent) -> Theme:
    """The campaign's two colours and its radius."""
    return content.definition.theme.colours


def theme_sheet(content: CampaignContent, version: str) -> Response:
    """The stylesheet of the theme.  Kept for ever under the address that names its colours, else for a minute."""
    response = make_response(theme_css(theme_of(content)))
    response.content_type = "text/css; charset=utf-8"
    same = version == theme_hash(theme_of(content))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if same else "public, max-age=60"
    return response


def image_url(slug: str, name: str) -> str:
    """The address of a campaign's picture."""
    return f"/t/{slug}/image/{name}"


def error_page(status: int, sentence: str, again: Again | None = None) -> str:
    """A page for a refusal: one sentence, and a way on where there is one.  It asks the database nothing."""
    problem = {"problem": sentence, "request_id": g.get("request_id") if status >= 500 else None, "again": again}
    found: OnShow | None = g.get("on_show")
    if found is None:
        words = {"lang": language(), "dir": direction(language())}
        return render_template("error.html", sentence=sentence, status=status, again=again, **words)
    screen = {"kind": "error", "step": "", "title": "", **problem}
    return render_template(
        "fan/error.html", **{**around(found.campaign, found.content), "screen": screen, "form": None}
    )
