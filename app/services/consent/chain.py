"""The check of a brand's whole chain, and the proof of one word, read from the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Brand, Consent, ConsentHead, Notice, PersonKey
from app.services.consent.checking import CHANGED, Finding, Surroundings, Walk, findings_in, start_of
from app.services.consent.ledger import Head
from app.services.consent.subjects import opened, position_of
from journeys.problems import Problem

ROWS_AT_ONCE = 1000
BEFORE_ALL = -(2**31)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What the check of one brand's chain found: the first hundred problems, and in `broken` how many there are.

    `head_hash` stands for the whole chain: kept elsewhere, it also shows a chain that was rewritten from end to end.
    """

    brand_id: UUID
    rows: int
    head_hash: str
    broken: int
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        return self.broken == 0


def verify_chain(tx: Session, brand_id: UUID) -> ChainReport:
    """Check every row of a brand's consent ledger, from the first to its head, and name each row that is wrong."""
    walk = Walk(start_of(brand_id))
    for rows in _pages(tx, brand_id, walk):
        around = _around(tx, brand_id, rows)
        for row in rows:
            walk.step(row, around)
    walk.close(_head(tx, brand_id))
    ledger = f"consent/{tx.scalar(select(Brand.slug).where(Brand.id == brand_id))}"
    problems = tuple(finding.problem(ledger) for finding in walk.findings)
    return ChainReport(brand_id, walk.rows, walk.end.hash, walk.broken, problems)


def proof(tx: Session, brand_id: UUID, consent_id: UUID) -> dict[str, object]:
    """One word with all that supports it: its row, the exact words shown, hashes, and whether it still checks.

    `clear` is the hashed text itself; `address` and `name` are empty once the person is erased.  Raises NotFound.
    """
    row = tx.scalar(_rows(brand_id).where(Consent.id == consent_id))
    if row is None:
        raise NotFound
    around = _around(tx, brand_id, [row])
    subject = around.subjects.get(row.subject_id)
    personal = (subject.unseal(row.sealed, position_of(brand_id, row.seq, row.id)) if subject else None) or {}
    said = json.loads(row.clear)
    wrong = [*findings_in(row, around), *_beside(tx, row)]
    return {
        "id": str(row.id),
        "seq": row.seq,
        "event": row.event,
        "purpose": row.purpose,
        "channel": row.channel,
        "at": row.at,
        "campaign_id": row.campaign_id,
        "method": said.get("method", ""),
        "language": said.get("language", ""),
        "context": said.get("context", {}),
        "notice_hash": said.get("notice_hash", ""),
        "notice_text": around.notices.get(said.get("notice_hash", ""), ""),
        "previous_hash": row.previous_hash,
        "hash": row.hash,
        "clear": row.clear,
        "address": personal.get("address", ""),
        "name": personal.get("name", ""),
        "erased": subject is None,
        "problems": [finding.problem("consent") for finding in wrong],
        "sound": not wrong,
    }


def _rows(brand_id: UUID) -> Select[Consent]:
    return select(Consent).where(Consent.brand_id == brand_id).execution_options(populate_existing=True)


def _pages(tx: Session, brand_id: UUID, walk: Walk) -> Iterator[Sequence[Consent]]:
    """The rows in order, a thousand at a time; rows that cannot even be read are noted and stepped over."""
    last = BEFORE_ALL
    while seqs := tx.scalars(_seqs(brand_id, last)).all():
        page = _rows(brand_id).where(Consent.seq > last, Consent.seq <= seqs[-1]).order_by(Consent.seq)
        try:
            pages = [tx.scalars(page).all()]
        except (ValueError, TypeError, AttributeError):  # a time or an id that is none any more
            pages = []
        yield from pages or _one_by_one(tx, brand_id, seqs, walk)
        last = seqs[-1]


def _seqs(brand_id: UUID, last: int) -> Select[int]:
    return (select(Consent.seq).where(Consent.brand_id == brand_id, Consent.seq > last).order_by(Consent.seq)).limit(
        ROWS_AT_ONCE
    )


def _one_by_one(tx: Session, brand_id: UUID, seqs: Sequence[int], walk: Walk) -> Iterator[Sequence[Consent]]:
    for seq in seqs:
        try:
            rows = tx.scalars(_rows(brand_id).where(Consent.seq == seq)).all()
        except (ValueError, TypeError, AttributeError):
            walk.step_over(seq, "", follows=True)
            walk.note(Finding(CHANGED, seq, {"what": "unreadable"}))
        else:
            yield rows


def _around(tx: Session, brand_id: UUID, rows: Sequence[Consent]) -> Surroundings:
    keys = select(PersonKey).where(PersonKey.brand_id == brand_id, PersonKey.id.in_({row.subject_id for row in rows}))
    texts = select(Notice.hash, Notice.text).where(Notice.brand_id == brand_id)
    return Surroundings({key.id: opened(tx, key) for key in tx.scalars(keys)}, dict(iter(tx.execute(texts))))


def _head(tx: Session, brand_id: UUID) -> Head:
    found = tx.execute(select(ConsentHead.seq, ConsentHead.hash).where(ConsentHead.brand_id == brand_id)).one_or_none()
    return Head(brand_id, found.seq, found.hash) if found else start_of(brand_id)


def _beside(tx: Session, row: Consent) -> Iterator[Finding]:
    """Whether the rows before and after still name this one."""
    walk = Walk(start_of(row.brand_id))
    near = tx.scalars(_rows(row.brand_id).where(Consent.seq.between(row.seq - 1, row.seq + 1)).order_by(Consent.seq))
    for each in near:
        if each.seq > 1 and walk.rows == 0:
            walk.end = Head(row.brand_id, each.seq - 1, each.previous_hash)
        walk.step_over(each.seq, each.hash, follows=each.previous_hash == walk.end.hash)
    return iter(walk.findings)
