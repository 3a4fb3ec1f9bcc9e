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
    Fan,
    Identity,
    Link,
    Membership,
    PersonKey,
    PointsEntry,
    Run,
)
from app.services.people import person_of_fan


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one fan of the provider."""

    way: tuple[str, ...]  # step/outcome of each branch
    coupons: tuple[tuple[str, str], ...]  # (pool, code)
    words: tuple[tuple[str, str], ...]  # (purpose.channel, event)
    vote: str | None
    programs: tuple[str, ...]
    points: int
    linked: str | None  # how she was tied to a contact
    ended: bool


def story(tx: Session, who: str, attribute: str = "crm.favourite_flavour") -> Story:
    """The story of the provider's person `who`, who has one run."""
    fan = tx.scalars(select(Fan).join(Identity, Identity.fan_id == Fan.id).where(Identity.subject == who)).one()
    her = person_of_fan(tx, fan)  # the fan, and the contact that she is linked to
    run = tx.scalars(select(Run).where(Run.fan_id == fan.id)).one()
    decided = tx.scalars(select(Decision).where(Decision.run_id == run.id).order_by(Decision.number))
    claims = (
        select(CouponPool.code, Coupon.code)
        .join(CouponPool, CouponPool.id == Coupon.pool_id)
        .join(CouponClaim, CouponClaim.coupon_id == Coupon.id)
        .where(her.owns(CouponClaim))
    )
    said = select(Consent).join(PersonKey, PersonKey.id == Consent.subject_id).where(her.owns(PersonKey))
    saved = select(Attribute.value).where(her.owns(Attribute), Attribute.name == attribute)
    member = select(Membership.program).where(her.owns(Membership), Membership.left_at.is_(None))
    linked = select(Link.how).where(Link.fan_id == fan.id, Link.ended_at.is_(None))
    return Story(
        way=tuple(f"{each.step}/{each.outcome}" for each in decided if each.kind == "branch"),
        coupons=tuple((pool, code) for pool, code in tx.execute(claims)),
        words=tuple((f"{word.purpose}.{word.channel}", word.event) for word in tx.scalars(said.order_by(Consent.seq))),
        vote=tx.scalars(saved).one_or_none(),
        programs=tuple(tx.scalars(member)),
        points=sum(tx.scalars(select(PointsEntry.change).where(her.owns(PointsEntry)))),
        linked=tx.scalars(linked).one_or_none(),
        ended=run.ended_at is not None,
    )
