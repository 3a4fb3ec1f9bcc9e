"""The outbox: what must reach the outside is written with the deed itself and leaves after the commit.

    put                         owe a job, in the caller's transaction
    lease, renew                take one due job and keep it while it is at work
    settle, finish              it is done; `finish` says so in the job's own transaction, and so exactly once
    postpone, put_off           it failed, or its time has not come
    bury, bring_near            what dead workers and clocks that stepped back have left
    waiting_count               how much is owed

A worker holds the one job that it works on and no other.  A job may be delivered twice (a worker died in between); its
key goes outward, so that the second time does nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from app.models import Outbox, new_id
from app.services.rows import insert_once

LEASE: Final = timedelta(minutes=2)  # renewed while the job is at work
FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 16  # the pauses between them make 29 hours: a mail server may be down for a day
LONGEST_ERROR: Final = 500
WAITING: Final = (Outbox.done_at.is_(None), Outbox.dead_at.is_(None))


class LeaseLost(Exception):
    """Another worker has this job, or has done it; what was begun here is undone."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is owed to the outside: a kind with a handler, a key that makes it once, and when it may leave."""

    brand_id: uuid.UUID
    kind: str
    key: str
    content: Mapping[str, Any]
    due_at: datetime | None = None  # none = at once


def put(tx: Session, job: Job, now: datetime) -> bool:
    """Owe a job to the outside, once under its key; says whether it was new."""
    row = {
        "id": new_id(), "brand_id": job.brand_id, "kind": job.kind, "key": job.key,
        "content": {**job.content, **_asked_by(tx)}, "due_at": job.due_at or now, "attempts": 0, "created_at": now,
    }  # fmt: skip
    is_new = insert_once(tx, Outbox, row)
    tx.info["outbox"] = tx.info.get("outbox", False) or is_new
    return is_new


def _asked_by(tx: Session) -> dict[str, str]:
    """The id of the request that owes a job, so that the job's log lines can be found with those of the request."""
    asked_by = tx.info.get("request_id")
    return {"request_id": asked_by} if asked_by else {}


def due_kinds(tx: Session, now: datetime) -> list[str]:
    """The kinds of which a job may leave now."""
    return list(tx.scalars(select(Outbox.kind).where(*_free(now)).distinct().order_by(Outbox.kind)))


def lease(tx: Session, worker: str, now: datetime, limit: int = 1, kind: str | None = None) -> list[Outbox]:
    """Take due jobs for this worker, the longest due first; no other worker gets them before the lease ends."""
    due = select(Outbox.id).where(*_free(now))
    if kind is not None:
        due = due.where(Outbox.kind == kind)
    # looked for once; as a subquery PostgreSQL may look again and take more than the limit
    found = due.order_by(Outbox.due_at).limit(limit).with_for_update(skip_locked=True).cte("due")
    taken = (
        update(Outbox)
        .where(Outbox.id.in_(select(found.c.id)))
        .values(leased_until=now + LEASE, leased_by=worker, attempts=Outbox.attempts + 1)
        .returning(Outbox)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(tx.scalars(taken), key=lambda row: (row.due_at, row.id))


def renew(tx: Session, worker: str, row_ids: list[uuid.UUID], now: datetime) -> None:
    """These jobs are still at work here: their leases begin anew."""
    held = (Outbox.id.in_(row_ids), Outbox.leased_by == worker, Outbox.leased_until.is_not(None))
    tx.execute(update(Outbox).where(*held).values(leased_until=now + LEASE))


def settle(tx: Session, row_id: uuid.UUID, worker: str, now: datetime) -> bool:
    """The job is done; says whether it was still this worker's to do."""
    done = (
        update(Outbox)
        .where(_held(row_id, worker))
        .values(done_at=now, leased_until=None, last_error=None)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return tx.execute(done).first() is not None


def finish(tx: Session, row: Outbox, now: datetime) -> None:
    """The job is done with this transaction: both are written, or neither, so it is done exactly once.

    Call it last (locks are taken in one order).  Raises: LeaseLost, which undoes what a second worker has begun.
    """
    if not settle(tx, row.id, row.leased_by or "", now):
        raise LeaseLost


def pause_after(attempts: int) -> timedelta:
    """How long a job rests after so many attempts: 10 seconds, twice as long each time, at most 6 hours."""
    return min(FIRST_PAUSE * (1 << attempts - 1), LONGEST_PAUSE)


def postpone(tx: Session, row: Outbox, worker: str, error: str, now: datetime, luck: float = 0.0) -> bool:
    """The job failed: try again later, twice as late each time; after the last attempt it is a dead letter.

    `luck` (0 to 1) takes up to a quarter off the pause, so that what failed together does not come back together.
    Says whether it was given up now.
    """
    pause = pause_after(row.attempts) * (1 - luck / 4)
    dead = now if row.attempts >= MOST_ATTEMPTS else None
    failed = (
        update(Outbox)
        .where(_held(row.id, worker))
        .values(due_at=now + pause, leased_until=None, last_error=error[:LONGEST_ERROR], dead_at=dead)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return tx.execute(failed).first() is not None and dead is not None


def put_off(tx: Session, row: Outbox, worker: str, until: datetime) -> None:
    """The job's time has not come after all: leave it for then, without counting this as an attempt."""
    tx.execute(
        update(Outbox)
        .where(_held(row.id, worker))
        .values(due_at=until, leased_until=None, attempts=Outbox.attempts - 1, last_error=None)
    )


def bury(tx: Session, now: datetime) -> list[Outbox]:
    """Make dead letters of the jobs whose workers died at every attempt; gives these."""
    lost = (
        update(Outbox)
        .where(*WAITING, Outbox.attempts >= MOST_ATTEMPTS, Outbox.leased_until < now)
        .values(dead_at=now, leased_until=None, last_error="the worker died at every attempt")
        .returning(Outbox)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return list(tx.scalars(lost))


def bring_near(tx: Session, now: datetime) -> None:
    """Leases, retries and jobs due at once that lie further ahead than they can: their clock has since stepped back.

    A lease is shortened and not taken away: a living worker renews it long before it ends.
    """
    tx.execute(update(Outbox).where(*WAITING, Outbox.leased_until > now + LEASE).values(leased_until=now + LEASE))
    pauses = {tries: _at(now + pause_after(tries)) for tries in range(1, MOST_ATTEMPTS)}
    longest = case(pauses, value=Outbox.attempts, else_=_at(now + LONGEST_PAUSE))
    failed = (Outbox.last_error.is_not(None), Outbox.due_at > longest)
    tx.execute(update(Outbox).where(*WAITING, Outbox.due_at > now, *failed).values(due_at=longest))
    at_once = (Outbox.attempts == 0, Outbox.due_at <= Outbox.created_at)
    tx.execute(update(Outbox).where(*WAITING, Outbox.due_at > now, *at_once).values(due_at=now))


def waiting_count(tx: Session) -> int:
    """How many jobs have not left yet."""
    return tx.scalar(select(func.count()).where(*WAITING)) or 0


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Jobs that may leave now and are nobody's."""
    nobodys = or_(Outbox.leased_until.is_(None), Outbox.leased_until < now)
    return (*WAITING, Outbox.due_at <= now, Outbox.attempts < MOST_ATTEMPTS, nobodys)


def _at(instant: datetime) -> ColumnElement[datetime]:
    return literal(instant, Outbox.due_at.type)


def _held(row_id: uuid.UUID, worker: str) -> ColumnElement[bool]:
    """The job, while it is at work with this worker."""
    return and_(Outbox.id == row_id, Outbox.leased_by == worker, Outbox.leased_until.is_not(None))
