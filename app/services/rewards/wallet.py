"""The wallet: a person's coupons as tickets."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
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
    """The person's coupons, newest first; with a run, only those won in it."""
    chosen = (
        select(CouponClaim, Coupon, CouponPool)
        .join(Coupon, Coupon.claim_id == CouponClaim.id)
        .join(CouponPool, CouponPool.id == CouponClaim.pool_id)
        .where(CouponClaim.brand_id == person.brand_id, person.owns(CouponClaim))
        .order_by(CouponClaim.claimed_at.desc(), CouponClaim.id.desc())
    )
    if run_id:
        chosen = chosen.where(CouponClaim.run_id == run_id)
    return [_held(claim, coupon, pool) for claim, coupon, pool in tx.execute(chosen)]


def coupon_fields(held: Sequence[WalletCoupon]) -> dict[str, bool]:
    """`coupon.<POOL>.given` and `.used`, for conditions."""
    fields: dict[str, bool] = {}
    for coupon in held:
        fields[f"coupon.{coupon.pool}.given"] = True
        fields[f"coupon.{coupon.pool}.used"] = fields.get(f"coupon.{coupon.pool}.used", False) or bool(coupon.used_at)
    return fields


def _held(claim: CouponClaim, coupon: Coupon, pool: CouponPool) -> WalletCoupon:
    return WalletCoupon(
        claim.id, coupon.code, pool.code, pool.rules, claim.claimed_at, claim.expires_at, coupon.used_at
    )
