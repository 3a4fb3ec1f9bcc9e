"""The other spelling of a condition: `all:`, `any:` and `none:` lists, nested, of plain data."""

from __future__ import annotations

from typing import Any

from journeys.conditions.faults import Fault, fault
from journeys.conditions.parse import DEEPEST, parse, too_deep
from journeys.conditions.tree import NOWHERE, Not, Tree, all_of, any_of, depth
from journeys.problems import Kind


def none_of(parts: tuple[Tree, ...]) -> Tree:
    """None of the parts."""
    return Not(any_of(parts))


LISTS = {"all": all_of, "any": any_of, "none": none_of}

BAD_LIST = Kind(
    "condition.list",
    "error",
    "this is neither a condition nor one of the lists all, any, none",
    "ce n'est ni une condition ni l'une des listes all, any, none",
    "write a condition, or one of all: [...], any: [...], none: [...]",
    "écrivez une condition, ou l'une de all: [...], any: [...], none: [...]",
)
EMPTY_LIST = Kind(
    "condition.empty_list",
    "error",
    "the list {word} is empty",
    "la liste {word} est vide",
    "put at least one condition in it",
    "mettez-y au moins une condition",
)


def parse_lists(data: Any) -> Tree | tuple[Fault, ...]:
    """The tree of nested lists; every fault with the path that leads to it."""
    tree = _parsed(data, 0)
    return too_deep("") if not isinstance(tree, tuple) and depth(tree) > DEEPEST else tree


def _parsed(data: Any, level: int) -> Tree | tuple[Fault, ...]:
    if isinstance(data, str):
        return parse(data)
    if level >= DEEPEST:
        return too_deep("")
    if not isinstance(data, dict) or len(data) != 1:
        return (fault(BAD_LIST, NOWHERE),)
    ((word, parts),) = data.items()
    if word not in LISTS or not isinstance(parts, list):
        return (fault(BAD_LIST, NOWHERE),)
    if not parts:
        return (fault(EMPTY_LIST, NOWHERE, word=word).under(word),)
    found = [_parsed(part, level + 1) for part in parts]
    faults = tuple(f.under(word, i) for i, part in enumerate(found) if isinstance(part, tuple) for f in part)
    return faults or LISTS[word](tuple(part for part in found if not isinstance(part, tuple)))
