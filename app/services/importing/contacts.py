"""Contacts: the columns they may have, and writing a batch of them, the same however often.

A row is found again by (brand, source, external id).  The file is the source's word: an empty cell empties the field; a
column that is not there changes nothing.  To add a column: one `Spec`, named as the column of `Contact`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Contact, new_id
from app.services.crm.erasing import erased_among
from app.services.importing import cells
from app.services.importing.arrival import Arrival
from app.services.importing.attributes import save_attributes, save_programs
from app.services.importing.cells import Terms
from app.services.importing.columns import Spec
from app.services.importing.findings import Tally
from app.services.rows import insert_into
from journeys.facts import Value

ID = "external_id"
PROGRAMS = "programs"


def contact_specs(terms: Terms) -> list[Spec]:
    """The columns that a file of contacts may have, besides attributes and consents."""
    return [
        Spec(ID, cells.text(128), needed=True, also=("contact_id", "contact", "customer_id")),
        Spec("email", cells.email, also=("e_mail", "email_address")),
        Spec("phone", cells.phone(terms), also=("phone_number", "mobile")),
        Spec("first_name", cells.text(200), free_text=True),
        Spec("last_name", cells.text(200), free_text=True),
        Spec("member_number", cells.text(64), free_text=True),
        Spec("language", cells.language),
        Spec("country", cells.country),
        Spec("birth_year", cells.birth_year(terms)),
        Spec(PROGRAMS, cells.words),
    ]


COLUMNS = ("email", "phone", "first_name", "last_name", "member_number", "language", "country", "birth_year")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One sound row of a file: the columns it has, its attributes (none = emptied), its programs."""

    line: int
    external_id: str
    columns: Mapping[str, Any]
    attributes: Mapping[str, Value | None] = field(default_factory=dict)
    programs: tuple[str, ...] = ()


def save_contacts(tx: Session, arrival: Arrival, rows: Sequence[ContactRow]) -> tuple[Tally, dict[str, UUID]]:
    """Write a batch of contacts.  Gives the counts, and the ids of those who were written by their external id.

    Those who asked to be forgotten, by id or by address, stay forgotten.
    """
    stored = _stored(tx, arrival, rows)
    kept = _without_erased(tx, arrival, rows, stored)
    new = [row for row in kept if row.external_id not in stored]
    old = [row for row in kept if row.external_id in stored]
    changed = {row.external_id: stored[row.external_id].id for row in old if _differs(row, stored[row.external_id])}
    if not arrival.dry_run:
        _insert(tx, arrival, new)
        _update(tx, arrival, old, changed)
    ids = {row.external_id: stored[row.external_id].id for row in old}
    if new and not arrival.dry_run:
        ids |= {key: found.id for key, found in _stored(tx, arrival, new).items()}
    known = {ids[row.external_id]: row for row in kept if row.external_id in ids}
    touched = save_attributes(tx, arrival, {contact_id: row.attributes for contact_id, row in known.items()})
    touched |= save_programs(tx, arrival, {contact_id: row.programs for contact_id, row in known.items()})
    altered = {row.external_id for row in old if row.external_id in changed or ids[row.external_id] in touched}
    return Tally(len(new), len(altered), len(old) - len(altered), len(rows) - len(kept)), ids


def _stored(tx: Session, arrival: Arrival, rows: Sequence[ContactRow]) -> dict[str, Any]:
    columns = [getattr(Contact, name) for name in ("id", "external_id", "erased_at", *COLUMNS)]
    mine = select(*columns).where(
        Contact.brand_id == arrival.brand_id,
        Contact.source == arrival.source,
        Contact.external_id.in_([row.external_id for row in rows]),
    )
    return {found.external_id: found for found in tx.execute(mine)}


def _without_erased(
    tx: Session, arrival: Arrival, rows: Sequence[ContactRow], stored: Mapping[str, Any]
) -> list[ContactRow]:
    reachable = {row.columns[name] for row in rows for name in ("email", "phone") if row.columns.get(name)}
    gone = erased_among(tx, arrival.brand_id, reachable)
    return [
        row
        for row in rows
        if not (row.external_id in stored and stored[row.external_id].erased_at)
        and not gone.intersection((row.columns.get("email"), row.columns.get("phone")))
    ]


def _differs(row: ContactRow, stored: Any) -> bool:
    return any(getattr(stored, name) != value for name, value in row.columns.items())


def _insert(tx: Session, arrival: Arrival, rows: Sequence[ContactRow]) -> None:
    if not rows:
        return
    whose = {"brand_id": arrival.brand_id, "source": arrival.source, "created_at": arrival.now}
    tx.execute(
        insert_into(tx, Contact).on_conflict_do_nothing(),
        [
            {"id": new_id(), **whose, "updated_at": arrival.now, "external_id": row.external_id, **row.columns}
            for row in rows
        ],
    )


def _update(tx: Session, arrival: Arrival, rows: Sequence[ContactRow], changed: Mapping[str, UUID]) -> None:
    new = [
        {"id": changed[row.external_id], "updated_at": arrival.now, **row.columns}
        for row in rows
        if row.external_id in changed
    ]
    if new:
        tx.execute(update(Contact), new)
