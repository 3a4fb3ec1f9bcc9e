"""Whose consents an export looks at: each person once, as contact with the fans linked to it, or as a fan alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.models import Contact, Fan, Link, Membership, PersonKey

PEOPLE_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Owner:
    """One person of the ledger: her contact, her fans, and the ids under which she has spoken."""

    contact: Contact | None
    fans: tuple[Fan, ...]
    subject_ids: tuple[UUID, ...]
    programs: tuple[str, ...] = ()

    def known(self, name: str) -> str:
        """What the contact, else a fan, says under this name; empty when nobody does."""
        said = [getattr(each, name, None) for each in (self.contact, *self.fans) if each is not None]
        return next((str(value) for value in said if value), "")


def owners(tx: Session, brand_id: UUID) -> Iterator[list[Owner]]:
    """Everybody who has ever spoken in the ledger and is not erased, some hundreds at a time."""
    linked = select(Link.id).where(Link.fan_id == Fan.id, Link.ended_at.is_(None))
    spoke_as_fan = select(PersonKey.id).where(PersonKey.fan_id == Fan.id)
    spoke_as_contact = select(PersonKey.id).where(PersonKey.contact_id == Contact.id)
    spoke_by_fan = (
        select(PersonKey.id)
        .join(Link, and_(Link.fan_id == PersonKey.fan_id, Link.ended_at.is_(None)))
        .where(Link.contact_id == Contact.id)
    )
    for ids in _pages(tx, Contact, brand_id, or_(spoke_as_contact.exists(), spoke_by_fan.exists())):
        yield _of_contacts(tx, brand_id, ids)
    for ids in _pages(tx, Fan, brand_id, and_(spoke_as_fan.exists(), ~linked.exists())):
        yield _of_fans(tx, brand_id, ids)


def _pages(tx: Session, table: Any, brand_id: UUID, condition: ColumnElement[bool]) -> Iterator[Sequence[UUID]]:
    last: UUID | None = None
    wanted = select(table.id).where(table.brand_id == brand_id, table.erased_at.is_(None), condition)
    while True:
        page = wanted.where(table.id > last) if last else wanted
        ids = tx.scalars(page.order_by(table.id).limit(PEOPLE_AT_ONCE)).all()
        if not ids:
            return
        yield ids
        last = ids[-1]


def _of_contacts(tx: Session, brand_id: UUID, ids: Sequence[UUID]) -> list[Owner]:
    contacts = tx.scalars(select(Contact).where(Contact.brand_id == brand_id, Contact.id.in_(ids)).order_by(Contact.id))
    fans: dict[UUID, list[Fan]] = {}
    linked = (
        select(Link.contact_id, Fan)
        .join(Fan, Fan.id == Link.fan_id)
        .where(Link.brand_id == brand_id, Link.contact_id.in_(ids), Link.ended_at.is_(None), Fan.erased_at.is_(None))
    )
    for contact_id, fan in tx.execute(linked.order_by(Link.made_at)):
        fans.setdefault(contact_id, []).append(fan)
    return _with_keys(tx, brand_id, [(contact, tuple(fans.get(contact.id, ()))) for contact in contacts])


def _of_fans(tx: Session, brand_id: UUID, ids: Sequence[UUID]) -> list[Owner]:
    fans = tx.scalars(select(Fan).where(Fan.brand_id == brand_id, Fan.id.in_(ids)).order_by(Fan.id))
    return _with_keys(tx, brand_id, [(None, (fan,)) for fan in fans])


def _with_keys(tx: Session, brand_id: UUID, people: Sequence[tuple[Contact | None, tuple[Fan, ...]]]) -> list[Owner]:
    contact_ids = [contact.id for contact, _ in people if contact]
    fan_ids = [fan.id for _, fans in people for fan in fans]
    keys: dict[UUID | None, list[UUID]] = {}
    programs: dict[UUID | None, list[str]] = {}
    for table, column, into in ((PersonKey, "id", keys), (Membership, "program", programs)):
        theirs = select(table.fan_id, table.contact_id, getattr(table, column)).where(
            table.brand_id == brand_id, or_(table.contact_id.in_(contact_ids), table.fan_id.in_(fan_ids))
        )
        theirs = theirs.where(Membership.left_at.is_(None)) if table is Membership else theirs
        for fan_id, contact_id, found in tx.execute(theirs):
            into.setdefault(contact_id or fan_id, []).append(found)
    made = []
    for contact, fans in people:
        ids = [each.id for each in (contact, *fans) if each]
        subjects = tuple(key for id in ids for key in keys.get(id, ()))
        joined = tuple(sorted({program for id in ids for program in programs.get(id, ())}))
        made.append(Owner(contact, fans, subjects, joined))
    return made
