"""Offering a program: the fan joins or refuses, ticks boxes or leaves them; neither costs her anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import InvalidValue, OutOfOrder, Refused
from app.models import Brand, Contact, Identity, Membership, Run, new_id
from app.services.addresses import BadAddress, normal_email
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.reading import content_of
from app.services.consent import Word, allows, record, standing
from app.services.events import note_stage
from app.services.keys import fingerprint
from app.services.linking import OWN_SOURCE, How, contact_of_verified_email, make_link
from app.services.mailing.confirming import Asked, request_confirmation, waits_for_mail
from app.services.people import Person, person_of_fan
from app.services.progress import deliver
from app.services.rewards import hold_person
from app.services.rows import insert_once
from app.services.visits import Visit, language_in, standing_run
from games.texts import say
from journeys.running.events import Offered
from journeys.running.events import Word as Answer
from journeys.verbs.offer import Offer

JOINED = "joined_program"


class AddressMissing(InvalidValue):
    status, beside_field = 422, True
    en = "Write the e-mail address at which you want our letter."
    fr = "Écrivez l'adresse e-mail à laquelle vous voulez notre lettre."


class AddressBad(InvalidValue):
    """A typed address that nobody could be reached at, with the reason."""

    status, beside_field = 422, True

    def __init__(self, bad: BadAddress) -> None:
        super().__init__(
            f"This e-mail address cannot be used: {bad.en}".replace("{", "{{").replace("}", "}}") + ".",
            f"Cette adresse e-mail ne convient pas : {bad.fr}".replace("{", "{{").replace("}", "}}") + ".",
            field="email",
        )


class WordsChanged(Refused):
    """The fan was moved to a version whose boxes have other words than those she saw."""

    code, status = "words_changed", 409
    en = "The words of this offer have just changed. Open it again, read them, and answer then."
    fr = "Les mots de cette invitation viennent de changer. Rouvrez-la, lisez-les, puis répondez."


@dataclass(frozen=True, slots=True)
class AtOffer:
    """A fan's run, standing at an offer."""

    run: Run
    content: CampaignContent
    step: Offer


@dataclass(frozen=True, slots=True)
class Reply:
    """What the fan sent: whether she joins, the boxes she ticked, the address she typed."""

    joined: bool
    ticked: Sequence[str]
    email: str
    circumstances: Mapping[str, str]  # of the ledger: origin, network, request id
    words: str = ""  # the print of the words that she saw beside the boxes


def answer_offer(tx: Session, visit: Visit, step: str, reply: Reply) -> None:
    """Take the fan's answer to the offer where she stands, and let her journey go on.

    Raises: OutOfOrder, Closed, WordsChanged, InvalidValue (a box that was not offered, an address that cannot be one).
    """
    at = _standing_at(tx, visit, step)
    if reply.joined and reply.words and reply.words != words_print(at.content, at.step, language_in(at.content, visit)):
        raise WordsChanged
    for name in reply.ticked:
        if name not in (at.step.asks or ()):
            raise InvalidValue(field="ask", reason=name[:40])
    person: Person = visit.person
    words: dict[str, Answer] = {}
    if reply.joined:
        address = reply_address(tx, visit, reply.email)
        if address is None and any(name.endswith(".email") for name in reply.ticked):
            raise AddressMissing(field="email")
        person = _join(tx, visit, at.step.name, address)
        words = _record(tx, visit, at, person, reply, address)
        note_stage(tx, visit.campaign, "opted_in", visit.now, person, visit.source)
    deliver(tx, at.run, person, Offered(at.step.id, reply.joined, words), visit.now)


def known_address(tx: Session, visit: Visit) -> str | None:
    """The e-mail address that we may use for the fan without asking: her contact's, else a verified one of hers."""
    if visit.person.contact_id:
        known = tx.get_one(Contact, visit.person.contact_id).email
        if known:
            return known
    verified = select(Identity.email).where(
        Identity.fan_id == visit.fan.id, Identity.email_verified.is_(True), Identity.email.is_not(None)
    )
    return tx.scalar(verified.limit(1))


def reply_address(tx: Session, visit: Visit, typed: str) -> str | None:
    """The fan's address: the one we know, else the one she typed.  Raises: InvalidValue with the reason."""
    known = known_address(tx, visit)
    if known or not typed.strip():
        return known
    try:
        return normal_email(typed)
    except BadAddress as bad:
        raise AddressBad(bad) from None


def open_asks(tx: Session, person: Person, asks: Sequence[str]) -> tuple[str, ...]:
    """The boxes to show: those to which her yes does not stand already."""
    stands = standing(tx, person) if asks else {}
    return tuple(ask for ask in asks if stands.get(ask) not in {"given", "confirmed"})


def needs_address(tx: Session, visit: Visit, asks: Sequence[str]) -> bool:
    """Whether the offer must ask for an e-mail address."""
    return any(ask.endswith(".email") for ask in asks) and known_address(tx, visit) is None


def words_print(content: CampaignContent, step: Offer, lang: str) -> str:
    """The print of everything that a yes here agrees to: each box with its notice, and the privacy policy."""
    consents = content.definition.consents
    boxes = [
        [ask, say(consents[ask].label, lang), content.text(consents[ask].notice, lang).plain] for ask in step.asks or ()
    ]
    policy = content.text(content.definition.privacy, lang).source
    return fingerprint(json.dumps([boxes, policy], ensure_ascii=False))[:32]


def _standing_at(tx: Session, visit: Visit, step: str) -> AtOffer:
    run = standing_run(tx, visit)
    if run.at_step != step or run.waiting != "offer":
        raise OutOfOrder
    content = content_of(tx, run.version_id)
    offer = content.journey.step(step)
    if not isinstance(offer, Offer):
        raise OutOfOrder
    return AtOffer(run, content, offer)


def _join(tx: Session, visit: Visit, program: str, address: str | None) -> Person:
    """Make the fan a member, and a contact of the base where she is none yet.

    She is held from here on: her coupon comes after the ledger's head is locked, and locks are taken person first.
    """
    person = visit.person
    if person.contact_id is None:
        make_link(tx, visit.fan, _contact_for(tx, visit, address), How(JOINED), visit.now)
        person = person_of_fan(tx, visit.fan)
    hold_person(tx, person)
    row = {
        "id": new_id(), "brand_id": person.brand_id, "program": program, "joined_at": visit.now,
        "campaign_id": visit.campaign.id, **person.owner_columns(),
    }  # fmt: skip
    if not insert_once(tx, Membership, row):
        membership = tx.scalars(
            select(Membership).where(person.owns(Membership), Membership.program == program).limit(1)
        ).one()
        membership.left_at = None
    return person


def _contact_for(tx: Session, visit: Visit, address: str | None) -> Contact:
    """The contact that her verified address points to, unless she has said "not now" to that; else one of her own."""
    known = None if visit.fan.link_asked_at else contact_of_verified_email(tx, visit.fan)
    return known or _new_contact(tx, visit, address)


def _new_contact(tx: Session, visit: Visit, address: str | None) -> Contact:
    names = (visit.fan.display_name or "").split(" ", 1)
    row = {
        "id": new_id(), "brand_id": visit.fan.brand_id, "source": OWN_SOURCE, "external_id": str(visit.fan.id),
        "email": address, "first_name": names[0] or None, "last_name": names[1] if len(names) > 1 else None,
        "language": visit.language, "country": visit.fan.country, "birth_year": visit.fan.birth_year,
        "created_at": visit.now, "updated_at": visit.now,
    }  # fmt: skip
    insert_once(tx, Contact, row)
    return tx.scalars(
        select(Contact).where(
            Contact.brand_id == visit.fan.brand_id,
            Contact.source == OWN_SOURCE,
            Contact.external_id == str(visit.fan.id),
        )
    ).one()


def _record(
    tx: Session, visit: Visit, at: AtOffer, person: Person, reply: Reply, address: str | None
) -> dict[str, Answer]:
    """Write every box in the ledger, ticked or not; gives what the journey may count on."""
    brand, lang = tx.get_one(Brand, visit.campaign.brand_id), language_in(at.content, visit)
    said: dict[str, Answer] = {}
    words = []
    still_open = open_asks(tx, person, at.step.asks or ())
    for ask in at.step.asks or ():
        if ask not in still_open and ask not in reply.ticked:
            continue  # a box that was not shown, or left alone, takes no yes back
        purpose, channel = ask.rsplit(".", 1)
        event: Answer = "given" if ask in reply.ticked else "refused"
        consent = at.content.definition.consents[ask]
        shown = f"{say(consent.label, lang)}\n\n{at.content.text(consent.notice, lang).plain}"
        circumstances = _circumstances(at, lang, reply)
        words.append(Word(event, purpose, channel, shown, lang, "form", visit.campaign.id, circumstances))
        said[ask] = "confirmed" if allows(event, brand.opt_in) else event
    written = record(tx, person, words, address, visit.now)
    if waiting := [word for word in written if waits_for_mail(word, brand.opt_in)]:
        request_confirmation(tx, Asked(person, waiting, visit.campaign.id, at.run.version_id), visit.now)
    return said


def _circumstances(at: AtOffer, lang: str, reply: Reply) -> dict[str, str]:
    policy = at.content.text(at.content.definition.privacy, lang)
    boxes = [[ask, say(at.content.definition.consents[ask].label, lang), False] for ask in at.step.asks or ()]
    return {
        "actor": "fan",
        "journey_version": str(at.run.version_id),
        "policy_hash": fingerprint(policy.source),
        "screen_hash": fingerprint(json.dumps(boxes, ensure_ascii=False)),  # order, labels, and that none was ticked
        "step": at.step.id,
        **reply.circumstances,
    }
