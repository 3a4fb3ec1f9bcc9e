"""`play`: a game of the campaign, as often as `tries` allows; the best score counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from journeys.facts import Facts, Value
from journeys.reading.shapes import Saves, Span, Whole
from journeys.running.effects import SaveAttribute
from journeys.running.events import Event, MovedOn, Played
from journeys.running.state import Waiting
from journeys.running.walk import Walk
from journeys.texts import Lang, span
from journeys.verbs.base import GO_ON, STAY, Move, Step

OUTCOMES = ("score", "won", "choice", "rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Step):
    """A game; one try unless `tries` says more.  What `saves` names goes into the CRM profile at the end."""

    verb: ClassVar[str] = "play"
    waits_for: ClassVar[Waiting | None] = "play"
    ready: ClassVar[bool] = True
    about: ClassVar[str | None] = "game"

    tries: Annotated[int | None, Whole(1, 1000)] = None
    within: Annotated[timedelta | None, Span()] = None
    saves: Annotated[tuple[tuple[str, str], ...] | None, Saves()] = None

    def arrive(self, walk: Walk) -> Move:
        return self.stop(walk) if self.open_to(walk.results) else self._leave(walk)

    def open_to(self, results: Mapping[str, Value]) -> bool:
        return self.tries_used(results) < (self.tries or 1)

    def hear(self, event: Event, walk: Walk) -> Move | None:
        used = self.tries_used(walk.results)
        if isinstance(event, MovedOn) and event.step == self.id and used:
            return self._leave(walk)
        if not isinstance(event, Played) or event.step != self.id:
            return None
        if not event.over:
            return STAY
        self._take(event, used + 1, walk)
        return self._leave(walk) if used + 1 >= (self.tries or 1) else STAY

    def late(self, walk: Walk) -> Move:
        walk.decide("late", "late")
        return self._leave(walk)

    def tries_used(self, results: Mapping[str, Value]) -> int:
        """How many tries of this step are finished."""
        used = results.get(f"{self.id}.tries", 0)
        return used if isinstance(used, int) else 0

    def on_file(self, facts: Facts, now: datetime) -> tuple[Event, ...]:
        known = {
            name: facts.values[f"{self.name}.{name}"] for name in OUTCOMES if f"{self.name}.{name}" in facts.values
        }
        return (Played(self.id, known), MovedOn(self.id)) if known else ()

    @classmethod
    def lends(cls, name: str, step: str) -> dict[str, str]:
        return {name: "game", step: "game"}

    def _take(self, event: Played, used: int, walk: Walk) -> None:
        before = {name: walk.results.get(f"{self.id}.{name}") for name in event.result}
        best = {name: _better(name, before[name], value) for name, value in event.result.items()}
        plays = walk.fact(f"{self.name}.plays")
        best.setdefault("plays", max(used, plays if isinstance(plays, int) else 0))
        found = {f"{owner}.{name}": value for owner in (self.name, self.id) for name, value in best.items()}
        walk.note({**found, f"{self.id}.tries": used})

    def _leave(self, walk: Walk) -> Move:
        for attribute, outcome in self.saves or ():
            value = walk.results.get(f"{self.id}.{outcome}")
            if value is not None:
                walk.owe(SaveAttribute(step=self.id, turn=walk.turn, part=attribute, name=attribute, value=value))
                walk.note({attribute: value})
        return GO_ON

    def sentence(self, lang: Lang) -> str:
        french = lang == "fr"
        words = [f"Jouer à {self.said(lang)}" if french else f"Play {self.said(lang)}"]
        if self.tries and self.tries > 1:
            words.append(f"{self.tries} essais au plus" if french else f"{self.tries} tries at most")
        if self.within:
            words.append(f"dans les {span(self.within, lang)}" if french else f"within {span(self.within, lang)}")
        for attribute, outcome in self.saves or ():
            words.append(
                f"le résultat « {outcome} » est noté dans {attribute}"
                if french
                else f"its {outcome} is saved to {attribute}"
            )
        return ", ".join(words)


def _better(name: str, before: Value | None, now: Value) -> Value:
    """The best score and a win once won are kept; other results are those of the last try."""
    if name == "score" and before is not None:
        return max(before, now)
    return True if name == "won" and before is True else now
