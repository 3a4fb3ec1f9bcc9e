"""One word of the ledger, opened: who said it, where she is reached, to which words; and the last one on a topic."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Consent, Fan, Notice, PersonKey
from app.services.consent.standing import fold
from app.services.consent.subjects import opened, position_of, subject_ids
from app.services.people import Person, person_of_contact, person_of_fan


def word_called(tx: Session, brand_id: UUID, consent_id: UUID) -> Consent | None:
    """The word with this id."""
    return tx.scalar(select(Consent).where(Consent.brand_id == brand_id, Consent.id == consent_id))


def last_word(tx: Session, person: Person, purpose: str, channel: str) -> Consent | None:
    """The answer that stands for the person on this purpose and channel; none when she never answered."""
    said = (
        select(Consent)
        .where(Consent.brand_id == person.brand_id, Consent.subject_id.in_(subject_ids(tx, person)))
        .where(Consent.purpose == purpose, Consent.channel == channel)
        .order_by(Consent.seq)
    )
    stands = fold(("", word.event, word) for word in tx.scalars(said)).get("")
    return stands[1] if stands else None


def speaker(tx: Session, subject_id: UUID) -> Person | None:
    """Who speaks under this id: the fan with the contact she is linked to now, or a contact; none once erased."""
    key = tx.get(PersonKey, subject_id, populate_existing=True)
    if key is None:
        return None
    if key.fan_id:
        return person_of_fan(tx, tx.get_one(Fan, key.fan_id))
    return person_of_contact(tx, key.brand_id, key.contact_id) if key.contact_id else None


def address_in(tx: Session, word: Consent) -> str:
    """The address that was given with the word; empty once the person is erased."""
    key = tx.get(PersonKey, word.subject_id)
    personal = opened(tx, key).unseal(word.sealed, position_of(word.brand_id, word.seq, word.id)) if key else None
    return (personal or {}).get("address", "")


def said_in(word: Consent) -> tuple[str, str]:
    """The language of the word, and the hash of the words it was an answer to."""
    clear = json.loads(word.clear)
    return str(clear.get("language", "")), str(clear.get("notice_hash", ""))


def notice_of(tx: Session, word: Consent) -> str:
    """The exact words that were shown."""
    notice = tx.get(Notice, (word.brand_id, said_in(word)[1]))
    return notice.text if notice else ""
