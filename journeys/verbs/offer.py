"""`offer`: a program to join, always refusable; its consent boxes are never ticked beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar

from journeys.facts import Facts
from journeys.reading import kinds
from journeys.reading.shapes import Id, Names, Span
from journeys.reading.spelling import near
from journeys.running.effects import OfferProgram
from journeys.running.events import Event, Offered
from journeys.running.state import Waiting
from journeys.running.walk import Walk
from journeys.texts import Lang, listed, span
from journeys.verbs.base import GO_ON, Move, Step
from journeys.yamlfile import Mapping

if TYPE_CHECKING:
    from journeys.reading.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Step):
    """An offer to join; who has joined already goes on."""

    verb: ClassVar[str] = "offer"
    waits_for: ClassVar[Waiting | None] = "offer"
    ready: ClassVar[bool] = True
    about: ClassVar[str | None] = "program"

    asks: Annotated[tuple[str, ...] | None, Names()] = None
    screen: Annotated[str | None, Id("screen")] = None
    within: Annotated[timedelta | None, Span()] = None

    def arrive(self, walk: Walk) -> Move:
        if walk.fact(f"program.{self.name}") is True:
            walk.decide("result", "already")
            return GO_ON
        walk.owe(OfferProgram(step=self.id, turn=walk.turn, program=self.name, asks=self.asks or ()))
        return self.stop(walk)

    def hear(self, event: Event, walk: Walk) -> Move | None:
        if not isinstance(event, Offered) or event.step != self.id:
            return None
        walk.decide("result", "joined" if event.joined else "refused")
        if event.joined:
            walk.learn(f"program.{self.name}", True)
        for consent, word in event.consents.items():
            if word == "confirmed" and consent in (self.asks or ()):
                walk.learn(f"consent.{consent}", True)
        return GO_ON

    def on_file(self, facts: Facts, now: datetime) -> tuple[Event, ...]:
        joined = facts.values.get(f"program.{self.name}")
        return (Offered(self.id, joined),) if isinstance(joined, bool) and joined else ()

    def check(self, reading: Reading, mapping: Mapping) -> None:
        allowed = reading.world.programs.get(self.name) if reading.world else None
        for consent in self.asks or ():
            if allowed is not None and consent not in allowed:
                said = {"what_en": "consent in this program", "what_fr": "consentement dans ce programme"}
                at = mapping.get("asks") or mapping
                reading.say(kinds.NO_OBJECT, at, name=consent, **said, **near(consent, allowed))

    def sentence(self, lang: Lang) -> str:
        french = lang == "fr"
        words = [f"Proposer le programme {self.said(lang)}" if french else f"Offer the program {self.said(lang)}"]
        if self.asks:
            boxes = listed(list(self.asks), lang)
            words.append(f"avec les cases (vides) : {boxes}" if french else f"with the boxes (unticked): {boxes}")
        if self.within:
            words.append(f"dans les {span(self.within, lang)}" if french else f"within {span(self.within, lang)}")
        return ", ".join(words)
