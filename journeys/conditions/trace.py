"""The traced form: what the answer was, which tests held, and what each of them found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any as Anything
from typing import cast

from journeys.catalogue import Field
from journeys.conditions.measures import MEASURES
from journeys.conditions.printer import printed, subject
from journeys.conditions.python import Writer
from journeys.conditions.sentences import sentence
from journeys.conditions.tree import All, Any, FieldOf, History, Let, Not, Test, Tree, leaves
from journeys.facts import Facts, Measured, Moment, Money, Value


@dataclass(frozen=True, slots=True)
class Leaf:
    """One test of a condition: how it is written, whether it held (None: unknown), and what it found."""

    text: str
    held: bool | None
    found: Value | None
    test: Test = field(repr=False)
    vocabulary: Mapping[str, Field] = field(repr=False, compare=False)

    def sentence(self, lang: str = "en") -> str:
        """What turned out to be so: the test's claim, its contrary, or that it is not known."""
        said = sentence(self.test if self.held is not False else Not(self.test), self.vocabulary, lang)
        unknown = {"fr": "on ne sait pas si la personne {}"}.get(lang, "it is not known whether the person {}")
        return said if self.held is not None else unknown.format(said)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a condition for one person: true, false, or None for unknown; with its tests."""

    held: bool | None
    leaves_held: tuple[bool | None, ...]
    raw: tuple[tuple[Anything, int], ...] = field(repr=False)  # (value, divisor) of each test, as measured
    tracer: Tracer = field(repr=False, compare=False)

    @property
    def bits(self) -> int:
        """Which tests held: bit i is set when test i did."""
        return sum(1 << i for i, held in enumerate(self.leaves_held) if held)

    @property
    def measured(self) -> dict[str, Measured]:
        """What the measures of orders came to, as `orders(...).count` is written."""
        return {text: self.raw[place] for place, text in self.tracer.measures}

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The tests in the order one reads them, with what they found."""
        return tuple(
            Leaf(printed(test), held, self.tracer.value(test, *raw), test, self.tracer.vocabulary)
            for test, held, raw in zip(self.tracer.tests, self.leaves_held, self.raw, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Tracer:
    """What a verdict needs to speak of its tests."""

    tests: tuple[Test, ...]
    vocabulary: Mapping[str, Field]
    currency: str | None
    measures: tuple[tuple[int, str], ...] = ()  # the tests of measures, by place, and how each measure is written

    def value(self, test: Test, raw: Anything, per: int) -> Value | None:
        """What a test found, as a value of its type; averages of money are rounded to the cent, for reading."""
        if raw is None or isinstance(test.subject, FieldOf):
            found: Value | None = raw
            return found
        match MEASURES[test.subject.measure].type:
            case "money":
                return Money(round(Fraction(raw, per)), self.currency or "")
            case "duration":
                return timedelta(hours=raw) / per
            case _:
                return int(raw)


def tracer(meaning: Tree, vocabulary: Mapping[str, Field], currency: str | None) -> Callable[[Facts, Moment], Verdict]:
    """Generate the traced form of a condition whose `let` names are put in place."""
    tests = tuple(leaf for leaf in leaves(meaning) if isinstance(leaf, Test))
    measures = tuple((i, subject(t.subject)) for i, t in enumerate(tests) if isinstance(t.subject, History))
    writer = Writer(vocabulary)
    body = []
    for i, test in enumerate(tests):
        body += [f"y{i} = {writer.written(test, True)}", f"n{i} = not y{i} and {writer.written(test, False)}"]
    numbers = iter(range(len(tests)))
    yes, no = _composed(meaning, numbers)
    held = ", ".join(f"True if y{i} else False if n{i} else None" for i in range(len(tests)))
    found = ", ".join(writer.found(test) for test in tests)
    whole = f"True if {yes} else False if {no} else None"
    writer.constants |= {"verdict": Verdict, "tracer": Tracer(tests, vocabulary, currency, measures)}
    body.append(f"return verdict({whole}, ({held},), ({found},), tracer)")
    return cast(Callable[[Facts, Moment], Verdict], writer.function("traced", body))


def _composed(tree: Tree, numbers: Anything) -> tuple[str, str]:
    """The tree over the answers of its tests: when it is true, when it is false."""
    match tree:
        case Not(part):
            yes, no = _composed(part, numbers)
            return no, yes
        case All(parts) | Any(parts):
            inner = [_composed(part, numbers) for part in parts]
            joints = (" and ", " or ") if isinstance(tree, All) else (" or ", " and ")
            yes, no = (joint.join(side) for joint, side in zip(joints, zip(*inner, strict=True), strict=True))
            return f"({yes})", f"({no})"
        case Test() | Let():
            i = next(numbers)
            return f"y{i}", f"n{i}"
