"""Publishing: a sound draft becomes an immutable version, and the live one.  People inside finish on their own version,
unless the publisher says otherwise."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Brand, Campaign, CampaignVersion, Page
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.drafts import save_draft, sound_draft
from app.services.campaigns.folder import Folder
from app.services.campaigns.going_live import Going, content_hash, go_live, lock_campaign, text_by_language, versions
from app.services.campaigns.insiders import FINISH, Inside
from app.services.campaigns.pictures import keep_pictures


class SlugTaken(Refused):
    code, status = "slug_taken", 409
    en = "The campaign name “{slug}” is in use by another brand. Choose another one."
    fr = "Le nom d'opération « {slug} » est déjà pris par une autre marque. Choisissez-en un autre."


def push(
    tx: Session, brand: Brand, folder: Folder, now: datetime, inside: Inside = FINISH
) -> tuple[CampaignVersion, bool]:
    """Bring a campaign folder into the brand and publish it; says whether that made a new version.

    Raises: Invalid when it does not check, or somebody inside would have no step (nothing has changed then), SlugTaken.
    """
    content = sound_draft(brand, folder.files)
    campaign = campaign_of(tx, brand, content, now)
    save_draft(campaign, folder.files)
    keep_pictures(tx, brand.id, folder.pictures, now)
    return _publish(tx, campaign, Going(folder.files, content, inside), now)


def publish(
    tx: Session, campaign: Campaign, now: datetime, staff_id: uuid.UUID | None, inside: Inside = FINISH
) -> tuple[CampaignVersion, bool]:
    """Publish the campaign's draft; says whether that made a new version.

    Raises: Invalid when it does not check, or somebody inside would have no step to go to.
    """
    brand = tx.get_one(Brand, campaign.brand_id)
    content = sound_draft(brand, campaign.draft, campaign.slug)
    return _publish(tx, campaign, Going(campaign.draft, content, inside, staff_id), now)


def campaign_of(tx: Session, brand: Brand, content: CampaignContent, now: datetime) -> Campaign:
    """The campaign of this slug, made when it is new, with its page.  Raises: SlugTaken."""
    campaign = tx.scalars(select(Campaign).where(Campaign.slug == content.slug)).one_or_none()
    if campaign is None:
        campaign = Campaign(
            brand_id=brand.id, page_id=_page_of(tx, brand, content, now).id, slug=content.slug, title={}, draft={},
            embed_origins=[], created_at=now,
        )  # fmt: skip
        tx.add(campaign)
        tx.flush()
    elif campaign.brand_id != brand.id:
        raise SlugTaken(slug=content.slug)
    return campaign


def _page_of(tx: Session, brand: Brand, content: CampaignContent, now: datetime) -> Page:
    said = content.definition.page
    page = tx.scalars(select(Page).where(Page.brand_id == brand.id, Page.slug == said.slug)).one_or_none()
    if page is None:
        page = Page(
            brand_id=brand.id, slug=said.slug, name=text_by_language(said.name), follower_count=said.followers,
            followers_on=now if said.followers is not None else None,
        )  # fmt: skip
        tx.add(page)
        tx.flush()
    return page


def _publish(tx: Session, campaign: Campaign, going: Going, now: datetime) -> tuple[CampaignVersion, bool]:
    """Let it go live, unless it is the live version word for word."""
    lock_campaign(tx, campaign)
    newest = next(iter(versions(tx, campaign)), None)
    if newest and newest.content_hash == content_hash(going.files) and campaign.live_version_id == newest.id:
        return newest, False
    return go_live(tx, campaign, going, newest.number + 1 if newest else 1, now), True
