"""Mails leave: what a message says is read, written as a mail, handed over, and its fate is kept.

Three steps and no network call inside a transaction: write, send, mark.  A worker that dies in between sends the same
mail again, under the same Message-ID.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import UUID

from app.db import transaction
from app.jobs.context import Context, NotYet
from app.jobs.post import AddressRefused, FolderPost, Post
from app.jobs.smtp import MailServer, SmtpPost
from app.models import Outbox
from app.services.mailing import fates
from app.services.mailing.letters import Letter
from app.services.mailing.rendering import Sending, mail_of
from app.services.mailing.writing import write_letter
from app.settings import Settings


def context_of(settings: Settings) -> Context:
    """What deliveries need of the installation, from its settings."""
    host = urlsplit(settings.public_url).hostname or "localhost"
    return Context(
        settings.mail_folder, settings.public_url, post_of(settings, host),
        settings.mail_from or "no-reply@localhost", settings.mail_unsubscribe,
        settings.keys_at,
    )  # fmt: skip


def post_of(settings: Settings, we: str) -> Post:
    """The server of the settings, or the folder."""
    if not settings.smtp_host:
        return FolderPost(settings.mail_folder)
    where = (settings.smtp_host, settings.smtp_port, settings.smtp_tls, settings.smtp_ca)
    return SmtpPost(MailServer(*where, settings.smtp_user, settings.smtp_password, settings.smtp_seconds, we))


def deliver_message(context: Context, row: Outbox, now: datetime) -> None:
    """Send one message, if its reason still stands, and keep what became of it.  Raises: NotYet, ServerTrouble."""
    told = row.content
    with transaction() as tx:
        if later := fates.quiet_until(tx, told, now):
            raise NotYet(later)
        letter = write_letter(tx, told, now)
        if isinstance(letter, str):
            fates.mark_dropped(tx, UUID(told["message_id"]), letter)
    if isinstance(letter, Letter):
        sending = Sending(context.public_url, context.sender, context.unsubscribe)
        _hand_over(context, row.key, mail_of(letter, row.key, sending, now), UUID(told["message_id"]), now)


def _hand_over(context: Context, key: str, mail: EmailMessage, message_id: UUID, now: datetime) -> None:
    try:
        context.taker.send(key, mail)
    except AddressRefused as refused:
        with transaction() as tx:
            fates.mark_failed(tx, message_id, refused.code)
    else:
        with transaction() as tx:
            fates.mark_sent(tx, message_id, now)
