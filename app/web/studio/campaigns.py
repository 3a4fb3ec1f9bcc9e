"""Campaigns: the list, one campaign's numbers, and what to put on a page so that fans find it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from flask import Response, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import reading, transaction
from app.errors import NotFound
from app.models import Campaign, CampaignVersion, Page, Staff
from app.services.events import USUAL_OPT_IN_RATE, by_source, funnel, opt_in_rate
from app.services.pages import note_followers
from app.web.clock import utcnow
from app.web.studio.blueprint import bp, needs, staff
from app.web.studio.forms import Followers
from app.web.studio.words import say


def own_campaign(tx: Session, slug: str) -> Campaign:
    """The campaign when it is of the person's brand.  Raises: NotFound, whether it exists elsewhere or not."""
    mine = (Campaign.slug == slug, Campaign.brand_id == staff().brand_id)
    if campaign := tx.scalar(select(Campaign).where(*mine)):
        return campaign
    raise NotFound


@bp.get("/campaigns")
@needs("campaigns")
def campaigns() -> str:
    """Every campaign of the brand, newest first."""
    whose = Campaign.brand_id == staff().brand_id
    with reading() as tx:
        found = tx.scalars(select(Campaign).where(whose).order_by(Campaign.created_at.desc())).all()
        rows = [(campaign, tx.get_one(Page, campaign.page_id), live_number(tx, campaign), opt_in_rate(tx, campaign))
                for campaign in found]  # fmt: skip
    return render_template("studio/campaigns.html", rows=rows, now=utcnow(), section="campaigns")


@bp.get("/campaigns/<slug>")
@needs("campaigns")
def campaign(slug: str) -> str:
    """One campaign: who came how far, from where, and how to bring more."""
    return _campaign_page(slug, None)


@bp.post("/campaigns/<slug>/followers")
@needs("campaigns")
def followers(slug: str) -> Any:
    """Note how many follow the page."""
    form = Followers()
    if not form.validate_on_submit():
        return make_response(_campaign_page(slug, form), 422)
    with transaction() as tx:
        page = tx.get_one(Page, own_campaign(tx, slug).page_id)
        note_followers(tx, tx.get_one(Staff, staff().id), page, form.count.data, utcnow())
    flash(_("The number of followers is noted."))
    return redirect(url_for("studio.campaign", slug=slug, _anchor="rate"))


@bp.get("/campaigns/<slug>/qr.svg")
@needs("campaigns")
def campaign_qr(slug: str) -> Response:
    """The QR code of the tab as a file to print."""
    with reading() as tx:
        own_campaign(tx, slug)
    picture = BytesIO()
    segno.make(tab_url(slug, "qr"), error="m", micro=False).save(picture, kind="svg", border=4, scale=10)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-qr.svg"'}
    return Response(picture.getvalue(), mimetype="image/svg+xml", headers=headers)


def tab_url(slug: str, channel: str = "") -> str:
    """The address of the tab for fans; a channel tells afterwards where they came from."""
    address = f"{current_app.extensions['fanfare'].public_url}/t/{slug}"
    return f"{address}?src={channel}" if channel else address


def live_number(tx: Session, campaign: Campaign) -> int | None:
    """The number of the version that new fans get; none before the first publication."""
    return tx.scalar(select(CampaignVersion.number).where(CampaignVersion.id == campaign.live_version_id))


def _campaign_page(slug: str, form: Followers | None) -> str:
    with reading() as tx:
        campaign = own_campaign(tx, slug)
        page = tx.get_one(Page, campaign.page_id)
        found = {
            "campaign": campaign,
            "page": page,
            "stages": funnel(tx, campaign),
            "sources": by_source(tx, campaign),
            "rate": opt_in_rate(tx, campaign),
            "versions": _versions(tx, campaign),
        }
    found["form"] = form or Followers(count=page.follower_count)
    found["embed"] = _embed_code(slug, say(campaign.title))
    found["qr"] = segno.make(tab_url(slug, "qr"), error="m", micro=False).svg_inline(border=3, omitsize=True)
    return render_template(
        "studio/campaign.html", **found, usual=USUAL_OPT_IN_RATE, tab=tab_url(slug), now=utcnow(), section="campaigns"
    )


def _versions(tx: Session, campaign: Campaign) -> list[tuple[CampaignVersion, str]]:
    """Each version with who published it, newest first."""
    rows = tx.execute(
        select(CampaignVersion, Staff.name)
        .outerjoin(Staff, Staff.id == CampaignVersion.published_by)
        .where(CampaignVersion.campaign_id == campaign.id)
        .order_by(CampaignVersion.number.desc())
    )
    return [(version, name or "") for version, name in rows]


def _embed_code(slug: str, title: str) -> str:
    """What a brand pastes into its page; the link inside shows wherever scripts do not run."""
    url = current_app.extensions["fanfare"].public_url
    place = Markup('<div data-fanfare="{0}" data-title="{1}"><a href="{2}">{1}</a></div>').format(
        slug, title, tab_url(slug)
    )
    return f'{place}\n<script async src="{url}/static/dist/embed.v1.js"></script>'
