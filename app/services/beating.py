"""Heartbeats: each worker writes when it was last alive, and takes its row away when it stops."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import Heartbeat
from app.services.rows import insert_into

BEAT_EVERY = timedelta(seconds=15)
LATE = timedelta(minutes=2)  # longer than the longest job at hand may take
FORGOTTEN = timedelta(hours=1)


def beat(tx: Session, worker: str, program: str, now: datetime) -> None:
    """This worker, which runs this version of the program, is alive."""
    row = {"worker": worker, "program": program, "started_at": now, "seen_at": now}
    tx.execute(
        insert_into(tx, Heartbeat)
        .values(row)
        .on_conflict_do_update(index_elements=["worker"], set_={"seen_at": now, "program": program})
    )
    tx.execute(delete(Heartbeat).where(Heartbeat.seen_at < now - FORGOTTEN))


def stop_beating(tx: Session, worker: str) -> None:
    """This worker has ended as it should; nobody needs to miss it."""
    tx.execute(delete(Heartbeat).where(Heartbeat.worker == worker))


def workers_seen(tx: Session) -> list[Heartbeat]:
    """Every worker that has not said goodbye, the latest seen first."""
    return list(tx.scalars(select(Heartbeat).order_by(Heartbeat.seen_at.desc(), Heartbeat.worker)))
