"""Double opt-in: a yes to e-mail counts once a click in a mail to that very address has confirmed it.

`request_confirmation` writes "requested" and owes the mail; `look` says what a link may do, `confirm` does it.  Mails
to one address are capped, so that nobody is bombed with them; whoever asked is told the same in either case.
Source: GDPR art. 7(1); Directive 2002/58/EC art. 13(1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Brand, Consent, MailLink, new_id
from app.services.consent import Word, record
from app.services.consent.ledger import locked_head
from app.services.consent.words import address_in, last_word, notice_of, said_in, speaker, word_called
from app.services.keys import hmac_hex, key_of
from app.services.mailing.links import CONFIRM, link_at, make_link, note_use
from app.services.mailing.owing import CONFIRMATION, Due, owe_message
from app.services.people import Person

GOOD_FOR: Final = timedelta(days=7)
CAPS: Final = ((timedelta(hours=1), 3), (timedelta(days=1), 6))  # mails to one address of one brand
State = Literal["open", "confirmed", "withdrawn", "replaced", "expired", "gone"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A yes that waits for its confirmation: whose, which word, and the version of the campaign that asks for it."""

    person: Person
    word: Consent
    campaign_id: UUID
    version_id: UUID


def waits_for_mail(word: Consent | None, opt_in: str) -> bool:
    """Whether this answer is a yes that a click in a mail must still confirm."""
    return word is not None and opt_in == "double" and word.event == "given" and word.channel == "email"


def request_confirmation(tx: Session, asked: Asked, now: datetime) -> bool:
    """Owe the mail that asks for the click; an earlier one is good for nothing from now on.

    Says whether a mail will leave: not when its address has had as many as it may get.  The brand's chain is locked
    first, so that requests for one address are counted one after the other.
    """
    word, address = asked.word, address_in(tx, asked.word)
    locked_head(tx, word.brand_id)
    known_as = hmac_hex(key_of(tx, "mail-caps"), address)
    if not address or _is_capped(tx, word.brand_id, known_as, now):
        return False
    _replace_earlier(tx, word, now)
    language = said_in(word)[0]
    ours = {"actor": "fan", "confirms": str(word.id)}
    requested = Word(
        "requested", word.purpose, word.channel, notice_of(tx, word), language, "mail", asked.campaign_id, ours
    )
    record(tx, asked.person, [requested], address, now)
    link_id = new_id()
    due = Due(CONFIRMATION, CONFIRMATION, f"confirm:{link_id.hex}", asked.version_id)
    message = owe_message(tx, asked.person, due, now)
    make_link(
        tx, message, id=link_id, kind=CONFIRM, campaign_id=asked.campaign_id, purpose=word.purpose,
        channel=word.channel, consent_id=word.id, subject_id=word.subject_id, address_hmac=known_as, created_at=now,
        expires_at=now + GOOD_FOR,
    )  # fmt: skip
    return True


def request_again(tx: Session, person: Person, topic: tuple[str, str], version_id: UUID, now: datetime) -> bool:
    """Send the mail once more for a yes to (purpose, channel) that still waits; says whether one will leave."""
    word = last_word(tx, person, *topic)
    if word is None or word.campaign_id is None:
        return False
    if not waits_for_mail(word, tx.get_one(Brand, person.brand_id).opt_in):
        return False
    return request_confirmation(tx, Asked(person, word, word.campaign_id, version_id), now)


def look(tx: Session, token: str, now: datetime) -> tuple[MailLink, State]:
    """What the link of this token may do now; changes nothing.  Raises: UnknownLink."""
    link = link_at(tx, CONFIRM, token)
    return link, state_of(tx, link, now)


def confirm(tx: Session, token: str, circumstances: Mapping[str, str], now: datetime) -> tuple[MailLink, State]:
    """Confirm the yes that this link was sent for; said twice it is confirmed once.  Raises: UnknownLink.

    What was taken back since stays taken back.  The ledger keeps which word was confirmed, and by which mail.
    """
    link = link_at(tx, CONFIRM, token)
    locked_head(tx, link.brand_id)
    state = state_of(tx, link, now)
    if state != "open":
        return link, state
    word, person = _word(tx, link), speaker(tx, link.subject_id) if link.subject_id else None
    if word is None or person is None:
        return link, "gone"
    proof = {"actor": "fan", "confirms": str(word.id), "message": str(link.message_id), **circumstances}
    said = Word(
        "confirmed", word.purpose, word.channel, notice_of(tx, word), said_in(word)[0], "link", word.campaign_id, proof
    )
    record(tx, person, [said], address_in(tx, word), now)
    note_use(link, now)
    return link, "confirmed"


def forget_counted(tx: Session, now: datetime) -> None:
    """Forget for which addresses mails were counted, once no cap looks so far back."""
    longest = max(span for span, _most in CAPS)
    old = update(MailLink).where(MailLink.address_hmac > "", MailLink.created_at <= now - longest)
    tx.execute(old.values(address_hmac=None).execution_options(synchronize_session=False))


def state_of(tx: Session, link: MailLink, now: datetime) -> State:
    """What the link may do: `open`, or why it does nothing any more (`gone`: the person is erased)."""
    person = speaker(tx, link.subject_id) if link.subject_id else None
    stands = last_word(tx, person, link.purpose, link.channel) if person else None
    if stands is None:
        return "gone"
    if stands.event == "confirmed":
        return "confirmed"
    if stands.event != "given":
        return "withdrawn"
    if link.replaced_at or stands.id != link.consent_id:
        return "replaced"
    return "expired" if link.expires_at and link.expires_at <= now else "open"


def _word(tx: Session, link: MailLink) -> Consent | None:
    return word_called(tx, link.brand_id, link.consent_id) if link.consent_id else None


def _is_capped(tx: Session, brand_id: UUID, known_as: str, now: datetime) -> bool:
    """Whether this address has had its mails.  It is counted by its HMAC, whoever asked for them."""
    for span, most in CAPS:
        sent = select(func.count()).where(
            MailLink.brand_id == brand_id, MailLink.address_hmac == known_as, MailLink.created_at > now - span
        )
        if (tx.scalar(sent) or 0) >= most:
            return True
    return False


def _replace_earlier(tx: Session, word: Consent, now: datetime) -> None:
    earlier = update(MailLink).where(
        MailLink.brand_id == word.brand_id,
        MailLink.subject_id == word.subject_id,
        MailLink.purpose == word.purpose,
        MailLink.channel == word.channel,
        MailLink.kind == CONFIRM,
        MailLink.used_at.is_(None),
        MailLink.replaced_at.is_(None),
    )
    tx.execute(earlier.values(replaced_at=now))
