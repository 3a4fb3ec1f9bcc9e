"""Sets of answers: what a subject may turn out to be, with "unknown" as one more answer.

`Ranges` are for what has an order (numbers, cents, days), `Words` for what has none (texts, choices, yes and no).
Both know `meet`, `apart` (every other answer) and `empty`.
To add a kind of answer: one frozen class with these three.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, inf
from typing import TypeAlias

Number: TypeAlias = int | Fraction | float  # float only for the two infinities
Bound: TypeAlias = tuple[Number, int]  # (3, 0) is 3 itself, (3, 1) just above it, (3, -1) just below
Stretch: TypeAlias = tuple[Bound, Bound]

LEAST: Bound = (-inf, 0)
MOST: Bound = (inf, 0)
EVERYWHERE: tuple[Stretch, ...] = ((LEAST, MOST),)


@dataclass(frozen=True, slots=True)
class Ranges:
    """Numbers in stretches that do not touch, from low to high.  `whole`: only whole ones are meant."""

    stretches: tuple[Stretch, ...] = EVERYWHERE
    unknown: bool = True
    whole: bool = False

    def meet(self, other: Ranges) -> Ranges:
        """The answers that are in both."""
        whole = self.whole or other.whole
        both = ((max(a[0], b[0]), min(a[1], b[1])) for a in self.stretches for b in other.stretches)
        fitted = (_whole(stretch) if whole else stretch for stretch in both)
        return Ranges(tuple(s for s in fitted if s[0] <= s[1]), self.unknown and other.unknown, whole)

    def apart(self) -> Ranges:
        """Every other answer."""
        gaps: list[Stretch] = []
        start = LEAST
        for low, high in self.stretches:
            if low > LEAST:
                gaps.append((start, _before(low)))
            start = _after(high)
        if not self.stretches or self.stretches[-1][1] < MOST:
            gaps.append((start, MOST))
        return Ranges(tuple(gap for gap in gaps if gap[0] <= gap[1]), not self.unknown, self.whole)

    @property
    def empty(self) -> bool:
        return not self.stretches and not self.unknown

    @property
    def least(self) -> Bound:
        """The lower end; above everything when nothing is known to be possible."""
        return self.stretches[0][0] if self.stretches else MOST

    @property
    def most(self) -> Bound:
        """The upper end; below everything when nothing is known to be possible."""
        return self.stretches[-1][1] if self.stretches else LEAST

    @property
    def only_unknown(self) -> bool:
        return not self.stretches


@dataclass(frozen=True, slots=True)
class Words:
    """These words, or with `others` every word but these."""

    words: frozenset[object] = frozenset()
    others: bool = True
    unknown: bool = True

    def meet(self, other: Words) -> Words:
        """The answers that are in both."""
        unknown = self.unknown and other.unknown
        match self.others, other.others:
            case True, True:
                return Words(self.words | other.words, True, unknown)
            case True, False:
                return Words(other.words - self.words, False, unknown)
            case False, True:
                return Words(self.words - other.words, False, unknown)
            case _:
                return Words(self.words & other.words, False, unknown)

    def apart(self) -> Words:
        """Every other answer."""
        return replace(self, others=not self.others, unknown=not self.unknown)

    @property
    def empty(self) -> bool:
        return not self.words and not self.others and not self.unknown

    @property
    def only_unknown(self) -> bool:
        return not self.words and not self.others


Answers: TypeAlias = Ranges | Words


def met(one: Answers, other: Answers) -> Answers:
    """The answers that are in both; of one kind, as those of one subject are."""
    if isinstance(one, Ranges):
        assert isinstance(other, Ranges)
        return one.meet(other)
    assert isinstance(other, Words)
    return one.meet(other)


def between(low: Bound, high: Bound, unknown: bool = False) -> Ranges:
    """The numbers from one end to the other."""
    return Ranges(((low, high),) if low <= high else (), unknown)


def _before(bound: Bound) -> Bound:
    return bound[0], bound[1] - 1


def _after(bound: Bound) -> Bound:
    return bound[0], bound[1] + 1


def _whole(stretch: Stretch) -> Stretch:
    """The stretch from its first whole number to its last."""
    (low, above), (high, below) = stretch
    if low != -inf:
        low = floor(low) + 1 if above else ceil(low)
    if high != inf:
        high = ceil(high) - 1 if below else floor(high)
    return (low, 0), (high, 0)
