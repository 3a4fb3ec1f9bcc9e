"""The worker: delivers what the outbox owes and wakes the runs whose time has come, until it is told to stop.

It runs as a thread of the web process (the default) or alone by `fanfare worker`, any number of them side by side.
Each kind of job has a lane of its own, a thread that is there while something of it is due: a mail server that takes
its time holds up mails, and neither the news of orders nor anybody's journey.  The loop beside the lanes is the steady
beat: it looks every two seconds whether anybody has rung or not, and keeps the leases of what is at work.
"""

from __future__ import annotations

import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from app.db import reading, transaction
from app.jobs.clock import Every, Steps
from app.jobs.context import Context
from app.jobs.delivering import Desk, drain, wake
from app.jobs.doorbell import bell
from app.jobs.pulse import Pulse
from app.services import outbox, sweeping, waking

PAUSE_SECONDS: Final = 2.0  # between two looks, when nobody rings
TOGETHER_SECONDS: Final = 0.02  # rings within this time are one look
GRACE_SECONDS: Final = 8.0  # for the jobs at hand, when told to stop
RENEW_SECONDS: Final = 20.0  # far less than a lease
MEND_SECONDS: Final = 5.0  # while a clock has stepped back a moment ago
SWEEP_SECONDS: Final = 600.0
RUNS: Final = "runs"  # the lane of journeys whose time has come
SWEEPING: Final = "sweeping"  # the lane of what nobody needs any more; it may take its time
log = structlog.get_logger("fanfare.worker")


class Worker:
    """One worker; `clock` gives the time, `luck` spreads what failed together, `context` is what deliveries need."""

    def __init__(
        self, context: Context, clock: Callable[[], datetime], luck: Callable[[], float] = random.random
    ) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.stopping = threading.Event()
        self.desk = Desk(self.name, context, clock, luck, self.stopping)
        self.pulse = Pulse(self.name, clock)
        self._lanes: dict[str, threading.Thread] = {}
        self._renew, self._mend, self._sweep = Every(RENEW_SECONDS), Every(MEND_SECONDS), Every(SWEEP_SECONDS)
        self._steps = Steps(clock)

    def run(self, until_idle: bool = False) -> None:
        """Work until `stop`, or until nothing is due; between looks, wait for the doorbell or a short while."""
        while not self.stopping.is_set():
            bell.clear()  # before looking: who rings from now on is heard
            try:
                if not self._look() and until_idle:
                    break
            except Exception:  # the database may be away for a moment; the rows wait
                if until_idle:
                    raise
                log.exception("worker_round_failed")
            bell.wait(PAUSE_SECONDS)
            self.stopping.wait(TOGETHER_SECONDS)
        self._end()

    def stop(self) -> None:
        """Finish the jobs at hand and end."""
        self.stopping.set()
        bell.set()

    def work(self) -> int:
        """One round in this very thread, for those who wait for it; gives how many jobs and runs were at work."""
        try:
            self._keep()
            return sum(lane() for lane in self._due().values())
        except Exception:  # the database may be away for a moment; the rows wait
            log.exception("worker_round_failed")
            return 0

    def _look(self) -> bool:
        """Open a lane for whatever is due; says whether any lane is open."""
        self._keep()
        for name, lane in self._due().items():
            if name not in self._open():
                walk = threading.Thread(target=self._walk, args=(name, lane), name=f"fanfare-{name}", daemon=True)
                self._lanes[name] = walk
                walk.start()
        return bool(self._open())

    def _open(self) -> list[str]:
        return [name for name, thread in self._lanes.items() if thread.is_alive()]

    def _walk(self, name: str, lane: Callable[[], int]) -> None:
        try:
            if lane():
                bell.set()  # something may have come while the lane was ending
        except Exception:  # what was at work comes back when its lease ends
            log.exception("lane_failed", lane=name)

    def _due(self) -> dict[str, Callable[[], int]]:
        now = self.desk.clock()
        with reading() as tx:
            kinds, runs = outbox.due_kinds(tx, now), waking.anybody_due(tx, now)
        lanes: dict[str, Callable[[], int]] = {kind: partial(drain, self.desk, kind) for kind in kinds}
        if runs:
            lanes[RUNS] = partial(wake, self.desk)
        if self._sweep.has_passed():
            lanes[SWEEPING] = self._sweep_up
        return lanes

    def _keep(self) -> None:
        """What is done between looks, and quickly: say that we live, keep what we hold, mend what clocks did."""
        self.pulse.beat()
        if self._renew.has_passed() and self.desk.held:
            with transaction() as tx:
                outbox.renew(tx, self.name, list(self.desk.held), self.desk.clock())
        if self._steps.seen() and self._mend.has_passed():
            self._bring_near()

    def _bring_near(self) -> None:
        now = self.desk.clock()
        with transaction() as tx:
            outbox.bring_near(tx, now)
        with transaction() as tx:
            waking.bring_near(tx, now)

    def _sweep_up(self) -> int:
        self._bring_near()  # other hosts' clocks may have stepped unseen
        with transaction() as tx:
            sweeping.sweep(tx, self.desk.clock())
        return 0

    def _end(self) -> None:
        """Wait for the jobs at hand, but not for ever; a job that takes longer comes back when its lease ends."""
        until = time.monotonic() + GRACE_SECONDS
        for thread in self._lanes.values():
            thread.join(max(0.0, until - time.monotonic()))
        if left := self._open():
            log.warning("stopped_in_the_middle", lanes=left)
        try:
            self.pulse.stop()
        except Exception:  # the database is away: the row is forgotten by itself
            log.warning("goodbye_not_heard")


def start_in_thread(worker: Worker) -> threading.Thread:
    """Run the worker beside the web's threads; it ends with the process."""
    thread = threading.Thread(target=worker.run, name="fanfare-worker", daemon=True)
    thread.start()
    return thread
