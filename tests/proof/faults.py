"""`python -m tests.proof.faults NAME ...`: `fanfare ...` with a planted fault.  With it, a proof must fail.

To add one: a function that breaks a promise, and its name in `FAULTS`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


def forget_keys() -> None:
    """Idempotency keys count for nothing: a repeat is done once more."""
    from app.services import answering

    answering.answer_once = lambda tx, call, now, work: work()


def lease_nothing() -> None:
    """A job is delivered by whoever sees it, without taking it first."""
    from sqlalchemy import select

    from app.models import Outbox
    from app.services import outbox

    def look(tx: Session, worker: str, now: datetime, limit: int = 50, **_said: Any) -> list[Outbox]:
        open_jobs = select(Outbox).where(Outbox.done_at.is_(None), Outbox.dead_at.is_(None), Outbox.due_at <= now)
        return list(tx.scalars(open_jobs.order_by(Outbox.due_at).limit(limit)))

    outbox.lease = look


FAULTS: Mapping[str, Callable[[], None]] = {"forget-keys": forget_keys, "lease-nothing": lease_nothing}

if __name__ == "__main__":
    FAULTS[sys.argv[1]]()
    sys.argv = ["fanfare", *sys.argv[2:]]
    from app.cli import main

    main()
