"""On which consents a step hangs: by the branches on the way to it, and by what was noted under a consent before.

A consent is followed through names of `let`, earlier branches, ways that end, saved attributes, tags, waits, and the
events that let a person in.  Source: GDPR art. 7(4) and recital 43.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from journeys.conditions import Condition
from journeys.journey import Journey
from journeys.verbs.ask import Ask
from journeys.verbs.base import Step
from journeys.verbs.branching import Choose
from journeys.verbs.end import End
from journeys.verbs.gains import Tag
from journeys.verbs.play import Play
from journeys.verbs.save import Save
from journeys.verbs.wait import Wait

CONSENT = "consent."
NONE: frozenset[str] = frozenset()


def steps_with_consents(journey: Journey) -> list[tuple[Step, frozenset[str]]]:
    """Every step with the consents that decide, directly or not, whether somebody comes to it."""
    noted: dict[str, frozenset[str]] = {}
    while True:
        way = _Way(journey, noted)
        found = list(way.all())
        if way.noted == noted:
            return found
        noted = way.noted


@dataclass(slots=True)
class _Way:
    """A walk from top to bottom.  `before`: the facts that hang on consents, as the last walk noted them."""

    journey: Journey
    before: Mapping[str, frozenset[str]]
    noted: dict[str, frozenset[str]] = field(default_factory=dict)

    def all(self) -> Iterator[tuple[Step, frozenset[str]]]:
        enter = self.journey.enter
        above = self._of(enter.when) | self._of(self.journey.exit) | _named((enter.on,))
        yield from self._steps(self.journey.always, above)
        yield from self._steps(self.journey.steps, above)

    def _steps(self, steps: Iterable[Step], above: frozenset[str]) -> Iterator[tuple[Step, frozenset[str]]]:
        for step in steps:
            yield step, above
            self._note(f"journey.{self.journey.name}.reached.{step.id}", above)
            for fact, consents in _facts_of(step, self.before):
                self._note(fact, above | consents)
            asked = above
            for branch in step.branches:
                asked = asked | self._of(branch.when)
                yield from self._steps(branch.steps, asked)
            if isinstance(step, Choose) and any(any(map(_stays, branch.steps)) for branch in step.branches):
                above = asked  # who goes on was not stopped there
            if isinstance(step, Wait) and step.event and not step.within:
                above = above | _named((step.event,))

    def _of(self, condition: Condition | None) -> frozenset[str]:
        fields = condition.fields if condition else NONE
        return _named(fields).union(*(self.before.get(name, NONE) for name in fields))

    def _note(self, fact: str, consents: frozenset[str]) -> None:
        if consents:
            self.noted[fact] = self.noted.get(fact, NONE) | consents


def _facts_of(step: Step, noted: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    """The facts that a step makes, with the consents that they repeat."""
    match step:
        case Save(from_=source):
            yield step.attribute, _named((source or "",)) | noted.get(source or "", NONE)
        case Tag(name=name):
            yield f"tag.{name}", NONE
        case Wait(event=str() as event):
            yield f"{step.id}.came", _named((event,))
        case Play(saves=saves) | Ask(saves=saves):
            yield from ((attribute, NONE) for attribute, _ in saves or ())


def _stays(step: Step) -> bool:
    """Whether a step may keep somebody from ever going on."""
    return isinstance(step, End) or (isinstance(step, Wait) and bool(step.event) and step.within is None)


def _named(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name.startswith(CONSENT))
