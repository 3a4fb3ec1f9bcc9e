"""Taking a yes back from within a mail: without logging in, at once, and as often as one likes.

Source: GDPR art. 7(3); RFC 8058 (one-click unsubscribe).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app.models import Contact, Fan, MailLink, Message
from app.services.consent import Word, record
from app.services.consent.ledger import locked_head
from app.services.consent.words import last_word
from app.services.mailing.links import WITHDRAW, link_at, note_use
from app.services.people import Person, person_of_contact, person_of_fan
from app.services.waking import owe_consent_news

State = Literal["open", "withdrawn"]


def look(tx: Session, token: str) -> tuple[MailLink, State]:
    """What the link of this token may do now; changes nothing.  Raises: UnknownLink."""
    link = link_at(tx, WITHDRAW, token)
    return link, "withdrawn" if not list(_still_open(tx, link)) else "open"


def withdraw(tx: Session, token: str, method: str, circumstances: Mapping[str, str], now: datetime) -> MailLink:
    """Take back what the mail rested on, for everybody it may have been meant for.  Raises: UnknownLink.

    `method` is `one_click` when a mail program did it (RFC 8058), `link` when somebody pressed the button on the page.
    """
    link = link_at(tx, WITHDRAW, token)
    locked_head(tx, link.brand_id)
    proof = {"actor": "fan", "message": str(link.message_id), **circumstances}
    word = Word("withdrawn", link.purpose, link.channel, method=method, campaign_id=link.campaign_id, context=proof)
    for person in list(_still_open(tx, link)):
        owe_consent_news(tx, person, record(tx, person, [word], None, now), now)
    note_use(link, now)
    return link


def _still_open(tx: Session, link: MailLink) -> Iterator[Person]:
    """Those of the readers whose last word on this is not a no taken back already."""
    for person in _readers(tx, tx.get_one(Message, link.message_id)):
        last = last_word(tx, person, link.purpose, link.channel)
        if last is None or last.event != "withdrawn":
            yield person


def _readers(tx: Session, message: Message) -> Iterator[Person]:
    """Whom the mail was for: the fan, and the contact that she was linked to then; nobody who is erased.

    A fan who was unlinked since must not leave the contact, whose address it was, with letters that nobody can stop.
    """
    fan = tx.get(Fan, message.fan_id) if message.fan_id else None
    contact = tx.get(Contact, message.contact_id) if message.contact_id else None
    her = person_of_fan(tx, fan) if fan and not fan.erased_at else None
    if her:
        yield her
    if contact and not contact.erased_at and (her is None or her.contact_id != contact.id):
        yield person_of_contact(tx, message.brand_id, contact.id)
