"""From tree to SQL: one boolean expression over the columns of `fans` and the measures of `history`.

Every node is written in one of two modes, "is true" or "is false"; `not` changes the mode.  A test of something
unknown is NULL in both modes, and `and` and `or` alone never make a truth out of it; so a gap opens no door, and
nothing has to be mended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlglot import exp

from journeys.catalogue import Field
from journeys.conditions.measures import MEASURES
from journeys.conditions.operators import OPERATORS
from journeys.conditions.sql.columns import Column, bordered, columns_of, kinds_in_use, trusted_column
from journeys.conditions.sql.dialects import Dialect
from journeys.conditions.sql.history import Orders
from journeys.conditions.sql.templates import case, every, filled, some
from journeys.conditions.sql.values import as_exact, exact, literal
from journeys.conditions.tree import All, Any, History, Let, Not, Test, Tree
from journeys.facts import Money, Value

_CAREFREE = 10**9  # times a number of orders, this stays within 64 bits

Read = Callable[[Column], exp.Expr]


def in_table(column: Column) -> exp.Expr:
    """A fact where it stands: in the relation `fans`."""
    return exp.column(column.name, "fans")


@dataclass(slots=True)
class Writer:
    """Writes trees as SQL.  `read` gives the expression in which a fact stands; `entered_at` is for "since entry"."""

    fields: Mapping[str, Field]
    orders: Orders
    dialect: Dialect
    entered_at: datetime | None = None
    read: Read = field(default=in_table)

    def written(self, tree: Tree, wanted: bool = True) -> exp.Expr:
        """An expression that is true exactly when the tree is known to be `wanted`; false or NULL otherwise."""
        match tree:
            case Test():
                return self._test(tree, wanted)
            case Not(part):
                return self.written(part, not wanted)
            case All(parts) | Any(parts):
                joined = every if isinstance(tree, All) == wanted else some
                return joined([self.written(part, wanted) for part in parts])
            case Let(name):
                raise AssertionError(f"{name} should have been put in place")

    def _test(self, test: Test, wanted: bool) -> exp.Expr:
        if isinstance(test.subject, History):
            return self._of_history(test, test.subject, wanted)
        asked = self.fields[test.subject.name]
        if asked.source == "moment":
            return self._said(test, wanted, self._moment(asked), self._literals(test))
        if asked.type == "any":
            return self._trusted(test, wanted, asked)
        value, *currency = columns_of(asked)
        return every([*self._same_currency(test, currency), self._compared(test, wanted, value)])

    def _trusted(self, test: Test, wanted: bool, asked: Field) -> exp.Expr:
        """A field that may hold anything has an answer only where it is of the kind that is asked."""
        columns = [trusted_column(asked.name, kind) for kind in kinds_in_use(test)]
        if columns[0].kind == "known":
            known = self._value(columns[0])
            return known if (test.word == "known") is wanted else exp.Not(this=known)
        if columns[-1].kind == "currency":
            return every([*self._same_currency(test, columns[1:]), self._compared(test, wanted, columns[0])])
        return some([self._compared(test, wanted, column) for column in columns])

    def _compared(self, test: Test, wanted: bool, column: Column) -> exp.Expr:
        fine = column.kind == "whole" and any(isinstance(value, Decimal) for value in test.values)
        subject = as_exact(self._value(column), self.dialect) if fine else self._value(column)
        if fine or column.kind == "decimal":
            values = [exact(value, self.dialect) for value in test.values if isinstance(value, int | Decimal)]
        elif column.kind == "set":
            values = [exp.Literal.string(bordered(value)) for value in test.values if isinstance(value, str)]
        else:
            values = self._literals(test)
        return self._said(test, wanted, subject, values)

    def _of_history(self, test: Test, asked: History, wanted: bool) -> exp.Expr:
        subject, per = self.orders.measure(asked, self.entered_at)
        fine = any(isinstance(value, Decimal) for value in test.values)
        if fine and MEASURES[asked.measure].type == "whole":
            subject = as_exact(subject, self.dialect)
            values = [exact(value, self.dialect) for value in test.values if isinstance(value, int | Decimal)]
        else:
            values = [times(value, per) for value in self._literals(test)]
        return self.orders.dated(self._said(test, wanted, subject, values))

    def _said(self, test: Test, wanted: bool, subject: exp.Expr, values: list[exp.Expr]) -> exp.Expr:
        first, second = (*values, exp.null(), exp.null())[:2]
        template = OPERATORS[test.word].sql[0 if wanted else 1]
        return filled(template, {"x": subject, "v": first, "w": second, "all": values})

    def _value(self, column: Column) -> exp.Expr:
        """A fact; what is never unknown is false where nothing stands."""
        found = self.read(column)
        return case([(found, exp.true())], exp.false()) if column.absent_is_false else found

    def _same_currency(self, test: Test, currency: list[Column]) -> list[exp.Expr]:
        """Amounts of another currency than the test's are not compared."""
        wanted = next((value.currency for value in test.values if isinstance(value, Money)), None)
        return [self.read(column).eq(exp.Literal.string(wanted)) for column in currency] if wanted else []

    def _moment(self, asked: Field) -> exp.Expr:
        found: Value = getattr(self.orders.moment, asked.name.removeprefix("now."))
        return literal(found, self.dialect)

    def _literals(self, test: Test) -> list[exp.Expr]:
        return [literal(value, self.dialect) for value in test.values]


def times(value: exp.Expr, per: exp.Expr | None) -> exp.Expr:
    """A value times a divisor, so that nothing is divided; exact also where 64 bits are too few."""
    if per is None:
        return value
    digits = value.this if isinstance(value, exp.Neg) else value
    if int(digits.name) > _CAREFREE:
        value = exp.cast(value, "DECIMAL(38, 0)")
    return exp.Mul(this=value, expression=exp.Paren(this=per.copy()))
