"""Who speaks in the ledger: a person under the id of her key, and the sealing of what names her.

Deleting a person's key erases her from the ledger; the chain goes on verifying.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.models import Contact, Fan, Link, PersonKey, new_id
from app.services.consent.canonical import canonical
from app.services.keys import key_of
from app.services.people import Person
from app.services.rows import insert_into

KEY_BYTES, NONCE_BYTES = 32, 12
WRAPPING = "person-keys"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person of the ledger: the id under which her words stand, and the key that seals her values."""

    id: UUID
    key: bytes

    def seal(self, values: Mapping[str, str], position: bytes) -> bytes:
        """The values under her key, tied to one position of the ledger.  Source: NIST SP 800-38D (AES-GCM)."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, canonical(values).encode(), position)

    def unseal(self, sealed: bytes, position: bytes) -> dict[str, str] | None:
        """The values again; none when ciphertext or position was changed."""
        try:
            plain = AESGCM(self.key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], position)
        except (InvalidTag, ValueError):
            return None
        found: dict[str, str] = json.loads(plain)
        return found


def position_of(brand_id: UUID, seq: int, consent_id: UUID) -> bytes:
    """The place in the ledger that a ciphertext belongs to, and to no other."""
    return f"{brand_id}/{seq}/{consent_id}".encode()


def subject_for(tx: Session, person: Person, now: datetime) -> Subject:
    """The one who speaks: the fan when there is one, else the contact; known from now on."""
    owner = {"fan_id": person.fan_id} if person.fan_id else {"contact_id": person.contact_id}
    key_id = new_id()
    row = {"id": key_id, "brand_id": person.brand_id, "wrapped_key": _wrapped(tx, key_id), "created_at": now, **owner}
    column = getattr(PersonKey, next(iter(owner)))
    found = select(PersonKey).where(PersonKey.brand_id == person.brand_id, column == owner[column.key])
    kept = tx.scalar(found)
    if kept is None:
        tx.execute(insert_into(tx, PersonKey).values(row).on_conflict_do_nothing())
        kept = tx.scalars(found).one()
    return opened(tx, kept)


def opened(tx: Session, kept: PersonKey) -> Subject:
    """The subject of a stored key.

    Raises: InvalidTag when the installation's secret is not the one that the key was wrapped with.
    """
    wrapped = kept.wrapped_key
    key = AESGCM(key_of(tx, WRAPPING)).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], kept.id.bytes)
    return Subject(kept.id, key)


def subject_ids(tx: Session, person: Person) -> list[UUID]:
    """Under which ids a person has spoken: as fan and as contact; a contact alone also by the fans linked to it now."""
    mine = [PersonKey.fan_id == person.fan_id] if person.fan_id else []
    if person.contact_id:
        mine.append(PersonKey.contact_id == person.contact_id)
    if person.contact_id and not person.fan_id:
        linked = select(Link.fan_id).where(Link.contact_id == person.contact_id, Link.ended_at.is_(None))
        mine.append(PersonKey.fan_id.in_(linked))
    return list(tx.scalars(select(PersonKey.id).where(PersonKey.brand_id == person.brand_id, or_(*mine))))


def known_name(tx: Session, person: Person) -> str:
    """The name under which the person is known now; empty when there is none."""
    if person.contact_id and (contact := tx.get(Contact, person.contact_id)):
        return " ".join(part for part in (contact.first_name, contact.last_name) if part)
    fan = tx.get(Fan, person.fan_id) if person.fan_id else None
    return fan.display_name or "" if fan else ""


def forget(tx: Session, person: Person) -> int:
    """Erase a person from the ledger: her keys go, her rows stay and can no longer be read.  Gives how many keys."""
    mine = [PersonKey.fan_id == person.fan_id] if person.fan_id else []
    mine += [PersonKey.contact_id == person.contact_id] if person.contact_id else []
    gone = tx.execute(delete(PersonKey).where(PersonKey.brand_id == person.brand_id, or_(*mine)))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _wrapped(tx: Session, key_id: UUID) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    fresh = AESGCM.generate_key(bit_length=KEY_BYTES * 8)
    return nonce + AESGCM(key_of(tx, WRAPPING)).encrypt(nonce, fresh, key_id.bytes)
