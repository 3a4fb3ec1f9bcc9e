"""What each kind of job does when it leaves.  To add one: a function and a line in `HANDLERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from app.db import transaction
from app.jobs.context import Context, NotYet
from app.jobs.mail import deliver_message
from app.models import Brand, Outbox
from app.services import outbox, waking
from journeys.facts import Money
from journeys.running.events import Happened

__all__ = ["HANDLERS", "Context", "NotYet"]


def tell_of_order(context: Context, row: Outbox, now: datetime) -> None:
    """Let the journeys of a contact hear that she has ordered; told and done in one transaction, so once."""
    at, cents = datetime.fromisoformat(row.content["at"]), row.content["total_cents"]
    with transaction() as tx:
        currency = tx.get_one(Brand, row.brand_id).currency
        happened = Happened("order.placed", at, {"total": Money(cents, currency)})
        waking.tell_contacts(tx, [UUID(row.content["contact_id"])], happened, now)
        outbox.finish(tx, row, now)


HANDLERS: Mapping[str, Callable[[Context, Outbox, datetime], None]] = {
    "message": deliver_message,
    "order.placed": tell_of_order,
}
