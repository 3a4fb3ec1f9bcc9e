"""Points: a ledger of two-sided moves between the brand's purse and a person's; the balance is their sum."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.models import PointsEntry, new_id
from app.services.people import Person


def give_points(tx: Session, person: Person, points: int, owed_to: str, reason: str, now: datetime) -> None:
    """Move points from the brand's purse to the person's.  The caller makes sure that an effect comes once."""
    sides = (({"fan_id": None, "contact_id": None}, -points), (person.owner_columns(), points))
    rows = [
        {"id": new_id(), "brand_id": person.brand_id, **owner, "effect_key": owed_to, "change": change,
         "reason": reason[:100], "at": now}
        for owner, change in sides
    ]  # fmt: skip
    tx.execute(insert(PointsEntry), rows)


def points_balance(tx: Session, person: Person) -> int:
    """How many points the person has, as fan and as contact."""
    return int(tx.scalar(select(func.coalesce(func.sum(PointsEntry.change), 0)).where(person.owns(PointsEntry))) or 0)
