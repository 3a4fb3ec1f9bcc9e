"""The outbox: what must reach the outside is written with the deed itself and leaves after the commit.

`put` writes a row in the caller's transaction; workers `lease` due rows, deliver them, and `settle` or `postpone` them.
A row may be delivered twice (a worker died in between); its key goes outward, so that the second time does nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
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


def put(
    tx: Session,
    brand_id: uuid.UUID,
    kind: str,
    key: str,
    content: Mapping[str, Any],
    now: datetime,
    due_at: datetime | None = None,
) -> bool:
    """Owe a job of a kind to the outside, once under its key; says whether it was new."""
    tx.info["outbox"] = True
    row = {
        "id": new_id(), "brand_id": brand_id, "kind": kind, "key": key, "content": dict(content),
        "due_at": due_at or now, "attempts": 0, "created_at": now,
    }  # fmt: skip
    return insert_once(tx, Outbox, row)


def lease(tx: Session, worker: str, now: datetime, limit: int = 50) -> list[Outbox]:
    """Take due rows for this worker; no other worker gets them before the lease ends."""
    due = (
        select(Outbox.id)
        .where(
            Outbox.done_at.is_(None),
            Outbox.dead_at.is_(None),
            Outbox.due_at <= now,
            or_(Outbox.leased_until.is_(None), Outbox.leased_until < now),
        )
        .order_by(Outbox.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(Outbox)
        .where(Outbox.id.in_(due.scalar_subquery()))
        .values(leased_until=now + LEASE, leased_by=worker, attempts=Outbox.attempts + 1)
        .returning(Outbox)
        .execution_options(synchronize_session=False)
    )
    return list(tx.scalars(taken))


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


def waiting_count(tx: Session) -> int:
    """How many jobs have not left yet."""
    return tx.scalar(select(func.count()).where(Outbox.done_at.is_(None), Outbox.dead_at.is_(None))) or 0
