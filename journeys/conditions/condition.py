"""A condition that has been read and checked, ready to be asked, explained, printed and said.

`read_condition` reads one text; `from_lists` reads the `all / any / none` spelling; `compile_branches`
makes one function out of all the conditions of a step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, cast

from journeys.catalogue import Field
from journeys.conditions.faults import Fault, fault
from journeys.conditions.lists import parse_lists
from journeys.conditions.measures import MEASURES
from journeys.conditions.operators import OPERATORS
from journeys.conditions.parse import parse
from journeys.conditions.printer import printed, subject
from journeys.conditions.python import Writer
from journeys.conditions.scope import Scope
from journeys.conditions.sentences import sentence
from journeys.conditions.trace import Verdict, tracer
from journeys.conditions.tree import NOWHERE, FieldOf, History, Let, Test, Tree, depth, expanded, leaves
from journeys.conditions.types import check
from journeys.facts import Facts, Moment
from journeys.problems import Kind

MOST_TESTS = 1_000  # with every `let` put in place
DEEPEST_IN_PLACE = 90  # Python itself reads 200 brackets

TOO_COMPLEX = Kind(
    "condition.too_complex",
    "error",
    "with every name put in place, this condition has more than {limit} tests or {levels} levels",
    "toutes les définitions remplacées, cette condition a plus de {limit} tests ou {levels} niveaux",
    "build it from fewer names of let",
    "construisez-la avec moins de noms de let",
)


class Written(Protocol):
    """Where a text stands."""

    def at(self, offset: int) -> tuple[int, int]:
        """The line and column of a letter of the text, counted from 0."""


@dataclass(frozen=True, eq=False)
class Condition:
    """A checked condition.  `tree` is what was written; `meaning` has every `let` put in place.

    `remarks`: warnings about it (a window that holds nothing).  `vocabulary`: the fields it asks.
    `written`: where its letters stand in a file, when it was read from one.
    """

    tree: Tree
    meaning: Tree
    vocabulary: Mapping[str, Field]
    currency: str | None = None
    remarks: tuple[Fault, ...] = ()
    written: Written | None = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and (self.tree, self.meaning) == (other.tree, other.meaning)

    def __hash__(self) -> int:
        return hash(self.text)

    @cached_property
    def text(self) -> str:
        """The condition in its canonical spelling."""
        return printed(self.tree)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Every field that is asked, through `let` names too."""
        return frozenset(self.vocabulary)

    @cached_property
    def reads_orders(self) -> bool:
        """Whether an answer may hang on the person's orders."""
        return any(isinstance(test.subject, History) for test in self.tests)

    @cached_property
    def may_be_unknown(self) -> frozenset[str]:
        """The fields and measures that may leave this condition without an answer."""
        return frozenset(subject(test.subject) for test in self.tests if self.leaves_unknown(test))

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """Every test, in the order one reads them, through `let` names too."""
        return tuple(leaf for leaf in leaves(self.meaning) if isinstance(leaf, Test))

    @cached_property
    def holds(self) -> Callable[[Facts, Moment], bool]:
        """Whether the condition is true of a person at a moment.  Unknown is not true."""
        writer = Writer(self.vocabulary)
        body = [f"return {writer.written(self.meaning, wanted=True)}"]
        return cast(Callable[[Facts, Moment], bool], writer.function("holds", body))

    @cached_property
    def verdict(self) -> Callable[[Facts, Moment], Verdict]:
        """The answer (true, false or unknown) with what each test found."""
        return tracer(self.meaning, self.vocabulary, self.currency)

    def sentence(self, lang: str = "en") -> str:
        """What the condition says of a person, in words: "has placed at least 1 order in the last 90 days"."""
        return sentence(self.meaning, self.vocabulary, lang)

    def leaves_unknown(self, test: Test) -> bool:
        """Whether one of its tests may find no answer."""
        if OPERATORS[test.word].asks_known:
            return False
        if isinstance(test.subject, FieldOf):
            return self.vocabulary[test.subject.name].may_be_unknown
        return bool(MEASURES[test.subject.measure].known)


def read_condition(text: str, scope: Scope | None = None) -> Condition | tuple[Fault, ...]:
    """Read and check a condition; every fault with its place otherwise.  Never raises."""
    tree = parse(text)
    return tree if isinstance(tree, tuple) else _checked(tree, scope or Scope(), (0, len(text)))


def from_lists(data: Any, scope: Scope | None = None) -> Condition | tuple[Fault, ...]:
    """Read a condition written as nested `all / any / none` lists of plain data; faults carry their path."""
    tree = parse_lists(data)
    return tree if isinstance(tree, tuple) else _checked(tree, scope or Scope(), NOWHERE)


def compile_branches(conditions: Sequence[Condition]) -> Callable[[Facts, Moment], int]:
    """The first of the conditions that holds, as its index; -1 when none does.  One pass over the orders."""
    vocabulary = {name: found for condition in conditions for name, found in condition.vocabulary.items()}
    writer = Writer(vocabulary)
    body = [f"if {writer.written(c.meaning, wanted=True)}: return {i}" for i, c in enumerate(conditions)]
    return cast(Callable[[Facts, Moment], int], writer.function("branch", [*body, "return -1"]))


def _checked(tree: Tree, scope: Scope, whole: tuple[int, int]) -> Condition | tuple[Fault, ...]:
    checked = check(tree, scope)
    if checked.faults:
        return checked.faults
    used = {leaf.name: scope.lets[leaf.name] for leaf in leaves(checked.tree) if isinstance(leaf, Let)}
    tests = sum(len(used[leaf.name].tests) if isinstance(leaf, Let) else 1 for leaf in leaves(checked.tree))
    if tests > MOST_TESTS:
        return (fault(TOO_COMPLEX, whole, limit=MOST_TESTS, levels=DEEPEST_IN_PLACE),)
    meaning = expanded(checked.tree, {name: let.meaning for name, let in used.items()})
    if depth(meaning) > DEEPEST_IN_PLACE:
        return (fault(TOO_COMPLEX, whole, limit=MOST_TESTS, levels=DEEPEST_IN_PLACE),)
    vocabulary = {name: found for let in used.values() for name, found in let.vocabulary.items()}
    vocabulary.update(checked.fields)
    return Condition(checked.tree, meaning, vocabulary, scope.currency, checked.remarks)
