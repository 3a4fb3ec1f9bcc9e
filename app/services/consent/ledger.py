"""Writing in the consent ledger: words are appended, one chain per brand, never changed.

To add a kind of word: a name in `app.models.consent.EVENTS`, and what it means in `standing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Consent, ConsentHead, Notice, new_id
from app.models.consent import EVENTS
from app.services.consent.canonical import canonical, circumstances, first_hash, instant, row_hash
from app.services.consent.subjects import Subject, known_name, position_of, subject_for
from app.services.keys import fingerprint
from app.services.people import Person
from app.services.rows import insert_into


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said about one purpose on one channel, to which words, how and in which circumstances.

    `event` is one of `app.models.consent.EVENTS`; `notice_text` the exact words that she saw (empty where none were
    shown); `method` how it was said (form, link, one_click, import, staff); `context` see `canonical.CONTEXT`.
    """

    event: str
    purpose: str
    channel: str
    notice_text: str = ""
    language: str = ""
    method: str = "form"
    campaign_id: UUID | None = None
    context: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.event not in EVENTS:
            raise ValueError(f"{self.event} is no event of the consent ledger")
        if not self.purpose or not self.channel:
            raise ValueError("a word of consent needs a purpose and a channel")


def record(tx: Session, person: Person, words: Sequence[Word], address: str | None, now: datetime) -> list[Consent]:
    """Write down what a person said, for good; gives the rows, whose ids are the proof.

    `address` is where she may be reached (e-mail or telephone number); it is kept under her own key only.
    The brand's chain is locked until the transaction ends, so that two words never get the same place.
    """
    if not words:
        return []
    head = locked_head(tx, person.brand_id)
    subject = subject_for(tx, person, now)
    personal = {"address": address or "", "name": known_name(tx, person)}
    personal = {name: value for name, value in personal.items() if value}
    rows = []
    for word in words:
        row = _row(head, subject, word, personal, now)
        _keep_notice(tx, row, word, now)
        head = replace(head, seq=row.seq, hash=row.hash)
        rows.append(row)
    tx.add_all(rows)
    tx.flush()
    tx.execute(update(ConsentHead).where(ConsentHead.brand_id == head.brand_id).values(seq=head.seq, hash=head.hash))
    return rows


def withdraw(tx: Session, person: Person, purpose: str, channel: str, now: datetime) -> Consent:
    """Take back what the person allowed for one purpose on one channel; at once, and whatever was said before."""
    return record(tx, person, [Word("withdrawn", purpose, channel, method="one_click")], None, now)[0]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a brand's chain: the next row follows it."""

    brand_id: UUID
    seq: int
    hash: str


def locked_head(tx: Session, brand_id: UUID) -> Head:
    """The end of the chain, locked until the transaction ends (on SQLite the whole database already is)."""
    start = {"brand_id": brand_id, "seq": 0, "hash": first_hash(brand_id)}
    columns = select(ConsentHead.seq, ConsentHead.hash).where(ConsentHead.brand_id == brand_id).with_for_update()
    found = tx.execute(columns).one_or_none()
    if found is None:
        tx.execute(insert_into(tx, ConsentHead).values(start).on_conflict_do_nothing())
        found = tx.execute(columns).one()
    return Head(brand_id, found.seq, found.hash)


def _row(head: Head, subject: Subject, word: Word, personal: Mapping[str, str], now: datetime) -> Consent:
    row = Consent(
        brand_id=head.brand_id,
        seq=head.seq + 1,
        id=new_id(),
        subject_id=subject.id,
        purpose=word.purpose,
        channel=word.channel,
        event=word.event,
        at=now,
        campaign_id=word.campaign_id,
        previous_hash=head.hash,
    )
    said = {
        "context": circumstances(word.context),
        "language": word.language,
        "method": word.method,
        "notice_hash": fingerprint(word.notice_text) if word.notice_text else "",
    }
    row.clear = canonical(columns_in_clear(row) | said)
    row.sealed = subject.seal(personal, position_of(row.brand_id, row.seq, row.id))
    row.hash = row_hash(row.previous_hash, row.clear, row.sealed)
    return row


def columns_in_clear(row: Consent) -> dict[str, object]:
    """The columns of a row as its clear part must repeat them."""
    return {
        "at": instant(row.at),
        "brand": str(row.brand_id),
        "campaign": str(row.campaign_id) if row.campaign_id else None,
        "channel": row.channel,
        "event": row.event,
        "id": str(row.id),
        "purpose": row.purpose,
        "seq": row.seq,
        "subject": str(row.subject_id),
    }


def _keep_notice(tx: Session, row: Consent, word: Word, now: datetime) -> None:
    if not word.notice_text:
        return
    shown = {"hash": fingerprint(word.notice_text), "language": word.language, "text": word.notice_text}
    values = shown | {"brand_id": row.brand_id, "first_shown_at": now}
    tx.execute(insert_into(tx, Notice).values(values).on_conflict_do_nothing())
