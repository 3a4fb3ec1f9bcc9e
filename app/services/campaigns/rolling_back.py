"""Rolling back: an older version becomes live again.

It comes back as a new version with the old content, so that numbers only grow, history stays, and what happened under
the old number is never mixed with what happens from now on.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound, Refused
from app.models import Audit, Brand, Campaign, CampaignVersion, CouponPool
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.drafts import sound_draft
from app.services.campaigns.going_live import Going, go_live, lock_campaign, versions
from app.services.campaigns.insiders import FINISH, Inside
from app.services.rewards.pools import coupon_count
from journeys.problems import Kind, Problem

CLOSES_AT_ONCE = Kind(
    "versions.closed", "warning",
    "this version closed on {day}: the campaign would be over at once, for everybody",
    "cette version fermait le {day} : l'opération serait terminée aussitôt, pour tout le monde",
)  # fmt: skip
STOCK_STAYS = Kind(
    "versions.stock_stays", "notice",
    "the pool {pool} keeps the {there} coupons that it has; this version asked for {stock}",
    "la réserve {pool} garde ses {there} coupons ; cette version en demandait {stock}",
)  # fmt: skip
SITES_CHANGE = Kind(
    "versions.sites", "warning",
    "these sites may embed the campaign no longer: {sites}",
    "ces sites ne pourront plus intégrer l'opération : {sites}",
)  # fmt: skip
POOL_RESTS = Kind(
    "versions.pool_rests", "notice",
    "the pool {pool} is not in this version: its coupons stay good, and no more are given",
    "la réserve {pool} n'est pas dans cette version : ses coupons restent valables, et on n'en donne plus",
)  # fmt: skip


class NoSuchVersion(NotFound):
    code = "no_such_version"
    en = "The campaign “{campaign}” has no version {number}."
    fr = "L'opération « {campaign} » n'a pas de version {number}."


class AlreadyLive(Refused):
    code, status = "already_live", 409
    en = "Version {number} is live already."
    fr = "La version {number} est déjà en ligne."


@dataclass(frozen=True, slots=True)
class OldVersion:
    """An older version that could be live again: its content as it reads today, and what to know beforehand."""

    version: CampaignVersion
    content: CampaignContent
    remarks: tuple[Problem, ...]


def old_version(tx: Session, campaign: Campaign, number: int, now: datetime) -> OldVersion:
    """The version of this number, looked at with the brand of today.

    Raises: NoSuchVersion, AlreadyLive, Invalid when it does not check any more.
    """
    found = version_numbered(tx, campaign, number)
    if is_live(tx, campaign, found):
        raise AlreadyLive(number=number)
    content = sound_draft(tx.get_one(Brand, campaign.brand_id), found.files, campaign.slug)
    return OldVersion(found, content, tuple(_remarks(tx, campaign, content, now)))


def roll_back(
    tx: Session, campaign: Campaign, number: int, now: datetime, staff_id: uuid.UUID | None, inside: Inside = FINISH
) -> CampaignVersion:
    """Make an older version live again, as a new version with its content; gives that one.

    Pools, dates, embedding sites and pictures are those of the old content, but coupons that were laid in since stay.
    The draft stays as it is.  Raises: NoSuchVersion, AlreadyLive, Invalid; then nothing has changed.
    """
    lock_campaign(tx, campaign)
    old = old_version(tx, campaign, number, now)
    going = Going(old.version.files, old.content, inside, staff_id, old.version)
    version = go_live(tx, campaign, going, versions(tx, campaign)[0].number + 1, now)
    detail = {"version": version.number, "restores": number, "inside": inside.way}
    tx.add(
        Audit(
            brand_id=campaign.brand_id, staff_id=staff_id, what="campaign.rolled_back", on=campaign.slug,
            detail=detail, at=now,
        )
    )  # fmt: skip
    return version


def version_numbered(tx: Session, campaign: Campaign, number: int) -> CampaignVersion:
    """The campaign's version of this number.  Raises: NoSuchVersion."""
    mine = (CampaignVersion.campaign_id == campaign.id, CampaignVersion.number == number)
    found = tx.scalars(select(CampaignVersion).where(*mine)).one_or_none()
    if found is None:
        raise NoSuchVersion(campaign=campaign.slug, number=number)
    return found


def is_live(tx: Session, campaign: Campaign, version: CampaignVersion) -> bool:
    """Whether the campaign says today what this version says, word for word."""
    live = tx.get(CampaignVersion, campaign.live_version_id) if campaign.live_version_id else None
    return live is not None and live.content_hash == version.content_hash


def _remarks(tx: Session, campaign: Campaign, content: CampaignContent, now: datetime) -> Iterator[Problem]:
    """What somebody should know before this content is live again."""
    if content.closes_at and content.closes_at <= now:
        day = content.closes_at.astimezone(content.zone).date().isoformat()
        yield Problem(CLOSES_AT_ONCE, "campaign.yaml", values={"day": day})
    if lost := sorted(set(campaign.embed_origins) - set(content.definition.embed.origins)):
        yield Problem(SITES_CHANGE, "campaign.yaml", values={"sites": ", ".join(lost)})
    mine = select(CouponPool).where(CouponPool.campaign_id == campaign.id).order_by(CouponPool.code)
    for pool in tx.scalars(mine):
        wanted = content.definition.pools.get(pool.code)
        there = coupon_count(tx, pool)
        if wanted is None:
            yield Problem(POOL_RESTS, "campaign.yaml", values={"pool": pool.code})
        elif wanted.stock is not None and there > wanted.stock:
            values = {"pool": pool.code, "there": there, "stock": wanted.stock}
            yield Problem(STOCK_STAYS, "campaign.yaml", values=values)
