"""What all rows of one import share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a batch comes from and when: brand, source system, file; a dry run only counts."""

    brand_id: UUID
    source: str
    file: str
    now: datetime
    dry_run: bool = False
