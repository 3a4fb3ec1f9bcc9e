"""Campaigns and their immutable versions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, BrandRow, unique_in_brand, within_brand


class Campaign(BrandRow, Base):
    """A dated operation on a page.  Its slug is its address: `/t/<slug>`."""

    __tablename__ = "campaign"

    page_id: Mapped[uuid.UUID]
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[dict[str, Any]]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    live_version_id: Mapped[uuid.UUID | None]  # no foreign key: the two tables would name each other
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)  # file name -> text, as the studio edits it
    embed_origins: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]

    live_version: Mapped[CampaignVersion | None] = relationship(
        primaryjoin="foreign(Campaign.live_version_id) == CampaignVersion.id", viewonly=True
    )

    __table_args__ = (unique_in_brand(), within_brand("page", "page_id"))


class CampaignVersion(BrandRow, Base):
    """Everything that was published together: journey, games, texts, the pools' rules.  Never changed afterwards."""

    __tablename__ = "campaign_version"

    campaign_id: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(Integer)
    files: Mapped[dict[str, Any]]  # file name -> text
    surroundings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the brand's currency, zone … of that moment
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    published_by: Mapped[uuid.UUID | None]  # staff; none when pushed from the command line

    __table_args__ = (
        unique_in_brand(),
        UniqueConstraint("campaign_id", "number"),
        within_brand("campaign", "campaign_id"),
        within_brand("staff", "published_by"),
    )


class Publication(BrandRow, Base):
    """How a version went live: by whom, in the place of which older one, and what becomes of the people inside."""

    __tablename__ = "publication"

    campaign_id: Mapped[uuid.UUID]
    version_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    restores_id: Mapped[uuid.UUID | None]  # the older version whose content came back; none when it is new
    inside: Mapped[str] = mapped_column(String(8), default="finish")  # people inside: finish, move, next, leave
    targets: Mapped[dict[str, Any]] = mapped_column(default=dict)  # step that is gone -> step to go on at, or "exit"
    staff_id: Mapped[uuid.UUID | None]  # none when done on the command line
    moved: Mapped[int] = mapped_column(Integer, default=0)  # people who have moved to this version so far
    gone: Mapped[int] = mapped_column(Integer, default=0)  # people who have left so far
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # when the last of them had moved or left

    __table_args__ = (
        CheckConstraint("inside IN ('finish', 'move', 'next', 'leave')", name="inside"),
        within_brand("campaign", "campaign_id"),
        within_brand("campaign_version", "version_id"),
        within_brand("campaign_version", "restores_id"),
        within_brand("staff", "staff_id"),
        Index("ix_publication_campaign_id", "campaign_id"),
    )


class Picture(Base):
    """A picture of a brand's campaigns, found by the hash of its content; versions name it by that hash."""

    __tablename__ = "picture"

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(32))
    width_px: Mapped[int] = mapped_column(Integer)
    height_px: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
