"""One pass over the orders: all measures that a piece of generated code asks for, worked out together.

Each different look (window and filters) becomes a block of the loop; each measure reads tallies that its
look keeps.  The pass gives a tuple; a measure that is unknown is None in it.
To add a window: a line in `grammar.lark` and a row in `WINDOWS`.  Measures and tallies: `measures.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from journeys.conditions.measures import MEASURES, TALLIES
from journeys.conditions.printer import subject
from journeys.conditions.tree import History, Look, Window
from journeys.facts import Measured, Moment, NotMeasured

_SLOT = re.compile(r"{(\w+)}")
_DAY = timedelta(days=1)

# A window in Python: what is worked out once a moment, and a test of the order's instant `at`; {i} is its
# number.  Days are told by instants, and by the calendar only around a change of the clocks.
_FROM_DAY = "(at >= sure{i} or at >= maybe{i} and day_of(at) >= first{i})"
_BEFORE_DAY = "(at < maybe_end{i} or at < sure_end{i} and day_of(at) < end{i})"
_BETWEEN_DAYS = f"{_FROM_DAY} and {_BEFORE_DAY}"
_FIRST = ("first{i}", "maybe{i}", "sure{i}")
_SQL_DAYS = "from_day(:at, :first) AND before_day(:at, :end)"
_FIRST_AND_END = (*_FIRST, "end{i}", "maybe_end{i}", "sure_end{i}")


@dataclass(frozen=True, slots=True)
class WindowCode:
    """One kind of window: the names that hold its bounds, how they are worked out, its test of `at`.

    `sql` is that test over :at and the bounds; `from_day` and `before_day` know the calendar of the zone.
    """

    names: tuple[str, ...]
    bounds: Callable[[Window, Moment], tuple[object, ...]]
    test: str
    sql: str


def _last_days(window: Window, moment: Moment) -> tuple[object, ...]:
    return _start(moment, moment.today - timedelta(days=window.amount - 1))


def _dates(window: Window, moment: Moment) -> tuple[object, ...]:
    first, last = window.first or date.min, window.last or date.max - _DAY
    return *_start(moment, first), *_start(moment, last + _DAY)


def _this_month(_: Window, moment: Moment) -> tuple[object, ...]:
    first = moment.today.replace(day=1)
    return *_start(moment, first), *_start(moment, (first + 31 * _DAY).replace(day=1))


def _this_year(_: Window, moment: Moment) -> tuple[object, ...]:
    year = moment.today.year
    return *_start(moment, date(year, 1, 1)), *_start(moment, date(year + 1, 1, 1))


def _start(moment: Moment, day: date) -> tuple[object, ...]:
    return day, *moment.start_of(day)


WINDOWS: Mapping[str, WindowCode] = {
    "days": WindowCode(_FIRST, _last_days, _FROM_DAY, "from_day(:at, :first)"),
    "hours": WindowCode(
        ("since{i}",), lambda w, m: (m.now - timedelta(hours=w.amount),), "at > since{i}", ":at > :since"
    ),
    "dates": WindowCode(_FIRST_AND_END, _dates, _BETWEEN_DAYS, _SQL_DAYS),
    "month": WindowCode(_FIRST_AND_END, _this_month, _BETWEEN_DAYS, _SQL_DAYS),
    "year": WindowCode(_FIRST_AND_END, _this_year, _BETWEEN_DAYS, _SQL_DAYS),
    "entry": WindowCode(
        ("entry{i}",), lambda w, m: (m.entered_at,), "entry{i} is not None and at >= entry{i}", ":at >= :entry"
    ),
}


@dataclass(slots=True)
class HistoryPass:
    """Collects the measures that are asked for, and writes the function that works them out."""

    looks: dict[Look, set[str]] = field(default_factory=dict)  # look -> the tallies it keeps
    slots: dict[str, int] = field(default_factory=dict)  # expression -> its place in the tuple
    parts: dict[int, tuple[str, int]] = field(default_factory=dict)  # place -> a measure that it is a part of

    def ask(self, history: History) -> tuple[int, int | None]:
        """The places of a measure in the tuple: its value, and its divisor if it has one."""
        measure = MEASURES[history.measure]
        value = f"{measure.value} if {measure.known} else None" if measure.known else measure.value
        places = self._slot(history.look, value), self._slot(history.look, measure.per) if measure.per else None
        for part, place in enumerate(places):
            if place is not None:
                self.parts.setdefault(place, (subject(history), part))
        return places

    @property
    def windows(self) -> tuple[Window, ...]:
        return tuple(dict.fromkeys(look.window for look in self.looks if look.window))

    def bounds(self) -> Callable[[Moment], tuple[object, ...]]:
        """The bounds of all windows at a moment; worked out once for each moment."""
        windows = self.windows

        def bounds(moment: Moment) -> tuple[object, ...]:
            found = tuple(bound for window in windows for bound in WINDOWS[window.word].bounds(window, moment))
            moment.kept[bounds] = found
            return found

        return bounds

    def taken(self) -> Callable[[Mapping[str, Measured]], tuple[int | None, ...]]:
        """The tuple out of measures that were taken at the time."""
        parts = [self.parts[place] for place in range(len(self.slots))]

        def taken(measured: Mapping[str, Measured]) -> tuple[int | None, ...]:
            try:
                return tuple(measured[text][part] for text, part in parts)
            except KeyError as missing:
                raise NotMeasured(missing.args[0]) from None

        return taken

    def source(self) -> str:
        """The function `measures(facts, moment)`; it needs `bounds` and `taken` in its globals."""
        lines = ["if facts.measured is not None:", "    return taken(facts.measured)"]
        names = [name.format(i=i) for i, window in enumerate(self.windows) for name in WINDOWS[window.word].names]
        if names:
            lines += [f"({', '.join(names)},) = moment.kept.get(bounds) or bounds(moment)", "day_of = moment.day_of"]
        for number, tallies in enumerate(self.looks.values()):
            lines += [f"{tally}{number} = {TALLIES[tally][0]}" for tally in TALLIES if tally in tallies]
        lines += _under("for order in facts.orders_until(moment.now):", ["at = order.at", *self._blocks()])
        lines += ["age = moment.age_in_days", f"return ({', '.join(self.slots)},)"]
        return "\n".join(_under("def measures(facts, moment):", lines)) + "\n"

    def _slot(self, look: Look, expression: str) -> int:
        tallies = self.looks.setdefault(look, set())
        tallies.update(_SLOT.findall(expression))
        number = list(self.looks).index(look)
        written = _SLOT.sub(lambda slot: f"{slot[1]}{number}", expression)
        return self.slots.setdefault(written, len(self.slots))

    def _blocks(self) -> Iterator[str]:
        """What one order does: one block a look, those of one window together."""
        numbered = list(enumerate(self.looks))
        for i, window in enumerate((None, *self.windows)):
            body = [line for number, look in numbered if look.window == window for line in self._block(number, look)]
            yield from _under(f"if {WINDOWS[window.word].test.format(i=i - 1)}:", body) if window else body

    def _block(self, number: int, look: Look) -> list[str]:
        """What one order, inside the window, does to the tallies of one look."""
        passes = " and ".join(f"line.{only.word} == {only.text!r}" for only in look.lines)
        tallies = [tally for tally in TALLIES if tally in self.looks[look]]
        body = [TALLIES[tally][1].format(me=f"{tally}{number}", passes=passes or "True") for tally in tallies]
        if look.over:
            body = _under(f"if cents > {look.over.cents}:", body)
        if not any("cents" in line for line in body):
            found = _under(f"if {passes}:", [*body, "break"])
            return _under("for line in order.bought:", found) if passes else body
        if not passes:
            return [f"cents = order.cents{' + order.returned_cents' * look.net}", *body]
        if look.net:
            body = _under("for line in order.returned:", _under(f"if {passes}:", ["cents += line.amount_cents"])) + body
        return [
            "passing = cents = 0",
            *_under(
                "for line in order.bought:", _under(f"if {passes}:", ["passing += 1", "cents += line.amount_cents"])
            ),
            *_under("if passing:", body),
        ]


def _under(head: str, body: Iterable[str]) -> list[str]:
    return [head, *("    " + line for line in body)]
