"""Messages to people: written from the campaign's texts at the last moment, and only while the person agrees."""

from __future__ import annotations

import uuid
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Brand, Contact, Fan, Identity, Message
from app.services.campaigns.reading import content_of
from app.services.consent import may_contact
from app.services.people import Person, person_of_fan
from games.texts import say

PURPOSE = "newsletter"  # what a journey's message needs the person's yes for
FROM = "no-reply@invalid"


def write_message(tx: Session, message_id: uuid.UUID, version_id: uuid.UUID) -> EmailMessage | str:
    """The mail of a message, or why it is not sent: `no_consent`, `no_address`, `no_channel`.

    Consent is looked at here, at the last moment, and not only where the journey branched.
    """
    message = tx.get_one(Message, message_id)
    person = _addressee(tx, message)
    if message.channel != "email":
        return "no_channel"
    if not may_contact(tx, person, PURPOSE, message.channel, tx.get_one(Brand, message.brand_id)):
        return "no_consent"
    address, language = _address(tx, person), _language(tx, person)
    if address is None:
        return "no_address"
    content = content_of(tx, version_id)
    said = content.definition.messages[message.template]
    lang = language if language in content.languages else content.languages[0]
    return _mail(
        address, say(said.subject, lang), content.text(said.text, lang).html, content.text(said.text, lang).plain
    )


def quiet_until(tx: Session, version_id: uuid.UUID, now: datetime) -> datetime | None:
    """When the message may leave, if its journey's quiet hours are now: work may have been late, or failed at first."""
    journey = content_of(tx, version_id).journey
    return journey.limits.quiet.until(now, journey.zone) if journey.limits.quiet else None


def mark_sent(tx: Session, message_id: uuid.UUID, now: datetime) -> None:
    """The message has left."""
    tx.execute(update(Message).where(Message.id == message_id).values(status="sent", sent_at=now))


def mark_dropped(tx: Session, message_id: uuid.UUID, reason: str) -> None:
    """The message will not leave, and why."""
    tx.execute(update(Message).where(Message.id == message_id).values(status="dropped", reason=reason))


def mark_failed(tx: Session, message_id: uuid.UUID, reply: str) -> None:
    """The server will not take the message to this address; `reply` is its code."""
    tx.execute(update(Message).where(Message.id == message_id).values(status="failed", reason=f"smtp {reply}"))


def _addressee(tx: Session, message: Message) -> Person:
    """Who the message is for now: she may have been linked to a contact since, or unlinked."""
    if message.fan_id is not None:
        return person_of_fan(tx, tx.get_one(Fan, message.fan_id))
    return Person(message.brand_id, None, message.contact_id)


def _mail(address: str, subject: str, html: str, plain: str) -> EmailMessage:
    mail = EmailMessage()
    mail["To"], mail["From"], mail["Subject"] = address, FROM, " ".join(subject.split())
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    return mail


def _address(tx: Session, person: Person) -> str | None:
    if person.contact_id and (email := tx.get_one(Contact, person.contact_id).email):
        return email
    verified = select(Identity.email).where(Identity.fan_id == person.fan_id, Identity.email_verified.is_(True))
    return tx.scalar(verified.limit(1)) if person.fan_id else None


def _language(tx: Session, person: Person) -> str | None:
    if person.fan_id and (language := tx.get_one(Fan, person.fan_id).language):
        return language
    return tx.get_one(Contact, person.contact_id).language if person.contact_id else None
