"""Rendering the fan's screens: the values that every template of the tab gets, in one place."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, make_response, render_template, request

from app.db import reading
from app.models import Brand, Campaign
from app.services import events, screens
from app.services.campaigns import CampaignContent
from app.services.theme import Theme, theme_css, theme_hash
from app.services.visits import campaign_at, live_content
from app.web.fan.passes import Shown
from app.web.given import readable_form
from app.web.languages import choose_language, direction, language
from app.web.security import allow_frames, is_origin
from app.web.tokens import mint_token

FULL, BARE = "fan/tab.html", "fan/bare.html"


def open_campaign(slug: str) -> tuple[Campaign, CampaignContent]:
    """The published campaign of this address; settles language and who may frame the answer.  Raises: NotFound."""
    with reading() as tx:
        campaign = campaign_at(tx, slug)
        content = live_content(tx, campaign)
        g.brand = tx.get_one(Brand, campaign.brand_id)
    choose_language(content.languages)
    allow_frames(campaign.embed_origins)
    g.campaign = campaign
    return campaign, content


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
        "layout": BARE if request.headers.get("X-Fragment") == "1" else FULL,
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


def theme_sheet(content: CampaignContent) -> Response:
    """The stylesheet of the theme, kept for ever: its address changes with its colours."""
    response = make_response(theme_css(theme_of(content)))
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def image_url(slug: str, name: str) -> str:
    """The address of a campaign's picture."""
    return f"/t/{slug}/image/{name}"


def error_page(status: int, sentence: str) -> str:
    """A page for a refusal: one sentence, and a way on where there is one."""
    screen = {
        "kind": "error",
        "step": "",
        "title": "",
        "problem": sentence,
        "request_id": g.get("request_id") if status >= 500 else None,
    }
    campaign = g.get("campaign")
    if campaign is None:
        return render_template(
            "error.html", sentence=sentence, status=status, lang=language(), dir=direction(language())
        )
    with reading() as tx:
        content = live_content(tx, campaign)
    return render_template("fan/error.html", **{**around(campaign, content), "screen": screen, "form": None})
