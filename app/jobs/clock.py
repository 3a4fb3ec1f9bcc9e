"""The clock that workers share, on PostgreSQL the database's, so that hosts may disagree about the time.

Here too: `Every`, which counts seconds by a clock that nobody sets, and `Steps`, which sees that the other one was set.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import text

from app.db import bound_engine

READ_AGAIN_SECONDS: Final = 1.0
STEP_SECONDS: Final = 1.0  # less is a clock that runs a little slow
WARY_SECONDS: Final = 120.0  # after a step, until nobody works by the time before it any more


class SharedClock:
    """Gives this instant, aware, in UTC; on SQLite by the one machine's clock that all its workers have."""

    def __init__(self) -> None:
        self._read: tuple[datetime, float] | None = None  # what the database said, and when by our own steady clock

    def __call__(self) -> datetime:
        if bound_engine().dialect.name == "sqlite":
            return datetime.now(UTC)
        read = self._read
        if read is None or time.monotonic() - read[1] >= READ_AGAIN_SECONDS:
            read = self._read = self._ask()
        return read[0] + timedelta(seconds=time.monotonic() - read[1])

    def _ask(self) -> tuple[datetime, float]:
        with bound_engine().connect() as connection:
            said: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return said.astimezone(UTC), time.monotonic()


class Every:
    """Says once in so many seconds that they have passed, by a clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._last: float | None = None

    def has_passed(self) -> bool:
        """Whether it is time again; the first time it is."""
        now = time.monotonic()
        if self._last is not None and now - self._last < self.seconds:
            return False
        self._last = now
        return True


class Steps:
    """Notices that a clock was set back, and stays wary for a while; also at first, when nobody has looked yet."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._ahead: float | None = None
        self._wary_until = 0.0

    def seen(self) -> bool:
        """Whether the clock may have stepped back since, or a moment ago."""
        steady = time.monotonic()
        before, self._ahead = self._ahead, self.clock().timestamp() - steady
        if before is None:
            return True
        if self._ahead < before - STEP_SECONDS:
            self._wary_until = steady + WARY_SECONDS
        return steady < self._wary_until
