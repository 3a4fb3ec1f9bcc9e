"""A brand with double opt-in, its small campaign, and a fan who joins its club."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import select

from app.models import Campaign, Fan, Message, Outbox
from app.services import playing, progress
from app.services.mailing.letters import Letter
from app.services.mailing.owing import JOBS
from app.services.mailing.rendering import Sending, mail_of
from app.services.mailing.writing import write_letter
from app.services.offering import Reply, answer_offer
from tests.makers import NOON
from tests.small_campaign import publish_small, visiting

SOON = NOON + timedelta(minutes=1)
SENDING = Sending("https://play.brand.example", "no-reply@brand.example", "stop@brand.example")
LETTER = "newsletter.email"


@pytest.fixture
def campaign(tx, make) -> Campaign:
    make.its_brand.opt_in = "double"
    make.its_brand.name = "Éric & Zoë"
    return publish_small(tx, make.its_brand, NOON)


@pytest.fixture
def joins(tx, make, campaign) -> Callable[..., Fan]:
    """Let a fan come, vote and join the club, with the box ticked or not; her address is verified, or `typed`."""

    def fan(email: str = "ada@example.org", ticks: bool = True, lang: str = "en", typed: str = "") -> Fan:
        one = make.fan(display_name="Ada Lovelace", language=lang)
        if not typed:
            make.identity(one, email)
        progress.come_in(tx, visiting(tx, campaign, one, NOON, lang))
        playing.make_move(tx, visiting(tx, campaign, one, NOON, lang), "vote", {"move": "1", "choice": "pear"})
        reply = Reply(True, [LETTER] if ticks else [], typed, {})
        answer_offer(tx, visiting(tx, campaign, one, SOON, lang), "club", reply)
        return one

    return fan


def jobs(tx, kind: str) -> list[Outbox]:
    """The jobs of messages of this kind, the oldest first."""
    ids = {str(id_) for id_ in tx.scalars(select(Message.id).where(Message.kind == kind))}
    rows = tx.scalars(select(Outbox).where(Outbox.kind.in_(JOBS)).order_by(Outbox.created_at, Outbox.id))
    return [row for row in rows if row.content["message_id"] in ids]


def mails(tx, kind: str, now=SOON) -> list[EmailMessage]:
    """The mails of this kind that are owed, as a mail parser reads them; those that are dropped are left out."""
    found = []
    for job in jobs(tx, kind):
        letter = write_letter(tx, job.content, now)
        if isinstance(letter, Letter):
            written = mail_of(letter, job.key, SENDING, now).as_bytes()
            found.append(message_from_bytes(written, policy=default))
    return found


def links(mail: EmailMessage, subtype: str = "plain") -> list[str]:
    """Every web address in a part of the mail, in its order."""
    text = mail.get_body((subtype,)).get_content()
    found = re.findall(r'href="([^"]+)"' if subtype == "html" else r"https?://[^\s<>\"]+", text)
    return [each.replace("&amp;", "&") for each in found]


def token_in(mail: EmailMessage, kind: str) -> str:
    """The token of the link that confirms (`c`) or withdraws (`w`)."""
    (path,) = {link.partition(f"/m/{kind}/")[2] for link in links(mail) if f"/m/{kind}/" in link}
    return path.partition("?")[0]
