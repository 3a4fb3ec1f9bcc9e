"""A quick look at the end of a brand's chain; the whole chain is checked by `verify_chain`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Consent, ConsentHead
from app.services.consent.canonical import first_hash, row_hash


@dataclass(frozen=True, slots=True)
class Tail:
    """The last row of a chain, by its number and hash, and what is wrong with it; empty when nothing is."""

    seq: int
    hash: str
    wrong: str = ""


def tail_of(tx: Session, brand_id: UUID) -> Tail:
    """Whether the last row of the chain is whole, and is the one that the chain's head names."""
    last = select(Consent.seq, Consent.hash, Consent.previous_hash, Consent.clear, Consent.sealed)
    row = tx.execute(last.where(Consent.brand_id == brand_id).order_by(Consent.seq.desc()).limit(1)).one_or_none()
    found = tx.execute(select(ConsentHead.seq, ConsentHead.hash).where(ConsentHead.brand_id == brand_id)).one_or_none()
    end, head = Tail(0, first_hash(brand_id)), Tail(0, first_hash(brand_id))
    if found:
        head = Tail(found.seq, found.hash)
    if row:
        end = Tail(row.seq, row.hash)
        if row.hash != row_hash(row.previous_hash, row.clear, row.sealed):
            return replace(end, wrong=f"row {row.seq} was changed after it was written")
    return end if end == head else replace(end, wrong=f"it ends at row {end.seq}, its head speaks of row {head.seq}")
