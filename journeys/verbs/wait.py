"""`wait`: for a time, until a date, or for an event of the person's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar

from journeys.facts import Facts
from journeys.reading import kinds
from journeys.reading.shapes import Date, Dotted, Span
from journeys.running.events import Event, Happened
from journeys.running.state import Waiting
from journeys.running.walk import Walk
from journeys.texts import Lang, span
from journeys.verbs.base import GO_ON, Move, Step
from journeys.yamlfile import Mapping

if TYPE_CHECKING:
    from journeys.reading.reading import Reading

_WAYS = ("for", "until", "event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    """`for: 3d`, `until: 2026-12-01`, or `event: order.placed` with `within: 14d`; the last gives `<id>.came`."""

    verb: ClassVar[str] = "wait"
    waits_for: ClassVar[Waiting | None] = "wait"
    ready: ClassVar[bool] = True

    for_: Annotated[timedelta | None, Span()] = None
    until: Annotated[datetime | None, Date()] = None
    event: Annotated[str | None, Dotted()] = None
    within: Annotated[timedelta | None, Span()] = None

    def arrive(self, walk: Walk) -> Move:
        return GO_ON if self.until and self.until <= walk.now else self.stop(walk)

    def over_at(self, since: datetime, closes_at: datetime | None) -> datetime | None:
        span = self.for_ or self.within
        return min((at for at in (self.until or (since + span if span else None), closes_at) if at), default=None)

    def hear(self, event: Event, walk: Walk) -> Move | None:
        if not isinstance(event, Happened) or event.name != self.event:
            return None
        after_arrival = walk.since is None or event.at > walk.since
        in_time = walk.wake_at is None or event.at <= walk.wake_at
        if not (after_arrival and in_time):
            return None
        walk.note({f"{self.id}.came": True})
        walk.decide("result", "came")
        return GO_ON

    def late(self, walk: Walk) -> Move:
        if self.event:
            walk.note({f"{self.id}.came": False})
            walk.decide("result", "did_not_come")
        return GO_ON

    def on_file(self, facts: Facts, now: datetime) -> tuple[Event, ...]:
        came = self.event and facts.values.get(f"{self.id}.came") is True
        return (Happened(self.event, now + timedelta(microseconds=1)),) if self.event and came else ()

    @classmethod
    def lends(cls, name: str, step: str) -> dict[str, str]:
        return {step: "wait"}

    def check(self, reading: Reading, mapping: Mapping) -> None:
        if sum(mapping.get(way) is not None for way in _WAYS) != 1:
            reading.say(kinds.ONE_OF, mapping, words=", ".join(_WAYS))
        elif mapping.get("within") is not None and mapping.get("event") is None:
            reading.say(kinds.UNKNOWN_KEY, mapping.key("within") or mapping, key="within", near_en="", near_fr="")

    def sentence(self, lang: Lang) -> str:
        french = lang == "fr"
        if self.for_:
            return f"Attendre {span(self.for_, lang)}" if french else f"Wait {span(self.for_, lang)}"
        if self.until:
            day = self.until.strftime("%Y-%m-%d %H:%M UTC")
            return f"Attendre jusqu'au {day}" if french else f"Wait until {day}"
        said = f"Attendre {self.event}" if french else f"Wait for {self.event}"
        if not self.within:
            return said
        return f"{said}, {span(self.within, lang)} {'au plus' if french else 'at most'}"
