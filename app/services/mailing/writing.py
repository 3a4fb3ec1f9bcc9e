"""What a message says, read at the last moment: a `Letter`, or why it is not sent.

Consent is looked at here once more, and not only where the journey branched.  To add a kind: a line in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.models import Brand, CampaignVersion, Contact, Fan, Message
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.reading import content_of
from app.services.consent import may_contact
from app.services.consent.words import address_in, said_in
from app.services.mailing.addressee import address_of, addressee, is_hers, language_of
from app.services.mailing.confirming import questions, yes_of
from app.services.mailing.letters import Footer, Letter, Sheet, Ticket
from app.services.mailing.links import WITHDRAW, link_of, make_link, path_of
from app.services.mailing.owing import CONFIRMATION, COUPON, JOURNEY, SERVICE
from app.services.people import Person
from app.services.rewards.wallet import WalletCoupon, wallet
from app.services.screens import day, said, worth
from games.texts import say


@dataclass(frozen=True, slots=True)
class At:
    """A message that is being written: its version's content, what its job was told, and now."""

    tx: Session
    message: Message
    content: CampaignContent
    told: Mapping[str, Any]
    now: datetime

    @property
    def brand(self) -> Brand:
        return self.tx.get_one(Brand, self.message.brand_id)


def write_letter(tx: Session, told: Mapping[str, Any], now: datetime) -> Letter | str | None:
    """The letter of a message, why it is dropped, or none when it has left already.

    `told` is the content of its job: message_id, version_id, and claim_id for a coupon's mail.  The reasons:
    no_channel, no_consent, no_address, not_hers, erased, coupon_over; for confirmations why their link is void.
    """
    message = tx.get_one(Message, UUID(told["message_id"]))
    if message.status != "queued":
        return None
    if message.channel != "email":
        return "no_channel"
    if _is_erased(tx, message):
        return "erased"
    at = At(tx, message, content_of(tx, UUID(told["version_id"])), told, now)
    return KINDS[message.kind](at)


def _campaign_letter(at: At) -> Letter | str:
    """A message of the journey, or the one that brings a coupon: the author's words, and the ticket that they name."""
    tx, message, person = at.tx, at.message, addressee(at.tx, at.message)
    rests_on_consent = message.purpose != SERVICE
    if rests_on_consent and not may_contact(tx, person, message.purpose, message.channel, at.brand):
        return "no_consent"
    address = address_of(tx, person)
    if address is None:
        return "no_address"
    if not rests_on_consent and not is_hers(tx, person, address):
        return "not_hers"
    coupon = _coupon(at, person)
    if message.kind == COUPON and coupon is None:
        return "coupon_over"
    message.contact_id = person.contact_id  # whom it really went to: her link takes back what this address was sent
    lang = _language(at, language_of(tx, person))
    written = at.content.definition.messages[message.template]
    text = at.content.text(written.text, lang)
    return Letter(
        message.kind, address, _sheet(at, lang), _footer(at, lang, rests_on_consent), say(written.subject, lang),
        text.title, text.html, ticket=_ticket(at, coupon, lang) if coupon else None,
    )  # fmt: skip


def _confirmation(at: At) -> Letter | str:
    """The mail that asks for the click of a double opt-in, with the exact words that it confirms."""
    asked = questions(at.tx, at.message.id, at.now)
    waiting = [(each.link, each.word) for each in asked if each.word is not None and each.state == "open"]
    if not waiting:
        return asked[0].state if asked else "gone"
    link, word = waiting[0]
    lang = _language(at, said_in(word)[0])
    until = day(link.expires_at, at.content.zone, lang) if link.expires_at else ""
    return Letter(
        CONFIRMATION, address_in(at.tx, word), _sheet(at, lang), _footer(at, lang, False),
        confirm_path=f"{path_of(at.tx, asked[0].link)}?lang={lang}", until=until,
        said=tuple(yes_of(at.tx, each) for _link, each in waiting),
    )  # fmt: skip


KINDS: Final[Mapping[str, Callable[[At], Letter | str]]] = {
    JOURNEY: _campaign_letter,
    COUPON: _campaign_letter,
    CONFIRMATION: _confirmation,
}


def _is_erased(tx: Session, message: Message) -> bool:
    fan = tx.get(Fan, message.fan_id) if message.fan_id else None
    contact = tx.get(Contact, message.contact_id) if message.contact_id else None
    return bool(fan.erased_at if fan else contact is None or contact.erased_at)


def _language(at: At, wanted: str | None) -> str:
    return wanted if wanted in at.content.languages else at.content.languages[0]


def _coupon(at: At, person: Person) -> WalletCoupon | None:
    """The coupon that the mail brings: the one it was owed for, else the newest of the pool that the message names."""
    held = [coupon for coupon in wallet(at.tx, person) if coupon.state(at.now) == "ready"]
    if claim_id := at.told.get("claim_id"):
        return next((coupon for coupon in held if str(coupon.id) == claim_id), None)
    pool = at.content.definition.messages[at.message.template].coupon
    return next((coupon for coupon in held if coupon.pool == pool), None)


def _ticket(at: At, coupon: WalletCoupon, lang: str) -> Ticket:
    rules = coupon.rules
    return Ticket(
        title=said(rules.get("title"), lang), value=worth(said(rules.get("value"), lang), lang), code=coupon.code,
        until=day(coupon.expires_at, at.content.zone, lang) if coupon.expires_at else "",
        terms=said(rules.get("terms"), lang), link=rules.get("link") or "",
        path=f"/t/{at.content.slug}/coupons?lang={lang}&src=mail",
    )  # fmt: skip


def _sheet(at: At, lang: str) -> Sheet:
    brand, theme = at.brand, at.content.definition.theme
    name = theme.name or brand.name
    return Sheet(lang, brand.sender_name or brand.name, name, at.content.title(lang), theme.colours)


def _footer(at: At, lang: str, rests_on_consent: bool) -> Footer:
    privacy = f"/t/{at.content.slug}/privacy?lang={lang}"
    if not rests_on_consent:
        return Footer(privacy)
    purpose, channel = at.message.purpose, at.message.channel
    asked = at.content.definition.consents.get(f"{purpose}.{channel}")
    return Footer(privacy, _withdrawal(at), f"?lang={lang}", say(asked.label, lang) if asked else purpose)


def _withdrawal(at: At) -> str:
    """Where the yes that this mail rests on is taken back: one link for each message, the same when written again."""
    version = at.tx.get_one(CampaignVersion, UUID(at.told["version_id"]))
    link = link_of(at.tx, at.message, WITHDRAW) or make_link(
        at.tx, at.message, kind=WITHDRAW, campaign_id=version.campaign_id, purpose=at.message.purpose,
        channel=at.message.channel, created_at=at.now,
    )  # fmt: skip
    return path_of(at.tx, link)
