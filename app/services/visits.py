"""A visit: one fan at one campaign, now; and how she comes into its journey."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.errors import Closed, NotFound, OutOfOrder
from app.models import Campaign, Fan, Link, Run
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.reading import content_of
from app.services.people import Person

# Made once: putting a statement together takes longer than running it.
_PUBLISHED = select(Campaign).where(Campaign.slug == bindparam("slug"), Campaign.live_version_id.is_not(None))
_FAN_WITH_CONTACT = (
    select(Fan, Link.contact_id)
    .outerjoin(Link, and_(Link.fan_id == Fan.id, Link.ended_at.is_(None)))
    .where(Fan.id == bindparam("fan_id"))
)
_RUN = (
    select(Run)
    .where(Run.campaign_id == bindparam("campaign_id"), Run.fan_id == bindparam("fan_id"))
    .order_by(Run.number.desc())
    .limit(1)
)
_RUN_TO_MOVE = _RUN.with_for_update().execution_options(populate_existing=True)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is here, where, since where from, and in which language."""

    campaign: Campaign
    fan: Fan
    person: Person
    source: Mapping[str, str]
    language: str
    now: datetime


def campaign_at(tx: Session, slug: str) -> Campaign:
    """The published campaign of this address.  Raises: NotFound."""
    campaign = tx.scalars(_PUBLISHED, {"slug": slug}).one_or_none()
    if campaign is None:
        raise NotFound
    return campaign


def live_content(tx: Session, campaign: Campaign) -> CampaignContent:
    """What the campaign says now.  Raises: NotFound when nothing is published."""
    if campaign.live_version_id is None:
        raise NotFound
    return content_of(tx, campaign.live_version_id)


def visit_of(
    tx: Session, campaign: Campaign, fan_id: uuid.UUID, source: Mapping[str, str], language: str, now: datetime
) -> Visit:
    """The visit of a fan who holds a pass."""
    fan, contact_id = tx.execute(_FAN_WITH_CONTACT, {"fan_id": fan_id}).one()
    return Visit(campaign, fan, Person(fan.brand_id, fan.id, contact_id), source, language, now)


def language_in(content: CampaignContent, visit: Visit) -> str:
    """The language in which this version speaks to the fan; an older one may lack the language of her page."""
    return visit.language if visit.language in content.languages else content.languages[0]


def is_closed(content: CampaignContent, now: datetime, campaign: Campaign | None = None) -> bool:
    """Whether the campaign's journey is not open yet, or over.

    With the campaign, its dates of today count too: an end that was brought forward reaches people on older versions.
    """
    opens_at, closes_at = content.journey.opens_at, content.journey.closes_at
    if campaign is not None and campaign.closes_at is not None and now >= campaign.closes_at:
        return True
    return bool((opens_at and now < opens_at) or (closes_at and now >= closes_at))


def standing_run(tx: Session, visit: Visit) -> Run:
    """The fan's run, locked, for something she does now.

    Raises: OutOfOrder when she is not inside the journey, Closed when the campaign is over.
    """
    run = run_of(tx, visit, lock=True)
    if run is not None:
        content = content_of(tx, run.version_id)
        if run.state.get("ended") == "closed" or is_closed(content, visit.now, visit.campaign):
            raise Closed
    if run is None or run.ended_at:
        raise OutOfOrder
    return run


def run_of(tx: Session, visit: Visit, *, lock: bool = False) -> Run | None:
    """The fan's latest run in the campaign; locked when it is about to move."""
    whose = {"campaign_id": visit.campaign.id, "fan_id": visit.fan.id}
    return tx.scalars(_RUN_TO_MOVE if lock else _RUN, whose).one_or_none()
