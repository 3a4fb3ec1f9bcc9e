"""Claiming a coupon: one for each effect, never two, never over stock, whoever else is looking."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.models import Contact, Coupon, CouponClaim, CouponEntry, CouponPool, Fan, Link, new_id
from app.services.people import Person
from app.services.rewards.codes import new_code
from app.services.rewards.pools import entries, lay_in
from app.services.rows import insert_once, insert_rows

_COUPON: Any = Coupon.__table__
_CLAIM: Any = CouponClaim.__table__


def _taking(*, skip_locked: bool) -> Any:
    """The statement that takes one free coupon of a pool for a claim."""
    free = select(_COUPON.c.id).where(_COUPON.c.pool_id == bindparam("pool"), _COUPON.c.claim_id.is_(None)).limit(1)
    first = free.with_for_update(skip_locked=skip_locked).scalar_subquery()
    take = update(_COUPON).where(_COUPON.c.id == first, _COUPON.c.claim_id.is_(None))
    return take.values(claim_id=bindparam("claim")).returning(_COUPON.c.id)


# Made once: putting a statement together takes longer than running it.
_TAKE_UNLOCKED, _TAKE = _taking(skip_locked=True), _taking(skip_locked=False)
_GIVEN = update(_CLAIM).where(_CLAIM.c.id == bindparam("claim")).values(coupon_id=bindparam("coupon"))
_HAD = select(func.count()).where(CouponClaim.pool_id == bindparam("pool"), CouponClaim.coupon_id.is_not(None))
_HAD_BY_FAN = _HAD.where(CouponClaim.fan_id == bindparam("fan"))
_HOLD_FAN = select(Fan.id).where(Fan.id == bindparam("id")).with_for_update(key_share=True)
_HOLD_CONTACT = select(Contact.id).where(Contact.id == bindparam("id")).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a step owes a person: the effect's key, how long the coupon is good (none = without end), in which run."""

    effect_key: str
    valid: timedelta | None = None
    run_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What came of a claim: `given` with the coupon's claim, `empty`, or `capped` (this person has had hers)."""

    result: Literal["given", "empty", "capped"]
    claim_id: uuid.UUID | None = None


def claim_coupon(tx: Session, pool: CouponPool, person: Person, promise: Promise, now: datetime) -> Claimed:
    """Give one free coupon of the pool for this effect; asked again, give the same one.

    Two people never get the same coupon, and nobody gets more than `per_person` of the pool: fans who are
    the same contact share the cap.
    """
    hold_person(tx, person)
    claim_id = new_id()
    if not _take_slot(tx, pool, person, promise, {"id": claim_id, "claimed_at": now}):
        return _earlier_claim(tx, pool, promise)
    if _had(tx, pool, person) >= pool.per_person:
        return _give_up(tx, claim_id, "capped")
    coupon_id = _take_free(tx, pool, claim_id) or _take_made(tx, pool, claim_id, now)
    if coupon_id is None:
        return _give_up(tx, claim_id, "empty")
    tx.execute(_GIVEN, {"claim": claim_id, "coupon": coupon_id})
    insert_rows(
        tx, CouponEntry, entries(pool.brand_id, pool.id, coupon_id, ("stock", "people"), promise.effect_key, now)
    )
    return Claimed("given", claim_id)


def _take_slot(tx: Session, pool: CouponPool, person: Person, promise: Promise, row: dict[str, Any]) -> bool:
    """Write the slot of this effect in this pool; says whether it was free."""
    ends = row["claimed_at"] + promise.valid if promise.valid else None
    promised = {"effect_key": promise.effect_key, "run_id": promise.run_id, "expires_at": ends}
    whose = {"brand_id": pool.brand_id, "pool_id": pool.id, "fan_id": person.fan_id, "contact_id": person.contact_id}
    return insert_once(tx, CouponClaim, {**row, **promised, **whose})


def hold_person(tx: Session, person: Person) -> None:
    """Let what is done for one person queue up, so that caps are counted right; comes after the run's lock.

    FOR NO KEY UPDATE: rows that refer to the person may still be written beside it, without a deadlock.
    """
    if person.contact_id:
        tx.execute(_HOLD_CONTACT, {"id": person.contact_id})
    else:
        tx.execute(_HOLD_FAN, {"id": person.fan_id})


def coupons_won(tx: Session, person: Person, campaign_id: uuid.UUID) -> int:
    """How many coupons of the campaign's pools the person has, all fans of one contact counted together."""
    pools = select(CouponPool.id).where(CouponPool.campaign_id == campaign_id)
    won = select(func.count()).where(
        CouponClaim.pool_id.in_(pools), CouponClaim.coupon_id.is_not(None), _shared(person)
    )
    return tx.scalar(won) or 0


def _had(tx: Session, pool: CouponPool, person: Person) -> int:
    """How many coupons of the pool this person has, all fans of one contact counted together."""
    if person.contact_id is None:
        return tx.scalar(_HAD_BY_FAN, {"pool": pool.id, "fan": person.fan_id}) or 0
    return tx.scalar(_HAD.where(_shared(person)), {"pool": pool.id}) or 0


def _shared(person: Person) -> ColumnElement[bool]:
    """The claims that count against the person's caps."""
    mine = person.owns(CouponClaim)
    if person.contact_id is None:
        return mine
    fans = select(Link.fan_id).where(Link.contact_id == person.contact_id, Link.ended_at.is_(None))
    return mine | CouponClaim.fan_id.in_(fans)


def _take_free(tx: Session, pool: CouponPool, claim_id: uuid.UUID) -> uuid.UUID | None:
    """A free coupon, skipping those that others are taking; looked for once more without skipping,
    because a locked row may have come back."""
    for take in (_TAKE_UNLOCKED, _TAKE):
        taken: uuid.UUID | None = tx.scalar(take, {"pool": pool.id, "claim": claim_id})
        if taken:
            return taken
    return None


def _take_made(tx: Session, pool: CouponPool, claim_id: uuid.UUID, now: datetime) -> uuid.UUID | None:
    """A coupon made for this claim, in a pool without a fixed stock."""
    if pool.stock is not None or pool.kind == "imported":
        return None
    lay_in(tx, pool, [pool.shared_code or new_code()], now)
    return _take_free(tx, pool, claim_id)


def _earlier_claim(tx: Session, pool: CouponPool, promise: Promise) -> Claimed:
    earlier = select(CouponClaim.id).where(CouponClaim.pool_id == pool.id, CouponClaim.effect_key == promise.effect_key)
    return Claimed("given", tx.scalars(earlier).one())


def _give_up(tx: Session, claim_id: uuid.UUID, result: Literal["empty", "capped"]) -> Claimed:
    """Leave no slot behind: a coupon that comes back later may still be claimed for the same effect."""
    tx.execute(delete(CouponClaim).where(CouponClaim.id == claim_id))
    return Claimed(result)
