"""Whom a message is for now, where she may be reached, and in which language."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Contact, Fan, Identity, Message
from app.services.addresses import email_or_none
from app.services.consent import standing
from app.services.linking import OWN_SOURCE
from app.services.people import Person, person_of_fan


def addressee(tx: Session, message: Message) -> Person:
    """Whom the message is for: the fan may have been linked to a contact since, or unlinked."""
    if message.fan_id is not None:
        return person_of_fan(tx, tx.get_one(Fan, message.fan_id))
    return Person(message.brand_id, None, message.contact_id)


def address_of(tx: Session, person: Person) -> str | None:
    """Her contact's address, else one that a trusted provider has verified; in the form in which mails are sent."""
    if person.contact_id and (email := tx.get_one(Contact, person.contact_id).email):
        return email_or_none(email)
    found = tx.scalars(_verified(person)).first() if person.fan_id else None
    return email_or_none(found)


def is_hers(tx: Session, person: Person, address: str) -> bool:
    """Whether we know that the address is the person's own, and not what somebody typed into a form.

    The brand's own books say so, or a provider that verified it, or a click in a mail that went there.
    """
    contact = tx.get(Contact, person.contact_id) if person.contact_id else None
    if contact is None or contact.source != OWN_SOURCE or address in tx.scalars(_verified(person)).all():
        return True
    return any(topic.endswith(".email") and said == "confirmed" for topic, said in standing(tx, person).items())


def language_of(tx: Session, person: Person) -> str | None:
    """The language that she has chosen."""
    if person.fan_id and (language := tx.get_one(Fan, person.fan_id).language):
        return language
    return tx.get_one(Contact, person.contact_id).language if person.contact_id else None


def _verified(person: Person) -> Select[str | None]:
    return select(Identity.email).where(
        Identity.fan_id == person.fan_id, Identity.email_verified.is_(True), Identity.email.is_not(None)
    )
