"""Dates, hours, spans and money as people write them: `2026-11-02 09:00`, `21:00`, `7d 12h`, `150 EUR`.

Each reader gives the value, or a `Wrong` with the reason in both languages; none raises.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from journeys.facts import Money

_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_SPAN = re.compile(r"(?:\d{1,5}\s*(?:w|d|h|min)\s*)+", re.ASCII)
_PART = re.compile(r"(\d+)\s*(w|d|h|min)", re.ASCII)
_MONEY = re.compile(r"(-?\d{1,12})(?:\.(\d{1,2}))?\s*([A-Z]{3})", re.ASCII)
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "min": 60}
_LONGEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why something is no date, hour, span or amount."""

    en: str
    fr: str


def read_span(text: str) -> timedelta | Wrong:
    """A span: `7d 12h`, `30min`, `2w`; at most ten years."""
    if not _SPAN.fullmatch(text.strip()):
        return Wrong("a span such as 7d 12h", "une durée comme 7d 12h")
    length = timedelta(seconds=sum(int(n) * _SECONDS[unit] for n, unit in _PART.findall(text)))
    if not timedelta(0) < length <= _LONGEST:
        return Wrong("a span between one minute and ten years", "une durée entre une minute et dix ans")
    return length


def read_clock(text: str) -> time | Wrong:
    """An hour of the day: `21:00`; `24:00` is midnight."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return Wrong("an hour such as 21:00", "une heure comme 21:00")
    hour, minute = int(found[1]), int(found[2])
    if (hour, minute) == (24, 0):
        return time(0, 0)
    if hour > 23 or minute > 59:
        return Wrong("an hour between 00:00 and 23:59", "une heure entre 00:00 et 23:59")
    return time(hour, minute)


def read_money(text: str) -> Money | Wrong:
    """An amount with its currency: `150 EUR`, `9.90 EUR`."""
    found = _MONEY.fullmatch(text.strip())
    if found is None:
        return Wrong("an amount such as 150 EUR", "un montant comme 150 EUR")
    cents = int(found[1]) * 100
    part = int((found[2] or "0").ljust(2, "0"))
    return Money(cents - part if text.strip().startswith("-") else cents + part, found[3])


def read_day(text: str) -> date | Wrong:
    """A day: `2026-11-10`."""
    found = _DATE.fullmatch(text.strip())
    if found is None or found[4]:
        return Wrong("a day is written 2026-11-02", "un jour s'écrit 2026-11-02")
    wrong = _out_of_range(found)
    return wrong or date(int(found[1]), int(found[2]), int(found[3]))


def read_moment(text: str, zone: ZoneInfo, *, end: bool = False) -> datetime | Wrong:
    """A moment (aware UTC): `2026-11-02 09:00` in this zone, or with its own offset.

    A day alone is its first instant, or with `end` the instant when it is over.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return Wrong("a date is written 2026-11-02 09:00", "une date s'écrit 2026-11-02 09:00")
    if wrong := _out_of_range(found):
        return wrong
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if not found[4]:
        day += timedelta(days=1 if end and day < date.max else 0)
        return datetime.combine(day, time(0), zone).astimezone(UTC)
    clock = time(int(found[4]), int(found[5]), int(found[6] or 0))
    if found[7]:
        return datetime.fromisoformat(f"{day.isoformat()}T{clock.isoformat()}{found[7]}").astimezone(UTC)
    return _in_zone(datetime.combine(day, clock), zone)


def _in_zone(naive: datetime, zone: ZoneInfo) -> datetime | Wrong:
    moment = naive.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == naive:
        return moment
    said = naive.strftime("%Y-%m-%d %H:%M")
    return Wrong(
        f"{said} does not exist in {zone.key}: the clocks go forward that night",
        f"{said} n'existe pas à {zone.key} : on change d'heure cette nuit-là",
    )


def _out_of_range(found: re.Match[str]) -> Wrong | None:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not 1 <= month <= 12:
        return Wrong("month must be 1..12", "le mois doit être entre 1 et 12")
    if not 1971 <= year <= 9000:
        return Wrong("year must be 1971..9000", "l'année doit être entre 1971 et 9000")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        return Wrong(f"day must be 1..{last}", f"le jour doit être entre 1 et {last}")
    if found[4] and (int(found[4]) > 23 or int(found[5]) > 59 or int(found[6] or 0) > 59):
        return Wrong("the hour must be between 00:00 and 23:59", "l'heure doit être entre 00:00 et 23:59")
    offset = (found[7] or "").replace(":", "")[1:]
    if offset and (int(offset[:2]) > 23 or int(offset[2:]) > 59):
        return Wrong("the offset must be within a day", "le décalage doit tenir dans un jour")
    return None
