"""The wallet: a person's coupons as tickets.

`wallet` is what a fan may see; `coupons_of` is what staff and conditions know of the same person.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.models import Coupon, CouponClaim, CouponPool
from app.services.people import Person

# Made once: putting a statement together takes longer than running it.  The columns are those of a WalletCoupon.
_CLAIMED = (
    select(
        CouponClaim.id, Coupon.code, CouponPool.code, CouponPool.rules, CouponClaim.claimed_at, CouponClaim.expires_at,
        Coupon.used_at,
    )
    .join(Coupon, Coupon.claim_id == CouponClaim.id)
    .join(CouponPool, CouponPool.id == CouponClaim.pool_id)
    .where(CouponClaim.brand_id == bindparam("brand_id"))
    .order_by(CouponClaim.claimed_at.desc(), CouponClaim.id.desc())
)  # fmt: skip
_OF_FAN = _CLAIMED.where(CouponClaim.fan_id == bindparam("fan_id"))


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
    if person.contact_id is None and person.fan_id is not None:
        return _held_in(tx, _OF_FAN, {"brand_id": person.brand_id, "fan_id": person.fan_id})
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
    return _held_in(tx, _CLAIMED.where(*wanted), {"brand_id": person.brand_id})


def _held_in(tx: Session, chosen: Select[*tuple[Any, ...]], whose: dict[str, uuid.UUID]) -> list[WalletCoupon]:
    return [WalletCoupon(*row) for row in tx.execute(chosen, whose)]
