"""The tree of a condition: frozen values, shared by the printer, the sentences and every compiler.

`All`, `Any` and `Not` hold trees; `Let` names another condition; `Test` asks one thing of one subject.
A subject is a `FieldOf` the person or a `History` of her orders.
Places (`at`) are offsets in the text that was read; they take no part in equality.
To add a test: nothing here; a row in `operators.OPERATORS` and a line in `grammar.lark`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from journeys.facts import Money, Value

Place = tuple[int, int]
NOWHERE: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class FieldOf:
    """One declared fact of the person."""

    name: str
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Window:
    """Which days or instants of the past are looked at; `word` is a row of `history.WINDOWS`."""

    word: str  # "days", "hours", "dates", "entry", "month", "year"
    amount: int = 0  # days or hours
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Only lines whose `word` (category, product, maker, shop, channel) is exactly this text."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Look:
    """Which orders are looked at: one window (None: ever), line filters in the order of `FILTERS`."""

    window: Window | None = None
    lines: tuple[LineFilter, ...] = ()
    over: Money | None = None
    net: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """One measure of the orders looked at."""

    look: Look
    measure: str
    at: Place = field(default=NOWHERE, compare=False, repr=False)


Subject = FieldOf | History


@dataclass(frozen=True, slots=True)
class Test:
    """One question: a row of `OPERATORS`, its subject and the values it is asked with."""

    __test__ = False  # not a pytest class

    word: str
    subject: Subject
    values: tuple[Value, ...] = ()
    at: Place = field(default=NOWHERE, compare=False, repr=False)
    places: tuple[Place, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Let:
    """Another condition by its name."""

    name: str
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    part: Tree


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Tree, ...]


Tree = Test | Let | Not | All | Any


def all_of(parts: tuple[Tree, ...]) -> Tree:
    """All of the parts, flat; one part stands for itself."""
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, All) else (part,)))
    return flat[0] if len(flat) == 1 else All(flat)


def any_of(parts: tuple[Tree, ...]) -> Tree:
    """Any of the parts, flat; one part stands for itself."""
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, Any) else (part,)))
    return flat[0] if len(flat) == 1 else Any(flat)


def children(tree: Tree) -> tuple[Tree, ...]:
    """The trees directly inside."""
    match tree:
        case All(parts) | Any(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()


def leaves(tree: Tree) -> Iterator[Test | Let]:
    """The tests and names, in the order one reads them.  Safe at any depth."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Test | Let):
            yield node
        waiting += reversed(children(node))


def depth(tree: Tree) -> int:
    """How many levels the tree has; a single test has one.  Safe at any depth."""
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in children(node)]
    return deepest


def expanded(tree: Tree, lets: Mapping[str, Tree]) -> Tree:
    """The tree with every named condition put in place of its name.  `lets` hold expanded trees."""
    match tree:
        case Let(name):
            return lets[name]
        case Not(part):
            return Not(expanded(part, lets))
        case All(parts):
            return all_of(tuple(expanded(part, lets) for part in parts))
        case Any(parts):
            return any_of(tuple(expanded(part, lets) for part in parts))
        case _:
            return tree
