"""Luck: chance that can be replayed.  The same seed and the same questions give the same answers.

Nothing in a game draws from `random`: whoever starts a game mints a seed and keeps it, so that
every play can be explained afterwards.  A new way to draw is built on `below`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")
_SPAN = 2**64


class Luck:
    """A stream of even chances out of one seed.

    Source: counter-mode hashing with rejection sampling, so no number is likelier than another.
    """

    __slots__ = ("_drawn", "seed")

    def __init__(self, seed: str | int) -> None:
        self.seed = str(seed)
        self._drawn = 0

    def below(self, limit: int) -> int:
        """An even chance among 0 … limit - 1.  Raises: ValueError when there is nothing to draw from."""
        if not 0 < limit <= _SPAN:
            raise ValueError(f"cannot draw below {limit}")
        fair_end = _SPAN - _SPAN % limit
        while (drawn := self._next()) >= fair_end:
            pass
        return drawn % limit

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The same things in an even random order.  Source: Fisher and Yates 1938, Durstenfeld 1964."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def sample(self, things: Sequence[T], size: int) -> list[T]:
        """So many different things out of the sequence, in random order."""
        return self.shuffled(things)[:size]

    def _next(self) -> int:
        block = sha256(f"{self.seed}\n{self._drawn}".encode()).digest()
        self._drawn += 1
        return int.from_bytes(block[:8], "big")
