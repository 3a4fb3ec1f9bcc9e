"""The opt-ins of a brand as the CRM team reads them: words of consent, newest first, a page at a time.

What may be exported is decided by `app.services.exporting`, person by person; this is the ledger as it was written.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Brand, Campaign, Consent, Fan, PersonKey
from app.services.consent import may_contact
from app.services.people import person_of_contact, person_of_fan

PAGE: Final = 50
YES: Final = ("given", "confirmed")
CHECKED_AT_ONCE: Final = 2_000  # up to so many rows the whole chain is checked with every look


@dataclass(frozen=True, slots=True)
class Asked:
    """Which words are wanted: all or those that say yes, of one campaign or of all, older than a row, how many."""

    campaign_id: uuid.UUID | None = None
    only_yes: bool = True
    before: int | None = None
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class OptIn:
    """One word, with the campaign it was said in and whose it is (a fan's or a contact's id, none once erased)."""

    consent: Consent
    campaign: Campaign | None
    fan_id: uuid.UUID | None
    contact_id: uuid.UUID | None


def optins(tx: Session, brand_id: uuid.UUID, asked: Asked) -> tuple[list[OptIn], int | None]:
    """A page of words, and the row before which the next page begins (none at the end)."""
    chosen = (
        select(Consent, Campaign, PersonKey.fan_id, PersonKey.contact_id)
        .outerjoin(Campaign, Campaign.id == Consent.campaign_id)
        .outerjoin(PersonKey, PersonKey.id == Consent.subject_id)
        .where(Consent.brand_id == brand_id)
        .order_by(Consent.seq.desc())
        .limit(asked.size + 1)
    )
    if asked.campaign_id:
        chosen = chosen.where(Consent.campaign_id == asked.campaign_id)
    if asked.only_yes:
        chosen = chosen.where(Consent.event.in_(YES))
    if asked.before is not None:
        chosen = chosen.where(Consent.seq < asked.before)
    rows = [OptIn(*row) for row in tx.execute(chosen)]
    return rows[: asked.size], rows[asked.size - 1].consent.seq if len(rows) > asked.size else None


def may_contact_now(tx: Session, brand: Brand, row: OptIn) -> bool:
    """Whether the brand may still write to this person for the purpose and on the channel of that word."""
    if row.fan_id:
        person = person_of_fan(tx, tx.get_one(Fan, row.fan_id))
    elif row.contact_id:
        person = person_of_contact(tx, brand.id, row.contact_id)
    else:
        return False  # erased
    return may_contact(tx, person, row.consent.purpose, row.consent.channel, brand)


def ledger_length(tx: Session, brand_id: uuid.UUID) -> int:
    """How many words stand in the brand's ledger."""
    return tx.scalar(select(func.count()).select_from(Consent).where(Consent.brand_id == brand_id)) or 0


def campaigns_of(tx: Session, brand_id: uuid.UUID) -> Sequence[Campaign]:
    """The campaigns of a brand, newest first."""
    return tx.scalars(select(Campaign).where(Campaign.brand_id == brand_id).order_by(Campaign.created_at.desc())).all()
