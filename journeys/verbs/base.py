"""What every verb is made of: a step, where the flow goes from it, and the options its YAML takes.

A verb is one class: its options are its fields, `Annotated` with the shape they are written in; `arrive` says what
happens on arrival, `hear` what an event does while the person stands there, `late` what happens when `within` has run
out, `sentence` how it reads.
To add a verb: one file in this folder with one class, and one line in `VERBS`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, get_origin, get_type_hints

from journeys.facts import Facts, Value
from journeys.running.events import Event
from journeys.running.state import Ended, Waiting
from journeys.running.walk import Walk
from journeys.texts import Lang, Text, quoted, words_of
from journeys.yamlfile import Mapping, Node
from journeys.yamlfile.nodes import Place

if TYPE_CHECKING:
    from journeys.conditions import Condition
    from journeys.reading.reading import Reading


@dataclass(frozen=True, slots=True)
class Move:
    """Where the flow goes: on, into a list of steps, nowhere for now, or out."""

    into: tuple[Step, ...] = ()
    waiting: Waiting | None = None
    wake_at: datetime | None = None
    ended: Ended | None = None
    here: bool = False  # stay as before


GO_ON = Move()
STAY = Move(here=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One way out of a step: under a condition, for a share of the people, or for the rest."""

    label: str
    steps: tuple[Step, ...]
    name: Text | None = None
    when: Condition | None = None
    share: int = 0  # in ten-thousandths
    place: Place = (1, 1)


class Shape(Protocol):
    """What an option may be written as.  `read` gives its value, or None after saying what is wrong."""

    def read(self, node: Node, reading: Reading) -> Any: ...


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a verb, as it stands in the file."""

    name: str
    attribute: str
    shape: Shape
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a journey.  `name` is the object that it is about, `id` the person's position."""

    verb: ClassVar[str]
    ready: ClassVar[bool] = False  # whether the product carries it out; else publishing refuses it
    about: ClassVar[str | None] = None  # what its name must be in the world: game, pool, program, screen, message
    shown_by: ClassVar[str | None] = None  # the option that, when given, names that object instead
    may_be_always: ClassVar[bool] = False
    once: ClassVar[bool] = False  # whether a person who comes here again after a move passes without it
    waits_for: ClassVar[Waiting | None] = None  # what a person who stands here waits for

    id: str
    name: str
    was: str | None = None
    place: Place = (1, 1)

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The ways out that have steps of their own."""
        return ()

    def arrive(self, walk: Walk) -> Move:
        """What happens when the person comes to this step."""
        return GO_ON

    def over_at(self, since: datetime, closes_at: datetime | None) -> datetime | None:
        """When the time of somebody who came here at `since` is over: after `within`, at the close at the latest."""
        within = getattr(self, "within", None)
        return min((at for at in (since + within if within else None, closes_at) if at), default=None)

    def open_to(self, results: Mapping_[str, Value]) -> bool:
        """Whether somebody with these results of hers has something to do here."""
        return True

    def stop(self, walk: Walk) -> Move:
        """Stand here and wait, until the time for it is over."""
        return Move(waiting=self.waits_for, wake_at=self.over_at(walk.now, walk.closes_at))

    def hear(self, event: Event, walk: Walk) -> Move | None:
        """What an event does to the person standing here; None when it is not for this step."""
        return None

    def late(self, walk: Walk) -> Move:
        """What happens when the time for this step is over."""
        walk.decide("late", "late")
        return GO_ON

    def on_file(self, facts: Facts, now: datetime) -> tuple[Event, ...]:
        """The events that the facts already hold, for a simulation; none when the result is not on file."""
        return ()

    def check(self, reading: Reading, mapping: Mapping) -> None:
        """Note what is wrong between the options of this step."""

    @classmethod
    def lends(cls, name: str, step: str) -> dict[str, str]:
        """The names that such a step lends to conditions, each with its kind: game, wait, program, pool."""
        return {name: cls.about} if cls.about in ("game", "program", "pool") else {}

    def said(self, lang: Lang) -> str:
        """The step's name as its sentence says it."""
        return quoted(words_of(self.name), lang)

    def sentence(self, lang: Lang) -> str:
        """The step in plain words."""
        raise NotImplementedError


def options_of(verb: type[Step]) -> tuple[Option, ...]:
    """The options that a verb's YAML takes: its annotated fields, required when they have no default.

    A trailing underscore keeps a field clear of Python's own words.
    """
    if verb not in _OPTIONS:
        hints = get_type_hints(verb, include_extras=True)
        _OPTIONS[verb] = tuple(
            Option(f.name.rstrip("_"), f.name, hints[f.name].__metadata__[0], f.default is dataclasses.MISSING)
            for f in dataclasses.fields(verb)
            if get_origin(hints[f.name]) is Annotated
        )
    return _OPTIONS[verb]


_OPTIONS: dict[type[Step], tuple[Option, ...]] = {}  # read off each class once
