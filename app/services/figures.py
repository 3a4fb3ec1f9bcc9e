"""The installation's figures for its operator: what waits, what is stuck, who works.  Ids and names are not among them.

Every figure is read through an index, so that asking every few seconds costs nothing.  To add one: a field with its
help, and how it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.models import Outbox, Run
from app.services.beating import LATE, workers_seen
from app.services.waking import MOST_FAILURES


def figure(help: str) -> Any:
    """One figure and what it says."""
    return field(metadata={"help": help})


@dataclass(frozen=True, slots=True)
class Figures:
    """What the operator's gauges show."""

    outbox_waiting: int = figure("Jobs that have not left yet")
    outbox_due: int = figure("Jobs that should have left by now")
    outbox_oldest_due_seconds: float = figure("For how long the most overdue job has been due")
    outbox_dead: int = figure("Jobs given up after their last attempt")
    runs_due: int = figure("Runs whose time to go on has come")
    runs_oldest_due_seconds: float = figure("For how long the most overdue run has been due")
    runs_stuck: int = figure("Runs that failed too often to be tried again")
    workers_alive: int = figure("Workers seen lately")
    workers_late: int = figure("Workers that went silent without stopping")

    def gauges(self) -> dict[str, tuple[str, float]]:
        """Name of the gauge -> (help, value)."""
        return {f"fanfare_{each.name}": (each.metadata["help"], getattr(self, each.name)) for each in fields(self)}


def figures_now(tx: Session, now: datetime) -> Figures:
    """All figures at this moment."""
    waiting, due, first_due = tx.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((Outbox.due_at <= now, 1), else_=0)), 0),
            func.min(case((Outbox.due_at <= now, Outbox.due_at))),
        ).where(Outbox.done_at.is_(None), Outbox.dead_at.is_(None))
    ).one()
    dead = tx.scalar(select(func.count()).where(Outbox.done_at.is_(None), Outbox.dead_at.is_not(None)))
    runs, first_run = tx.execute(_runs_due(now)).one()
    stuck = tx.scalar(select(func.count()).where(Run.failures >= MOST_FAILURES, Run.ended_at.is_(None))) or 0
    seen = [worker.seen_at for worker in workers_seen(tx)]
    alive = sum(now - seen_at <= LATE for seen_at in seen)
    return Figures(
        waiting, due, _age(first_due, now), dead or 0, runs, _age(first_run, now), stuck, alive, len(seen) - alive
    )


def _runs_due(now: datetime) -> Any:
    due = (Run.wake_at <= now, Run.ended_at.is_(None), Run.failures < MOST_FAILURES)
    return select(func.count(), func.min(Run.wake_at)).where(*due)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
