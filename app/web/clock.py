"""The clock and the luck of the web edge; services get both as arguments."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


def utcnow() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def new_seed() -> str:
    """A seed of 128 random bits, to be kept with what it decides."""
    return secrets.token_hex(16)
