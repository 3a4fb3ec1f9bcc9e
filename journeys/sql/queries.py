"""The queries of a routing: its common tables, level upon level, and what is asked of the last one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from journeys.conditions.sql.asking import with_tables
from journeys.conditions.sql.templates import case, every
from journeys.conditions.sql.values import number
from journeys.sql.sheet import bare
from journeys.verbs.branching import Choose, Split

if TYPE_CHECKING:
    from journeys.sql.routing import Routing

GIVEN = "given"


class Query:
    """The queries that a routing gives."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing

    def counts(self) -> exp.Query:
        """One row a step and branch, and how many people come there."""
        rows = list(self._counted())
        people = [exp.Count(this=exp.Star())]
        people += [exp.Count(this=exp.Case(ifs=[exp.If(this=who, true=number(1))])) for _, _, who in rows[1:]]
        totals = exp.select(*(exp.alias_(each, f"people_{n}", copy=False) for n, each in enumerate(people)))
        lines = [
            exp.select(
                exp.alias_(number(n), "place"),
                exp.alias_(_text(step), "step"),
                exp.alias_(_text(branch), "branch"),
            )
            for n, (step, branch, _) in enumerate(rows)
        ]
        found = exp.Case(
            this=exp.column("place", "lines"),
            ifs=[exp.If(this=number(n), true=exp.column(f"people_{n}", "totals")) for n in range(len(rows))],
        )
        query = exp.select("lines.step", "lines.branch", exp.alias_(found, "people"))
        query = query.from_("totals").join("lines", join_type="cross").order_by("lines.place")
        query = self._upon(query.with_("totals", as_=totals.from_(self._last)), first=True)
        return query.with_("lines", as_=_stacked(lines), copy=False)

    def routes(self) -> exp.Query:
        """One row a person."""
        routing = self.routing
        stands = case(
            [(bare(every([routing.comes[id], stops])), exp.Literal.string(id)) for id, stops in routing.stops.items()],
            exp.cast(exp.null(), "TEXT"),
        )
        columns = [
            exp.column("fan_id"),
            exp.alias_(bare(routing.entered.copy()), "entered"),
            exp.alias_(stands, "stands_at"),
        ]
        for id, label in routing.labels.items():
            taken = exp.Case(ifs=[exp.If(this=bare(routing.comes[id].copy()), true=bare(label.copy()))])
            columns.append(exp.alias_(taken, f"branch_{routing.numbers[id]}"))
        return self._upon(exp.select(*columns).from_(self._last))

    def at(self, step: str) -> exp.Query:
        """One row for each person who comes to a step."""
        routing = self.routing
        id = routing.journey.step(step).id
        if id in routing.labels:
            said = exp.alias_(bare(routing.labels[id].copy()), "branch")
        else:
            stops = routing.stops.get(id)
            said = exp.alias_(
                exp.true() if stops is None else bare(exp.Not(this=exp.Paren(this=stops.copy()))), "passes"
            )
        query = exp.select(exp.column("fan_id"), said).from_(self._last)
        return self._upon(query.where(bare(routing.comes[id].copy())))

    @property
    def _last(self) -> str:
        levels = len(self.routing.sheet.levels)
        return f"level_{levels}" if levels else "people"

    def _counted(self) -> Iterator[tuple[str | None, str, exp.Expr]]:
        """Step, branch and who is counted there, in the order of the file."""
        routing = self.routing
        yield None, "fans", exp.true()
        yield None, "entered", bare(routing.entered.copy())
        for step in routing.journey.all_steps():
            comes = routing.comes[step.id]
            yield step.id, "", bare(comes.copy())
            for branch in step.branches if isinstance(step, Choose | Split) else ():
                taken = routing.labels[step.id].eq(exp.Literal.string(branch.label))
                yield step.id, branch.label, bare(every([comes.copy(), taken]))
            if step.id in routing.given:
                yield step.id, GIVEN, bare(routing.given[step.id].copy())

    def _upon(self, query: exp.Select, *, first: bool = False) -> exp.Select:
        """The query with all the common tables below it."""
        sheet, dialect = self.routing.sheet, self.routing.setting.dialect
        tables = with_tables(exp.select("*"), sheet.orders)
        tables = tables.with_("people", as_=self._people(), copy=False)
        below = "people"
        for n, columns in enumerate(sheet.levels, 1):
            worked_out = [exp.alias_(bare(found.copy()), name, copy=False) for name, found in columns.items()]
            level = exp.select(exp.Star(), *worked_out, copy=False).from_(below, copy=False)
            below = f"level_{n}"
            tables = tables.with_(below, as_=level, materialized=dialect.keeps or None, copy=False)
        mine = query.args.get("with_")
        both = tables.args["with_"]
        for table in mine.expressions if first and mine else ():
            both.append("expressions", table)
        query.set("with_", both)
        return query

    def _people(self) -> exp.Select:
        """Facts and measures side by side."""
        sheet = self.routing.sheet
        columns = [exp.column("fan_id", "fans"), *(exp.column(name, "fans") for name in sheet.base)]
        if self.routing.setting.short:
            columns.append(exp.column("place", "fans"))
        columns += [exp.column(name, table) for table, name in sheet.orders.columns()]
        return sheet.orders.joined(exp.select(*columns).from_("fans"))


def _text(said: str | None) -> exp.Expr:
    return exp.cast(exp.null(), "TEXT") if not said else exp.Literal.string(said)


def _stacked(rows: list[exp.Select]) -> exp.Query:
    """Rows one under the other."""
    stacked: exp.Query = rows[0]
    for row in rows[1:]:
        stacked = exp.Union(this=stacked, expression=row, distinct=False)
    return stacked
