"""One query for a question about everybody: which of some conditions hold of each person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from journeys.conditions.condition import Condition
from journeys.conditions.sql.dialects import Dialect
from journeys.conditions.sql.history import Orders
from journeys.conditions.sql.restricting import restricted
from journeys.conditions.sql.writer import Writer
from journeys.facts import Moment


def answers(
    conditions: Sequence[Condition], moment: Moment, dialect: Dialect, *, one_line_each: bool = False
) -> exp.Select:
    """For each `fan_id` two columns a condition: `true_0` and `false_0`, whether it is known to be so or not so."""
    orders = Orders(moment, one_line_each)
    columns: list[exp.Expr] = [exp.column("fan_id", "fans")]
    for number, condition in enumerate(conditions):
        writer = Writer(condition.vocabulary, orders, dialect, moment.entered_at)
        for wanted, name in ((True, f"true_{number}"), (False, f"false_{number}")):
            columns.append(exp.alias_(writer.written(condition.meaning, wanted), name, copy=False))
    return with_tables(orders.joined(exp.select(*columns, copy=False).from_("fans", copy=False)), orders)


def audience(condition: Condition, moment: Moment, dialect: Dialect, *, one_line_each: bool = False) -> exp.Select:
    """How many people a condition holds of, as `people`.  Only the orders of those whom it may hold of are read."""
    orders = Orders(moment, one_line_each)
    writer = Writer(condition.vocabulary, orders, dialect, moment.entered_at)
    holds = writer.written(condition.meaning)
    restricted(orders, [condition], None, lambda each: writer)
    query = exp.select(exp.alias_(exp.Count(this=exp.Star()), "people")).from_("fans")
    return with_tables(orders.joined(query).where(holds, copy=False), orders)


def with_tables(query: exp.Select, orders: Orders) -> exp.Select:
    """The query with the common tables that it reads."""
    for name, table in orders.tables():
        query = query.with_(name, as_=table, copy=False)
    return query
