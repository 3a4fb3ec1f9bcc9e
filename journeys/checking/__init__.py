"""What can be seen to be wrong with a whole journey before anybody enters it.

To add a check: one function from a journey and its world to problems, in the file of what it is about, and one line
in `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from journeys.checking import chance, consents, flow, gifts
from journeys.journey import Journey
from journeys.problems import Problem
from journeys.world import World

CHECKS: tuple[Callable[[Journey, World | None], Iterator[Problem]], ...] = (
    flow.unreachable_branches,
    flow.steps_after_the_end,
    flow.unknowns_that_decide,
    flow.waits_past_the_close,
    consents.games_and_gifts_on_consent,
    consents.messages_without_consent,
    gifts.gifts_without_limit,
    chance.chance_after_purchase,
)


def check(journey: Journey, world: World | None = None) -> tuple[Problem, ...]:
    """Everything that can be seen to be wrong with the whole journey."""
    return tuple(problem for look in CHECKS for problem in look(journey, world))
