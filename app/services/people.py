"""A person as services handle them: a fan, a contact, or both once linked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.models import Fan, Link


@dataclass(frozen=True, slots=True)
class Person:
    """Who a run, a coupon or a consent belongs to; at least one of fan and contact is there."""

    brand_id: uuid.UUID
    fan_id: uuid.UUID | None = None
    contact_id: uuid.UUID | None = None

    @property
    def key(self) -> str:
        """The name under which chance and effects know the person: the contact when linked, else the fan."""
        return str(self.contact_id or self.fan_id)

    def owns(self, table: type) -> ColumnElement[bool]:
        """The rows of a table with fan_id and contact_id that are this person's."""
        fan_id, contact_id = table.__table__.c.fan_id, table.__table__.c.contact_id  # type: ignore[attr-defined]
        mine = [fan_id == self.fan_id] if self.fan_id else []
        mine += [contact_id == self.contact_id] if self.contact_id else []
        return or_(*mine)

    def owner_columns(self) -> dict[str, uuid.UUID | None]:
        """fan_id and contact_id for a row that belongs to exactly one of them: the contact when linked."""
        if self.contact_id:
            return {"fan_id": None, "contact_id": self.contact_id}
        return {"fan_id": self.fan_id, "contact_id": None}


def person_of_fan(tx: Session, fan: Fan) -> Person:
    """The fan together with the contact that she is linked to now, if any."""
    contact_id = tx.scalar(select(Link.contact_id).where(Link.fan_id == fan.id, Link.ended_at.is_(None)))
    return Person(fan.brand_id, fan.id, contact_id)


def person_of_contact(tx: Session, brand_id: uuid.UUID, contact_id: uuid.UUID) -> Person:
    """The contact, alone: the fans linked to it play for themselves."""
    return Person(brand_id, None, contact_id)
