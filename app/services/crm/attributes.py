"""What is known of a person, from where and since when; and which of several sayings holds.

The rule table: of declared, crm and game the newest holds, for these are the person's own words and the brand's own
books; what was inferred fills a gap; social data fill a gap only while the person is a prospect, never for a customer.
To change the rules: `RULES`.  To add a source: one line there and in the table's check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import Attribute, Order, new_id
from app.services.people import Person
from app.services.rows import insert_into
from journeys.facts import Value, tidy
from journeys.running.values import value_from_data, value_to_data

PREFIX = "crm."
LONGEST_ORIGIN = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """How much a source weighs: the higher rank holds, among equals the newest; some say nothing of customers."""

    rank: int
    of_customers: bool = True


RULES: Mapping[str, Rule] = {
    "declared": Rule(2),
    "crm": Rule(2),
    "game": Rule(2),
    "inferred": Rule(1),
    "social": Rule(0, of_customers=False),
}


@dataclass(frozen=True, slots=True)
class Known:
    """One thing known of a person: its name (`crm.<name>`), value, source, where exactly, since when."""

    name: str
    value: Value
    source: str
    origin: str
    set_at: datetime
    holds: bool = True


def merged(said: Iterable[Known], customer: bool, rules: Mapping[str, Rule] = RULES) -> dict[str, Known]:
    """Of everything said, what holds for each name."""
    heard = (known for known in said if rules[known.source].of_customers or not customer)
    held: dict[str, Known] = {}
    for known in sorted(heard, key=lambda known: (rules[known.source].rank, known.set_at)):
        held[known.name] = known
    return held


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a thing known comes from: a source of `RULES`, the place there (campaign/step, file, provider), when."""

    source: str
    origin: str
    at: datetime


def set_attribute(tx: Session, person: Person, name: str, value: Value | dict[str, Any] | None, whence: Whence) -> None:
    """Keep what one source says of a person, in place of what the same source said before; none takes it back.

    `name` may leave out `crm.`; `value` is a fact, or one as `value_to_data` writes it.
    """
    owner = person.owner_columns()
    whose = "contact_id" if owner["contact_id"] else "fan_id"
    name = full_name(name)
    clean = value if isinstance(value, dict) else tidy(value)
    if clean is None:
        mine = (getattr(Attribute, whose) == owner[whose], Attribute.name == name, Attribute.source == whence.source)
        tx.execute(delete(Attribute).where(Attribute.brand_id == person.brand_id, *mine))
        return
    said = {
        "value": clean if isinstance(clean, dict) else value_to_data(clean),
        "origin": whence.origin[:LONGEST_ORIGIN],
        "set_at": whence.at,
    }
    row = {"id": new_id(), "brand_id": person.brand_id, "name": name, "source": whence.source, **owner, **said}
    insert = insert_into(tx, Attribute).values(row)
    tx.execute(insert.on_conflict_do_update(index_elements=[whose, "name", "source"], set_=said))


def attributes_of(tx: Session, person: Person) -> dict[str, Value]:
    """What holds of a person: `crm.<name>` -> value."""
    return {known.name: known.value for known in profile(tx, person) if known.holds}


def profile(tx: Session, person: Person) -> list[Known]:
    """Everything that was said of a person, by name, what holds first; for screens that show where it comes from."""
    rows = tx.scalars(select(Attribute).where(Attribute.brand_id == person.brand_id, person.owns(Attribute)))
    said = [Known(r.name, value_from_data(r.value), r.source, r.origin, r.set_at) for r in rows]
    held = merged(said, customer=_has_ordered(tx, person))
    shown = [replace(known, holds=held.get(known.name) == known) for known in said]
    return sorted(shown, key=lambda known: (known.name, not known.holds, known.source))


def full_name(name: str) -> str:
    """The name of an attribute as conditions write it: `crm.tier`."""
    return name if name.startswith(PREFIX) else PREFIX + name


def _has_ordered(tx: Session, person: Person) -> bool:
    if person.contact_id is None:
        return False
    theirs = select(Order.id).where(Order.brand_id == person.brand_id, Order.contact_id == person.contact_id)
    return tx.scalar(theirs.limit(1)) is not None
