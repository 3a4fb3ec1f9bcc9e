"""Ages compared with whole days become comparisons of instants: `age < 90d` is "placed on that day or later".

So a query needs the calendar of the zone only around the midnights it asks about, and an index can be used.
To add a comparison: a row in `_COMPARED`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlglot import exp

from journeys.conditions.sql import clock
from journeys.conditions.sql.columns import MICROSECOND
from journeys.conditions.sql.templates import every, in_brackets, some
from journeys.facts import Moment

AGE = "AGE"  # a word of the tables, of no database: it never leaves this package
Aged = Callable[[exp.Expr, timedelta, Moment], exp.Expr]


def dated(tree: exp.Expr, moment: Moment, age: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """The expression with every age worked out; `age` gives the whole of one that is not simply compared."""
    root = exp.Paren(this=tree)
    for call in [call for call in root.find_all(exp.Anonymous) if call.name.upper() == AGE]:
        around = call.parent
        while isinstance(around, exp.Paren) and around is not root:
            around = around.parent
        if type(around) in _COMPARED and around is not None:
            around.replace(in_brackets(_COMPARED[type(around)](around, call.expressions[0], moment)))
        else:
            call.replace(in_brackets(age(call.expressions[0])))
    inner: exp.Expr = root.this
    return inner.pop() if isinstance(inner, exp.Expr) else inner


def _at_most(at: exp.Expr, span: timedelta, moment: Moment) -> exp.Expr:
    return clock.from_day(at, _back(moment, span // clock.DAY), moment)


def _less(at: exp.Expr, span: timedelta, moment: Moment) -> exp.Expr:
    return clock.from_day(at, _back(moment, -(-span // clock.DAY) - 1), moment)


def _at_least(at: exp.Expr, span: timedelta, moment: Moment) -> exp.Expr:
    return clock.before_day(at, _back(moment, -(-span // clock.DAY) - 1), moment)


def _more(at: exp.Expr, span: timedelta, moment: Moment) -> exp.Expr:
    return clock.before_day(at, _back(moment, span // clock.DAY), moment)


def _is(at: exp.Expr, span: timedelta, moment: Moment) -> exp.Expr:
    """No age is a part of a day; of an unknown one even that is unknown."""
    if span % clock.DAY:
        return exp.LT(this=at.copy(), expression=at.copy())
    return every([_bracketed(each(at, span, moment)) for each in (_at_most, _at_least)])


def _is_not(at: exp.Expr, span: timedelta, moment: Moment) -> exp.Expr:
    if span % clock.DAY:
        return exp.EQ(this=at.copy(), expression=at.copy())
    return some([_bracketed(each(at, span, moment)) for each in (_less, _more)])


def _two_sided(word: Aged) -> Callable[[exp.Expr, exp.Expr, Moment], exp.Expr]:
    return lambda found, at, moment: word(at, _span(found.expression), moment)


def _among(found: exp.Expr, at: exp.Expr, moment: Moment) -> exp.Expr:
    return some([_bracketed(_is(at, _span(each), moment)) for each in found.expressions])


def _between(found: exp.Expr, at: exp.Expr, moment: Moment) -> exp.Expr:
    low, high = _span(found.args["low"]), _span(found.args["high"])
    return every([_bracketed(_at_least(at, low, moment)), _bracketed(_at_most(at, high, moment))])


_COMPARED: Mapping[type, Callable[[exp.Expr, exp.Expr, Moment], exp.Expr]] = {
    exp.LT: _two_sided(_less),
    exp.LTE: _two_sided(_at_most),
    exp.GT: _two_sided(_more),
    exp.GTE: _two_sided(_at_least),
    exp.EQ: _two_sided(_is),
    exp.NEQ: _two_sided(_is_not),
    exp.In: _among,
    exp.Between: _between,
    exp.Is: lambda found, at, moment: exp.Is(this=at.copy(), expression=found.expression.copy()),
}


def _span(literal: exp.Expr) -> timedelta:
    """A literal of ours, in microseconds, as a span."""
    while isinstance(literal, exp.Paren):
        literal = literal.this
    sign = -1 if isinstance(literal, exp.Neg) else 1
    digits = literal.this if isinstance(literal, exp.Neg) else literal
    return sign * int(digits.name) * MICROSECOND


def _back(moment: Moment, days: int) -> date:
    return moment.today - days * clock.DAY


def _bracketed(part: exp.Expr) -> exp.Expr:
    return exp.Paren(this=part) if isinstance(part, exp.And | exp.Or) else part
