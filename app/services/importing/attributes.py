"""The attributes and programs of a batch of contacts, written only where the file says something new.

A column `crm.<name>` is an attribute; one that the brand has declared is read by its type and may leave out `crm.`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models import Attribute, Membership, new_id
from app.services.crm.attributes import PREFIX
from app.services.importing.arrival import Arrival
from app.services.importing.cells import BadCell, Reader, text
from app.services.importing.columns import Spec, tidy_header
from app.services.importing.faults import BAD_VALUE
from app.services.rows import insert_into
from journeys.catalogue import Catalogue, Field
from journeys.facts import Value
from journeys.running.values import value_to_data

LONGEST_TEXT = 200
SOURCE = "crm"
RESERVED = ("crm.known", "crm.member")  # facts of their own, never read from a file
_NAME = re.compile(r"crm\.[a-z]\w{0,95}")


def attribute_specs(headers: Sequence[str], catalogue: Catalogue, currency: str) -> list[Spec]:
    """The columns of this header that are attributes: every declared one, and whatever starts with `crm.`."""
    declared = {name: field for name, field in catalogue.fields.items() if _is_attribute(name)}
    specs = [
        Spec(name, _reader(field, currency), free_text=field.type == "text", also=(tidy_header(name), _short(name)))
        for name, field in declared.items()
    ]
    known = {alias for spec in specs for alias in spec.also}
    others = dict.fromkeys(name for name in map(tidy_header, headers) if name not in known and _NAME.fullmatch(name))
    return specs + [Spec(name, text(LONGEST_TEXT), free_text=True) for name in others if name not in RESERVED]


def _is_attribute(name: str) -> bool:
    return name.startswith(PREFIX) and name not in RESERVED


def _short(name: str) -> str:
    return tidy_header(name.removeprefix(PREFIX))


def _reader(field: Field, currency: str) -> Reader:
    plain = text(LONGEST_TEXT)

    def read(cell: str) -> Value | None:
        try:
            value = field.from_text(plain(cell), currency)
        except ValueError as error:
            if isinstance(error, BadCell):
                raise
            raise BadCell(BAD_VALUE, found=cell, type=field.type) from None
        if field.choices and value not in field.choices:
            raise BadCell(BAD_VALUE, found=cell, type=", ".join(field.choices))
        return value

    return read


def save_attributes(tx: Session, arrival: Arrival, said: Mapping[UUID, Mapping[str, Value | None]]) -> set[UUID]:
    """Keep what the CRM says of each contact.  Gives those of whom something is new."""
    names = {name for words in said.values() for name in words}
    if not names:
        return set()
    stored = _stored(tx, arrival, list(said), names)
    wanted = {
        (contact_id, name): None if value is None else value_to_data(value)
        for contact_id, words in said.items()
        for name, value in words.items()
    }
    differing = {key: value for key, value in wanted.items() if value != stored.get(key, (None, None))[1]}
    if not arrival.dry_run:
        _write(tx, arrival, differing, stored)
    return {contact_id for contact_id, _ in differing}


def _stored(tx: Session, arrival: Arrival, ids: Sequence[UUID], names: set[str]) -> dict[tuple[UUID, str], Any]:
    mine = select(Attribute.contact_id, Attribute.name, Attribute.id, Attribute.value).where(
        Attribute.brand_id == arrival.brand_id,
        Attribute.contact_id.in_(ids),
        Attribute.source == SOURCE,
        Attribute.name.in_(names),
    )
    return {(row.contact_id, row.name): (row.id, row.value) for row in tx.execute(mine) if row.contact_id}


def _write(
    tx: Session, arrival: Arrival, differing: Mapping[tuple[UUID, str], Any], stored: Mapping[tuple[UUID, str], Any]
) -> None:
    whence = {"origin": arrival.file[:LONGEST_TEXT], "set_at": arrival.now}
    whose = {"brand_id": arrival.brand_id, "fan_id": None, "source": SOURCE, **whence}
    new = [
        {"id": new_id(), **whose, "contact_id": contact_id, "name": name, "value": value}
        for (contact_id, name), value in differing.items()
        if (contact_id, name) not in stored
    ]
    emptied = [stored[key][0] for key, value in differing.items() if value is None]
    changed = [
        {"id": stored[key][0], "value": value, **whence}
        for key, value in differing.items()
        if key in stored and value is not None
    ]
    if new:
        tx.execute(insert_into(tx, Attribute).on_conflict_do_nothing(), new)
    if emptied:
        tx.execute(delete(Attribute).where(Attribute.brand_id == arrival.brand_id, Attribute.id.in_(emptied)))
    if changed:
        tx.execute(update(Attribute), changed)


def save_programs(tx: Session, arrival: Arrival, joined: Mapping[UUID, Sequence[str]]) -> set[UUID]:
    """Let contacts be in the programs that the file names; who has left one stays out.  Gives who is new in one."""
    wanted = {(contact_id, program) for contact_id, programs in joined.items() for program in programs}
    if not wanted:
        return set()
    stored = select(Membership.contact_id, Membership.program).where(
        Membership.brand_id == arrival.brand_id, Membership.contact_id.in_({contact_id for contact_id, _ in wanted})
    )
    new = wanted.difference(tuple(row) for row in tx.execute(stored))
    whose = {"brand_id": arrival.brand_id, "fan_id": None, "campaign_id": None, "joined_at": arrival.now}
    rows = [{"id": new_id(), **whose, "contact_id": contact_id, "program": name} for contact_id, name in new]
    if rows and not arrival.dry_run:
        tx.execute(insert_into(tx, Membership).on_conflict_do_nothing(), rows)
    return {contact_id for contact_id, _ in new}
