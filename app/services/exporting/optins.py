"""Opt-ins: who may be contacted, for what, on which channel, and the proof of it.

Only people whose last word was yes stand here, each once for each purpose and channel; what they said is looked at
again for every single row at the moment it is given out.  To add a column: a field of `OptIn`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Brand, Campaign, Consent, Identity, Notice, PersonKey
from app.services.consent.standing import allows, fold
from app.services.consent.subjects import opened, position_of
from app.services.exporting.owners import Owner, owners

BY_PHONE = ("sms", "phone")


@dataclass(frozen=True, slots=True)
class OptIn:
    """One person's yes to one purpose on one channel, as it is exported; only the address of that channel is in it.

    `proof` is the ledger's row that holds the words: its number and hash; `consent_id` finds it again.
    """

    email: str
    phone: str
    first_name: str
    last_name: str
    language: str
    country: str
    program: str
    purpose: str
    channel: str
    campaign: str
    given_at: datetime
    confirmed_at: datetime | None
    consent_text: str
    notice_hash: str
    proof: str
    opt_in: str
    consent_id: UUID


@dataclass(frozen=True, slots=True)
class Yes:
    """A topic on which the person's last word is a yes: the row that holds her words, and its confirmation."""

    topic: str
    given: Consent
    confirmed: Consent | None


def optins(tx: Session, brand: Brand, campaign: Campaign | None = None) -> Iterator[OptIn]:
    """Everybody who may be contacted now: one row for each person, purpose and channel.

    With a campaign, only those whose words were said in it.  Without an address for the channel there is no row.
    """
    slugs = _campaigns(tx, brand.id)
    for page in owners(tx, brand.id):
        words = _words(tx, brand.id, [subject for owner in page for subject in owner.subject_ids])
        for owner in page:
            for topic in yeses([word for id in owner.subject_ids for word in words.get(id, ())], brand.opt_in):
                if campaign and topic.given.campaign_id != campaign.id:
                    continue
                row = _optin(tx, brand, owner, topic, slugs)
                if row and _still_stands(tx, brand, owner, topic):
                    yield row


def yeses(words: Sequence[Consent], opt_in: str) -> list[Yes]:
    """The topics on which these words, taken in the order they were said, come to a yes that may be used."""
    in_order = sorted(words, key=lambda word: word.seq)
    standing = fold((f"{word.purpose}.{word.channel}", word.event, word) for word in in_order)
    found = []
    for topic, (event, last) in sorted(standing.items()):
        if allows(event, opt_in):
            earlier = [word for word in in_order if _topic(word) == topic and word.seq < last.seq]
            given = _given_before(earlier) if event == "confirmed" else None
            found.append(Yes(topic, given or last, last if event == "confirmed" else None))
    return found


def _topic(word: Consent) -> str:
    return f"{word.purpose}.{word.channel}"


def _given_before(earlier: Sequence[Consent]) -> Consent | None:
    """The words that a confirmation confirms: the last ones given, unless they were taken back since."""
    answers = [word for word in earlier if word.event not in ("requested", "parental", "confirmed")]
    return answers[-1] if answers and answers[-1].event == "given" else None


def _still_stands(tx: Session, brand: Brand, owner: Owner, yes: Yes) -> bool:
    """Whether the yes stands at this very moment, read anew: nothing taken back, nobody erased since."""
    keys = select(PersonKey.id).where(PersonKey.brand_id == brand.id, PersonKey.id.in_(owner.subject_ids))
    purpose, _, channel = yes.topic.rpartition(".")
    said = (
        select(Consent)
        .where(Consent.brand_id == brand.id, Consent.subject_id.in_(keys))
        .where(Consent.purpose == purpose, Consent.channel == channel)
    )
    return yes in yeses(tx.scalars(said).all(), brand.opt_in)


def _words(tx: Session, brand_id: UUID, subject_ids: Sequence[UUID]) -> dict[UUID, list[Consent]]:
    found: dict[UUID, list[Consent]] = {}
    for word in tx.scalars(_said(brand_id, subject_ids)):
        found.setdefault(word.subject_id, []).append(word)
    return found


def _said(brand_id: UUID, subject_ids: Sequence[UUID]) -> Select[Consent]:
    return select(Consent).where(Consent.brand_id == brand_id, Consent.subject_id.in_(subject_ids))


def _campaigns(tx: Session, brand_id: UUID) -> Mapping[UUID | None, str]:
    return dict(iter(tx.execute(select(Campaign.id, Campaign.slug).where(Campaign.brand_id == brand_id))))


def _optin(tx: Session, brand: Brand, owner: Owner, yes: Yes, slugs: Mapping[UUID | None, str]) -> OptIn | None:
    given = yes.given
    address = _address(tx, brand, owner, yes)
    if not address:
        return None
    said = json.loads(given.clear)
    notice = tx.get(Notice, (brand.id, said.get("notice_hash", "")))
    by_phone = given.channel in BY_PHONE
    return OptIn(
        email="" if by_phone else address,
        phone=address if by_phone else "",
        first_name=owner.known("first_name") or owner.known("display_name"),
        last_name=owner.known("last_name"),
        language=owner.known("language") or str(said.get("language", "")),
        country=owner.known("country"),
        program="|".join(owner.programs),
        purpose=given.purpose,
        channel=given.channel,
        campaign=slugs.get(given.campaign_id, ""),
        given_at=given.at,
        confirmed_at=yes.confirmed.at if yes.confirmed else None,
        consent_text=notice.text if notice else "",
        notice_hash=str(said.get("notice_hash", "")),
        proof=f"{given.seq}:{given.hash}",
        opt_in=brand.opt_in,
        consent_id=given.id,
    )


def _address(tx: Session, brand: Brand, owner: Owner, yes: Yes) -> str:
    """Where the person said she may be reached; for want of it, the address that the base has for this channel."""
    for word in filter(None, (yes.confirmed, yes.given)):
        key = tx.get(PersonKey, word.subject_id)
        position = position_of(brand.id, word.seq, word.id)
        said = opened(tx, key).unseal(word.sealed, position) if key else None
        if said and said.get("address"):
            return said["address"]
    if yes.given.channel in BY_PHONE:
        return owner.known("phone")
    return owner.known("email") or _verified_email(tx, owner) if yes.given.channel == "email" else ""


def _verified_email(tx: Session, owner: Owner) -> str:
    theirs = select(Identity.email).where(
        Identity.fan_id.in_([fan.id for fan in owner.fans]),
        Identity.email_verified.is_(True),
        Identity.email.is_not(None),
    )
    return tx.scalar(theirs.order_by(Identity.id).limit(1)) or ""
