"""Facts: what is known of one person at one moment, clean by construction.

`Facts` holds flat values ("crm.known", "fibre_quiz.score") and the person's order lines; `Moment` holds
the one `now` of a decision.  Texts are trimmed and in Unicode NFC, an empty text is unknown, and unknown
values are simply not there, so that nothing downstream has to ask again.
To add a kind of value: add it to `Value` and to `tidy`, then name its type in `journeys.catalogue`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_NEAR = timedelta(hours=26)  # farther from a midnight than this, no clock change can move the date


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in whole cents of one currency (ISO 4217 code)."""

    cents: int
    currency: str


_TIDY = frozenset({bool, int, date, timedelta, Money})  # kinds that are always as they are compared

Value = bool | int | Decimal | str | date | timedelta | frozenset[str] | Money
Measured = tuple[int | None, int]  # what orders(...) came to, in whole cents, hours or pieces; and its divisor


class NotMeasured(LookupError):
    """A measure is asked for, at a step, that nobody took then."""

    step = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of a receipt; a negative amount is a return.

    Without an `order_id` the line is an order of its own.  `ordered_at` must be aware; it is kept in UTC.
    Raises: ValueError for a naive time.
    """

    ordered_at: datetime
    amount_cents: int
    order_id: str | None = None
    category: str | None = None
    product: str | None = None
    maker: str | None = None
    shop: str | None = None
    channel: str | None = None

    def __post_init__(self) -> None:
        if self.ordered_at.tzinfo is not UTC:
            object.__setattr__(self, "ordered_at", _in_utc(self.ordered_at))
        for name in ("order_id", "category", "product", "maker", "shop", "channel"):
            text = getattr(self, name)
            if text is not None:
                object.__setattr__(self, name, tidy_text(text))


@dataclass(frozen=True, slots=True)
class Order:
    """The lines of one order: what was bought, and what came back.  Its time is that of its first bought line."""

    at: datetime
    cents: int
    bought: tuple[OrderLine, ...]
    returned: tuple[OrderLine, ...] = ()
    returned_cents: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person.  A name that is missing is unknown (or false, where never unknown)."""

    values: Mapping[str, Value] = field(default_factory=dict)
    orders: Sequence[OrderLine] = ()
    measured: Mapping[str, Measured] | None = None  # what was measured then; orders are not looked at again
    _grouped: list[tuple[datetime | None, tuple[Order, ...]]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tidy_values(self.values))

    def overlay(self, more: Mapping[str, Value]) -> Facts:
        """The same person with newer facts laid over the old ones; an empty text makes a fact unknown again."""
        gone = [name for name, value in more.items() if tidy(value) is None]
        laid = {**self.values, **more}
        for name in gone:
            del laid[name]
        over = Facts(laid, self.orders, self.measured)
        object.__setattr__(over, "_grouped", self._grouped)  # same order lines, same orders
        return over

    def orders_until(self, now: datetime) -> tuple[Order, ...]:
        """The orders placed up to `now`; lines dated later do not count yet."""
        if not self._grouped:
            newest = max((line.ordered_at for line in self.orders), default=None)
            self._grouped.append((newest, group(self.orders)))
        newest, orders = self._grouped[0]
        if newest is None or newest <= now:
            return orders
        return group(line for line in self.orders if line.ordered_at <= now)


@dataclass(frozen=True, slots=True)
class Moment:
    """The one `now` of a decision, in the journey's time zone.  `now` and `entered_at` are aware."""

    now: datetime
    zone: ZoneInfo
    entered_at: datetime | None = None
    local: datetime = field(init=False, repr=False, compare=False)
    today: date = field(init=False, repr=False, compare=False)
    kept: dict[object, tuple[object, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", _in_utc(self.now))
        if self.entered_at is not None:
            object.__setattr__(self, "entered_at", _in_utc(self.entered_at))
        object.__setattr__(self, "local", self.now.astimezone(self.zone))
        object.__setattr__(self, "today", self.local.date())

    @property
    def hour(self) -> int:
        """The hour on the journey's clock, 0 to 23."""
        return self.local.hour

    @property
    def weekday(self) -> str:
        """The day of the week in the journey's zone, `monday` to `sunday`."""
        return WEEKDAYS[self.local.weekday()]

    def day_of(self, at: datetime) -> date:
        """The calendar day of an instant in the journey's zone."""
        return at.astimezone(self.zone).date()

    def age_in_days(self, at: datetime) -> int:
        """Whole calendar days since an instant; 0 is today."""
        return (self.today - self.day_of(at)).days

    def start_of(self, day: date) -> tuple[datetime, datetime]:
        """Two instants: before the first no clock shows `day` yet, from the second on every clock does.

        They are one and the same instant (local midnight) unless the clocks change around that midnight;
        then whoever stands between them must look at `day_of`.
        """
        return _start_of(self.zone, day)


@lru_cache(maxsize=4096)  # the same few days for everybody
def _start_of(zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    before, after = midnight - _NEAR, midnight + _NEAR
    offsets = {at.astimezone(zone).utcoffset() for at in (before, midnight, after)}
    return (midnight, midnight) if len(offsets) == 1 else (before, after)


def tidy_text(text: str) -> str | None:
    """A text as it is compared: Unicode NFC, trimmed, case kept; None when nothing is left."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.strip() or None


def tidy(value: Value | None) -> Value | None:
    """A value as it is compared; None when it says nothing."""
    if type(value) in _TIDY:
        return value
    if isinstance(value, str):
        return tidy_text(value)
    if isinstance(value, frozenset):
        return frozenset(text for text in map(tidy_text, value) if text)
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return value


def tidy_values(values: Mapping[str, Value]) -> dict[str, Value]:
    """The values that say something, as they are compared."""
    return {name: clean for name, value in values.items() if (clean := tidy(value)) is not None}


def group(lines: Iterable[OrderLine]) -> tuple[Order, ...]:
    """Order lines put together to orders.  Returns alone never make an order."""
    alone: list[Order] = []
    shared: dict[str, list[OrderLine]] = {}
    for line in lines:
        if line.order_id is not None:
            shared.setdefault(line.order_id, []).append(line)
        elif line.amount_cents >= 0:
            alone.append(Order(line.ordered_at, line.amount_cents, (line,)))
    return (*alone, *filter(None, map(_order, shared.values())))


def _order(lines: list[OrderLine]) -> Order | None:
    bought = tuple(line for line in lines if line.amount_cents >= 0)
    if not bought:
        return None
    returned = tuple(line for line in lines if line.amount_cents < 0)
    return Order(
        at=min(line.ordered_at for line in bought),
        cents=sum(line.amount_cents for line in bought),
        bought=bought,
        returned=returned,
        returned_cents=sum(line.amount_cents for line in returned),
    )


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone says nothing: {at.isoformat()}")
    return at.astimezone(UTC)
