"""What is done to a restored database before anybody uses it: keys put back, the erased erased, old jobs held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Brand, Consent, Outbox
from app.services.backing.erasures import Erasure, erase_again
from app.services.backing.keysfile import Kept, put_keys
from app.services.backing.withdrawals import Withdrawal, withdraw_again
from app.services.consent import verify_chain
from app.services.consent.tail import tail_of

HELD = "it waited when the backup was taken, and may have left since: look before trying it again"


class LedgerBroken(Refused):
    code = "ledger_broken"
    en = "The consent ledger of {brand} is not as the backup says: {wrong}"
    fr = "Le registre des consentements de {brand} n'est pas celui de la sauvegarde : {wrong}"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: keys put back, people erased and consents taken back again, jobs held back as dead letters."""

    keys: int
    erased: int
    withdrawn: int
    held: int


@dataclass(frozen=True, slots=True)
class Since:
    """What people have said since the backup, and must not be forgotten with it."""

    erasures: frozenset[Erasure] = frozenset()
    withdrawals: tuple[Withdrawal, ...] = ()


def settle(tx: Session, kept: Kept, since: Since, now: datetime) -> Restored:
    """Make a restored copy fit to be used."""
    held = hold_jobs(tx, now)
    keys = put_keys(tx, kept)
    withdrawn = withdraw_again(tx, since.withdrawals, now)
    return Restored(keys, erase_again(tx, since.erasures), withdrawn, held)


def hold_jobs(tx: Session, now: datetime) -> int:
    """Lay aside what waited in the outbox: it may have left after the backup, and nobody gets a mail twice."""
    waiting = (Outbox.done_at.is_(None), Outbox.dead_at.is_(None))
    held = update(Outbox).where(*waiting).values(dead_at=now, leased_until=None, last_error=HELD)
    return len(tx.execute(held.returning(Outbox.id).execution_options(synchronize_session=False)).all())


def check_ledgers(tx: Session, chains: Mapping[str, list[Any]]) -> None:
    """Whether every brand's ledger verifies and holds the row that the manifest names.  Raises: LedgerBroken."""
    for brand in tx.scalars(select(Brand)):
        report = verify_chain(tx, brand.id)
        if not report.sound:
            raise LedgerBroken(brand=brand.slug, wrong=report.problems[0].text("en"))
        seq, hash = chains.get(str(brand.id), [0, ""])
        found = select(Consent.hash).where(Consent.brand_id == brand.id, Consent.seq == seq)
        if seq and tx.scalar(found) != hash:
            raise LedgerBroken(brand=brand.slug, wrong=f"row {seq} is another one")


def chains_of(tx: Session) -> dict[str, list[Any]]:
    """Brand -> number and hash of the last row of its ledger."""
    tails: dict[UUID, Any] = {brand: tail_of(tx, brand) for brand in tx.scalars(select(Brand.id))}
    return {str(brand): [tail.seq, tail.hash] for brand, tail in tails.items()}
