"""What an invariant is, and how its SQL is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

Find = Callable[[Session], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A promise about the data at rest: its name, the promise in one sentence, and what finds where it is broken."""

    name: str
    sentence: str
    find: Find

    def places(self, tx: Session) -> list[str]:
        """Every place where it is broken; none when it holds."""
        return list(self.find(tx))


ALL: list[Invariant] = []


def invariant(sentence: str) -> Callable[[Find], Find]:
    """Make an invariant of the function: its name is the function's, in words."""

    def add(find: Find) -> Find:
        ALL.append(Invariant(find.__name__.replace("_", " "), sentence, find))
        return find

    return add


def rows(tx: Session, sql: str) -> list[str]:
    """What a query gives, one line a row; both databases read the same SQL."""
    return [" ".join(str(value) for value in row) for row in tx.execute(text(sql))]
