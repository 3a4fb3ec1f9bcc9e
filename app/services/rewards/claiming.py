"""Claiming a coupon: one for each effect, never two, never over stock, whoever else is looking."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.models import Contact, Coupon, CouponClaim, CouponEntry, CouponPool, Fan, Link, new_id
from app.services.people import Person
from app.services.rewards.codes import new_code
from app.services.rewards.pools import entries, lay_in
from app.services.rows import insert_once


@dataclass(frozen=True, slots=True)
class Claimed:
    """What came of a claim: `given` with the coupon's claim, `empty`, or `capped` (this person has had hers)."""

    result: Literal["given", "empty", "capped"]
    claim_id: uuid.UUID | None = None


def claim_coupon(
    tx: Session,
    pool: CouponPool,
    person: Person,
    owed_to: str,
    now: datetime,
    *,
    valid: timedelta | None = None,
    run_id: uuid.UUID | None = None,
) -> Claimed:
    """Give one free coupon of the pool for this effect; asked again, give the same one.

    Two people never get the same coupon, and nobody gets more than `per_person` of the pool: fans who are
    the same contact share the cap.
    """
    _hold_person(tx, person)
    claim_id = new_id()
    slot = {
        "id": claim_id, "brand_id": pool.brand_id, "pool_id": pool.id, "effect_key": owed_to, "run_id": run_id,
        "fan_id": person.fan_id, "contact_id": person.contact_id, "claimed_at": now,
        "expires_at": now + valid if valid else None,
    }  # fmt: skip
    if not insert_once(tx, CouponClaim, slot):
        return _earlier_claim(tx, pool, owed_to)
    if _had(tx, pool, person) >= pool.per_person:
        return _give_up(tx, claim_id, "capped")
    coupon_id = _take_free(tx, pool, claim_id) or _take_made(tx, pool, claim_id, now)
    if coupon_id is None:
        return _give_up(tx, claim_id, "empty")
    tx.execute(update(CouponClaim).where(CouponClaim.id == claim_id).values(coupon_id=coupon_id))
    tx.execute(insert(CouponEntry), entries(pool.brand_id, pool.id, coupon_id, ("stock", "people"), owed_to, now))
    return Claimed("given", claim_id)


def _hold_person(tx: Session, person: Person) -> None:
    """Let the claims of one person queue up, so that caps are counted right."""
    if person.contact_id:
        tx.execute(select(Contact.id).where(Contact.id == person.contact_id).with_for_update())
    elif person.fan_id:
        tx.execute(select(Fan.id).where(Fan.id == person.fan_id).with_for_update())


def _had(tx: Session, pool: CouponPool, person: Person) -> int:
    """How many coupons of the pool this person has, all fans of one contact counted together."""
    mine = person.owns(CouponClaim)
    if person.contact_id:
        fans = select(Link.fan_id).where(Link.contact_id == person.contact_id, Link.ended_at.is_(None))
        mine = mine | CouponClaim.fan_id.in_(fans)
    had = select(func.count()).where(CouponClaim.pool_id == pool.id, CouponClaim.coupon_id.is_not(None), mine)
    return tx.scalar(had) or 0


def _take_free(tx: Session, pool: CouponPool, claim_id: uuid.UUID) -> uuid.UUID | None:
    """A free coupon, skipping those that others are taking; looked for once more without skipping,
    because a locked row may have come back."""
    free = select(Coupon.id).where(Coupon.pool_id == pool.id, Coupon.claim_id.is_(None)).limit(1)
    for waiting in (free.with_for_update(skip_locked=True), free.with_for_update()):
        take = update(Coupon).where(Coupon.id == waiting.scalar_subquery(), Coupon.claim_id.is_(None))
        taken: uuid.UUID | None = tx.scalar(
            take.values(claim_id=claim_id).returning(Coupon.id).execution_options(synchronize_session=False)
        )
        if taken:
            return taken
    return None


def _take_made(tx: Session, pool: CouponPool, claim_id: uuid.UUID, now: datetime) -> uuid.UUID | None:
    """A coupon made for this claim, in a pool without a fixed stock."""
    if pool.stock is not None or pool.kind == "imported":
        return None
    lay_in(tx, pool, [pool.shared_code or new_code()], now)
    return _take_free(tx, pool, claim_id)


def _earlier_claim(tx: Session, pool: CouponPool, owed_to: str) -> Claimed:
    earlier = tx.scalars(
        select(CouponClaim).where(CouponClaim.pool_id == pool.id, CouponClaim.effect_key == owed_to)
    ).one()
    return Claimed("given", earlier.id)


def _give_up(tx: Session, claim_id: uuid.UUID, result: Literal["empty", "capped"]) -> Claimed:
    """Leave no slot behind: a coupon that comes back later may still be claimed for the same effect."""
    tx.execute(CouponClaim.__table__.delete().where(CouponClaim.id == claim_id))  # type: ignore[attr-defined]
    return Claimed(result)
