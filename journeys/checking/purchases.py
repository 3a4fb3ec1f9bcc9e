"""How far one comes in a journey without buying anything while one is in it.

The walk is about everybody at once: a condition has every answer that somebody could have, but those that speak of
purchases in the journey have the answer of a person who makes none.  What was bought before decides nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from typing import TypeAlias
from zoneinfo import ZoneInfo

from journeys.conditions import Condition
from journeys.conditions.tree import All, Any, FieldOf, Not, Test, Tree, Window
from journeys.facts import Facts, Moment
from journeys.journey import Journey
from journeys.verbs.base import Step
from journeys.verbs.branching import Choose, Split
from journeys.verbs.end import End
from journeys.verbs.wait import Wait

ORDER = "order.placed"
FALSE, UNKNOWN, TRUE = 0, 1, 2  # in this order, `and` is the least and `or` the greatest
ANY_ANSWER = frozenset({FALSE, UNKNOWN, TRUE})

NOBODYS_MOMENT = Moment(datetime(2000, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))  # without orders, any will do

Answers: TypeAlias = frozenset[int]


def steps_reached(journey: Journey, buying: bool) -> list[Step]:
    """The steps that somebody may come to; `buying=False`: without an order placed while in the journey."""
    way = _Way(journey, buying)
    if not buying and journey.enter.on == ORDER:
        return []
    if journey.enter.when and TRUE not in way.answers(journey.enter.when):
        return []
    way.go(journey.steps)
    return way.steps


@dataclass(slots=True)
class _Way:
    """A walk through the tree, and the steps that it came by."""

    journey: Journey
    buying: bool
    steps: list[Step] = field(default_factory=list)

    def go(self, steps: tuple[Step, ...]) -> bool:
        """Walk through a list of steps; whether somebody comes out at its end."""
        return all(self._passes(step) for step in steps)

    def _passes(self, step: Step) -> bool:
        """Take a step and all its branches; whether somebody goes on after it."""
        self.steps.append(step)
        match step:
            case End():
                return False
            case Wait(event=event, within=within):
                return self.buying or event != ORDER or within is not None
            case Choose():
                return self._all_ways(self._chosen(step))
            case Split():
                return self._all_ways(branch.steps for branch in step.branches)
        self._all_ways(branch.steps for branch in step.branches)
        return True

    def _all_ways(self, ways: Iterable[tuple[Step, ...]]) -> bool:
        """Take every way; whether somebody comes out of one of them."""
        out = [self.go(steps) for steps in ways]
        return any(out)

    def _chosen(self, step: Choose) -> Iterator[tuple[Step, ...]]:
        """The branches that somebody takes: the first whose condition is true, else `otherwise`."""
        for branch in step.branches:
            answers = self.answers(branch.when) if branch.when else frozenset({TRUE})
            if TRUE in answers:
                yield branch.steps
            if answers == {TRUE}:
                return

    def answers(self, condition: Condition) -> Answers:
        """The answers that people could have; the same test asked twice may be answered twice."""
        return self._answers(condition.meaning, condition)

    def _answers(self, tree: Tree, condition: Condition) -> Answers:
        match tree:
            case All(parts):
                return reduce(_each(min), (self._answers(part, condition) for part in parts))
            case Any(parts):
                return reduce(_each(max), (self._answers(part, condition) for part in parts))
            case Not(part):
                return frozenset(TRUE - answer for answer in self._answers(part, condition))
            case Test() if not self.buying and self._asks_purchase(tree):
                return frozenset({_without_orders(tree, condition)})
            case _:
                return ANY_ANSWER

    def _asks_purchase(self, test: Test) -> bool:
        """Whether a test speaks of orders placed in the journey: an awaited one, or one since entry or opening."""
        if isinstance(test.subject, FieldOf):
            awaited, _, came = test.subject.name.rpartition(".")
            return came == "came" and self._awaits_order(awaited)
        return test.subject.look.window is not None and self._is_in_journey(test.subject.look.window)

    def _awaits_order(self, id: str) -> bool:
        step = self.journey.step(id) if self.journey.has_step(id) else None
        return isinstance(step, Wait) and step.event == ORDER

    def _is_in_journey(self, window: Window) -> bool:
        opens_at = self.journey.opens_at
        opens_on = opens_at.astimezone(self.journey.zone).date() if opens_at else None
        return window.word == "entry" or bool(window.first and opens_on and window.first >= opens_on)


def _without_orders(test: Test, condition: Condition) -> int:
    """The answer of a test for a person without any order."""
    alone = Condition(test, test, condition.vocabulary, condition.currency)
    held = alone.verdict(Facts(), NOBODYS_MOMENT).held
    return UNKNOWN if held is None else TRUE if held else FALSE


def _each(choose: Callable[[int, int], int]) -> Callable[[Answers, Answers], Answers]:
    """`and` or `or` over every pair of answers that two conditions could have."""
    return lambda left, right: frozenset(choose(a, b) for a in left for b in right)
