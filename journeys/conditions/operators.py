"""The words a test may use: one row each in `OPERATORS`.

A row says what the word compares, how it is printed, and what it means in Python and in SQL in both modes:
`true` when it must hold, `false` when its contrary must hold.  In neither mode is anything unknown let
through, so `not` only swaps the columns.
To add a word: one line in `grammar.lark`, one row here; its phrases in `sentences/words.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NUMBERS = frozenset({"whole", "decimal", "money", "duration", "date"})
TEXTS = frozenset({"text", "choice"})


@dataclass(frozen=True, slots=True)
class Operator:
    """One word of a test.

    `printed`: {x} the subject, {v} the first value, {w} the second, {all} every value.
    `true`, `false`: the same slots, over a subject that is known (`asks_known` rows aside).
    `none_safe`: the true form is already false for a subject that is not there.
    `sql`: the true and the false form, over slots :x, :v, :w and :all; NULL where the subject is unknown.
    """

    printed: str
    true: str
    false: str
    types: frozenset[str]
    none_safe: bool = False
    asks_known: bool = False
    sql: tuple[str, str] = field(kw_only=True)


_EVERY = NUMBERS | TEXTS | {"yes/no"}

OPERATORS: Mapping[str, Operator] = {
    "yes": Operator("{x}", "{x} is True", "{x} is False", frozenset({"yes/no"}), none_safe=True, sql=(":x", "NOT :x")),
    "==": Operator("{x} == {v}", "{x} == {v}", "{x} != {v}", _EVERY, none_safe=True, sql=(":x = :v", ":x <> :v")),
    "!=": Operator("{x} != {v}", "{x} != {v}", "{x} == {v}", _EVERY, sql=(":x <> :v", ":x = :v")),
    "<": Operator("{x} < {v}", "{x} < {v}", "{x} >= {v}", NUMBERS, sql=(":x < :v", ":x >= :v")),
    "<=": Operator("{x} <= {v}", "{x} <= {v}", "{x} > {v}", NUMBERS, sql=(":x <= :v", ":x > :v")),
    ">": Operator("{x} > {v}", "{x} > {v}", "{x} <= {v}", NUMBERS, sql=(":x > :v", ":x <= :v")),
    ">=": Operator("{x} >= {v}", "{x} >= {v}", "{x} < {v}", NUMBERS, sql=(":x >= :v", ":x < :v")),
    "in": Operator(
        "{x} in ({all})",
        "{x} in ({all},)",
        "{x} not in ({all},)",
        _EVERY,
        none_safe=True,
        sql=(":x IN (:all)", ":x NOT IN (:all)"),
    ),
    "between": Operator(
        "{x} between {v} and {w}",
        "{v} <= {x} <= {w}",
        "not {v} <= {x} <= {w}",
        NUMBERS,
        sql=(":x BETWEEN :v AND :w", ":x NOT BETWEEN :v AND :w"),
    ),
    "contains": Operator(
        "{x} contains {v}",
        "{v} in {x}",
        "{v} not in {x}",
        frozenset({"text", "set"}),
        sql=("STR_POSITION(:x, :v) > 0", "STR_POSITION(:x, :v) = 0"),
    ),
    "known": Operator(
        "{x} is known",
        "{x} is not None",
        "{x} is None",
        _EVERY | {"set"},
        asks_known=True,
        sql=(":x IS NOT NULL", ":x IS NULL"),
    ),
    "unknown": Operator(
        "{x} is unknown",
        "{x} is None",
        "{x} is not None",
        _EVERY | {"set"},
        asks_known=True,
        sql=(":x IS NULL", ":x IS NOT NULL"),
    ),
}

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
OPPOSITE: Mapping[str, str] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"} | {
    "known": "unknown",
    "unknown": "known",
}
