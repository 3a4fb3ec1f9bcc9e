"""What can be seen to be wrong with a whole journey before anybody enters it.

To add a check: one function from a journey and its world to problems, in the file of what it is about, one line in
`CHECKS`, and a file in `tests/journeys/corpus/faulty` that shows the fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from journeys.checking import chance, choices, consents, flow, gifts, invitations, leavings, likes
from journeys.journey import Journey
from journeys.problems import Problem
from journeys.world import World

Check: TypeAlias = Callable[[Journey, World | None], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    choices.choices,
    choices.unknowns_that_decide,
    flow.steps_after_the_end,
    flow.shares_of_a_split,
    flow.waits_past_the_close,
    consents.games_and_gifts_on_consent,
    consents.messages_without_consent,
    gifts.gifts_without_limit,
    gifts.gifts_from_an_empty_pool,
    gifts.gifts_over_the_limit,
    invitations.invitations_without_end,
    likes.likes_to_win,
    chance.chance_after_purchase,
)


# What can be told only of a journey that was read without an error: what is not there may have been left out.
CHECKS_OF_THE_WHOLE: tuple[Check, ...] = (
    leavings.unused_names,
    leavings.tests_that_expect_nothing,
    leavings.steps_that_vanish,
)


def check(journey: Journey, world: World | None = None, whole: bool = True) -> tuple[Problem, ...]:
    """Everything that can be seen to be wrong with the journey; `whole=False`: parts of it could not be read."""
    looks = (*CHECKS, *CHECKS_OF_THE_WHOLE) if whole else CHECKS
    return tuple(problem for look in looks for problem in look(journey, world))
