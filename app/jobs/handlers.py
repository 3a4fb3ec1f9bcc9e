"""What each kind of job does when it leaves.  To add one: a function and a line in `HANDLERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from app.db import transaction
from app.jobs.context import Context, NotYet
from app.jobs.journal import note_erasure
from app.jobs.mail import deliver_message
from app.models import Brand, Outbox
from app.services import outbox, waking
from app.services.campaigns import moving
from app.services.mailing import owing
from app.services.people import Person
from journeys.facts import Money
from journeys.running.events import Happened

__all__ = ["HANDLERS", "Context", "NotYet"]
OF_CONSENT = ("purpose", "channel")  # the fields of such an event
PAGES_AT_ONCE = 50  # then other jobs have their turn


def tell_of_order(context: Context, row: Outbox, now: datetime) -> None:
    """Let the journeys of a contact hear that she has ordered; told and done in one transaction, so once."""
    at, cents = datetime.fromisoformat(row.content["at"]), row.content["total_cents"]
    with transaction() as tx:
        currency = tx.get_one(Brand, row.brand_id).currency
        happened = Happened("order.placed", at, {"total": Money(cents, currency)})
        waking.tell_contacts(tx, [UUID(row.content["contact_id"])], happened, now)
        outbox.finish(tx, row, now)


def tell_of_consent(context: Context, row: Outbox, now: datetime) -> None:
    """Let a person's journeys hear that she has confirmed a yes or taken it back; told and done in one transaction."""
    said = row.content
    happened = Happened(row.kind, datetime.fromisoformat(said["at"]), {name: said[name] for name in OF_CONSENT})
    fan_id, contact_id = (UUID(said[name]) if said[name] else None for name in ("fan_id", "contact_id"))
    with transaction() as tx:
        waking.tell_person(tx, Person(row.brand_id, fan_id, contact_id), happened, now)
        outbox.finish(tx, row, now)


def move_people(context: Context, row: Outbox, now: datetime) -> None:
    """Move the people inside to a new version, or let them out, a page a transaction.  Raises: NotYet for the rest."""
    publication_id, last = UUID(row.content["publication_id"]), None
    for _page in range(PAGES_AT_ONCE):
        with transaction() as tx:
            last = moving.move_page(tx, publication_id, last, now)
        if last is None:
            break
    else:
        raise NotYet(now)
    with transaction() as tx:
        later = moving.conclude(tx, publication_id, now)
    if later is not None:
        raise NotYet(later)


HANDLERS: Mapping[str, Callable[[Context, Outbox, datetime], None]] = {
    "erased": note_erasure,
    **dict.fromkeys(owing.JOBS, deliver_message),
    "order.placed": tell_of_order,
    "consent.confirmed": tell_of_consent,
    "consent.withdrawn": tell_of_consent,
    moving.JOB: move_people,
}
