"""What each kind of job does when it leaves.  To add one: a function and a line in `HANDLERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from app.db import reading, transaction
from app.models import Brand, Outbox
from app.services import messages, waking
from journeys.facts import Money
from journeys.running.events import Happened


@dataclass(frozen=True, slots=True)
class Context:
    """What deliveries need of the installation."""

    mail_folder: Path
    public_url: str


class NotYet(Exception):
    """The job must wait until then; nothing was done."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def deliver_message(context: Context, row: Outbox, now: datetime) -> None:
    """Write one message, if the person still agrees to it, and put it where mails go.  Raises: NotYet."""
    message_id, version_id = UUID(row.content["message_id"]), UUID(row.content["version_id"])
    with reading() as tx:
        if later := messages.quiet_until(tx, version_id, now):
            raise NotYet(later)
        written = messages.write_message(tx, message_id, version_id)
    if isinstance(written, EmailMessage):
        _to_folder(context.mail_folder, row.key, written)
        with transaction() as tx:
            messages.mark_sent(tx, message_id, now)
    else:
        with transaction() as tx:
            messages.mark_dropped(tx, message_id, written)


def tell_of_order(context: Context, row: Outbox, now: datetime) -> None:
    """Let the journeys of a contact hear that she has ordered."""
    at, cents = datetime.fromisoformat(row.content["at"]), row.content["total_cents"]
    with transaction() as tx:
        currency = tx.get_one(Brand, row.brand_id).currency
        happened = Happened("order.placed", at, {"total": Money(cents, currency)})
        waking.tell_contacts(tx, [UUID(row.content["contact_id"])], happened, now)


HANDLERS: Mapping[str, Callable[[Context, Outbox, datetime], None]] = {
    "message": deliver_message,
    "order.placed": tell_of_order,
}


def _to_folder(folder: Path, key: str, mail: EmailMessage) -> None:
    """One file a mail, named after its job: written twice, it is the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = key.replace(":", "-")
    part = folder / f".{name}.part"
    part.write_bytes(mail.as_bytes())
    part.rename(folder / f"{name}.eml")
