"""The wallet: a person's coupons as tickets.

`wallet` is what a fan may see; `coupons_of` is what staff and conditions know of the same person.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.models import Coupon, CouponClaim, CouponPool
from app.services.people import Person


@dataclass(frozen=True, slots=True)
class WalletCoupon:
    """One coupon that a person holds; `rules` are the pool's: title, value, terms, link, by language."""

    id: uuid.UUID
    code: str
    pool: str
    rules: dict[str, Any]
    claimed_at: datetime
    expires_at: datetime | None
    used_at: datetime | None

    def state(self, now: datetime) -> str:
        """`used`, `expired` or `ready`."""
        if self.used_at:
            return "used"
        return "expired" if self.expires_at and self.expires_at <= now else "ready"


def wallet(tx: Session, person: Person, *, run_id: uuid.UUID | None = None) -> list[WalletCoupon]:
    """The coupons to show to this person, newest first; with a run, only those won in it.

    Another fan of the same contact shares its caps, but sees none of its codes.
    """
    won_there = [CouponClaim.run_id == run_id] if run_id else []
    return _found(tx, person, _her_own(person), *won_there)


def coupons_of(tx: Session, person: Person) -> list[WalletCoupon]:
    """All coupons of the person, newest first, also those that her contact won as another fan."""
    return _found(tx, person, person.owns(CouponClaim))


def coupon_fields(held: Sequence[WalletCoupon]) -> dict[str, bool]:
    """`coupon.<POOL>.given` and `.used`, for conditions."""
    fields: dict[str, bool] = {}
    for coupon in held:
        fields[f"coupon.{coupon.pool}.given"] = True
        fields[f"coupon.{coupon.pool}.used"] = fields.get(f"coupon.{coupon.pool}.used", False) or bool(coupon.used_at)
    return fields


def _her_own(person: Person) -> ColumnElement[bool]:
    if person.fan_id is None:
        return person.owns(CouponClaim)
    by_nobody_else = and_(CouponClaim.fan_id.is_(None), CouponClaim.contact_id == person.contact_id)
    return or_(CouponClaim.fan_id == person.fan_id, by_nobody_else)


def _found(tx: Session, person: Person, *wanted: ColumnElement[bool]) -> list[WalletCoupon]:
    chosen = (
        select(CouponClaim, Coupon, CouponPool)
        .join(Coupon, Coupon.claim_id == CouponClaim.id)
        .join(CouponPool, CouponPool.id == CouponClaim.pool_id)
        .where(CouponClaim.brand_id == person.brand_id, *wanted)
        .order_by(CouponClaim.claimed_at.desc(), CouponClaim.id.desc())
        .execution_options(populate_existing=True)
    )
    return [_held(claim, coupon, pool) for claim, coupon, pool in tx.execute(chosen)]


def _held(claim: CouponClaim, coupon: Coupon, pool: CouponPool) -> WalletCoupon:
    return WalletCoupon(
        claim.id, coupon.code, pool.code, pool.rules, claim.claimed_at, claim.expires_at, coupon.used_at
    )
