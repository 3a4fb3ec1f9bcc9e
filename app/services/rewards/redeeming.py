"""Redeeming a coupon at a till: once, in time, and written down."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, insert, or_, select, update
from sqlalchemy.orm import Session

from app.errors import NotFound, Refused
from app.models import Brand, Campaign, Coupon, CouponClaim, CouponEntry, CouponPool
from app.services.events import note_stage
from app.services.keys import hmac_hex, key_of
from app.services.people import Person
from app.services.rewards.codes import normal_code
from app.services.rewards.pools import entries


class NoSuchCoupon(NotFound):
    code = "coupon_unknown"
    en = "There is no coupon with this code. Check each letter."
    fr = "Aucun coupon ne porte ce code. Vérifiez chaque lettre."


class CouponUsed(Refused):
    code, status = "coupon_used", 409
    en = "This coupon was used on {day}."
    fr = "Ce coupon a été utilisé le {day}."


class CouponExpired(Refused):
    code, status = "coupon_expired", 409
    en = "This coupon expired on {day}."
    fr = "Ce coupon a expiré le {day}."


def redeem_coupon(tx: Session, brand_id: uuid.UUID, code: str, now: datetime, detail: dict[str, Any]) -> CouponPool:
    """Use up a coupon that a person holds.  A shared code uses up the oldest claim that is still good.

    `detail` is kept with the move: amount in cents, order number, till.
    Raises: NoSuchCoupon, CouponUsed, CouponExpired.
    """
    wanted = hmac_hex(key_of(tx, "coupon-code"), normal_code(code))
    used = _use_up(tx, brand_id, wanted, now)
    if used is None:
        raise _why_not(tx, brand_id, wanted, now)
    pool = tx.get_one(CouponPool, used.pool_id)
    sides = entries(brand_id, pool.id, used.id, ("people", "till"), "redeemed", now)
    tx.execute(insert(CouponEntry), [{**side, "detail": detail} for side in sides])
    claim = tx.scalars(select(CouponClaim).where(CouponClaim.id == used.claim_id)).one()
    campaign = tx.get_one(Campaign, pool.campaign_id)
    note_stage(tx, campaign, "coupon_used", now, Person(brand_id, claim.fan_id, claim.contact_id))
    return pool


def _held(brand_id: uuid.UUID, wanted: str) -> Select[Coupon, CouponClaim]:
    """The coupons of this code that people hold, with their claims."""
    return (
        select(Coupon, CouponClaim)
        .join(CouponClaim, CouponClaim.id == Coupon.claim_id)
        .where(Coupon.brand_id == brand_id, Coupon.code_hmac == wanted)
    )


def _use_up(tx: Session, brand_id: uuid.UUID, wanted: str, now: datetime) -> Coupon | None:
    """Mark one coupon as used, in one statement: a till that comes second takes the next one, or none."""
    still_good = or_(CouponClaim.expires_at.is_(None), CouponClaim.expires_at > now)
    good = (
        _held(brand_id, wanted)
        .with_only_columns(Coupon.id)
        .where(Coupon.used_at.is_(None), still_good)
        .order_by(CouponClaim.claimed_at, CouponClaim.id)
        .limit(1)
        .with_for_update(of=Coupon)
    )
    use = update(Coupon).where(Coupon.id == good.scalar_subquery(), Coupon.used_at.is_(None)).values(used_at=now)
    returning = use.returning(Coupon).execution_options(synchronize_session=False, populate_existing=True)
    return tx.scalars(returning).one_or_none()


def _why_not(tx: Session, brand_id: uuid.UUID, wanted: str, now: datetime) -> Refused:
    """Why no coupon of this code can be used: the one that was claimed last says it."""
    newest = _held(brand_id, wanted).order_by(CouponClaim.claimed_at.desc(), CouponClaim.id.desc()).limit(1)
    found = tx.execute(newest.execution_options(populate_existing=True)).first()
    if found is None:
        return NoSuchCoupon()
    coupon, claim = found
    if coupon.used_at is None and claim.expires_at is not None:
        return CouponExpired(day=_day(tx, brand_id, claim.expires_at))
    return CouponUsed(day=_day(tx, brand_id, coupon.used_at or now))


def _day(tx: Session, brand_id: uuid.UUID, at: datetime) -> date:
    """An instant as a day on the brand's calendar."""
    return at.astimezone(ZoneInfo(tx.get_one(Brand, brand_id).timezone)).date()
