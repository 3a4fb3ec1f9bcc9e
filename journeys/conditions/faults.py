"""A fault: one mistake in the text of a condition, at its exact offsets; and "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from journeys.conditions.tree import Place
from journeys.problems import Kind, Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: `text[start:end]` is the word to look at.

    `path` leads to that text when the condition was written as nested `all / any / none` lists.
    """

    kind: Kind
    start: int
    end: int
    values: Mapping[str, object] = field(default_factory=dict)
    path: tuple[str | int, ...] = ()

    @property
    def code(self) -> str:
        return self.kind.code

    def under(self, *path: str | int) -> Fault:
        """The same fault, seen from further outside."""
        return replace(self, path=(*path, *self.path))

    def message(self, lang: str = "en") -> str:
        """What is wrong, in one sentence."""
        return self._problem.message(lang)

    def hint(self, lang: str = "en") -> str:
        """How to mend it."""
        return self._problem.hint(lang)

    @property
    def _problem(self) -> Problem:
        return Problem(self.kind, "", values=self.values)


def fault(kind: Kind, at: Place, **values: object) -> Fault:
    """A fault at a place."""
    return Fault(kind, at[0], at[1], values)


def nearest(word: str, known: Iterable[str], how_near: float = 0.7) -> list[str]:
    """Up to three known words that a misspelt one may have meant, nearest first.  `how_near`: 0 to 1."""
    by_fold = {name.casefold(): name for name in known}
    return [by_fold[near] for near in get_close_matches(word.casefold(), by_fold, 3, how_near)]
