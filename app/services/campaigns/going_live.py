"""Going live: content becomes an immutable version and the live one, and its people inside go the way that was chosen.

Everything is checked before anything changes, and changes in one transaction; people are moved after it, by the outbox.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.models import Brand, Campaign, CampaignVersion, Publication, new_id
from app.services import outbox
from app.services.campaigns.changes import note_change
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.insiders import FINISH, GOING_ON, Inside, outlook, target_problems
from app.services.campaigns.moving import JOB
from app.services.campaigns.reading import surroundings_of
from app.services.campaigns.stocks import open_pools
from journeys.problems import has_errors


@dataclass(frozen=True, slots=True)
class Going:
    """What goes live: files with their content, what becomes of people inside, by whom (none: the command line).

    `restores`: the older version that comes back with them.
    """

    files: Mapping[str, str]
    content: CampaignContent
    inside: Inside = FINISH
    staff_id: uuid.UUID | None = None
    restores: CampaignVersion | None = None


def go_live(tx: Session, campaign: Campaign, going: Going, number: int, now: datetime) -> CampaignVersion:
    """Make a version of this number and let it be the live one (the campaign's row is locked by the caller).

    Raises: Invalid when somebody inside would have no step to go to; then nothing has changed.
    """
    inside = going.inside
    if inside.way in GOING_ON:
        problems = tuple(target_problems(outlook(tx, campaign, going.content, inside.targets), inside))
        if has_errors(problems):
            raise Invalid(problems)
    version = CampaignVersion(
        id=new_id(), brand_id=campaign.brand_id, campaign_id=campaign.id, number=number, files=dict(going.files),
        surroundings=asdict(surroundings_of(tx.get_one(Brand, campaign.brand_id))),
        content_hash=content_hash(going.files), published_at=now, published_by=going.staff_id,
    )  # fmt: skip
    tx.add(version)
    open_pools(tx, campaign, going.content, going.files, now, keep_stock=going.restores is not None)
    _take_over(campaign, going.content, version)
    tx.flush()
    _announce(tx, campaign, version, going, now)
    return version


def lock_campaign(tx: Session, campaign: Campaign) -> None:
    """One publishes at a time (FOR NO KEY UPDATE), and people go on playing beside it.  The row is read anew."""
    tx.flush()
    tx.refresh(campaign, with_for_update={"key_share": True})


def versions(tx: Session, campaign: Campaign) -> list[CampaignVersion]:
    """Every version, newest first."""
    chosen = select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)
    return list(tx.scalars(chosen.order_by(CampaignVersion.number.desc())))


def content_hash(files: Mapping[str, str]) -> str:
    """The fingerprint of a version's files."""
    return hashlib.sha256(json.dumps(dict(files), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def text_by_language(text: Any) -> dict[str, Any]:
    """A text as it is stored: by language, or "" for one that is the same in all."""
    return dict(text) if isinstance(text, Mapping) else {"": text}


def _take_over(campaign: Campaign, content: CampaignContent, version: CampaignVersion) -> None:
    """Let the campaign's row say what its live version says."""
    note_change()
    campaign.live_version_id = version.id
    campaign.title = text_by_language(content.definition.title)
    campaign.opens_at, campaign.closes_at = content.opens_at, content.closes_at
    campaign.embed_origins = list(content.definition.embed.origins)


def _announce(tx: Session, campaign: Campaign, version: CampaignVersion, going: Going, now: datetime) -> None:
    """Write down how the version went live, and owe its people their move."""
    stays = going.inside.way not in ("move", "leave")  # who comes over by herself needs no worker
    made = Publication(
        id=new_id(), brand_id=campaign.brand_id, campaign_id=campaign.id, version_id=version.id,
        restores_id=going.restores.id if going.restores else None, inside=going.inside.way,
        targets=dict(going.inside.targets) if going.inside.way in GOING_ON else {}, staff_id=going.staff_id, moved=0,
        gone=0, at=now, done_at=now if stays else None,
    )  # fmt: skip
    tx.add(made)
    tx.flush()
    if not stays:
        job = outbox.Job(campaign.brand_id, JOB, f"{JOB}:{made.id.hex}", {"publication_id": str(made.id)})
        outbox.put(tx, job, now)
