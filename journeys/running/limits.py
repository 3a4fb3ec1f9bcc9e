"""How much one person may get: coupons in this journey, messages from the brand, and the hours when all is quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any span of this length."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the journey's zone without messages, from one o'clock to another, over midnight too."""

    start: time
    end: time

    def until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When messages may leave again (aware UTC); None when they may now."""
        local = now.astimezone(zone)
        clock = local.time()
        over_midnight = self.start > self.end
        inside = clock >= self.start or clock < self.end if over_midnight else self.start <= clock < self.end
        if not inside:
            return None
        day = local.date() + timedelta(days=1 if over_midnight and clock >= self.start else 0)
        return datetime.combine(day, self.end, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a journey; None is no limit."""

    coupons: int | None = None
    messages: Rate | None = None
    quiet: Quiet | None = None
