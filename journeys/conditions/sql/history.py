"""All measures that a query asks for, in one grouped scan of the orders.

Lines become baskets (one row an order), baskets become one row a person; where every line is an order of its own the
first step falls away.  Each different look (window and filters) is a test of the basket, each tally a column.
To add a window, a tally or a measure: its SQL stands in `WINDOWS`, `TALLIES` and `MEASURES` one floor up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from sqlglot import exp

from journeys.conditions.history import WINDOWS
from journeys.conditions.measures import MEASURES, TALLIES, Measure
from journeys.conditions.sql import clock
from journeys.conditions.sql.days import dated
from journeys.conditions.sql.templates import Slots, Words, every, filled
from journeys.conditions.sql.values import instant, number
from journeys.conditions.tree import History, Look
from journeys.facts import Moment

_SLOT = re.compile(r"{(\w+)}")
_SHELVED = "categories"  # counted over lines, not over baskets

Asked = tuple[Look, datetime | None]  # a look, and since when "since entry" is, if that is asked


@dataclass(slots=True)
class Orders:
    """Collects the measures that are asked for, and writes the common tables that work them out.

    `moment` is that of the decision; `one_line_each` says that every line is an order of its own; `only` is a query of
    the `fan_id` to whom the scan may be restricted.
    """

    moment: Moment
    one_line_each: bool = False
    only: exp.Select | None = None
    looks: dict[Asked, dict[str, str]] = field(default_factory=dict)  # look -> tally -> its column
    shown: dict[str, str] = field(default_factory=dict)  # an instant's column -> what the clocks showed then

    def measure(self, history: History, entered_at: datetime | None) -> tuple[exp.Expr, exp.Expr | None]:
        """A measure, NULL where it is unknown, and its divisor if it has one; durations in microseconds."""
        asked = (history.look, entered_at if history.look.window and history.look.window.word == "entry" else None)
        row = MEASURES[history.measure]
        value = self._worked_out(row.sql or row.value, asked)
        per = self._worked_out(row.per, asked) if row.per else None
        if row.known and not _null_without_orders(row):
            known = exp.If(this=self._worked_out(row.known, asked), true=value)
            value = exp.Case(ifs=[known])
        return value, per

    def dated(self, tree: exp.Expr) -> exp.Expr:
        """An expression over measures with every age in it worked out."""
        return dated(tree, self.moment, self._age)

    def tables(self) -> Iterator[tuple[str, exp.Select]]:
        """The common tables by name: `baskets` when lines must be put together, `history`, `shelves` at need."""
        if not self.looks:
            return
        if self.one_line_each:
            yield "history", self._tallied(self._lines(), _LINE, (*TALLIES,))
            yield from self._clock()
            return
        yield "baskets", self._baskets()
        plain = tuple(tally for tally in TALLIES if tally != _SHELVED)
        yield "history", self._tallied(exp.select().from_("baskets"), _BASKET, plain)
        if self.shelved:
            shelves = exp.select().from_("orders").join("baskets", using=["fan_id", "order_id"])
            shelves = shelves.where(*self._counting("orders"), exp.column("cents", "orders") >= 0, copy=False)
            yield "shelves", self._tallied(shelves, _SHELF, (_SHELVED,))
        yield from self._clock()

    def columns(self) -> Iterator[tuple[str, str]]:
        """The tables and columns in which the tallies of a person stand."""
        for tallies in self.looks.values():
            for name, column in tallies.items():
                yield "shelves" if name == _SHELVED and not self.one_line_each else "history", column
        yield from (("clock", shown) for shown in self.shown.values())

    @property
    def shelved(self) -> bool:
        """Whether lines must be looked at again, to count what is on them."""
        return not self.one_line_each and any(_SHELVED in tallies for tallies in self.looks.values())

    def joined(self, query: exp.Select) -> exp.Select:
        """A query of people, with what was worked out beside each of them."""
        there = {"history": self.looks, "shelves": self.shelved, "clock": self.shown}
        for name in (name for name, needed in there.items() if needed):
            same = exp.column("fan_id", name).eq(exp.column("fan_id", "fans"))
            query = query.join(exp.to_table(name), on=same, join_type="left", copy=False)
        return query

    def _worked_out(self, template: str, asked: Asked) -> exp.Expr:
        tallies = self.looks.setdefault(asked, {})
        number_ = list(self.looks).index(asked)
        names = dict.fromkeys(_SLOT.findall(template))
        for name in names:
            tallies.setdefault(name, f"{name}_{number_}")
        slots = {name: self._tally(name, tallies[name]) for name in names}
        return filled(_SLOT.sub(r":\1", template), slots)

    def _age(self, at: exp.Expr) -> exp.Expr:
        """An age as a number, for arithmetic: what the clocks showed then is a column of its own."""
        shown = self.shown.setdefault(at.name, f"{at.name}_shown")
        return clock.age(exp.column(shown, "clock"), self.moment)

    def _clock(self) -> Iterator[tuple[str, exp.Select]]:
        if not self.shown:
            return
        query = exp.select("fan_id").from_("history")
        for name, shown in self.shown.items():
            at = exp.column(name, "history")
            query = query.select(exp.alias_(clock.local(at, self.moment), shown, copy=False), copy=False)
        yield "clock", query

    def _tally(self, name: str, column: str) -> exp.Expr:
        """A tally of the person; who has no order at all has none of what starts at nothing."""
        table = "shelves" if name == _SHELVED and not self.one_line_each else "history"
        found = exp.column(column, table)
        return found if TALLIES[name][0] == "None" else exp.Coalesce(this=found, expressions=[number(0)])

    def _lines(self) -> exp.Select:
        """Bought lines, each an order; only those that some window can hold."""
        lines = exp.select().from_("orders").where(*self._counting("orders"), exp.column("cents") >= 0, copy=False)
        starts = [self._start(asked) for asked in self.looks]
        known = [start for start in starts if start is not None]
        if known and len(known) == len(starts):
            lines = lines.where(exp.GTE(this=_at(), expression=instant(min(known))), copy=False)
        return lines

    def _start(self, asked: Asked) -> datetime | None:
        """The instant before which a window holds nothing; None when there is none."""
        window = asked[0].window
        bounds = self._bounds(asked) if window else {}
        found = bounds.get("maybe", bounds.get("since", bounds.get("entry")))
        return found if isinstance(found, datetime) else None

    def _baskets(self) -> exp.Select:
        """One row an order: its instant, and for each set of filters its passing lines and their sum."""
        net = any(look.net for look, _ in self.looks)
        bought = exp.column("cents") >= 0
        at = filled("MIN(CASE WHEN :bought THEN :at END)", {"bought": bought, "at": _at()})
        columns: dict[str, exp.Expr] = {"ordered_at": at}
        for look, _ in self.looks:
            passes = every([bought, *_passes(look)])
            counted = filled("COUNT(CASE WHEN :passes THEN 1 END)", {"passes": passes})
            summed = every([*_passes(look)]) if look.net else passes
            sums = {"passes": summed, "cents": exp.column("cents")}
            if look.lines:
                columns[self._passing(look)] = counted
            columns[self._cents(look)] = filled("SUM(CASE WHEN :passes THEN :cents ELSE 0 END)", sums)
        named = [exp.alias_(value, name, copy=False) for name, value in columns.items()]
        query = exp.select("fan_id", "order_id", *named, copy=False)
        query = query.from_("orders").where(*self._counting("orders"), copy=False)
        if not net:
            return query.where(bought, copy=False).group_by("fan_id", "order_id", copy=False)
        return query.group_by("fan_id", "order_id", copy=False).having(at.is_(exp.null()).not_(), copy=False)

    def _tallied(self, source: exp.Select, over: _Row, names: tuple[str, ...]) -> exp.Select:
        columns: list[exp.Expr] = [exp.column("fan_id", over.table)]
        for asked, tallies in self.looks.items():
            slots = self._slots(asked, over)
            kept = (name for name in TALLIES if name in tallies and name in names)
            columns += [exp.alias_(filled(TALLIES[name][2], slots), tallies[name], copy=False) for name in kept]
        return source.select(*columns, copy=False).group_by(exp.column("fan_id", over.table), copy=False)

    def _slots(self, asked: Asked, over: _Row) -> Slots:
        look, _ = asked
        at = exp.column("ordered_at", over.table)
        alone = over is _LINE
        cents = exp.column("cents" if alone else self._cents(look), over.table)
        passes = every(_passes(look, over.lines))
        tests = [*self._inside(asked, at)]
        if look.lines:
            tests.append(passes if alone else exp.column(self._passing(look), over.table) > 0)
        if look.over:
            tests.append(exp.GT(this=cents.copy(), expression=number(look.over.cents)))
        category = exp.column("category", over.lines)
        return {"looked": every(tests), "cents": cents, "at": at, "passes": passes, "category": category}

    def _inside(self, asked: Asked, at: exp.Expr) -> Iterator[exp.Expr]:
        window = asked[0].window
        if window is None:
            return
        bounds = self._bounds(asked)
        days = {name: value for name, value in bounds.items() if not isinstance(value, datetime | None)}
        slots = {name: instant(cast(datetime, value)) for name, value in bounds.items() if name not in days}
        moment = self.moment
        words: Words = {
            "from_day": lambda at, day: clock.from_day(at, cast(date, days[day.name]), moment),
            "before_day": lambda at, day: clock.before_day(at, cast(date, days[day.name]), moment),
        }
        named = {name: exp.column(name) for name in days}
        yield filled(WINDOWS[window.word].sql, {"at": at, **slots, **named}, words)

    def _bounds(self, asked: Asked) -> dict[str, object]:
        """The bounds of a window by their names: instants, and days of the zone."""
        (look, entered_at), moment = asked, self.moment
        assert look.window is not None
        code = WINDOWS[look.window.word]
        values = code.bounds(look.window, Moment(moment.now, moment.zone, entered_at))
        return dict(zip((name.removesuffix("{i}") for name in code.names), values, strict=True))

    def _counting(self, table: str) -> Iterator[exp.Expr]:
        """What every line must pass: not in the future, and of somebody who is asked about."""
        yield exp.LTE(this=exp.column("ordered_at", table), expression=instant(self.moment.now))
        if self.only is not None:
            yield exp.column("fan_id", table).isin(query=self.only)

    def _passing(self, look: Look) -> str:
        return f"lines_{self._filters(look)}"

    def _cents(self, look: Look) -> str:
        return f"{'net_' * look.net}cents_{self._filters(look)}"

    def _filters(self, look: Look) -> int:
        return list(dict.fromkeys(look.lines for look, _ in self.looks)).index(look.lines)


@dataclass(frozen=True, slots=True)
class _Row:
    """What is tallied: the table that holds instant and sum, and the one that holds the line's texts."""

    table: str
    lines: str


_LINE, _BASKET, _SHELF = _Row("orders", "orders"), _Row("baskets", "baskets"), _Row("baskets", "orders")


def _null_without_orders(row: Measure) -> bool:
    """Whether all that a measure is made of is NULL by itself where no order is looked at."""
    return row.known == "{count} > 0" and all(TALLIES[name][0] == "None" for name in _SLOT.findall(row.value))


def _at() -> exp.Expr:
    return exp.column("ordered_at", "orders")


def _passes(look: Look, table: str = "orders") -> list[exp.Expr]:
    """The filters of a look over one line."""
    return [exp.column(one.word, table).eq(exp.Literal.string(one.text)) for one in look.lines]
