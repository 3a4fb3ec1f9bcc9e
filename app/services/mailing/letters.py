"""A letter: everything that one mail says, as plain values in one language; `rendering` makes the mail of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.theme import Theme


@dataclass(frozen=True, slots=True)
class Sheet:
    """The writing paper: language, who sends it, the name at the top, the campaign, its colours."""

    lang: str
    sender_name: str
    brand: str
    campaign: str
    theme: Theme


@dataclass(frozen=True, slots=True)
class Ticket:
    """A coupon as a mail shows it; texts that are empty are left out.  `path` leads to "my coupons" on our server."""

    title: str
    value: str
    code: str
    until: str
    terms: str
    link: str
    path: str


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands below: the privacy policy, and where the yes is taken back that the mail rests on.

    Paths on our own server; `withdraw` is empty for mails that rest on no consent.  `label` says what the yes was to.
    """

    privacy: str
    withdraw: str = ""
    query: str = ""  # what people's links have besides, and mail programs' do not
    label: str = ""


@dataclass(frozen=True, slots=True)
class Yes:
    """Something that she said yes to: the words beside the box, and the notice below them."""

    label: str
    notice: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail.  Campaigns' letters have a subject and a body of their own; confirmations have the words confirmed."""

    kind: str
    address: str
    sheet: Sheet
    footer: Footer
    subject: str = ""
    title: str = ""
    body_html: str = ""
    ticket: Ticket | None = None
    confirm_path: str = ""
    until: str = ""
    said: tuple[Yes, ...] = ()
