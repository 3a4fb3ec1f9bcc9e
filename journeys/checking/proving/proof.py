"""The search: whether some person could make several claims true at once, within a bounded effort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from journeys.checking.proving.answers import Answers, met
from journeys.checking.proving.lemmas import Possible, narrowed
from journeys.checking.proving.questions import Asked, measured, question
from journeys.conditions import Condition
from journeys.conditions.tree import All, Any, Look, Not, Test, Tree

EFFORT = 6_000  # answers looked at, for one proof
DEEPEST = 100  # choices on top of each other
ROUNDS = 8  # of lemmas
BESIDE = ("count", "total", "biggest", "age")  # what the lemmas speak of at every look


@dataclass(frozen=True, slots=True)
class Is:
    """The claim that a subject has one of these answers."""

    asked: Asked
    answers: Answers
    whole: Answers


@dataclass(frozen=True, slots=True)
class Both:
    """The claim that all of these are so."""

    parts: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """The claim that one of these is so."""

    parts: tuple[Claim, ...]


Claim: TypeAlias = Is | Both | Either


def holds(condition: Condition, tree: Tree | None = None) -> Claim:
    """The claim that a condition, or a part of its meaning, is true."""
    return _claim(tree or condition.meaning, condition, wanted=True, denied=False)


def holds_not(condition: Condition, wanted: bool = True) -> Claim:
    """The claim that a condition is not true; with `wanted=False`, that it is not false."""
    return _claim(condition.meaning, condition, wanted=wanted, denied=True)


def _claim(tree: Tree, condition: Condition, wanted: bool, denied: bool) -> Claim:
    match tree:
        case Test():
            asks = question(tree, condition.vocabulary)
            answers = asks.true if wanted else asks.false
            return Is(asks.asked, answers.apart() if denied else answers, asks.whole)
        case Not(part):
            return _claim(part, condition, not wanted, denied)
        case All(parts) | Any(parts):
            every = (isinstance(tree, All) == wanted) != denied
            inner = tuple(_claim(part, condition, wanted, denied) for part in parts)
            return Both(inner) if every else Either(inner)
        case _:
            raise AssertionError(f"{tree} should have been put in place")


class _Enough(Exception):
    """The effort is used up; never leaves this module."""


@dataclass(slots=True)
class Proof:
    """All proofs about one journey.  `effort` is what is left of it for all of them together."""

    effort: int = 10 * EFFORT
    _left: int = field(default=0, init=False)

    def impossible(self, claims: Sequence[Claim]) -> bool:
        """Whether it is proven that nobody can ever make all the claims true at once."""
        self._left = granted = min(EFFORT, self.effort)
        try:
            return not self._possible(list(claims), {}, 0)
        except _Enough:
            return False
        finally:
            self.effort -= granted - max(self._left, 0)

    def _possible(self, claims: list[Claim], found: Possible, depth: int) -> bool:
        open_choices: list[Either] = []
        while True:
            if not self._taken(claims, found, open_choices) or not self._settled(found):
                return False
            claims = []
            left: list[Either] = []
            for choice in open_choices:
                parts = self._left_of(choice, found)
                if parts is None:
                    continue
                if len(parts) < 2:
                    if not parts:
                        return False
                    claims.append(parts[0])
                else:
                    left.append(Either(parts))
            open_choices = left
            if not claims:
                break
        if not open_choices:
            return True
        if depth >= DEEPEST:
            raise _Enough
        choice = min(open_choices, key=lambda each: len(each.parts))
        rest: list[Claim] = [each for each in open_choices if each is not choice]
        return any(self._possible([part, *rest], dict(found), depth + 1) for part in choice.parts)

    def _taken(self, claims: list[Claim], found: Possible, choices: list[Either]) -> bool:
        """Take every claim in; whether each subject still has an answer."""
        waiting = list(claims)
        while waiting:
            match waiting.pop():
                case Both(parts):
                    waiting += parts
                case Either() as choice:
                    choices.append(choice)
                case Is(asked, answers, whole):
                    self._spend()
                    now = found.get(asked, whole)
                    found[asked] = now if now is answers else met(now, answers)
                    if found[asked].empty:
                        return False
                    if isinstance(asked.of, Look):
                        for measure in BESIDE if now is whole else ():
                            found.setdefault(*measured(asked.of, measure))
        return True

    def _settled(self, found: Possible) -> bool:
        """Narrow by the lemmas until nothing changes, or long enough; whether each subject still has an answer."""
        for _ in range(ROUNDS):
            changed = False
            self._spend(len(found))
            for asked, answers in narrowed(found):
                self._spend()
                now = found.get(asked)
                if now is None:
                    continue
                found[asked] = met(now, answers)
                changed = changed or found[asked] != now
                if found[asked].empty:
                    return False
            if not changed:
                break
        return True

    def _left_of(self, choice: Either, found: Possible) -> tuple[Claim, ...] | None:
        """The parts of a choice that are still possible by themselves; None when one of them is so already."""
        left: list[Claim] = []
        for part in _flat(choice):
            self._spend()
            if isinstance(part, Is):
                now = found.get(part.asked, part.whole)
                both = met(now, part.answers)
                if both.empty:
                    continue
                if both == now:
                    return None
            left.append(part)
        return tuple(left)

    def _spend(self, effort: int = 1) -> None:
        self._left -= effort
        if self._left < 0:
            raise _Enough


def _flat(choice: Either) -> Iterator[Claim]:
    for part in choice.parts:
        if isinstance(part, Either):
            yield from _flat(part)
        else:
            yield part
