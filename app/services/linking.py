"""Links between a fan and a contact: offered for a verified e-mail, made on the fan's yes, ended but never deleted.

An offer needs an address that a trusted provider has verified and that exactly one contact of the brand has.  Several
contacts with that address wait for a person.  Fans are never merged, and nothing of one fan is shown to another.
To add a way of linking: one function that finds the contact and calls `make_link` with its own `how`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Contact, Fan, Identity, Link, new_id
from app.services.rows import insert_into

BY_VERIFIED_EMAIL = "verified_email"
BY_STAFF = "by_hand"
OWN_SOURCE = "fanfare"  # contacts that came to the base by joining here, under their fan's id


class NotYours(Refused):
    code, status = "not_your_contact", 409
    en = "We cannot make this link any more. Go on playing; nothing is lost."
    fr = "Ce lien n'est plus possible. Continuez à jouer ; rien n'est perdu."


@dataclass(frozen=True, slots=True)
class How:
    """How a link is made: its way, and for links by hand who made it and why."""

    way: str
    by_staff_id: UUID | None = None
    reason: str = ""


def link_offer(tx: Session, fan: Fan) -> Contact | None:
    """The contact that this fan may be asked about: "is this you?".

    None when she is linked already, has said "not now", has no verified address, or when not exactly one contact of the
    brand has that address.
    """
    if fan.link_asked_at is not None or live_link(tx, fan) is not None:
        return None
    return contact_of_verified_email(tx, fan)


def contact_of_verified_email(tx: Session, fan: Fan) -> Contact | None:
    """The only contact of the brand that has a verified address of the fan; None when there are none or several.

    A contact that came by joining here counts only where the brand's own books have none, and only with an address that
    was verified: what somebody typed into a form must neither claim nor hide anybody's contact.
    """
    verified = select(Identity.email).where(
        Identity.brand_id == fan.brand_id,
        Identity.fan_id == fan.id,
        Identity.email_verified.is_(True),
        Identity.email.is_not(None),
    )
    same_address = select(Contact).where(
        Contact.brand_id == fan.brand_id, Contact.email.in_(verified), Contact.erased_at.is_(None)
    )
    everybody = tx.scalars(same_address).all()
    known = [contact for contact in everybody if contact.source != OWN_SOURCE]
    found = known or [contact for contact in everybody if _address_is_verified(tx, contact)]
    return found[0] if len(found) == 1 else None


def accept_link(tx: Session, fan: Fan, contact: Contact, now: datetime) -> Link:
    """Link the fan to the contact that was offered; said twice, the link stays the first one.

    Raises NotYours when the contact is not, or no longer, the one that her verified address points to, or when she is
    linked to another one.
    """
    offered = contact_of_verified_email(tx, fan)
    if offered is None or offered.id != contact.id:
        raise NotYours
    return make_link(tx, fan, contact, How(BY_VERIFIED_EMAIL), now)


def decline_link(tx: Session, fan: Fan, now: datetime) -> None:
    """Remember "not now": she is not asked again."""
    fan.link_asked_at = now
    tx.flush()


def make_link(tx: Session, fan: Fan, contact: Contact, how: How, now: datetime) -> Link:
    """Tie a fan to a contact of the same brand; the same link made twice is made once.

    Raises NotYours when they are of different brands or the fan is tied to another contact.
    """
    if fan.brand_id != contact.brand_id or contact.erased_at is not None or fan.erased_at is not None:
        raise NotYours
    row = {
        "id": new_id(),
        "brand_id": fan.brand_id,
        "fan_id": fan.id,
        "contact_id": contact.id,
        "how": how.way,
        "by_staff_id": how.by_staff_id,
        "reason": how.reason,
        "made_at": now,
    }
    tx.execute(
        insert_into(tx, Link).values(row).on_conflict_do_nothing()
    )  # a live link stays; no race ends in an error
    link = live_link(tx, fan)
    if link is None or link.contact_id != contact.id:
        raise NotYours
    return link


def end_link(tx: Session, fan: Fan, now: datetime) -> None:
    """Untie the fan from her contact and do not ask her again; the row stays as the record of it."""
    live = update(Link).where(Link.brand_id == fan.brand_id, Link.fan_id == fan.id, Link.ended_at.is_(None))
    tx.execute(live.values(ended_at=now))
    decline_link(tx, fan, now)


def live_link(tx: Session, fan: Fan) -> Link | None:
    """The link of the fan that holds now, if any."""
    return tx.scalar(select(Link).where(Link.brand_id == fan.brand_id, Link.fan_id == fan.id, Link.ended_at.is_(None)))


def _address_is_verified(tx: Session, contact: Contact) -> bool:
    """Whether the fan who joined as this contact has its address from a provider that has verified it."""
    verified = select(Identity.fan_id).where(
        Identity.brand_id == contact.brand_id, Identity.email == contact.email, Identity.email_verified.is_(True)
    )
    return contact.external_id in {str(fan_id) for fan_id in tx.scalars(verified)}


def masked_email(address: str) -> str:
    """An address that its owner recognises and nobody else can use: `j•••@e•••.org`."""
    name, _, domain = address.partition("@")
    host, _, ending = domain.rpartition(".")
    return f"{name[:1]}•••@{host[:1]}•••.{ending}"
