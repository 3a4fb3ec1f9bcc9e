"""The fan behind a social login: found by (issuer, subject), made when new.  Never found by e-mail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Fan, Identity, new_id
from app.services.addresses import email_or_none
from app.services.connecting.oidc import Profile
from app.services.connecting.providers import Provider
from app.services.rows import insert_once


def fan_of(tx: Session, brand_id: UUID, provider: Provider, profile: Profile, now: datetime) -> Fan:
    """The brand's fan with this social login, made when there is none; what the provider says now is noted.

    An address counts as verified only when the provider says so and is marked as trusted for it.
    """
    identity = _identity(tx, brand_id, profile) or _new_identity(tx, brand_id, profile, now)
    email = email_or_none(profile.email)
    identity.email = email
    identity.email_verified = email is not None and profile.email_verified and provider.trusts_email
    identity.provider = provider.id
    identity.seen_at = now
    fan = tx.scalars(select(Fan).where(Fan.brand_id == brand_id, Fan.id == identity.fan_id)).one()
    fan.display_name = fan.display_name or profile.name
    fan.language = fan.language or profile.language
    tx.flush()
    return fan


def _identity(tx: Session, brand_id: UUID, profile: Profile) -> Identity | None:
    key = (Identity.brand_id == brand_id, Identity.issuer == profile.issuer, Identity.subject == profile.subject)
    return tx.scalar(select(Identity).where(*key))


def _new_identity(tx: Session, brand_id: UUID, profile: Profile, now: datetime) -> Identity:
    """A fan with this login; when another request made it meanwhile, theirs."""
    fan = Fan(brand_id=brand_id, created_at=now)
    tx.add(fan)
    tx.flush()
    row = {
        "id": new_id(), "brand_id": brand_id, "fan_id": fan.id, "issuer": profile.issuer, "subject": profile.subject,
        "provider": profile.provider, "email_verified": False, "created_at": now, "seen_at": now,
    }  # fmt: skip
    if not insert_once(tx, Identity, row):
        tx.delete(fan)
        tx.flush()
    found = _identity(tx, brand_id, profile)
    assert found is not None, "an identity that was in the way can be read"
    return found
