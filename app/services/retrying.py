"""Retrying: jobs that were given up and people who got stuck, for whoever can mend the cause.

how_it_stands               what waits, what failed and waits again, what was given up, who is stuck
retry_jobs, retry_runs      let it be tried again at once, with every attempt it had at first
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import Campaign, Outbox, Run
from app.services.mailing.fates import queue_again
from app.services.waking import MOST_FAILURES

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class KindOfJob:
    """How the jobs of one kind stand: how many wait, how many of those failed before, how many were given up."""

    kind: str
    waiting: int
    failed: int
    next_at: datetime | None
    dead: int


@dataclass(frozen=True, slots=True)
class StuckRun:
    """Somebody who could not go on: her run, in which campaign, and whether it is still tried."""

    run: Run
    campaign: Campaign
    given_up: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """All of a brand's jobs by kind, and at most `SHOWN` of each list, the latest trouble first."""

    kinds: Sequence[KindOfJob]
    dead: Sequence[Outbox]
    failed: Sequence[Outbox]
    stuck: Sequence[StuckRun]
    stuck_count: int

    @property
    def dead_count(self) -> int:
        """How many jobs were given up, of all kinds."""
        return sum(each.dead for each in self.kinds)

    @property
    def failed_count(self) -> int:
        """How many jobs failed and wait for their next attempt, of all kinds."""
        return sum(each.failed for each in self.kinds)


def how_it_stands(tx: Session, brand_id: uuid.UUID) -> Standing:
    """What leaves late, or not at all, in this brand."""
    its = Outbox.brand_id == brand_id
    dead = select(Outbox).where(its, _DEAD).order_by(Outbox.dead_at.desc(), Outbox.id).limit(SHOWN)
    failed = select(Outbox).where(its, _FAILED).order_by(Outbox.due_at, Outbox.id).limit(SHOWN)
    runs = (
        select(Run, Campaign)
        .join(Campaign, Campaign.id == Run.campaign_id)
        .where(Run.brand_id == brand_id, *_STUCK)
        .order_by(Run.failures.desc(), Run.id)
        .limit(SHOWN)
    )
    stuck = [StuckRun(run, campaign, run.failures >= MOST_FAILURES) for run, campaign in tx.execute(runs)]
    count = tx.scalar(select(func.count()).where(Run.brand_id == brand_id, *_STUCK)) or 0
    return Standing(_kinds(tx, brand_id), tx.scalars(dead).all(), tx.scalars(failed).all(), stuck, count)


def retry_jobs(
    tx: Session, brand_id: uuid.UUID, now: datetime, kind: str | None = None, job_id: uuid.UUID | None = None
) -> int:
    """Let jobs that failed or were given up leave now: one, those of a kind, or all; gives how many."""
    chosen: list[ColumnElement[bool]] = [Outbox.brand_id == brand_id, or_(_DEAD, _FAILED)]
    chosen += [Outbox.kind == kind] if kind is not None else []
    chosen += [Outbox.id == job_id] if job_id is not None else []
    again = update(Outbox).where(*chosen).values(dead_at=None, attempts=0, due_at=now).returning(Outbox)
    rows = tx.scalars(again.execution_options(synchronize_session=False, populate_existing=True)).all()
    queue_again(tx, rows)
    return _counted(tx, len(rows))


def retry_runs(tx: Session, brand_id: uuid.UUID, now: datetime, run_id: uuid.UUID | None = None) -> int:
    """Let people who got stuck go on now: one, or all of the brand; gives how many."""
    chosen: list[ColumnElement[bool]] = [Run.brand_id == brand_id, *_STUCK]
    chosen += [Run.id == run_id] if run_id is not None else []
    again = update(Run).where(*chosen).values(failures=0, wake_at=now).returning(Run.id)
    return _counted(tx, len(tx.execute(again.execution_options(synchronize_session=False)).all()))


_DEAD: Final = Outbox.dead_at.is_not(None)
_FAILED: Final = (
    Outbox.done_at.is_(None) & Outbox.dead_at.is_(None) & Outbox.last_error.is_not(None) & Outbox.leased_until.is_(None)
)
_STUCK: Final = (Run.failures > 0, Run.ended_at.is_(None))


def _kinds(tx: Session, brand_id: uuid.UUID) -> list[KindOfJob]:
    waits = Outbox.dead_at.is_(None)
    counts = (
        func.sum(case((waits, 1), else_=0)),
        func.sum(case((_FAILED, 1), else_=0)),
        func.min(case((waits, Outbox.due_at))),
        func.sum(case((_DEAD, 1), else_=0)),
    )
    owed = select(Outbox.kind, *counts).where(Outbox.brand_id == brand_id, Outbox.done_at.is_(None))
    return [KindOfJob(*row) for row in tx.execute(owed.group_by(Outbox.kind).order_by(Outbox.kind))]


def _counted(tx: Session, count: int) -> int:
    """Let the workers hear of it after the commit."""
    tx.info["outbox"] = tx.info.get("outbox", False) or count > 0
    return count
