"""A table of texts, whatever file it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from journeys.problems import Problem


@dataclass(frozen=True, slots=True)
class Table:
    """Headers, how many rows there are, and the rows: (line in the file, cells); an empty cell is an empty text."""

    file: str
    headers: tuple[str, ...]
    count: int
    rows: Callable[[], Iterator[tuple[int, Sequence[str]]]]
    notices: tuple[Problem, ...] = ()
    mark: str = ","
