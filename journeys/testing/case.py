"""One test of a journey file, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from journeys.facts import Facts, OrderLine, Value
from journeys.running.events import Word
from journeys.yamlfile.nodes import Place


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person says to an offer."""

    joined: bool
    consents: Mapping[str, Word] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happens a while after she came in; a purchase brings its order line."""

    after: timedelta
    name: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    order: OrderLine | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One person, and what is expected of the journey.  `now` is when she comes in (aware UTC).

    What is not given does not happen: a game that is not played and a wait without its event run to their end.
    """

    name: str
    now: datetime
    facts: Facts = field(default_factory=Facts)
    plays: Mapping[str, tuple[Mapping[str, Value], ...]] = field(default_factory=dict)
    offers: Mapping[str, Reply] = field(default_factory=dict)
    asks: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    events: tuple[Occurrence, ...] = ()
    stock: Mapping[str, int] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    gets: tuple[str, ...] | None = None
    place: Place = (1, 1)
