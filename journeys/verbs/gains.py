"""Small things a person gets or is marked with: `points`, `enter_draw`, `tag`, `webhook`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from journeys.reading.shapes import Whole
from journeys.running.effects import AddPoints, AddTag, CallWebhook, EnterDraw
from journeys.running.walk import Walk
from journeys.texts import Lang
from journeys.verbs.base import GO_ON, Move, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Points(Step):
    """Points on the person's balance."""

    verb: ClassVar[str] = "points"
    once: ClassVar[bool] = True
    ready: ClassVar[bool] = True

    add: Annotated[int, Whole(1, 1_000_000)]

    def arrive(self, walk: Walk) -> Move:
        walk.owe(AddPoints(step=self.id, turn=walk.turn, points=self.add))
        balance = walk.fact("points.balance")
        walk.learn("points.balance", self.add + (balance if isinstance(balance, int) else 0))
        return GO_ON

    def sentence(self, lang: Lang) -> str:
        return (
            f"Ajouter {self.add} points ({self.said(lang)})"
            if lang == "fr"
            else f"Add {self.add} points ({self.said(lang)})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Step):
    """An entry in a draw, or several."""

    verb: ClassVar[str] = "enter_draw"
    once: ClassVar[bool] = True

    entries: Annotated[int, Whole(1, 1000)] = 1

    def arrive(self, walk: Walk) -> Move:
        walk.owe(EnterDraw(step=self.id, turn=walk.turn, draw=self.name, entries=self.entries))
        return GO_ON

    def sentence(self, lang: Lang) -> str:
        if lang == "fr":
            return f"Inscrire au tirage {self.said(lang)}" + (f" ({self.entries} chances)" if self.entries > 1 else "")
        return f"Enter the draw {self.said(lang)}" + (f" ({self.entries} entries)" if self.entries > 1 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Step):
    """A tag on the person."""

    verb: ClassVar[str] = "tag"

    def arrive(self, walk: Walk) -> Move:
        walk.owe(AddTag(step=self.id, turn=walk.turn, tag=self.name))
        walk.learn(f"tag.{self.name}", True)
        return GO_ON

    def sentence(self, lang: Lang) -> str:
        return f"Marquer {self.said(lang)}" if lang == "fr" else f"Tag as {self.said(lang)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Step):
    """A signed call to a URL that the brand's settings name."""

    verb: ClassVar[str] = "webhook"
    once: ClassVar[bool] = True

    def arrive(self, walk: Walk) -> Move:
        walk.owe(CallWebhook(step=self.id, turn=walk.turn, name=self.name))
        return GO_ON

    def sentence(self, lang: Lang) -> str:
        return f"Appeler le service {self.said(lang)}" if lang == "fr" else f"Call the service {self.said(lang)}"
