"""Coupons and points.  Every change of state stands in a ledger that sums to zero."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, unique_in_brand, within_brand


class CouponPool(BrandRow, Base):
    """A stock of coupons of one kind.  Its code is unique in the brand."""

    __tablename__ = "coupon_pool"

    campaign_id: Mapped[uuid.UUID]
    code: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    shared_code: Mapped[str | None] = mapped_column(String(64))
    stock: Mapped[int | None]  # how many coupons the pool has in all; none = a code is made whenever one is given
    per_person: Mapped[int] = mapped_column(Integer, default=1)
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)  # title, value, terms, link, as published
    created_at: Mapped[datetime]

    __table_args__ = (
        unique_in_brand(),
        UniqueConstraint("brand_id", "code"),
        within_brand("campaign", "campaign_id"),
        CheckConstraint("kind IN ('generated', 'imported', 'shared')", name="kind"),
    )


class Coupon(BrandRow, Base):
    """One coupon code; in a shared pool every coupon carries the same code."""

    __tablename__ = "coupon"

    pool_id: Mapped[uuid.UUID]
    code: Mapped[str] = mapped_column(String(64))
    code_hmac: Mapped[str] = mapped_column(String(64), index=True)  # what a till's look-up finds
    claim_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]
    loaded_at: Mapped[datetime]

    __table_args__ = (
        unique_in_brand(),
        within_brand("coupon_pool", "pool_id"),
        Index(
            "ix_coupon_pool_id_free",
            "pool_id",
            sqlite_where=text("claim_id IS NULL"),
            postgresql_where=text("claim_id IS NULL"),
        ),
    )


class CouponClaim(BrandRow, Base):
    """The slot in which a coupon is given: one per pool and effect."""

    __tablename__ = "coupon_claim"

    pool_id: Mapped[uuid.UUID]
    effect_key: Mapped[str] = mapped_column(String(64))
    coupon_id: Mapped[uuid.UUID | None]
    run_id: Mapped[uuid.UUID | None]
    fan_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID | None]
    claimed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]

    __table_args__ = (
        unique_in_brand(),
        UniqueConstraint("pool_id", "effect_key"),
        UniqueConstraint("coupon_id"),
        within_brand("coupon_pool", "pool_id"),
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
        within_brand("run", "run_id"),
        Index("ix_coupon_claim_fan_id", "fan_id"),
        Index("ix_coupon_claim_contact_id", "contact_id"),
    )


class CouponEntry(BrandRow, Base):
    """One side of a coupon's move between accounts: stock, people, till, expired.  Each move sums to zero."""

    __tablename__ = "coupon_entry"

    pool_id: Mapped[uuid.UUID]
    coupon_id: Mapped[uuid.UUID] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(String(16))
    change: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]

    __table_args__ = (within_brand("coupon_pool", "pool_id"), within_brand("coupon", "coupon_id"))


class PointsEntry(BrandRow, Base):
    """One side of a move of points between the brand's purse and a person's.  Each move sums to zero."""

    __tablename__ = "points_entry"

    fan_id: Mapped[uuid.UUID | None]  # none = the brand's purse
    contact_id: Mapped[uuid.UUID | None]
    effect_key: Mapped[str] = mapped_column(String(64))
    change: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]

    __table_args__ = (
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
        Index("ix_points_entry_fan_id", "fan_id"),
        Index("ix_points_entry_contact_id", "contact_id"),
        Index("ix_points_entry_effect_key", "effect_key"),
    )
