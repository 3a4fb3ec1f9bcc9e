"""One pass over the orders: all measures that a piece of generated code asks for, worked out together.

Each different look (window and filters) becomes a block of the loop; each measure reads tallies that its
look keeps.  The pass gives a tuple; a measure that is unknown is None in it.
To add a window: a line in `grammar.lark` and a row in `WINDOWS`.  Measures and tallies: `measures.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from journeys.conditions.measures import MEASURES, TALLIES
from journeys.conditions.tree import History, Look, Window

_SLOT = re.compile(r"{(\w+)}")
_DAY = timedelta(days=1)

# A window in Python: lines that run once, and a test of the order's instant `at`; {i} is its number.
# From a day on, up to a day: by instants, and by the calendar only around a change of the clocks.
_FROM_DAY = "(at >= sure{i} or at >= maybe{i} and day_of(at) >= first{i})"
_BEFORE_DAY = "(at < maybe_end{i} or at < sure_end{i} and day_of(at) < end{i})"
_DAYS = ("first{i}, end{i} = {days}", "maybe{i}, sure{i} = start_of(first{i})", "maybe_end{i}, sure_end{i} = start_of(end{i})")
_BETWEEN_DAYS = f"{_FROM_DAY} and {_BEFORE_DAY}"

WINDOWS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "days": (("first{i} = moment.today - {days}", "maybe{i}, sure{i} = start_of(first{i})"), _FROM_DAY),
    "hours": (("since{i} = moment.now - {hours}",), "at > since{i}"),
    "dates": (_DAYS, _BETWEEN_DAYS),
    "month": (_DAYS, _BETWEEN_DAYS),
    "year": (_DAYS, _BETWEEN_DAYS),
    "entry": (("entry{i} = moment.entered_at",), "entry{i} is not None and at >= entry{i}"),
}


def days_of_month(today: date) -> tuple[date, date]:
    """The first day of the month, and the first of the next."""
    first = today.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1)


def days_of_year(today: date) -> tuple[date, date]:
    """The first day of the year, and the first of the next."""
    return date(today.year, 1, 1), date(today.year + 1, 1, 1)


@dataclass(slots=True)
class HistoryPass:
    """Collects the measures that are asked for, and writes the function that works them out."""

    constants: dict[str, object] = field(default_factory=dict)
    looks: dict[Look, set[str]] = field(default_factory=dict)  # look -> the tallies it keeps
    slots: dict[str, int] = field(default_factory=dict)  # expression -> its place in the tuple

    def ask(self, history: History) -> tuple[int, int | None]:
        """The places of a measure in the tuple: its value, and its divisor if it has one."""
        measure = MEASURES[history.measure]
        value = f"{measure.value} if {measure.known} else None" if measure.known else measure.value
        return self._slot(history.look, value), self._slot(history.look, measure.per) if measure.per else None

    def source(self) -> str:
        """The function `measures(facts, moment)`."""
        windows = list(dict.fromkeys(look.window for look in self.looks if look.window))
        lines = ["now = moment.now", "age = moment.age_in_days", "day_of = moment.day_of", "start_of = moment.start_of"]
        for i, window in enumerate(windows):
            lines += [line.format(i=i, **self._bounds(window, i)) for line in WINDOWS[window.word][0]]
        for number, tallies in enumerate(self.looks.values()):
            lines += [f"{tally}{number} = {TALLIES[tally][0]}" for tally in TALLIES if tally in tallies]
        lines += ["for order in facts.orders_until(now):", "    at = order.at"]
        for number, look in enumerate(self.looks):
            lines += ["    " + line for line in self._block(number, look, windows)]
        lines.append(f"return ({', '.join(self.slots)},)")
        return "def measures(facts, moment):\n" + "".join(f"    {line}\n" for line in lines)

    def _slot(self, look: Look, expression: str) -> int:
        tallies = self.looks.setdefault(look, {"count"})
        tallies.update(_SLOT.findall(expression))
        number = list(self.looks).index(look)
        written = _SLOT.sub(lambda slot: f"{slot[1]}{number}", expression)
        return self.slots.setdefault(written, len(self.slots))

    def _bounds(self, window: Window, i: int) -> dict[str, str]:
        """The constants of a window, by the names its row asks for."""
        match window.word:
            case "days":
                return {"days": self._constant(f"back{i}", timedelta(days=window.amount - 1))}
            case "hours":
                return {"hours": self._constant(f"back{i}", timedelta(hours=window.amount))}
            case "dates" if window.first and window.last:
                return {"days": self._constant(f"days{i}", (window.first, window.last + _DAY))}
            case "month" | "year":
                days_of = days_of_month if window.word == "month" else days_of_year
                return {"days": f"{self._constant(f'days_of_{window.word}', days_of)}(moment.today)"}
            case _:
                return {}

    def _block(self, number: int, look: Look, windows: list[Window]) -> list[str]:
        """What one order does to the tallies of one look."""
        passing = f"passing{number}" if look.lines else "order.bought"
        body = [
            step.format(me=f"{tally}{number}", passing=passing)
            for tally, (_, step) in TALLIES.items()
            if tally in self.looks[look]
        ]
        if look.over:
            body = _under(f"if cents > {look.over.cents}:", body)
        body = [f"cents = {_sum(look, passing)}", *body]
        if look.lines:
            body = [f"{passing} = [line for line in order.bought if {_passes(look)}]", *_under(f"if {passing}:", body)]
        if look.window:
            body = _under(f"if {WINDOWS[look.window.word][1].format(i=windows.index(look.window))}:", body)
        return body

    def _constant(self, name: str, value: object) -> str:
        self.constants[name] = value
        return name


def _under(head: str, body: list[str]) -> list[str]:
    return [head, *("    " + line for line in body)]


def _passes(look: Look) -> str:
    return " and ".join(f"line.{only.word} == {only.text!r}" for only in look.lines)


def _sum(look: Look, passing: str) -> str:
    """The sum of the order's passing lines; with `net`, less what came back of them."""
    if not look.lines:
        return "order.cents + order.returned_cents" if look.net else "order.cents"
    bought = f"sum([line.amount_cents for line in {passing}])"
    came_back = f"sum([line.amount_cents for line in order.returned if {_passes(look)}])"
    return f"{bought} + {came_back}" if look.net else bought
