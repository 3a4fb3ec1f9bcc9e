"""The clock of the web edge; services get the time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def utcnow() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)
