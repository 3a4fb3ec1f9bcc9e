"""Erasing a contact: what names the person goes, what must be remembered is that she is not to come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models import Attribute, Contact, ErasedAddress, Link, Membership, Tag
from app.services import outbox
from app.services.consent import forget
from app.services.keys import hmac_hex, key_of
from app.services.people import Person
from app.services.recording import forget_reasons
from app.services.rows import insert_into

PURPOSE = "erased-addresses"
PERSONAL = (
    "email", "phone", "first_name", "last_name", "member_number", "language", "country", "birth_year",
)  # fmt: skip


def erase_contact(tx: Session, contact: Contact, now: datetime) -> None:
    """Erase a contact; her orders stay as numbers, her ledger rows unreadable, and a re-import leaves her erased.

    Fans who were linked to her are strangers to the base from now on.  That she was erased is also told to the journal
    outside the database, so that no older copy of it brings her back.

    Source: Regulation (EU) 2016/679, art. 17.
    """
    forget_reasons(tx, contact.id)  # first, for locks are taken runs before people
    marks = [address_hmac(tx, address) for address in (contact.email, contact.phone) if address]
    content = {"contact": str(contact.id), "addresses": marks, "at": now.isoformat()}
    outbox.put(tx, outbox.Job(contact.brand_id, "erased", f"erased:{contact.id.hex}", content), now)
    for mark in marks:
        row = {"brand_id": contact.brand_id, "address_hmac": mark, "erased_at": now}
        tx.execute(insert_into(tx, ErasedAddress).values(row).on_conflict_do_nothing())
    for table in (Attribute, Membership, Tag):
        tx.execute(delete(table).where(table.brand_id == contact.brand_id, table.contact_id == contact.id))
    live = (Link.brand_id == contact.brand_id, Link.contact_id == contact.id, Link.ended_at.is_(None))
    tx.execute(update(Link).where(*live).values(ended_at=now))
    forget(tx, Person(contact.brand_id, None, contact.id))
    for name in PERSONAL:
        setattr(contact, name, None)
    contact.erased_at = contact.updated_at = now
    tx.flush()


def erased_among(tx: Session, brand_id: UUID, addresses: Iterable[str]) -> set[str]:
    """Which of these addresses belong to people who asked to be forgotten."""
    anybody = select(ErasedAddress.brand_id).where(ErasedAddress.brand_id == brand_id).limit(1)
    if tx.scalar(anybody) is None:
        return set()
    key = key_of(tx, PURPOSE)
    by_hmac = {hmac_hex(key, address): address for address in addresses}
    found = select(ErasedAddress.address_hmac).where(
        ErasedAddress.brand_id == brand_id, ErasedAddress.address_hmac.in_(by_hmac)
    )
    return {by_hmac[each] for each in tx.scalars(found)}


def address_hmac(tx: Session, address: str) -> str:
    """What is kept of an erased address: enough to know it again, too little to write to it."""
    return hmac_hex(key_of(tx, PURPOSE), address)
