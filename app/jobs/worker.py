"""The worker: delivers what the outbox owes and wakes the runs whose time has come, until it is told to stop.

It runs as a thread of the web process (the default) or alone by `fanfare worker`.  Work is leased, so that any number
of workers may run side by side.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from app.db import transaction
from app.jobs.doorbell import bell
from app.jobs.handlers import HANDLERS, Context, NotYet
from app.models import Outbox
from app.services import outbox, sweeping, waking

PAUSE_SECONDS = 2.0
SWEEP_EVERY = timedelta(minutes=10)
log = structlog.get_logger("fanfare.worker")


class Worker:
    """One worker; `clock` gives the time, `context` what deliveries need."""

    def __init__(self, context: Context, clock: Callable[[], datetime]) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"[:64]
        self.context, self.clock = context, clock
        self.stopping = threading.Event()
        self._swept_at: datetime | None = None

    def run(self) -> None:
        """Work until `stop`; between rounds, wait for the doorbell or a short while."""
        while not self.stopping.is_set():
            if self.work() == 0:
                bell.wait(PAUSE_SECONDS)
            bell.clear()

    def stop(self) -> None:
        """Finish the job at hand and end."""
        self.stopping.set()
        bell.set()

    def work(self) -> int:
        """One round; gives how many jobs and runs it moved."""
        try:
            self._sweep()
            return self._deliver() + self._wake()
        except Exception:  # the database may be away for a moment; the rows wait
            log.exception("worker_round_failed")
            return 0

    def _deliver(self) -> int:
        with transaction() as tx:
            rows = outbox.lease(tx, self.name, self.clock())
        for row in rows:
            if self.stopping.is_set():
                return len(rows)  # leased rows come free when their lease ends
            self._deliver_one(row)
        return len(rows)

    def _deliver_one(self, row: Outbox) -> None:
        try:
            HANDLERS[row.kind](self.context, row, self.clock())
        except NotYet as early:
            with transaction() as tx:
                outbox.put_off(tx, row, self.name, early.until)
        except Exception as error:
            log.warning("job_failed", job=str(row.id), kind=row.kind, attempt=row.attempts, error=type(error).__name__)
            with transaction() as tx:
                outbox.postpone(tx, row, self.name, said(error), self.clock())
        else:
            with transaction() as tx:
                outbox.settle(tx, row.id, self.name, self.clock())

    def _wake(self) -> int:
        with transaction() as tx:
            due = waking.due_runs(tx, self.clock())
        moved = 0
        for run_id in due:
            try:
                with transaction() as tx:
                    moved += waking.wake_run(tx, run_id, self.clock())
            except Exception as error:
                log.error("run_stuck", run=str(run_id), error=said(error))
                with transaction() as tx:
                    waking.note_failure(tx, run_id, said(error), self.clock())
        return moved

    def _sweep(self) -> None:
        now = self.clock()
        if self._swept_at is None or now - self._swept_at >= SWEEP_EVERY:
            self._swept_at = now
            with transaction() as tx:
                sweeping.sweep(tx, now)


def said(error: Exception) -> str:
    """An error as it is kept: its kind and first line, for what a database adds below may quote people's values."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


def start_in_thread(worker: Worker) -> threading.Thread:
    """Run the worker beside the web's threads; it ends with the process."""
    thread = threading.Thread(target=worker.run, name="fanfare-worker", daemon=True)
    thread.start()
    return thread
