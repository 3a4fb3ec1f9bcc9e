"""What the brand knows of one person, to be read and never changed here: search, and the whole dossier.

To add something known: a field of `Dossier`, and its line in `dossier`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Attribute,
    Campaign,
    Consent,
    Contact,
    Decision,
    Fan,
    Identity,
    Link,
    Membership,
    Order,
    OrderLine,
    Run,
)
from app.services.campaigns import content_of
from app.services.consent.subjects import subject_ids
from app.services.people import Person, person_of_contact, person_of_fan
from app.services.rewards.wallet import WalletCoupon, coupons_of
from journeys.journey import Journey

Kind = Literal["fan", "contact"]
MOST_FOUND: Final = 50
SHORTEST_SEARCH: Final = 2


@dataclass(frozen=True, slots=True)
class Found:
    """One person that a search came upon."""

    kind: Kind
    id: uuid.UUID
    name: str
    email: str
    number: str


@dataclass(frozen=True, slots=True)
class RunTold:
    """A run with its campaign, the journey of the version it is on, and the decisions made in it, in order."""

    run: Run
    campaign: Campaign
    journey: Journey
    decisions: Sequence[Decision]


@dataclass(frozen=True, slots=True)
class Purchases:
    """All orders of a contact in one currency; `total_cents` counts returns as negative."""

    orders: int
    total_cents: int
    currency: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything known of one person; fan and contact count together when a link ties them."""

    person: Person
    fan: Fan | None
    contact: Contact | None
    link: Link | None
    identities: Sequence[Identity]
    attributes: Sequence[Attribute]
    memberships: Sequence[Membership]
    purchases: Sequence[Purchases]
    runs: Sequence[RunTold]
    coupons: Sequence[WalletCoupon]
    consents: Sequence[Consent]

    @property
    def name(self) -> str:
        """The name to call the person by; empty when nobody has said one."""
        return (_full_name(self.contact) if self.contact else "") or (self.fan.display_name or "" if self.fan else "")


def search(tx: Session, brand_id: uuid.UUID, wanted: str) -> list[Found]:
    """Contacts and fans whose e-mail, number or name is this, or whose name begins so; fifty at most of each."""
    wanted = wanted.strip()
    if len(wanted) < SHORTEST_SEARCH:
        return []
    return [*_contacts(tx, brand_id, wanted), *_fans(tx, brand_id, wanted)]


def dossier(tx: Session, brand_id: uuid.UUID, kind: str, person_id: uuid.UUID) -> Dossier:
    """The dossier of a fan or a contact of the brand.  Raises: NotFound."""
    person = _person(tx, brand_id, kind, person_id)
    fan = tx.get(Fan, person.fan_id) if person.fan_id else None
    contact = tx.get(Contact, person.contact_id) if person.contact_id else None
    return Dossier(
        person=person,
        fan=fan,
        contact=contact,
        link=_link(tx, person),
        identities=tx.scalars(select(Identity).where(Identity.fan_id == person.fan_id)).all() if fan else (),
        attributes=tx.scalars(select(Attribute).where(person.owns(Attribute)).order_by(Attribute.name)).all(),
        memberships=tx.scalars(select(Membership).where(person.owns(Membership))).all(),
        purchases=_purchases(tx, person),
        runs=_runs(tx, person),
        coupons=coupons_of(tx, person),
        consents=_consents(tx, person),
    )


def _contacts(tx: Session, brand_id: uuid.UUID, wanted: str) -> list[Found]:
    begins = [column.istartswith(wanted, autoescape=True) for column in (Contact.first_name, Contact.last_name)]
    whole = func.coalesce(Contact.first_name, "") + " " + func.coalesce(Contact.last_name, "")
    same = [
        Contact.email == wanted.lower(),
        Contact.phone == wanted.replace(" ", ""),
        Contact.member_number == wanted,
        Contact.external_id == wanted,
    ]
    chosen = select(Contact).where(
        Contact.brand_id == brand_id,
        Contact.erased_at.is_(None),
        or_(*same, *begins, whole.istartswith(wanted, autoescape=True)),
    )
    rows = tx.scalars(chosen.order_by(Contact.last_name, Contact.first_name, Contact.id).limit(MOST_FOUND))
    return [
        Found("contact", row.id, _full_name(row), row.email or "", row.member_number or row.external_id) for row in rows
    ]


def _fans(tx: Session, brand_id: uuid.UUID, wanted: str) -> list[Found]:
    chosen = (
        select(Fan, func.min(Identity.email))
        .outerjoin(Identity, Identity.fan_id == Fan.id)
        .where(Fan.brand_id == brand_id, Fan.erased_at.is_(None))
        .where(or_(Fan.display_name.istartswith(wanted, autoescape=True), Identity.email == wanted.lower()))
        .group_by(Fan.id)
        .order_by(Fan.created_at.desc())
        .limit(MOST_FOUND)
    )
    return [Found("fan", fan.id, fan.display_name or "", email or "", "") for fan, email in tx.execute(chosen)]


def _person(tx: Session, brand_id: uuid.UUID, kind: str, person_id: uuid.UUID) -> Person:
    if kind == "fan" and (fan := tx.get(Fan, person_id)) and fan.brand_id == brand_id and not fan.erased_at:
        return person_of_fan(tx, fan)
    found = tx.get(Contact, person_id) if kind == "contact" else None
    if found is None or found.brand_id != brand_id or found.erased_at:
        raise NotFound
    tied = select(Link.fan_id).where(Link.contact_id == found.id, Link.ended_at.is_(None)).order_by(Link.made_at)
    fan_id = tx.scalars(tied).first()
    return Person(brand_id, fan_id, found.id) if fan_id else person_of_contact(tx, brand_id, found.id)


def _link(tx: Session, person: Person) -> Link | None:
    if not (person.fan_id and person.contact_id):
        return None
    return tx.scalar(select(Link).where(Link.fan_id == person.fan_id, Link.ended_at.is_(None)))


def _purchases(tx: Session, person: Person) -> list[Purchases]:
    if person.contact_id is None:
        return []
    rows = tx.execute(
        select(
            Order.currency,
            func.count(Order.id.distinct()),
            func.sum(OrderLine.amount_cents),
            func.max(Order.ordered_at),
        )
        .outerjoin(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.contact_id == person.contact_id)
        .group_by(Order.currency)
    )
    return [Purchases(orders, int(cents or 0), currency, last_at) for currency, orders, cents, last_at in rows]


def _runs(tx: Session, person: Person) -> list[RunTold]:
    chosen = (
        select(Run, Campaign)
        .join(Campaign, Campaign.id == Run.campaign_id)
        .where(Run.brand_id == person.brand_id, person.owns(Run))
        .order_by(Run.entered_at.desc())
    )
    found = tx.execute(chosen).all()
    told: dict[uuid.UUID, list[Decision]] = {run.id: [] for run, _ in found}
    decisions = select(Decision).where(Decision.run_id.in_(told)).order_by(Decision.number)
    for decision in tx.scalars(decisions):
        told[decision.run_id].append(decision)
    return [RunTold(run, campaign, content_of(tx, run.version_id).journey, told[run.id]) for run, campaign in found]


def _consents(tx: Session, person: Person) -> Sequence[Consent]:
    mine = (Consent.brand_id == person.brand_id, Consent.subject_id.in_(subject_ids(tx, person)))
    return tx.scalars(select(Consent).where(*mine).order_by(Consent.seq.desc())).all()


def _full_name(contact: Contact) -> str:
    return " ".join(part for part in (contact.first_name, contact.last_name) if part)
