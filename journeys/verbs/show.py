"""`show`: a screen, passed once it was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from journeys.facts import Facts
from journeys.reading.shapes import Id
from journeys.running.events import Event, Shown
from journeys.running.state import Waiting
from journeys.running.walk import Walk
from journeys.texts import Lang
from journeys.verbs.base import GO_ON, Move, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(Step):
    """A screen; its own name unless `screen` says another."""

    verb: ClassVar[str] = "show"
    waits_for: ClassVar[Waiting | None] = "show"
    ready: ClassVar[bool] = True
    about: ClassVar[str | None] = "screen"
    shown_by: ClassVar[str | None] = "screen"

    screen: Annotated[str | None, Id("screen")] = None

    def arrive(self, walk: Walk) -> Move:
        return self.stop(walk)

    def hear(self, event: Event, walk: Walk) -> Move | None:
        return GO_ON if isinstance(event, Shown) and event.step == self.id else None

    def on_file(self, facts: Facts, now: datetime) -> tuple[Event, ...]:
        return (Shown(self.id),)

    def sentence(self, lang: Lang) -> str:
        return f"Montrer l'écran {self.said(lang)}" if lang == "fr" else f"Show the screen {self.said(lang)}"
