"""Who would go where today: a journey over many people, before anybody enters it.

Each person goes as far as the facts reach, and stops at the first game, form, offer or wait whose result is not on
file.  Opening dates are left aside, so that a draft can be tried at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from journeys.advancing import advance, enter
from journeys.facts import Facts, Value
from journeys.journey import Journey
from journeys.running.decisions import Advance, TurnedAway
from journeys.running.events import Claimed, Event
from journeys.running.state import RunState
from journeys.verbs.branching import Choose, Split
from journeys.verbs.give import Give


@dataclass(slots=True)
class StepCount:
    """How many arrived at a step, and how many took each of its branches."""

    reached: int = 0
    branches: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class PoolCount:
    """How many coupons of a pool were given, and how many there are (None = not counted)."""

    given: int = 0
    stock: int | None = None
    runs_out_on: date | None = None

    def claim(self, today: date) -> bool:
        """Take one coupon, if there is one left."""
        if self.stock is not None and self.given >= self.stock:
            return False
        self.given += 1
        if self.given == self.stock:
            self.runs_out_on = today
        return True


@dataclass(slots=True)
class Simulation:
    """The count of a whole base.  `fans` were looked at, `entered` came in."""

    today: date
    fans: int = 0
    entered: int = 0
    steps: dict[str, StepCount] = field(default_factory=dict)
    coupons: dict[str, PoolCount] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The count as `--json` prints it: every step and label is listed, zeros and `otherwise` too."""
        return {
            "fans": self.fans,
            "entered": self.entered,
            "today": self.today.isoformat(),
            "steps": {
                id: {"reached": step.reached, "branches": dict(step.branches)} for id, step in self.steps.items()
            },
            "coupons": {
                pool: {
                    "given": count.given,
                    "stock": count.stock,
                    "runs_out_on": count.runs_out_on.isoformat() if count.runs_out_on else None,
                }
                for pool, count in self.coupons.items()
            },
        }


def simulate(
    journey: Journey,
    people: Iterable[tuple[str, Facts]],
    now: datetime,
    assume: Mapping[str, Value] | None = None,
    stock: Mapping[str, int | None] | None = None,
) -> Simulation:
    """Lead everybody as far as the facts reach, and count.

    `people` are keys (the split's key) with their facts; `assume` lays the same facts over everybody's; `stock` tells
    how many coupons each pool has, handed out in the order of the people.
    """
    undated = replace(journey, opens_at=None, closes_at=None)
    counted = nothing_yet(journey, now.astimezone(journey.zone).date(), stock or {})
    for key, facts in people:
        counted.fans += 1
        _lead(undated, key, facts.overlay(assume) if assume else facts, now, counted)
    return counted


def nothing_yet(journey: Journey, today: date, stock: Mapping[str, int | None]) -> Simulation:
    """The count before anybody is led: every step, label and pool is listed."""
    counted = Simulation(today)
    for step in journey.all_steps():
        labels = [branch.label for branch in step.branches] if isinstance(step, Choose | Split) else []
        counted.steps[step.id] = StepCount(branches=dict.fromkeys(labels, 0))
        if isinstance(step, Give):
            counted.coupons[step.name] = PoolCount(stock=stock.get(step.name))
    return counted


def _lead(journey: Journey, key: str, facts: Facts, now: datetime, counted: Simulation) -> None:
    """Lead one person as far as the facts reach."""
    came = enter(journey, facts, now, key)
    if isinstance(came, TurnedAway):
        return
    counted.entered += 1
    _count(came, counted)
    state = came.state
    while (stands_at := state.at) is not None:
        for event in _on_file(journey, state, facts, now, counted):
            if state.at == stands_at:
                facts = facts.overlay(came.learnt) if came.learnt else facts
                came = advance(journey, state, event, facts, now)
                _count(came, counted)
                state = came.state
        if state.at == stands_at:
            return  # the rest is not on file


def _on_file(journey: Journey, state: RunState, facts: Facts, now: datetime, counted: Simulation) -> tuple[Event, ...]:
    """What is known to happen next; nothing when it is not on file."""
    step = journey.step(state.at or "")
    if state.waiting == "give":
        return (Claimed(step.id, "given" if counted.coupons[step.name].claim(counted.today) else "empty"),)
    return step.on_file(facts, now)


def _count(came: Advance, counted: Simulation) -> None:
    for place in came.trail:
        id, _, label = place.partition("/")
        step = counted.steps[id]
        if not label:
            step.reached += 1
        elif label in step.branches:
            step.branches[label] += 1
