"""Who was erased: read from a database, kept in a journal outside of it, and done again to an older copy.

The journal is a file of lines in the keys folder.  It holds ids and keyed fingerprints of addresses, no address.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Contact, ErasedAddress
from app.services.crm import erase_contact
from app.services.rows import insert_into

JOURNAL = "erased.jsonl"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One person who was erased: her contact's id, or one of her addresses as an HMAC."""

    brand_id: UUID
    at: datetime
    contact_id: UUID | None = None
    address_hmac: str | None = None

    def as_data(self) -> dict[str, Any]:
        """The erasure as one line of a file."""
        return {
            "brand": str(self.brand_id), "at": self.at.isoformat(),
            "contact": str(self.contact_id) if self.contact_id else None, "address": self.address_hmac,
        }  # fmt: skip


def read_erasure(data: Mapping[str, Any]) -> Erasure:
    """The erasure that a line tells of.  Raises: KeyError, ValueError, TypeError."""
    contact = UUID(data["contact"]) if data["contact"] else None
    return Erasure(UUID(data["brand"]), datetime.fromisoformat(data["at"]), contact, data["address"])


def erasures_in(tx: Session) -> Iterator[Erasure]:
    """Everybody whom a database knows as erased."""
    for brand_id, contact_id, at in tx.execute(
        select(Contact.brand_id, Contact.id, Contact.erased_at).where(Contact.erased_at.is_not(None))
    ):
        yield Erasure(brand_id, at or datetime.min.replace(tzinfo=UTC), contact_id)
    for address in tx.scalars(select(ErasedAddress)):
        yield Erasure(address.brand_id, address.erased_at, None, address.address_hmac)


def note_in_journal(folder: Path, erasures: Iterable[Erasure]) -> None:
    """Write erasures down outside the database, for good; the same ones twice do no harm."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = "".join(json.dumps(erasure.as_data()) + "\n" for erasure in erasures)
    opened = os.open(folder / JOURNAL, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(opened, "ab") as journal:
        length = os.fstat(opened).st_size
        if length and os.pread(opened, 1, length - 1) != b"\n":
            lines = "\n" + lines  # a line was cut short: what follows must not become part of it
        journal.write(lines.encode())
        journal.flush()
        os.fsync(opened)


def journal_of(folder: Path) -> Iterator[Erasure]:
    """Everybody whom the journal of a folder names; a line that was cut short is left out.

    It was being written when the machine died, and its job is still in the outbox.
    """
    file = folder / JOURNAL
    for line in file.read_text().splitlines() if file.is_file() else ():
        try:
            yield read_erasure(json.loads(line))
        except (KeyError, ValueError, TypeError):
            continue


def erase_again(tx: Session, erasures: Iterable[Erasure]) -> int:
    """Erase in this copy everybody who was erased elsewhere; gives how many people were still in it."""
    again = 0
    for erasure in set(erasures):
        if erasure.address_hmac:
            row = {"brand_id": erasure.brand_id, "address_hmac": erasure.address_hmac, "erased_at": erasure.at}
            tx.execute(insert_into(tx, ErasedAddress).values(row).on_conflict_do_nothing())
        contact = tx.get(Contact, erasure.contact_id) if erasure.contact_id else None
        if contact is not None and contact.erased_at is None:
            erase_contact(tx, contact, erasure.at.astimezone(UTC))
            again += 1
    return again
