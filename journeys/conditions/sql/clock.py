"""Days of a time zone as arithmetic on microseconds, so that every database counts them alike.

Databases bring different tables of time zones, and SQLite none; ours is that of Python, written into the query: the
offsets of the zone from one change of its clocks to the next.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlglot import exp

from journeys.conditions.sql.columns import MICROSECOND
from journeys.conditions.sql.templates import case
from journeys.conditions.sql.values import EPOCH, instant, number
from journeys.facts import Moment

DAY = timedelta(days=1)
_FIRST, _LAST = datetime(1850, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_STEP = 2 * DAY  # no zone has ever changed its clocks and changed them back within two days
_SHIFT = 1_000_000 * DAY  # makes every instant positive, so that a remainder is one everywhere


def local(at: exp.Expr, moment: Moment) -> exp.Expr:
    """What the clocks of the zone show at an instant up to `now`, for `age`."""
    return exp.Add(this=at.copy(), expression=exp.Paren(this=_offset(at, moment.zone, _FIRST, moment.now)))


def age(shown: exp.Expr, moment: Moment) -> exp.Expr:
    """Whole calendar days since an instant, in microseconds, out of what the clocks showed then."""
    today = number(_midnight(moment.today))
    return exp.Sub(this=today, expression=exp.Paren(this=_midnight_of(shown)))


def from_day(at: exp.Expr, day: date, moment: Moment) -> exp.Expr:
    """Whether an instant lies on that day of the zone or later."""
    maybe, sure = moment.start_of(day)
    return _since(at, day, maybe, sure, moment.zone)


def before_day(at: exp.Expr, day: date, moment: Moment) -> exp.Expr:
    """Whether an instant lies before that day of the zone."""
    maybe, sure = moment.start_of(day)
    if maybe == sure:
        return exp.LT(this=at.copy(), expression=instant(sure))
    earlier = exp.LT(this=day_of(at, moment.zone, maybe, sure), expression=number(_midnight(day)))
    between = exp.And(this=exp.LT(this=at.copy(), expression=instant(sure)), expression=earlier)
    return exp.Or(this=exp.LT(this=at.copy(), expression=instant(maybe)), expression=exp.Paren(this=between))


def day_of(at: exp.Expr, zone: ZoneInfo, first: datetime, last: datetime) -> exp.Expr:
    """The midnight (as if in UTC) of the zone's day in which an instant from `first` to `last` lies."""
    return _midnight_of(exp.Paren(this=exp.Add(this=at.copy(), expression=_offset(at, zone, first, last))))


def _midnight_of(shown: exp.Expr) -> exp.Expr:
    remainder = exp.Mod(this=shown.copy(), expression=number(DAY // MICROSECOND))
    shift = number(_SHIFT // MICROSECOND)
    return exp.Sub(this=exp.Sub(this=shown, expression=exp.Paren(this=remainder)), expression=shift)


def _since(at: exp.Expr, day: date, maybe: datetime, sure: datetime, zone: ZoneInfo) -> exp.Expr:
    surely = exp.GTE(this=at.copy(), expression=instant(sure))
    if maybe == sure:
        return surely
    later = exp.GTE(this=day_of(at, zone, maybe, sure), expression=number(_midnight(day)))
    between = exp.And(this=exp.GTE(this=at.copy(), expression=instant(maybe)), expression=later)
    return exp.Or(this=surely, expression=exp.Paren(this=between))


def _offset(at: exp.Expr, zone: ZoneInfo, first: datetime, last: datetime) -> exp.Expr:
    """The offset of the zone at an instant, and the shift: the latest change of clocks before it says."""
    changes = offsets(zone)
    before = max((i for i, (since, _) in enumerate(changes) if since <= first), default=0)
    shifted = [(since, number((offset + _SHIFT) // MICROSECOND)) for since, offset in changes[before:] if since <= last]
    late = [(exp.GTE(this=at.copy(), expression=instant(since)), offset) for since, offset in reversed(shifted[1:])]
    return case(late, shifted[0][1])


@lru_cache(maxsize=64)
def offsets(zone: ZoneInfo) -> tuple[tuple[datetime, timedelta], ...]:
    """The offsets of a zone from UTC, each with the instant from which it holds, from 1850 to 2100."""
    found = [(_FIRST, _offset_at(_FIRST, zone))]
    at = _FIRST
    while at < _LAST:
        later = at + _STEP
        while found[-1][1] != _offset_at(later, zone):
            change = _change(zone, max(at, found[-1][0]), later)
            found.append((change, _offset_at(change, zone)))
        at = later
    return tuple(found)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second after `before` at which the offset is another one, if it changes once or back and forth."""
    held = _offset_at(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // (2 * timedelta(seconds=1)) * timedelta(seconds=1)
        before, after = (middle, after) if _offset_at(middle, zone) == held else (before, middle)
    return after


def _offset_at(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _midnight(day: date) -> int:
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - EPOCH) // MICROSECOND
