"""What a condition says of a person, in words: "has placed at least 1 order in the last 90 days".

`not` is pushed down to the tests, as in the generated code, so that negative forms are written out.
Sentences of tests are in `clauses`, amounts and dates in `quantities`, all phrases in `words`.
To add a language: one more `Words` in `words.py`, and its texts in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from journeys.catalogue import Field
from journeys.conditions.sentences.clauses import clause
from journeys.conditions.sentences.words import WORDS, Words
from journeys.conditions.tree import All, Any, Let, Not, Test, Tree

__all__ = ["sentence"]


def sentence(tree: Tree, vocabulary: Mapping[str, Field], lang: str = "en") -> str:
    """The condition as a claim about the person, without its subject.  `lang` is en or fr."""
    return _said(tree, True, WORDS.get(lang, WORDS["en"]), vocabulary, 0)


def _said(tree: Tree, wanted: bool, words: Words, vocabulary: Mapping[str, Field], level: int) -> str:
    match tree:
        case Test():
            return clause(tree, wanted, words, vocabulary)
        case Let(name):
            return name
        case Not(part):
            return _said(part, not wanted, words, vocabulary, level)
        case All() | Any():
            every = isinstance(tree, All) == wanted
            inner = list(_flat(tree, wanted, every))
            parts = [_said(part, mode, words, vocabulary, level + 1) for part, mode in inner]
            nested = any(not isinstance(part, Test | Let) for part, _ in inner)
            return words.joined(parts, every, level, nested)


def _flat(tree: Tree, wanted: bool, every: bool) -> Iterator[tuple[Tree, bool]]:
    """The parts that one "and" (every) or one "or" joins, with the mode each is said in."""
    match tree:
        case Not(part):
            yield from _flat(part, not wanted, every)
        case All(parts) | Any(parts) if (isinstance(tree, All) == wanted) == every:
            for part in parts:
                yield from _flat(part, wanted, every)
        case _:
            yield tree, wanted
