"""A journey: the frozen tree of one file, and how one moves about in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from journeys.conditions import Condition, Scope
from journeys.outline import outline
from journeys.problems import Kind, Problem
from journeys.running.limits import Limits
from journeys.texts import Lang, Text
from journeys.verbs.base import Step

if TYPE_CHECKING:
    from journeys.testing.case import Case

NOT_READY = Kind(
    "journey.verb_not_ready",
    "error",
    "'{verb}' can be written and tested, but not carried out yet",
    "« {verb} » s'écrit et se teste, mais ne s'exécute pas encore",
    "take this step out before publishing",
    "retirez cette étape avant de publier",
)


@dataclass(frozen=True, slots=True)
class Enter:
    """Who comes in, and when: on a visit, on an event, or daily at an hour of the journey's zone."""

    on: str = "visit"
    at: time | None = None
    when: Condition | None = None
    again: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """One journey.  Moments are aware UTC; `zone` is that of its days and hours."""

    name: str
    file: str
    steps: tuple[Step, ...]
    zone: ZoneInfo
    title: Text | None = None
    currency: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    lets: Mapping[str, Condition] = field(default_factory=dict)
    enter: Enter = field(default_factory=Enter)
    exit: Condition | None = None
    limits: Limits = field(default_factory=Limits)
    always: tuple[Step, ...] = ()
    tests: tuple[Case, ...] = ()
    scope: Scope = field(default_factory=Scope, repr=False, compare=False)  # what its conditions may speak of
    _by_id: dict[str, Step] = field(init=False, repr=False, compare=False, default_factory=dict)
    _after: dict[str, Step | None] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._lay_out(self.steps, None)
        for step in tuple(self._by_id.values()):
            if step.was:
                self._by_id.setdefault(step.was, step)

    def step(self, id: str) -> Step:
        """The step of that id, or the one that was called so.  Raises: KeyError when there is none."""
        return self._by_id[id]

    def has_step(self, id: str) -> bool:
        """Whether a step is or was called so."""
        return id in self._by_id

    def after(self, id: str) -> Step | None:
        """The step that the flow goes on with; None at the end of the journey."""
        return self._after[self._by_id[id].id]

    def stops_after(self, id: str) -> Iterator[Step]:
        """The steps at which somebody who leaves this one may come to stand, from top to bottom."""
        following = [each for branch in self.step(id).branches for each in branch.steps]
        yield from (each for each in walk_steps(following) if each.waits_for)
        while step := self.after(id):
            yield from (each for each in walk_steps([step]) if each.waits_for)
            id = step.id

    def all_steps(self) -> Iterator[Step]:
        """Every step of the tree, from top to bottom."""
        return walk_steps(self.steps)

    @property
    def verbs_not_ready(self) -> tuple[Problem, ...]:
        """The steps that the product cannot carry out yet; publishing refuses them."""
        return tuple(
            Problem(NOT_READY, self.file, *step.place, {"verb": step.verb})
            for step in (*self.all_steps(), *self.always)
            if not step.ready
        )

    def outline(self, lang: Lang) -> list[str]:
        """The journey in plain words, an indented line for each step."""
        return outline(self, lang)

    def _lay_out(self, steps: tuple[Step, ...], following: Step | None) -> None:
        for step, after in zip(steps, (*steps[1:], following), strict=False):
            self._by_id[step.id] = step
            self._after[step.id] = after
            for branch in step.branches:
                self._lay_out(branch.steps, after)


def walk_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps and all those inside them, from top to bottom."""
    for step in steps:
        yield step
        for branch in step.branches:
            yield from walk_steps(branch.steps)
