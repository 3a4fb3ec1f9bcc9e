"""What can happen to a person inside a journey.

An event that names a step counts only while the person stands there; elsewhere it changes nothing and is reported
as ignored.  To add an event: one class here, and the verb that hears it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from journeys.facts import Value

Claim = Literal["given", "empty", "capped"]
Word = Literal["given", "confirmed", "refused"]


@dataclass(frozen=True, slots=True)
class Visited:
    """The person came; a wait that has run out is over at once."""


@dataclass(frozen=True, slots=True)
class Woken:
    """The clock came to `wake_at`."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something from outside: an order placed, a cart abandoned.  `at` is aware UTC, the moment it happened."""

    name: str
    at: datetime
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Played:
    """A move in the game of a step.

    `over` says that this one try is finished (not that the step is): the step counts finished tries, keeps the best
    score and goes on when they are used up.  `result` has the game's own names: score, won, choice.
    """

    step: str
    result: Mapping[str, Value]
    over: bool = True


@dataclass(frozen=True, slots=True)
class MovedOn:
    """The person has tried at least once, has tries left, and goes on."""

    step: str


@dataclass(frozen=True, slots=True)
class Offered:
    """The person answered the offer of a program; `consents` by `purpose.channel`, only those asked for."""

    step: str
    joined: bool
    consents: Mapping[str, Word] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """The person filled a form in."""

    step: str
    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Shown:
    """The person has seen the screen."""

    step: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """What became of the coupon that a `give` asked for."""

    step: str
    result: Claim


Event: TypeAlias = Visited | Woken | Happened | Played | MovedOn | Offered | Asked | Shown | Claimed
