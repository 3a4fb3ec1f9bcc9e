"""The canonical spelling of a condition: reading what is printed gives the same tree again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from journeys.conditions.operators import OPERATORS
from journeys.conditions.tree import All, Any, FieldOf, Let, Look, Not, Subject, Test, Tree, Window
from journeys.facts import Money, Value

HOUR = timedelta(hours=1)


def printed(tree: Tree) -> str:
    """The condition as it is written."""
    match tree:
        case Any(parts):
            return " or ".join(map(printed, parts))
        case All(parts):
            return " and ".join(f"({printed(p)})" if isinstance(p, Any) else printed(p) for p in parts)
        case Not(part):
            return f"not ({printed(part)})" if isinstance(part, All | Any) else f"not {printed(part)}"
        case Let(name):
            return name
        case Test():
            return _test(tree)


def _test(test: Test) -> str:
    values = [literal(value) for value in test.values]
    first, second = (*values, "", "")[:2]
    return OPERATORS[test.word].printed.format(x=subject(test.subject), v=first, w=second, all=" ".join(values))


def subject(asked: Subject) -> str:
    """A field's name, or `orders(...).measure`."""
    return asked.name if isinstance(asked, FieldOf) else f"orders({_look(asked.look)}).{asked.measure}"


def literal(value: Value) -> str:
    """A value as it is written in a condition."""
    match value:
        case bool():
            return "true" if value else "false"
        case Money(cents, currency):
            return f"{_cents(cents)} {currency}"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case timedelta():
            hours = value // HOUR
            return f"{hours}h" if hours % 24 else f"{hours // 24}d"
        case Decimal():
            return format(value.normalize(), "f")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _cents(cents: int) -> str:
    sign, (whole, rest) = "-" * (cents < 0), divmod(abs(cents), 100)
    return f"{sign}{whole}.{rest:02}" if rest else f"{sign}{whole}"


def _look(look: Look) -> str:
    words = [_window(look.window)] if look.window else []
    words += [f"{line.word} {literal(line.text)}" for line in look.lines]
    words += [f"over {literal(look.over)}"] if look.over else []
    words += ["net"] if look.net else []
    return " ".join(words)


def _window(window: Window) -> str:
    return {
        "days": f"last {window.amount}d",
        "hours": f"last {window.amount}h",
        "dates": f"from {window.first} to {window.last}",
        "entry": "since entry",
        "month": "this month",
        "year": "this year",
    }[window.word]
