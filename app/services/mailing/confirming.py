"""Double opt-in: a yes to e-mail counts once a click in a mail to that very address has confirmed it.

`request_confirmation` writes "requested" and owes one mail for everything that was said in one act; each yes has a
link of its own there, and a click on the one that the mail shows answers for all.  `look` says what it may do,
`confirm` does it.  Mails to one address are capped, so that nobody is bombed with them; whoever asked is told the same
in either case.  Source: GDPR art. 7(1); Directive 2002/58/EC art. 13(1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Brand, Consent, MailLink, new_id
from app.services.consent import Word, record, standing
from app.services.consent.ledger import locked_head
from app.services.consent.words import address_in, last_word, notice_of, said_in, speaker
from app.services.keys import hmac_hex, key_of
from app.services.mailing.letters import Yes
from app.services.mailing.links import CONFIRM, link_at, make_link, note_use
from app.services.mailing.owing import CONFIRMATION, Due, owe_message
from app.services.people import Person
from app.services.waking import owe_consent_news

GOOD_FOR: Final = timedelta(days=7)
CAPS: Final = ((timedelta(hours=1), 3), (timedelta(days=1), 6))  # mails to one address of one brand
State = Literal["open", "confirmed", "withdrawn", "replaced", "expired", "gone"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Yeses that wait for their confirmation: whose, which words (said at one address), which version asks for it."""

    person: Person
    words: Sequence[Consent]
    campaign_id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True)
class Question:
    """One yes that a mail asks about: its link, the word in the ledger, and what a click would do for it now."""

    link: MailLink
    word: Consent | None
    state: State


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was followed, and every yes that its mail asks about, in the order in which they were said."""

    link: MailLink
    questions: tuple[Question, ...]

    @property
    def state(self) -> State:
        """What the link may do: `open` while any yes waits, `confirmed` when one is, else why it does nothing more."""
        states = [question.state for question in self.questions]
        known: tuple[State, ...] = ("open", "confirmed")
        return next((state for state in known if state in states), states[0])


def waits_for_mail(word: Consent | None, opt_in: str) -> bool:
    """Whether this answer is a yes that a click in a mail must still confirm."""
    return word is not None and opt_in == "double" and word.event == "given" and word.channel == "email"


def request_confirmation(tx: Session, asked: Asked, now: datetime) -> bool:
    """Owe the one mail that asks for the click; earlier ones are good for nothing from now on.

    Says whether a mail will leave: not when its address has had as many as it may get.  The brand's chain is locked
    first, so that requests for one address are counted one after the other.
    """
    person, address = asked.person, address_in(tx, asked.words[0])
    locked_head(tx, person.brand_id)
    known_as = hmac_hex(key_of(tx, "mail-caps"), address)
    if not address or _is_capped(tx, person.brand_id, known_as, now):
        return False
    for word in asked.words:
        _replace_earlier(tx, word, now)
    record(tx, person, [_requested(tx, word, asked.campaign_id) for word in asked.words], address, now)
    due = Due(CONFIRMATION, CONFIRMATION, f"confirm:{new_id().hex}", asked.version_id)
    message = owe_message(tx, person, due, now)
    for number, word in enumerate(asked.words):
        make_link(
            tx, message, kind=CONFIRM, campaign_id=asked.campaign_id, purpose=word.purpose, channel=word.channel,
            consent_id=word.id, subject_id=word.subject_id, address_hmac=None if number else known_as,
            created_at=now, expires_at=now + GOOD_FOR,
        )  # fmt: skip
    return True


def request_again(tx: Session, person: Person, topic: tuple[str, str], version_id: UUID, now: datetime) -> bool:
    """Send the mail once more for a yes to (purpose, channel) that still waits; says whether one will leave.

    It asks about everything else that waits for a click at the same address in the same campaign, too.
    """
    word = last_word(tx, person, *topic)
    if word is None or word.campaign_id is None:
        return False
    if not waits_for_mail(word, tx.get_one(Brand, person.brand_id).opt_in):
        return False
    return request_confirmation(tx, Asked(person, _said_with(tx, person, word), word.campaign_id, version_id), now)


def look(tx: Session, token: str, now: datetime) -> Opened:
    """What the link of this token may do now; changes nothing.  Raises: UnknownLink."""
    link = link_at(tx, CONFIRM, token)
    return Opened(link, tuple(questions(tx, link.message_id, now)))


def confirm(tx: Session, token: str, circumstances: Mapping[str, str], now: datetime) -> Opened:
    """Confirm every yes that this link's mail was sent for; said twice it is confirmed once.  Raises: UnknownLink.

    What was taken back since stays taken back.  The ledger keeps which word was confirmed, and by which mail; journeys
    in which the person is hear of it.
    """
    link = link_at(tx, CONFIRM, token)
    locked_head(tx, link.brand_id)
    for question in questions(tx, link.message_id, now):
        if question.word is not None and question.state == "open":
            _confirm_one(tx, question.link, question.word, circumstances, now)
    return look(tx, token, now)


def questions(tx: Session, message_id: UUID, now: datetime) -> list[Question]:
    """What a mail asks about, in the order in which it was said; the mail shows the link of the first."""
    asked = (
        select(MailLink, Consent)
        .outerjoin(Consent, (Consent.brand_id == MailLink.brand_id) & (Consent.id == MailLink.consent_id))
        .where(MailLink.message_id == message_id, MailLink.kind == CONFIRM)
        .order_by(Consent.seq)
    )
    rows = tx.execute(asked.execution_options(populate_existing=True)).all()
    return [Question(link, word, _state_of(tx, link, now)) for link, word in rows]


def yes_of(tx: Session, word: Consent) -> Yes:
    """What she said yes to, in the words that she saw."""
    label, _, notice = notice_of(tx, word).partition("\n\n")
    return Yes(label or word.purpose, notice)


def forget_counted(tx: Session, now: datetime) -> None:
    """Forget for which addresses mails were counted, once no cap looks so far back."""
    longest = max(span for span, _most in CAPS)
    old = update(MailLink).where(MailLink.address_hmac > "", MailLink.created_at <= now - longest)
    tx.execute(old.values(address_hmac=None).execution_options(synchronize_session=False))


def _state_of(tx: Session, link: MailLink, now: datetime) -> State:
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


def _requested(tx: Session, word: Consent, campaign_id: UUID) -> Word:
    ours = {"actor": "fan", "confirms": str(word.id)}
    return Word(
        "requested", word.purpose, word.channel, notice_of(tx, word), said_in(word)[0], "mail", campaign_id, ours
    )


def _confirm_one(tx: Session, link: MailLink, word: Consent, circumstances: Mapping[str, str], now: datetime) -> None:
    person = speaker(tx, word.subject_id)
    if person is None:
        return
    proof = {"actor": "fan", "confirms": str(word.id), "message": str(link.message_id), **circumstances}
    said = Word(
        "confirmed", word.purpose, word.channel, notice_of(tx, word), said_in(word)[0], "link", word.campaign_id, proof
    )
    owe_consent_news(tx, person, record(tx, person, [said], address_in(tx, word), now), now)
    note_use(link, now)


def _said_with(tx: Session, person: Person, asked: Consent) -> list[Consent]:
    """The yeses that wait as this one does, for a click at its address in its campaign; it is among them."""
    topics = [name.rsplit(".", 1) for name, event in standing(tx, person).items() if event == "given"]
    found = [last_word(tx, person, purpose, channel) for purpose, channel in topics if channel == asked.channel]
    address = address_in(tx, asked)
    words = [word for word in found if word and word.campaign_id == asked.campaign_id]
    return sorted((word for word in words if address_in(tx, word) == address), key=lambda word: word.seq)


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
