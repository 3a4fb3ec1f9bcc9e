"""Publishing: a sound draft becomes an immutable version, and the live one.  People inside finish on their own."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Brand, Campaign, CampaignVersion, Page, Run, new_id
from app.services.campaigns.changes import note_change
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.drafts import save_draft, sound_draft
from app.services.campaigns.folder import Folder
from app.services.campaigns.pictures import keep_pictures
from app.services.campaigns.reading import surroundings_of
from app.services.campaigns.stocks import open_pools


class SlugTaken(Refused):
    code, status = "slug_taken", 409
    en = "The campaign name “{slug}” is in use by another brand. Choose another one."
    fr = "Le nom d'opération « {slug} » est déjà pris par une autre marque. Choisissez-en un autre."


@dataclass(frozen=True, slots=True)
class Inside:
    """How many people stand at a step of a version."""

    version: int
    step: str
    people: int


def push(tx: Session, brand: Brand, folder: Folder, now: datetime) -> tuple[CampaignVersion, bool]:
    """Bring a campaign folder into the brand and publish it; says whether that made a new version.

    Raises: Invalid when it does not check (nothing has changed then), SlugTaken.
    """
    content = sound_draft(brand, folder.files)
    campaign = campaign_of(tx, brand, content, now)
    save_draft(campaign, folder.files)
    keep_pictures(tx, brand.id, folder.pictures, now)
    return _publish_content(tx, campaign, folder.files, content, now, None)


def publish(tx: Session, campaign: Campaign, now: datetime, staff_id: uuid.UUID | None) -> tuple[CampaignVersion, bool]:
    """Publish the campaign's draft; says whether that made a new version.  Raises: Invalid when it does not check."""
    brand = tx.get_one(Brand, campaign.brand_id)
    content = sound_draft(brand, campaign.draft, campaign.slug)
    return _publish_content(tx, campaign, campaign.draft, content, now, staff_id)


def people_inside(tx: Session, campaign: Campaign) -> list[Inside]:
    """Who stands where now: people who have entered and not yet ended, by version and step."""
    rows = tx.execute(
        select(CampaignVersion.number, Run.at_step, func.count())
        .join(CampaignVersion, CampaignVersion.id == Run.version_id)
        .where(Run.campaign_id == campaign.id, Run.ended_at.is_(None))
        .group_by(CampaignVersion.number, Run.at_step)
        .order_by(CampaignVersion.number, Run.at_step)
    )
    return [Inside(number, step or "", people) for number, step, people in rows]


def versions(tx: Session, campaign: Campaign) -> list[CampaignVersion]:
    """Every version, newest first."""
    chosen = select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)
    return list(tx.scalars(chosen.order_by(CampaignVersion.number.desc())))


def content_hash(files: Mapping[str, str]) -> str:
    """The fingerprint of a version's files."""
    return hashlib.sha256(json.dumps(dict(files), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


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
            brand_id=brand.id, slug=said.slug, name=_text(said.name), follower_count=said.followers,
            followers_on=now if said.followers is not None else None,
        )  # fmt: skip
        tx.add(page)
        tx.flush()
    return page


def _publish_content(
    tx: Session,
    campaign: Campaign,
    files: Mapping[str, str],
    content: CampaignContent,
    now: datetime,
    staff_id: uuid.UUID | None,
) -> tuple[CampaignVersion, bool]:
    # FOR NO KEY UPDATE: one publishes at a time, and people go on playing beside it.
    tx.execute(select(Campaign.id).where(Campaign.id == campaign.id).with_for_update(key_share=True))
    print_of_files = content_hash(files)
    newest = next(iter(versions(tx, campaign)), None)
    if newest and newest.content_hash == print_of_files and campaign.live_version_id == newest.id:
        return newest, False
    version = CampaignVersion(
        id=new_id(), brand_id=campaign.brand_id, campaign_id=campaign.id, number=newest.number + 1 if newest else 1,
        files=dict(files), surroundings=asdict(surroundings_of(tx.get_one(Brand, campaign.brand_id))),
        content_hash=print_of_files, published_at=now, published_by=staff_id,
    )  # fmt: skip
    tx.add(version)
    open_pools(tx, campaign, content, files, now)
    _take_over(campaign, content, version)
    tx.flush()
    return version, True


def _take_over(campaign: Campaign, content: CampaignContent, version: CampaignVersion) -> None:
    """Let the campaign's row say what its live version says."""
    note_change()
    campaign.live_version_id = version.id
    campaign.title = _text(content.definition.title)
    campaign.opens_at, campaign.closes_at = content.opens_at, content.closes_at
    campaign.embed_origins = list(content.definition.embed.origins)


def _text(text: Any) -> dict[str, Any]:
    """A text as it is stored: by language, or "" for one that is the same in all."""
    return dict(text) if isinstance(text, Mapping) else {"": text}
