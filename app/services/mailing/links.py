"""Links in mails: opaque tokens of 256 bits, of which the database keeps the hash only.

A token is made from the link's id and the installation's secret, so that a mail that is written twice (a worker died
after sending it) carries the same links, and a dump of the database opens none of them.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import MailLink, Message, new_id
from app.services.keys import fingerprint, key_of

CONFIRM: Final = "confirm"
WITHDRAW: Final = "withdraw"
PATHS: Final = {CONFIRM: "/m/c/", WITHDRAW: "/m/w/"}
LONGEST_TOKEN: Final = 100  # characters; longer ones are not ours


class UnknownLink(Refused):
    """A token that we never gave out, or not for this."""

    code, status = "unknown_link", 404
    en = "This link is not complete, or not ours. Open the mail again and press the button there."
    fr = "Ce lien est incomplet, ou ne vient pas de nous. Rouvrez l'e-mail et appuyez sur le bouton."


def token_of(tx: Session, link_id: UUID) -> str:
    """The token of a link: 43 letters, 256 bits.  Source: RFC 2104 (HMAC)."""
    digest = hmac.new(key_of(tx, "mail-links"), link_id.bytes, hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def path_of(tx: Session, link: MailLink) -> str:
    """Where the link leads, on our own server."""
    return PATHS[link.kind] + token_of(tx, link.id)


def make_link(tx: Session, message: Message, **said: Any) -> MailLink:
    """Give a message a link; `said` are the columns of `MailLink` that it needs."""
    link_id: UUID = said.pop("id", None) or new_id()
    hashed = fingerprint(token_of(tx, link_id))
    link = MailLink(id=link_id, brand_id=message.brand_id, message_id=message.id, token_hash=hashed, **said)
    tx.add(link)
    tx.flush()
    return link


def link_at(tx: Session, kind: str, token: str) -> MailLink:
    """The link with this token.  Raises: UnknownLink."""
    wanted = select(MailLink).where(MailLink.kind == kind, MailLink.token_hash == fingerprint(token))
    link = tx.scalar(wanted.execution_options(populate_existing=True)) if len(token) <= LONGEST_TOKEN else None
    if link is None:
        raise UnknownLink
    return link


def link_of(tx: Session, message: Message, kind: str) -> MailLink | None:
    """The link of this kind that the message has."""
    mine = select(MailLink).where(MailLink.message_id == message.id, MailLink.kind == kind)
    return tx.scalars(mine.order_by(MailLink.created_at)).first()


def note_use(link: MailLink, now: datetime) -> None:
    """Remember when the link was first used."""
    link.used_at = link.used_at or now
