"""Versions: the history with who stands where, one version with what changed, and going live with a way for everybody.

What would happen to people inside is shown as counts before the button is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import reading, transaction
from app.errors import Invalid
from app.models import Brand, Campaign, CampaignVersion, Publication, Staff
from app.services.campaigns import Inside, check_draft, content_of, publish, roll_back, whereabouts
from app.services.campaigns.comparing import changed_files, compared
from app.services.campaigns.content import CampaignContent, complete_files
from app.services.campaigns.going_live import versions
from app.services.campaigns.insiders import WAYS, Outlook, Way, outlook
from app.services.campaigns.rolling_back import is_live, old_version, version_numbered
from app.services.staff import note_audit
from app.web.clock import utcnow
from app.web.studio.blueprint import bp, check_act, needs, staff
from app.web.studio.campaigns import own_campaign
from app.web.studio.words import spoken
from journeys.problems import Problem

TARGETS = {"move": "target:", "next": "ahead:"}  # before the name of a step that is gone, in the form, by way


@dataclass(frozen=True, slots=True)
class Row:
    """One version in the history."""

    version: CampaignVersion
    by: str
    publication: Publication | None
    restores: int | None


@bp.get("/campaigns/<slug>/versions", endpoint="versions")
@needs("campaigns")
def history(slug: str) -> str:
    """Every version, and everybody who is inside or through."""
    with reading() as tx:
        campaign = own_campaign(tx, slug)
        rows, report = _rows(tx, campaign), whereabouts(tx, campaign)
    return render_template("studio/versions.html", campaign=campaign, rows=rows, report=report, section="campaigns")


@bp.get("/campaigns/<slug>/versions/<int:number>")
@needs("campaigns")
def version(slug: str, number: int) -> str:
    """One version: what changed in it, and what would happen were it live again."""
    return _version_page(slug, number, Inside(), ())


@bp.post("/campaigns/<slug>/versions/<int:number>/live")
@needs("campaigns")
def version_live(slug: str, number: int) -> Any:
    """Make an older version live again."""
    check_act()
    inside = _inside()
    try:
        with transaction() as tx:
            made = roll_back(tx, own_campaign(tx, slug), number, utcnow(), staff().id, inside).number
    except Invalid as invalid:
        return make_response(_version_page(slug, number, inside, invalid.problems), 422)
    flash(_("Version %(made)d is live: it says what version %(number)d said.", made=made, number=number))
    return redirect(url_for("studio.versions", slug=slug))


@bp.get("/campaigns/<slug>/publish")
@needs("campaigns")
def publishing(slug: str) -> Any:
    """What would happen to people inside, were the draft published."""
    return _publish_page(slug, Inside(), ())


@bp.post("/campaigns/<slug>/publish")
@needs("campaigns")
def publish_draft(slug: str) -> Any:
    """Make the saved draft the live version; people inside go the way that was chosen, or finish on theirs."""
    check_act()
    now, inside = utcnow(), _inside()
    try:
        with transaction() as tx:
            campaign = own_campaign(tx, slug)
            made, new = publish(tx, campaign, now, staff().id, inside)
            if new:
                way = {"inside": inside.way} if inside.way != "finish" else {}
                note_audit(tx, staff(), "campaign.published", slug, {"version": made.number, **way}, now)
    except Invalid as invalid:
        if _only_targets(invalid.problems):
            return make_response(_publish_page(slug, inside, invalid.problems), 422)
        flash(_("Nothing was published: the draft does not check yet. What to mend is listed here."))
        return redirect(url_for("studio.journey", slug=slug))
    flash(_published(made.number, inside.way) if new else _unchanged(made.number))
    return redirect(url_for("studio.campaign", slug=slug))


def _inside() -> Inside:
    """What becomes of people inside, as the form says; without a word they finish on their version."""
    asked = request.form.get("inside", "finish")
    way: Way = asked if asked in WAYS else "finish"
    prefix = TARGETS.get(way)
    said = {name: value for name, value in request.form.items() if prefix and name.startswith(prefix)}
    return Inside(way, {name.removeprefix(prefix or ""): value for name, value in said.items() if value})


def _version_page(slug: str, number: int, inside: Inside, problems: Sequence[Problem]) -> str:
    with reading() as tx:
        campaign = own_campaign(tx, slug)
        found = version_numbered(tx, campaign, number)
        before = _before(tx, campaign, found)
        live = is_live(tx, campaign, found)
        shown: dict[str, Any] = {"remarks": (), "seen": None, "refused": ()}
        if not live:
            shown |= _were_it_live(lambda: old_version(tx, campaign, number, utcnow()), tx, campaign, inside)
        words = _words(tx, before, found)
    changes = changed_files(before.files if before else {}, found.files)
    return render_template(
        "studio/version.html", campaign=campaign, version=found, before=before, changes=changes, words=words,
        live=live, inside=inside, problems=problems, targets=TARGETS, reads=spoken(), section="campaigns", **shown,
    )  # fmt: skip


def _were_it_live(look: Callable[[], Any], tx: Session, campaign: Campaign, inside: Inside) -> dict[str, Any]:
    """What would happen, or why it cannot come back."""
    try:
        old = look()
    except Invalid as invalid:
        return {"refused": [problem for problem in invalid.problems if problem.level == "error"]}
    return {"remarks": old.remarks, "seen": _outlook(tx, campaign, old.content, inside)}


def _publish_page(slug: str, inside: Inside, problems: Sequence[Problem]) -> Any:
    with reading() as tx:
        campaign = own_campaign(tx, slug)
        live = tx.get(CampaignVersion, campaign.live_version_id) if campaign.live_version_id else None
        files = complete_files(campaign.draft)
        checked = check_draft(tx.get_one(Brand, campaign.brand_id), files, slug)
        if checked.content is None or not checked.publishable:
            flash(_("Nothing was published: the draft does not check yet. What to mend is listed here."))
            return redirect(url_for("studio.journey", slug=slug))
        seen = _outlook(tx, campaign, checked.content, inside)
        next_number = max((each.number for each in versions(tx, campaign)), default=0) + 1
    return render_template(
        "studio/publish.html", campaign=campaign, live=live, changes=changed_files(live.files if live else {}, files),
        seen=seen, inside=inside, problems=problems, next_number=next_number, targets=TARGETS, reads=spoken(),
        section="campaigns",
    )  # fmt: skip


def _outlook(tx: Session, campaign: Campaign, content: CampaignContent, inside: Inside) -> Outlook:
    return outlook(tx, campaign, content, inside.targets)


def _before(tx: Session, campaign: Campaign, found: CampaignVersion) -> CampaignVersion | None:
    older = select(CampaignVersion).where(
        CampaignVersion.campaign_id == campaign.id, CampaignVersion.number == found.number - 1
    )
    return tx.scalars(older).one_or_none()


def _words(tx: Session, before: CampaignVersion | None, found: CampaignVersion) -> Any:
    """What changed in the journey's own words."""
    if before is None:
        return ()
    lang = spoken()
    old, new = (content_of(tx, each.id).journey.outline(lang) for each in (before, found))
    return compared(old, new)


def _rows(tx: Session, campaign: Campaign) -> list[Row]:
    found = versions(tx, campaign)
    made = select(Publication).where(Publication.campaign_id == campaign.id)
    publications = {each.version_id: each for each in tx.scalars(made)}
    numbers = {each.id: each.number for each in found}
    names: Mapping[Any, str] = {
        person.id: person.name for person in tx.scalars(select(Staff).where(Staff.brand_id == campaign.brand_id))
    }
    rows = []
    for each in found:
        publication = publications.get(each.id)
        restores = numbers.get(publication.restores_id) if publication and publication.restores_id else None
        by = names.get(each.published_by, "")
        rows.append(Row(each, by, publication, restores))
    return rows


def _only_targets(problems: Sequence[Problem]) -> bool:
    return all(problem.code.startswith("versions.") for problem in problems)


def _published(number: int, way: Way) -> str:
    return {
        "finish": _("Version %(number)d is live. People inside finish on the version they are on.", number=number),
        "move": _("Version %(number)d is live. People inside are moving to it now.", number=number),
        "next": _("Version %(number)d is live. People inside come over at their next step.", number=number),
        "leave": _("Version %(number)d is live. People inside leave now; their coupons stay theirs.", number=number),
    }[way]


def _unchanged(number: int) -> str:
    return str(_("Nothing has changed since version %(number)d, so it stays live.", number=number))
