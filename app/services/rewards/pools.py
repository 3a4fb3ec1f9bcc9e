"""Coupon pools: opening one as the campaign says, and laying in its codes.

A pool with a stock has one row for each coupon, so that it can never give more than it has.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Campaign, Coupon, CouponEntry, CouponPool, new_id
from app.services.keys import hmac_hex, key_of
from app.services.rewards.codes import new_code, normal_code

BATCH = 5_000


class PoolTaken(Refused):
    code, status = "pool_taken", 409
    en = "The coupon pool {pool} belongs to another campaign of this brand. Give it another code."
    fr = "La réserve de coupons {pool} appartient à une autre opération de la marque. Donnez-lui un autre code."


class StockTooLow(Refused):
    code, status = "stock_too_low", 409
    en = "The pool {pool} has {there} coupons already; its stock cannot be lowered to {wanted}."
    fr = "La réserve {pool} compte déjà {there} coupons ; son stock ne peut pas descendre à {wanted}."


class KindIsFixed(Refused):
    code, status = "pool_kind_fixed", 409
    en = (
        "The pool {pool} holds {there} coupons of the kind “{kind}”, which cannot change. "
        "Give the new pool another code."
    )
    fr = (
        "La réserve {pool} contient {there} coupons du type « {kind} », qui ne change plus. "
        "Donnez un autre code à la nouvelle réserve."
    )


@dataclass(frozen=True, slots=True)
class PoolRules:
    """What a campaign says of a pool.  `rules` is what the ticket shows: title, value, terms, link."""

    code: str
    kind: Literal["generated", "imported", "shared"]
    stock: int | None = None
    per_person: int = 1
    shared_code: str | None = None
    rules: dict[str, Any] = field(default_factory=dict)


def open_pool(tx: Session, campaign: Campaign, wanted: PoolRules, now: datetime) -> CouponPool:
    """The pool as the campaign wants it: made, or brought up to date, with its coupons laid in.

    Raises: PoolTaken, KindIsFixed, StockTooLow.
    """
    pool = tx.scalars(
        select(CouponPool).where(CouponPool.brand_id == campaign.brand_id, CouponPool.code == wanted.code)
    ).one_or_none()
    if pool is None:
        pool = CouponPool(brand_id=campaign.brand_id, campaign_id=campaign.id, code=wanted.code, created_at=now)
        tx.add(pool)
    elif pool.campaign_id != campaign.id:
        raise PoolTaken(pool=wanted.code)
    elif pool.kind != wanted.kind and (there := coupon_count(tx, pool)):
        raise KindIsFixed(pool=wanted.code, there=there, kind=pool.kind)
    pool.kind, pool.stock, pool.per_person = wanted.kind, wanted.stock, wanted.per_person
    pool.shared_code, pool.rules = wanted.shared_code, wanted.rules
    tx.flush()
    _fill(tx, pool, now)
    return pool


def lay_in(tx: Session, pool: CouponPool, codes: Iterable[str], now: datetime) -> int:
    """Put coupons with these codes into the pool's stock; gives how many."""
    key, laid = key_of(tx, "coupon-code"), 0
    batch: list[dict[str, Any]] = []
    for code in codes:
        batch.append(
            {
                "id": new_id(), "brand_id": pool.brand_id, "pool_id": pool.id, "code": code,
                "code_hmac": hmac_hex(key, normal_code(code)), "loaded_at": now,
            }
        )  # fmt: skip
        if len(batch) == BATCH:
            laid += _insert(tx, batch, now)
            batch = []
    return laid + (_insert(tx, batch, now) if batch else 0)


def entries(
    brand_id: uuid.UUID, pool_id: uuid.UUID, coupon_id: uuid.UUID, accounts: tuple[str, str], reason: str, now: datetime
) -> list[dict[str, Any]]:
    """The two sides of one coupon's move, out of the first account and into the second."""
    return [
        {
            "id": new_id(), "brand_id": brand_id, "pool_id": pool_id, "coupon_id": coupon_id, "account": account,
            "change": change, "reason": reason, "detail": {}, "at": now,
        }
        for account, change in zip(accounts, (-1, 1), strict=True)
    ]  # fmt: skip


def coupon_count(tx: Session, pool: CouponPool) -> int:
    """How many coupons have been laid in, given or not."""
    return tx.scalar(select(func.count()).where(Coupon.pool_id == pool.id)) or 0


def free_count(tx: Session, pool: CouponPool) -> int | None:
    """How many coupons the pool can still give; none = without end."""
    if pool.stock is None and pool.kind != "imported":
        return None
    return tx.scalar(select(func.count()).where(Coupon.pool_id == pool.id, Coupon.claim_id.is_(None))) or 0


def _fill(tx: Session, pool: CouponPool, now: datetime) -> None:
    """Make the coupons that a stock promises, for pools that make their own."""
    if pool.shared_code is not None:
        _say_anew(tx, pool, pool.shared_code)
    if pool.stock is None or pool.kind == "imported":
        return
    there = coupon_count(tx, pool)
    if there > pool.stock:
        raise StockTooLow(pool=pool.code, there=there, wanted=pool.stock)
    lay_in(tx, pool, (pool.shared_code or new_code() for _ in range(pool.stock - there)), now)


def _say_anew(tx: Session, pool: CouponPool, code: str) -> None:
    """Let the coupons that nobody holds carry the pool's code of today; those given keep theirs."""
    fingerprint = hmac_hex(key_of(tx, "coupon-code"), normal_code(code))
    outdated = (Coupon.pool_id == pool.id, Coupon.claim_id.is_(None), Coupon.code != code)
    renamed = update(Coupon).where(*outdated).values(code=code, code_hmac=fingerprint)
    tx.execute(renamed.execution_options(synchronize_session=False))


def _insert(tx: Session, batch: Sequence[dict[str, Any]], now: datetime) -> int:
    tx.execute(insert(Coupon), batch)
    moves = [
        side
        for row in batch
        for side in entries(row["brand_id"], row["pool_id"], row["id"], ("issuer", "stock"), "laid in", now)
    ]
    tx.execute(insert(CouponEntry), moves)
    return len(batch)
