"""What must be true of an installation's database when nothing is going on: one function an invariant.

    broken(tx)   name -> places, of every invariant that does not hold
    INVARIANTS   all of them, each with its name and a sentence

To add one: a function in one of the modules here that gives the places where it is broken, under `@invariant("...")`,
and a planted breach in tests/proof/test_invariants.py.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.proof.invariants import duties, journeys, plays, rewards
from tests.proof.invariants.law import ALL, Invariant

__all__ = ["INVARIANTS", "Invariant", "broken", "duties", "journeys", "plays", "rewards"]
INVARIANTS: tuple[Invariant, ...] = tuple(ALL)
SHOWN = 5


def broken(tx: Session) -> dict[str, list[str]]:
    """Every invariant that does not hold: its name, and the first places where it is broken."""
    found = {each.name: each.places(tx) for each in INVARIANTS}
    return {name: [*places[:SHOWN], *([f"… {len(places)} in all"] * (len(places) > SHOWN))]
            for name, places in found.items() if places}  # fmt: skip
