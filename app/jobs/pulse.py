"""The pulse of a worker: it tells the database every few seconds that it lives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version

from app.db import transaction
from app.services.beating import BEAT_EVERY, beat, stop_beating


class Pulse:
    """The heartbeat of the worker of this name; `clock` gives the time."""

    def __init__(self, worker: str, clock: Callable[[], datetime]) -> None:
        self.worker, self.clock = worker, clock
        self._beat_at: datetime | None = None

    def beat(self) -> None:
        """Write that the worker lives, unless that was written a moment ago."""
        now = self.clock()
        if self._beat_at is None or abs(now - self._beat_at) >= BEAT_EVERY:
            with transaction() as tx:
                beat(tx, self.worker, version("fanfare"), now)
            self._beat_at = now

    def stop(self) -> None:
        """Take the row away: the worker has ended as it should."""
        with transaction() as tx:
            stop_beating(tx, self.worker)
