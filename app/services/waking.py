"""Waking: runs whose time has come, or for which something happened, go on; stuck ones are tried again later."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, literal, or_, select, update
from sqlalchemy.orm import Session

from app.models import Consent, Fan, Link, Run
from app.services import outbox
from app.services.people import Person, person_of_fan
from app.services.progress import deliver
from journeys.running.events import Event, Happened, Woken

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_FAILURES = 10
LONGEST_ERROR = 500


class Stuck(Exception):
    """A run could not go on: which, and why.  Nothing of the attempt was kept."""

    def __init__(self, run_id: uuid.UUID, error: Exception) -> None:
        super().__init__(str(error))
        self.run_id, self.error = run_id, error


def anybody_due(tx: Session, now: datetime) -> bool:
    """Whether a run's time has come."""
    return tx.scalar(select(Run.id).where(*_due(now)).limit(1)) is not None


def wake_next(tx: Session, now: datetime) -> bool:
    """Let the clock move on the run that waits longest past its time; says whether there was one.

    A run at which another worker is just now is passed over, so that any number of them share the work.  Raises: Stuck.
    """
    longest = select(Run).where(*_due(now)).order_by(Run.wake_at).limit(1)
    free = longest.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    run = tx.scalars(free).one_or_none()
    if run is None:
        return False
    try:
        _deliver(tx, run, Woken(), now)
        if run.ended_at is None and run.wake_at is not None and run.wake_at <= now:
            raise RuntimeError("it was woken and stands where it stood")
    except Exception as error:
        raise Stuck(run.id, error) from error
    return True


def pause_after(failures: int) -> timedelta:
    """How long a run rests that failed so often: 30 seconds, twice as long each time, at most an hour."""
    return min(FIRST_PAUSE * (1 << failures - 1), LONGEST_PAUSE)


def note_failure(tx: Session, run_id: uuid.UUID, error: str, now: datetime) -> None:
    """The run stays where it is and is tried again later, each time twice as late; at last it wakes no more.

    Unless it has gone on meanwhile: another worker, or the person herself, may have met it since.
    """
    failures = tx.get_one(Run, run_id).failures + 1
    wake_at = now + pause_after(failures) if failures < MOST_FAILURES else None
    stuck = {"failures": failures, "last_error": error[:LONGEST_ERROR], "wake_at": wake_at}
    tx.execute(update(Run).where(Run.id == run_id, *_due(now)).values(stuck))


def bring_near(tx: Session, now: datetime) -> None:
    """Runs that failed and wait longer than they can: their clock has since stepped back."""
    pauses = {count: literal(now + pause_after(count), Run.wake_at.type) for count in range(1, MOST_FAILURES)}
    wait = case(pauses, value=Run.failures, else_=literal(now + LONGEST_PAUSE, Run.wake_at.type))
    tx.execute(update(Run).where(Run.failures > 0, Run.ended_at.is_(None), Run.wake_at > wait).values(wake_at=wait))


def tell_contacts(tx: Session, contact_ids: Sequence[uuid.UUID], happened: Happened, now: datetime) -> int:
    """Tell every run of these contacts, and of fans linked to them, that something happened; how many moved."""
    return _tell(tx, _of_contacts(contact_ids), happened, now)


def tell_person(tx: Session, person: Person, happened: Happened, now: datetime) -> int:
    """Tell every run of this person, as a fan and as a contact, that something happened; how many moved."""
    return _tell(tx, _of_person(person), happened, now)


def _tell(tx: Session, whose: ColumnElement[bool], happened: Happened, now: datetime) -> int:
    inside = select(Run).where(Run.ended_at.is_(None), whose).order_by(Run.id).with_for_update()
    runs = tx.scalars(inside.execution_options(populate_existing=True)).all()
    return sum(_deliver(tx, run, happened, now) for run in runs)


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that came in: whose, when, how much (whole cents), under which id."""

    order_id: uuid.UUID
    contact_id: uuid.UUID
    ordered_at: datetime
    total_cents: int


def owe_order_news(tx: Session, brand_id: uuid.UUID, placed: Sequence[Placed], now: datetime) -> int:
    """Let the journeys of people who ordered hear of it, after this transaction; gives how many orders are told.

    Only people who are inside a journey hear anything; everybody else's orders are simply in their facts.
    """
    buyers = {order.contact_id for order in placed}
    linked = select(Link.contact_id).join(Run, Run.fan_id == Link.fan_id)
    linked = linked.where(Link.contact_id.in_(buyers), Link.ended_at.is_(None), Run.ended_at.is_(None))
    alone = select(Run.contact_id).where(_of_no_fan(buyers), Run.ended_at.is_(None))
    inside = set(tx.scalars(linked.union(alone)))
    told = [order for order in placed if order.contact_id in inside]
    for order in told:
        content = {
            "contact_id": str(order.contact_id),
            "at": order.ordered_at.isoformat(),
            "total_cents": order.total_cents,
        }
        outbox.put(tx, outbox.Job(brand_id, "order.placed", f"order:{order.order_id.hex}", content), now)
    return len(told)


def owe_consent_news(tx: Session, person: Person, said: Sequence[Consent], now: datetime) -> None:
    """Let the person's journeys hear, after this transaction, what she has confirmed or taken back.

    The ledger is locked already and runs come before it, so they are told by a job.  Outside any journey nobody hears.
    """
    inside = select(Run.id).where(Run.ended_at.is_(None), _of_person(person)).limit(1)
    whose = {"fan_id": str(person.fan_id or ""), "contact_id": str(person.contact_id or "")}
    for word in said if tx.scalar(inside) else ():
        content = {**whose, "at": word.at.isoformat(), "purpose": word.purpose, "channel": word.channel}
        outbox.put(tx, outbox.Job(person.brand_id, f"consent.{word.event}", f"consent:{word.id.hex}", content), now)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Run.wake_at <= now, Run.ended_at.is_(None), Run.failures < MOST_FAILURES)


def _of_no_fan(contact_ids: Collection[uuid.UUID]) -> ColumnElement[bool]:
    """The runs of these contacts themselves; a fan's run hears of a contact only while the two are linked."""
    return and_(Run.fan_id.is_(None), Run.contact_id.in_(contact_ids))


def _of_contacts(contact_ids: Collection[uuid.UUID]) -> ColumnElement[bool]:
    fans = select(Link.fan_id).where(Link.contact_id.in_(contact_ids), Link.ended_at.is_(None))
    return or_(_of_no_fan(contact_ids), Run.fan_id.in_(fans))


def _of_person(person: Person) -> ColumnElement[bool]:
    hers = [Run.fan_id == person.fan_id] if person.fan_id else []
    return or_(*hers, *([_of_contacts([person.contact_id])] if person.contact_id else []))


def _deliver(tx: Session, run: Run, event: Event, now: datetime) -> int:
    went = deliver(tx, run, _person_of(tx, run), event, now)
    run.failures, run.last_error = 0, None
    return 0 if went.ignored else 1


def _person_of(tx: Session, run: Run) -> Person:
    if run.fan_id is not None:
        return person_of_fan(tx, tx.get_one(Fan, run.fan_id))
    return Person(run.brand_id, None, run.contact_id)
