"""Delivering: one job after the other from lease to end, and one run after the other past its waiting time.

A job is ended and the next one taken in one transaction, so a worker never holds a job that it is not working on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from app.db import transaction
from app.jobs.context import Context, NotYet
from app.jobs.handlers import HANDLERS
from app.logs import safely
from app.metrics import RUNS_WOKEN, timed_job
from app.models import Outbox
from app.services import outbox, waking
from app.services.mailing.fates import give_up

PATIENCE_SECONDS: Final = (0.2, 0.5, 1.0, 2.0, 3.0)  # together less than a worker is given to stop
log = structlog.get_logger("fanfare.worker")
Ending = Callable[[Session], object]
Handler = Callable[[Context, Outbox, datetime], None]


class UnknownKind(Exception):
    """No handler of this program does this kind of job; a newer program has owed it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a worker works with: its name, what deliveries need, its clock and luck, what it holds, whether it stops."""

    name: str
    context: Context
    clock: Callable[[], datetime]
    luck: Callable[[], float]
    stopping: threading.Event
    held: dict[UUID, str] = field(default_factory=dict)  # the jobs at work now, and their kinds


def drain(desk: Desk, kind: str) -> int:
    """Deliver the due jobs of one kind until none is left or the worker stops; gives how many."""
    count, row = 0, _take(desk, kind)
    while row is not None:
        count, row = count + 1, _take(desk, kind, row, _deliver(desk, row))
    return count


def wake(desk: Desk) -> int:
    """Let the clock move on the runs whose time has come; gives how many it met."""
    count = 0
    while not desk.stopping.is_set() and _wake_one(desk):
        count += 1
    return count


def handler_of(kind: str) -> Handler:
    """What delivers jobs of this kind.  Raises: UnknownKind."""
    if kind not in HANDLERS:
        raise UnknownKind(kind)
    return HANDLERS[kind]


def said(error: Exception) -> str:
    """An error as it is kept: its kind and its words, without what a person may have typed."""
    return safely(error)


def _take(desk: Desk, kind: str, last: Outbox | None = None, end: Ending | None = None) -> Outbox | None:
    """End the last job and take the next one of its kind.

    A database that is away for some seconds must not make a job leave twice: its end is written when it is back.
    """
    try:
        for pause in PATIENCE_SECONDS if end else ():
            try:
                rows = _end_and_lease(desk, kind, end)
                break
            except DBAPIError:
                desk.stopping.wait(pause)
        else:
            rows = _end_and_lease(desk, kind, end)
    finally:  # an end that could not be written: its lease must run out, or it would be kept here for ever
        if last is not None:
            desk.held.pop(last.id, None)
    for row in rows:
        desk.held[row.id] = kind
        return row
    return None


def _end_and_lease(desk: Desk, kind: str, end: Ending | None) -> list[Outbox]:
    with transaction() as tx:
        if end is not None:
            end(tx)
        return [] if desk.stopping.is_set() else outbox.lease(tx, desk.name, desk.clock(), kind=kind)


def _deliver(desk: Desk, row: Outbox) -> Ending:
    """Do the job; gives what is to be written of its end.  Its log lines carry the id of the request that owed it."""
    with bound_contextvars(request_id=row.content.get("request_id", "")):
        return _done(desk, row)


def _done(desk: Desk, row: Outbox) -> Ending:
    try:
        with timed_job(row.kind):
            handler_of(row.kind)(desk.context, row, desk.clock())
    except NotYet as early:
        until = early.until
        return lambda tx: outbox.put_off(tx, row, desk.name, until)
    except outbox.LeaseLost:
        log.warning("job_taken_over", job=str(row.id), kind=row.kind)
        return lambda tx: None
    except Exception as error:
        log.warning("job_failed", job=str(row.id), kind=row.kind, attempt=row.attempts, error=type(error).__name__)
        why = said(error)
        return lambda tx: _postpone(tx, desk, row, why)
    return lambda tx: outbox.settle(tx, row.id, desk.name, desk.clock())


def _postpone(tx: Session, desk: Desk, row: Outbox, why: str) -> None:
    if outbox.postpone(tx, row, desk.name, why, desk.clock(), desk.luck()):
        give_up(tx, row, why)


def _wake_one(desk: Desk) -> bool:
    try:
        with transaction() as tx:
            woken = waking.wake_next(tx, desk.clock())
    except waking.Stuck as stuck:
        RUNS_WOKEN.labels("failed").inc()
        log.error("run_stuck", run=str(stuck.run_id), error=said(stuck.error))
        with transaction() as tx:
            waking.note_failure(tx, stuck.run_id, said(stuck.error), desk.clock())
        return True
    if woken:
        RUNS_WOKEN.labels("moved").inc()
    return woken
