"""Whose orders must be read at all: people whom facts alone rule out need no history."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from journeys.conditions.condition import Condition
from journeys.conditions.sql.history import Orders
from journeys.conditions.sql.templates import every, in_brackets, some
from journeys.conditions.sql.writer import Writer
from journeys.conditions.tree import All, Any, FieldOf, History, Not, Test, Tree

Writers = Callable[[Condition], Writer | None]


def restricted(orders: Orders, rules: Sequence[Condition], first: Condition | None, writer: Writers) -> None:
    """Restrict the scan of orders to those for whom `first` and one of the rules may still come true.

    `writer` gives what writes a rule over the facts on file; None for one that hangs on more than them.
    """
    reading = [rule for rule in rules if rule.reads_orders]
    found = [_needed(rule, writer) for rule in reading]
    known = [in_brackets(each) for each in found if each is not None]
    needed = [_needed(first, writer)] if first else []
    if known and len(known) == len(found) and not (first and first.reads_orders):
        needed.append(some(known))
    both = [in_brackets(each) for each in needed if each is not None]
    if both:
        orders.only = exp.select(exp.column("fan_id", "fans")).from_("fans").where(every(both), copy=False)


def _needed(rule: Condition, writer: Writers) -> exp.Expr | None:
    found = writer(rule)
    return necessary(rule.meaning, found) if found else None


def necessary(tree: Tree, writer: Writer, wanted: bool = True) -> exp.Expr | None:
    """What facts alone must say for the tree to be `wanted`; None when facts alone rule nobody out."""
    match tree:
        case Test(subject=History()):
            return None
        case Test(subject=FieldOf()):
            return writer.written(tree, wanted)
        case Not(part):
            return necessary(part, writer, not wanted)
        case All(parts) | Any(parts):
            found = [necessary(part, writer, wanted) for part in parts]
            known = [part for part in found if part is not None]
            if isinstance(tree, All) == wanted:
                return every(known) if known else None
            return some(known) if len(known) == len(found) else None
        case _:
            return None
