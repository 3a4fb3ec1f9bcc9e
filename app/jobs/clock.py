"""The clock that workers share: on PostgreSQL the database's, so that hosts may disagree about the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import text

from app.db import bound_engine

READ_AGAIN_SECONDS: Final = 1.0


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
