"""Values as SQL: every literal is built by sqlglot, as its column holds it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlglot import exp

from journeys.conditions.sql.columns import MICROSECOND, sortable
from journeys.conditions.sql.dialects import Dialect
from journeys.facts import Money, Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACES = 10
_WHOLE_DIGITS = 16


def literal(value: Value, dialect: Dialect) -> exp.Expr:
    """A value as it is compared with a column: money in cents, durations in microseconds."""
    match value:
        case bool():
            return exp.Boolean(this=value)
        case int():
            return number(value)
        case Money(cents):
            return number(cents)
        case timedelta():
            return number(value // MICROSECOND)
        case Decimal():
            return exact(value, dialect)
        case str():
            return exp.Literal.string(value)
        case date():
            text = exp.Literal.string(value.isoformat())
            return exp.cast(text, "DATE") if dialect.dates else text
    raise TypeError(f"no literal is a {type(value).__name__}")


def number(whole: int) -> exp.Expr:
    """A whole number."""
    found = exp.Literal.number(abs(whole))
    return exp.Neg(this=found) if whole < 0 else found


def exact(value: Decimal | int, dialect: Dialect) -> exp.Expr:
    """A number among decimals."""
    if dialect.decimal is None:
        return exp.Literal.string(sortable(Decimal(value)))
    return exp.cast(exp.Literal.string(format(Decimal(value), "f")), dialect.decimal)


def as_exact(whole: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A whole number of the database among decimals."""
    if dialect.decimal is not None:
        return exp.cast(whole, dialect.decimal)
    shifted = exp.Add(this=exp.Paren(this=whole), expression=exp.Literal.number(10**_WHOLE_DIGITS))
    digits = exp.func("PRINTF", exp.Literal.string(f"%0{_WHOLE_DIGITS + 1}d"), shifted)
    return exp.DPipe(this=digits, expression=exp.Literal.string("0" * _PLACES))


def instant(at: datetime | None) -> exp.Expr:
    """An aware instant in microseconds since 1970."""
    return exp.null() if at is None else number((at - EPOCH) // MICROSECOND)
