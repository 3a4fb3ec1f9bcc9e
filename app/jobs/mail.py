"""Mails leave: what a message says is read, written as a mail, handed over, and its fate is kept.

Three steps and no network call inside a transaction: read, send, mark.  A worker that dies in between sends the same
mail again, under the same Message-ID.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from app.db import reading, transaction
from app.jobs.context import Context, NotYet
from app.jobs.post import AddressRefused, FolderPost, Post
from app.jobs.smtp import MailServer, SmtpPost
from app.models import Outbox
from app.services import messages
from app.settings import Settings

FOLDER = "mail"


def context_of(settings: Settings) -> Context:
    """What deliveries need of the installation, from its settings."""
    host = urlsplit(settings.public_url).hostname or "localhost"
    return Context(
        mail_folder(settings), settings.public_url, post_of(settings, host),
        settings.mail_from or "no-reply@localhost", settings.mail_unsubscribe,
    )  # fmt: skip


def mail_folder(settings: Settings) -> Path:
    """Where mails are put when no server takes them."""
    return Path(settings.data_folder) / FOLDER


def post_of(settings: Settings, we: str) -> Post:
    """The server of the settings, or the folder."""
    if not settings.smtp_host:
        return FolderPost(mail_folder(settings))
    where = (settings.smtp_host, settings.smtp_port, settings.smtp_tls, settings.smtp_ca)
    return SmtpPost(MailServer(*where, settings.smtp_user, settings.smtp_password, settings.smtp_seconds, we))


def deliver_message(context: Context, row: Outbox, now: datetime) -> None:
    """Send one message, if its reason still stands, and keep what became of it.  Raises: NotYet, ServerTrouble."""
    message_id, version_id = UUID(row.content["message_id"]), UUID(row.content["version_id"])
    with reading() as tx:
        if later := messages.quiet_until(tx, version_id, now):
            raise NotYet(later)
        written = messages.write_message(tx, message_id, version_id)
    if isinstance(written, EmailMessage):
        _hand_over(context, row.key, written, message_id, now)
    else:
        with transaction() as tx:
            messages.mark_dropped(tx, message_id, written)


def _hand_over(context: Context, key: str, mail: EmailMessage, message_id: UUID, now: datetime) -> None:
    try:
        context.taker.send(key, mail)
    except AddressRefused as refused:
        with transaction() as tx:
            messages.mark_failed(tx, message_id, refused.code)
    else:
        with transaction() as tx:
            messages.mark_sent(tx, message_id, now)
