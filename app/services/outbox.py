"""The outbox: what must reach the outside is written with the deed itself and leaves after the commit.

`put` writes a row in the caller's transaction; workers `lease` due rows, deliver them, and `settle` or `postpone` them.
A row may be delivered twice (a worker died in between); its key goes outward, so that the second time does nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.models import Outbox, new_id
from app.services.rows import insert_once

LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 12


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
        "id": new_id(), "brand_id": job.brand_id, "kind": job.kind, "key": job.key, "content": dict(job.content),
        "due_at": job.due_at or now, "attempts": 0, "created_at": now,
    }  # fmt: skip
    is_new = insert_once(tx, Outbox, row)
    tx.info["outbox"] = tx.info.get("outbox", False) or is_new
    return is_new


def lease(tx: Session, worker: str, now: datetime, limit: int = 50) -> list[Outbox]:
    """Take due rows for this worker, the longest due first; no other worker gets them before the lease ends."""
    due = (
        select(Outbox.id)
        .where(
            Outbox.done_at.is_(None),
            Outbox.dead_at.is_(None),
            Outbox.due_at <= now,
            Outbox.attempts < MOST_ATTEMPTS,
            or_(Outbox.leased_until.is_(None), Outbox.leased_until < now),
        )
        .order_by(Outbox.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")  # looked for once; as a subquery PostgreSQL may look again and take more than the limit
    )
    taken = (
        update(Outbox)
        .where(Outbox.id.in_(select(due.c.id)))
        .values(leased_until=now + LEASE, leased_by=worker, attempts=Outbox.attempts + 1)
        .returning(Outbox)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(tx.scalars(taken), key=lambda row: (row.due_at, row.id))


def settle(tx: Session, row_id: uuid.UUID, worker: str, now: datetime) -> None:
    """The job is done."""
    tx.execute(
        update(Outbox)
        .where(Outbox.id == row_id, Outbox.leased_by == worker)
        .values(done_at=now, leased_until=None, last_error=None)
    )


def postpone(tx: Session, row: Outbox, worker: str, error: str, now: datetime) -> None:
    """The job failed: try again later, twice as late each time; after the last attempt it is a dead letter."""
    pause = min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
    dead = now if row.attempts >= MOST_ATTEMPTS else None
    tx.execute(
        update(Outbox)
        .where(Outbox.id == row.id, Outbox.leased_by == worker)
        .values(due_at=now + pause, leased_until=None, last_error=error[:500], dead_at=dead)
    )


def put_off(tx: Session, row: Outbox, worker: str, until: datetime) -> None:
    """The job's time has not come after all: leave it for then, without counting this as an attempt."""
    tx.execute(
        update(Outbox)
        .where(Outbox.id == row.id, Outbox.leased_by == worker)
        .values(due_at=until, leased_until=None, attempts=Outbox.attempts - 1)
    )


def bury(tx: Session, now: datetime) -> int:
    """Make dead letters of the jobs whose workers died at every attempt; gives how many."""
    lost = (
        update(Outbox)
        .where(
            Outbox.done_at.is_(None),
            Outbox.dead_at.is_(None),
            Outbox.attempts >= MOST_ATTEMPTS,
            Outbox.leased_until < now,
        )
        .values(dead_at=now, leased_until=None, last_error="the worker died at every attempt")
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len(tx.execute(lost).all())


def waiting_count(tx: Session) -> int:
    """How many jobs have not left yet."""
    return tx.scalar(select(func.count()).where(Outbox.done_at.is_(None), Outbox.dead_at.is_(None))) or 0
