"""What a person is owed by a step: plain values that a service carries out, each once.

To add an effect: one class here, the verb that owes it, and one line in the service's table.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from journeys.facts import Value
from journeys.running.values import Json, value_to_data


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Where an effect comes from: the step, and which arrival there (1 = the first).

    `part` tells several effects of one step apart, such as two saved attributes; it belongs in the key.
    `first_name` is what the step was called when it was first reached, if it was renamed since.
    """

    step: str
    turn: int
    part: str = ""
    first_name: str = ""

    @property
    def kind(self) -> str:
        """The effect's name, as the table of services has it."""
        return type(self).__name__

    def key(self, journey: str, person: str, run: int) -> str:
        """The key under which this effect happens once."""
        step = self.first_name or self.step
        return effect_key(journey, person, run, f"{step}/{self.part}" if self.part else step, self.turn)

    def content(self) -> dict[str, Json]:
        """The effect's own values, ready for JSON; spans in seconds, moments in ISO form."""
        own = (f.name for f in fields(self) if f.name not in ("step", "turn", "part", "first_name"))
        return {name: _json(getattr(self, name)) for name in own}


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCoupon(Effect):
    """One coupon out of a pool; `valid` from the moment it is given."""

    pool: str
    valid: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPoints(Effect):
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterDraw(Effect):
    draw: str
    entries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferProgram(Effect):
    """A program is put before the person; `asks` are the consent boxes, `purpose.channel`, all unticked."""

    program: str
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Effect):
    """One message; with `not_before` it must wait until then (quiet hours)."""

    channel: str
    template: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAttribute(Effect):
    name: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag(Effect):
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWebhook(Effect):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteFriend(Effect):
    """A personal link; a friend counts when she joined or played, at most so many."""

    at_most: int | None
    counts_when: str
    points: int = 0
    pool: str | None = None


def effect_key(journey: str, person: str, run: int, step: str, turn: int) -> str:
    """The key under which an effect happens once: 64 hexadecimal digits, without any version in it."""
    parts = (journey, person, str(run), step, str(turn))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _json(value: object) -> Json:
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [str(item) for item in value]
    return None if value is None else value_to_data(value)
