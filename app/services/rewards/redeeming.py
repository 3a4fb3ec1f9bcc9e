"""Redeeming a coupon at a till: once, in time, and written down."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.errors import NotFound, Refused
from app.models import Campaign, Coupon, CouponClaim, CouponEntry, CouponPool
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
    coupon, claim = _held_coupon(tx, brand_id, code, now)
    used = (
        update(Coupon).where(Coupon.id == coupon.id, Coupon.used_at.is_(None)).values(used_at=now).returning(Coupon.id)
    )
    if not tx.execute(used.execution_options(synchronize_session=False)).first():
        raise CouponUsed(day=now.date())  # another till was quicker
    pool = tx.get_one(CouponPool, coupon.pool_id)
    sides = entries(brand_id, pool.id, coupon.id, ("people", "till"), "redeemed", now)
    tx.execute(insert(CouponEntry), [{**side, "detail": detail} for side in sides])
    campaign = tx.get_one(Campaign, pool.campaign_id)
    note_stage(tx, campaign, "coupon_used", now, Person(brand_id, claim.fan_id, claim.contact_id))
    return pool


def _held_coupon(tx: Session, brand_id: uuid.UUID, code: str, now: datetime) -> tuple[Coupon, CouponClaim]:
    wanted = hmac_hex(key_of(tx, "coupon-code"), normal_code(code))
    held = tx.execute(
        select(Coupon, CouponClaim)
        .join(CouponClaim, CouponClaim.coupon_id == Coupon.id)
        .where(Coupon.brand_id == brand_id, Coupon.code_hmac == wanted)
        .order_by(CouponClaim.claimed_at)
    ).all()
    if not held:
        raise NoSuchCoupon
    for coupon, claim in held:
        if coupon.used_at is None and (claim.expires_at is None or claim.expires_at > now):
            return coupon, claim
    coupon, claim = held[-1]
    if coupon.used_at:
        raise CouponUsed(day=coupon.used_at.date())
    raise CouponExpired(day=claim.expires_at.date() if claim.expires_at else "")
