"""The SQL of the word tables, read once by sqlglot and filled with expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from sqlglot import exp, parse_one

MOST_IN_A_ROW = 100

Words = Mapping[str, Callable[..., exp.Expr]]
Slots = Mapping[str, exp.Expr | Sequence[exp.Expr]]


def filled(template: str, slots: Slots, words: Words | None = None, dialect: str | None = None) -> exp.Expr:
    """A template with each :slot replaced, and each call of one of our own words worked out.

    A slot that holds several expressions, such as the values of `in`, becomes all of them.
    """
    tree = exp.Paren(this=_read(template, dialect).copy())
    for slot in list(tree.find_all(exp.Placeholder)):
        found = slots[slot.name]
        if isinstance(found, exp.Expr):
            slot.replace(in_brackets(found).copy())
        else:
            _spread(slot, found)
    for call in list(tree.find_all(exp.Anonymous)) if words else ():
        if word := (words or {}).get(call.name.lower()):
            call.replace(in_brackets(word(*call.expressions)))
    inner: exp.Expr = tree.this
    return inner.pop() if isinstance(inner, exp.Expr) else inner


def in_brackets(found: exp.Expr) -> exp.Expr:
    """The expression, in brackets where it could fall apart inside another one."""
    alone = exp.Column | exp.Literal | exp.Paren | exp.Func | exp.Boolean | exp.Null | exp.Case | exp.Cast
    return found if isinstance(found, alone) and not isinstance(found, exp.Binary) else exp.Paren(this=found)


def every(parts: Sequence[exp.Expr]) -> exp.Expr:
    """All of the parts; true when there is none."""
    said = [part for part in parts if part != exp.true()]
    return _joined(exp.And, said) if said else exp.true()


def some(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Any of the parts; false when there is none."""
    said = [part for part in parts if part != exp.false()]
    return _joined(exp.Or, said) if said else exp.false()


def case(branches: Sequence[tuple[exp.Expr, exp.Expr]], default: exp.Expr) -> exp.Expr:
    """`CASE WHEN ... THEN ... ELSE default END`; the default alone when there is no branch."""
    if not branches:
        return default
    ifs = [exp.If(this=when.copy(), true=then.copy()) for when, then in branches]
    return exp.Case(ifs=ifs, default=default.copy())


def _spread(slot: exp.Placeholder, found: Sequence[exp.Expr]) -> None:
    parent = slot.parent
    assert isinstance(parent, exp.In)
    parent.set("expressions", [each.copy() for each in found])


def _joined(kind: type[exp.And | exp.Or], parts: Sequence[exp.Expr]) -> exp.Expr:
    """The parts as a tree of little depth; a long list is bracketed, for databases that count the levels."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    halves = [_apart(kind, _joined(kind, half)) for half in (parts[:middle], parts[middle:])]
    if len(parts) > MOST_IN_A_ROW:
        halves = [exp.Paren(this=half) for half in halves]
    return kind(this=halves[0], expression=halves[1])


def _apart(kind: type[exp.And | exp.Or], part: exp.Expr) -> exp.Expr:
    return exp.Paren(this=part) if isinstance(part, exp.And | exp.Or) and not isinstance(part, kind) else part


@lru_cache(maxsize=256)
def _read(template: str, dialect: str | None) -> exp.Expr:
    return parse_one(template, read=dialect)
