"""What became of a fan, as the database has it: the way she went, her coupons, her words of consent, her profile."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Attribute,
    Consent,
    Coupon,
    CouponClaim,
    CouponPool,
    Decision,
    Identity,
    Link,
    Membership,
    PersonKey,
    PointsEntry,
    Run,
)


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one fan of the provider."""

    way: tuple[str, ...]  # step/outcome of each branch
    coupons: tuple[tuple[str, str], ...]  # (pool, code)
    words: tuple[tuple[str, str], ...]  # (purpose.channel, event)
    vote: str | None
    club: bool
    points: int
    linked: bool
    ended: bool


def story(tx: Session, who: str, attribute: str = "crm.favourite_flavour") -> Story:
    """The story of the provider's person `who`, who has one run."""
    fan_id = tx.scalars(select(Identity.fan_id).where(Identity.subject == who)).one()
    run = tx.scalars(select(Run).where(Run.fan_id == fan_id)).one()
    decided = tx.scalars(select(Decision).where(Decision.run_id == run.id).order_by(Decision.number))
    claims = (
        select(CouponPool.code, Coupon.code)
        .join(CouponPool, CouponPool.id == Coupon.pool_id)
        .join(CouponClaim, CouponClaim.coupon_id == Coupon.id)
        .where(CouponClaim.fan_id == fan_id)
    )
    said = select(Consent).join(PersonKey, PersonKey.id == Consent.subject_id).where(PersonKey.fan_id == fan_id)
    saved = select(Attribute.value).where(Attribute.fan_id == fan_id, Attribute.name == attribute)
    member = select(Membership).where(Membership.fan_id == fan_id, Membership.left_at.is_(None))
    linked = select(Link).where(Link.fan_id == fan_id, Link.ended_at.is_(None))
    return Story(
        way=tuple(f"{each.step}/{each.outcome}" for each in decided if each.kind == "branch"),
        coupons=tuple((pool, code) for pool, code in tx.execute(claims)),
        words=tuple((f"{word.purpose}.{word.channel}", word.event) for word in tx.scalars(said.order_by(Consent.seq))),
        vote=tx.scalars(saved).one_or_none(),
        club=tx.scalars(member).first() is not None,
        points=sum(tx.scalars(select(PointsEntry.change).where(PointsEntry.fan_id == fan_id))),
        linked=tx.scalars(linked).first() is not None,
        ended=run.ended_at is not None,
    )
