"""Conditions: a small typed language for what must be true of a person, with one meaning.

Read a condition with `read_condition`, ask it with `.holds(facts, moment)`, explain it with `.verdict`,
print it with `.text`, say it with `.sentence(lang)`.

The way of a text: `grammar.lark` -> `parse` -> `build` (the `tree`) -> `types` (names and types, by the
`scope`) -> `python` and `history` (generated code), `trace`, `printer`, `sentences`.
To add a word: one line in `grammar.lark` and one row in `operators.OPERATORS` (or `measures.MEASURES`,
`history.WINDOWS`), with its phrases in `sentences/words.py`.
"""

from journeys.conditions.condition import Condition, compile_branches, from_lists, read_condition
from journeys.conditions.faults import Fault
from journeys.conditions.scope import OBJECTS, Scope
from journeys.conditions.trace import Leaf, Verdict
from journeys.conditions.tree import Tree

# Words that no `let` may be called by.
RESERVED = frozenset(
    {"and", "or", "not", "in", "is", "known", "unknown", "between", "contains", "orders", "true", "false"}
)

__all__ = [
    "OBJECTS",
    "RESERVED",
    "Condition",
    "Fault",
    "Leaf",
    "Scope",
    "Tree",
    "Verdict",
    "compile_branches",
    "from_lists",
    "read_condition",
]
