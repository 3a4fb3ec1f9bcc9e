"""Consents that were taken back after a backup: found in the database that is replaced, said again in the older one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Consent, PersonKey
from app.services.consent import Word, record, standing
from app.services.people import Person


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Somebody's last word on one purpose and channel since the backup: no."""

    brand_id: UUID
    subject_id: UUID
    purpose: str
    channel: str


def withdrawn_since(tx: Session, chains: Mapping[str, list[Any]]) -> list[Withdrawal]:
    """Who took what back after these ends of the ledgers, and has not said yes again."""
    last: dict[Withdrawal, str] = {}
    for brand, (seq, _hash) in chains.items():
        since = select(Consent).where(Consent.brand_id == UUID(brand), Consent.seq > seq).order_by(Consent.seq)
        for row in tx.scalars(since):
            last[Withdrawal(row.brand_id, row.subject_id, row.purpose, row.channel)] = row.event
    return [each for each, event in last.items() if event == "withdrawn"]


def withdraw_again(tx: Session, withdrawals: Iterable[Withdrawal], now: datetime) -> int:
    """Take the consents back in this copy too, unless they are; gives how many."""
    again = 0
    for each in withdrawals:
        key = tx.get(PersonKey, each.subject_id)
        person = Person(each.brand_id, key.fan_id, key.contact_id) if key else None
        if person and standing(tx, person).get(f"{each.purpose}.{each.channel}") != "withdrawn":
            record(tx, person, [Word("withdrawn", each.purpose, each.channel, method="restored")], None, now)
            again += 1
    return again
