"""What is known of people on the way: the facts of the base, what steps have written over them, and columns worked out.

Columns that rest on other worked-out columns stand one level higher; each level is one common table over the one
below, so that nothing is written out twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlglot import exp

from journeys.catalogue import Field, type_of
from journeys.conditions import Condition, Fault, Scope
from journeys.conditions.sql import Column, Dialect, Orders, Writer, columns_for
from journeys.conditions.sql.columns import columns_of, sql_type, stored, trusted_column
from journeys.conditions.sql.templates import case, every
from journeys.conditions.sql.values import as_exact, literal, number
from journeys.conditions.sql.writer import in_table
from journeys.facts import Value

_TEXTS = {"text", "choice"}


class NotInSql(Exception):
    """This journey does something that no query of ours says; it is led person by person."""


@dataclass(slots=True)
class Sheet:
    """The columns of one query.  `assumed` are facts taken as true of everybody."""

    scope: Scope
    orders: Orders
    dialect: Dialect
    assumed: Mapping[str, Value] = field(default_factory=dict)
    base: dict[str, Column] = field(default_factory=dict)  # the columns of `fans` that are read
    asked: dict[str, dict[str, Column]] = field(default_factory=dict)  # fact -> its columns that conditions read
    written: dict[str, exp.Expr] = field(default_factory=dict)  # column -> what stands in it at this point of the way
    levels: list[dict[str, exp.Expr]] = field(default_factory=list)

    def will_ask(self, conditions: Iterable[Condition], facts: Iterable[str]) -> None:
        """Say beforehand what will be read, so that only that is kept up to date."""
        for condition in conditions:
            for column in columns_for(condition.tests, condition.vocabulary):
                self.asked.setdefault(column.fact, {})[column.name] = column
        for fact in facts:
            for column in columns_of(self.field(fact)):
                self.asked.setdefault(fact, {})[column.name] = column

    def writer(self, condition: Condition) -> Writer | None:
        """What writes a condition over the facts on file; None when a step writes over one of them."""
        if self.touched(condition):
            return None
        return Writer(condition.vocabulary, self.orders, self.dialect, self.orders.moment.now, self.on_file)

    def true(self, condition: Condition, entered_at: datetime | None) -> exp.Expr:
        """Whether a condition is known to hold at this point; false or NULL otherwise."""
        writer = Writer(condition.vocabulary, self.orders, self.dialect, entered_at, self.read)
        return writer.written(condition.meaning)

    def read(self, column: Column) -> exp.Expr:
        """A fact as it stands at this point of the way."""
        return self.written[column.name].copy() if column.name in self.written else self.on_file(column)

    def on_file(self, column: Column) -> exp.Expr:
        """A fact as it stood before the journey."""
        if column.fact in self.assumed:
            return self._kept(self.assumed[column.fact], column)
        self.base.setdefault(column.name, column)
        return in_table(column)

    def known(self, fact: str) -> exp.Expr:
        """Whether a fact was known before the journey."""
        if self.field(fact).type == "any":
            return self.on_file(trusted_column(fact, "known"))
        return _is_known(self.on_file(self.column(fact)))

    def column(self, fact: str) -> Column:
        """The column of a declared fact.  Raises: NotInSql for one that may hold anything."""
        columns = list(columns_of(self.field(fact)))
        if not columns:
            raise NotInSql(fact)
        return columns[0]

    def field(self, fact: str) -> Field:
        """The declaration of a fact.  Raises: NotInSql when there is none."""
        found = self.scope.field(fact, (0, 0))
        if isinstance(found, Fault):
            raise NotInSql(fact)
        return found

    def touched(self, condition: Condition) -> bool:
        """Whether a step has written over something that the condition reads."""
        columns = columns_for(condition.tests, condition.vocabulary)
        return any(column.name in self.written for column in columns)

    def write(self, fact: str, found: exp.Expr, kind: str, when: exp.Expr) -> None:
        """Write over a fact, for those `when`; a value that is not known writes nothing."""
        for column in self.asked.get(fact, {}).values():
            value = self._fitting(found, kind, column)
            if value == self.read(column):
                continue  # what is on file already
            sure = isinstance(found, exp.Literal | exp.Boolean | exp.Neg)
            over = every([exp.Paren(this=when.copy())] if sure else [exp.Paren(this=when.copy()), _is_known(found)])
            kept = self.define(f"kept_{len(self.written)}", case([(over, value)], self.read(column)))
            self.written[column.name] = kept

    def define(self, name: str, worked_out: exp.Expr) -> exp.Expr:
        """Give an expression a column of its own, on the lowest level that has what it needs."""
        place = {column: level for level, columns in enumerate(self.levels, 1) for column in columns}
        level = 1 + max((place.get(column.name, 0) for column in worked_out.find_all(exp.Column)), default=0)
        while len(self.levels) < level:
            self.levels.append({})
        while name in place:
            name += "_"
        self.levels[level - 1][name] = worked_out
        return exp.column(name)

    def literal(self, value: Value, fact: str) -> tuple[exp.Expr, str]:
        """A fixed value that is written to a fact, and its kind."""
        declared = self.field(fact)
        column = trusted_column(fact, type_of(value)) if declared.type == "any" else self.column(fact)
        return self._kept(value, column), column.kind

    def _kept(self, value: Value, column: Column) -> exp.Expr:
        found = None if value == "" and column.kind != "known" else stored(value, column, self.dialect)
        if column.kind == "known":
            return exp.Boolean(this=value != "")
        if found is None:
            return exp.false() if column.absent_is_false else exp.cast(exp.null(), sql_type(column.kind, self.dialect))
        return number(found) if type(found) is int else literal(found, self.dialect)

    def _fitting(self, found: exp.Expr, kind: str, column: Column) -> exp.Expr:
        """A value of one kind as it stands in a column of another.  Raises: NotInSql when it does not fit."""
        if kind == column.kind or {kind, column.kind} <= _TEXTS:
            return found
        if column.kind == "known":
            return exp.true()
        if (kind, column.kind) == ("whole", "decimal"):
            return as_exact(found, self.dialect)
        if self.field(column.fact).type == "any":
            return exp.cast(exp.null(), sql_type(column.kind, self.dialect))  # it is of another kind now
        raise NotInSql(f"{column.fact}: {kind}")


def _is_known(found: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=found.copy(), expression=exp.null()))


def bare(tree: exp.Expr) -> exp.Expr:
    """The expression over the columns of the level below, whichever table they once came from."""
    for column in list(tree.find_all(exp.Column)):
        column.set("table", None)
    return tree


def named(number_: int, id: str, word: str) -> str:
    """A name for a column of a step: its number keeps it apart, its id says what it is."""
    return f"{word}_{number_}_{re.sub(r'[^a-z0-9]+', '_', id.lower())[:30]}"
