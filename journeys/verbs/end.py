"""`end`: the journey is over for this person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from journeys.running.walk import Walk
from journeys.texts import Lang
from journeys.verbs.base import Move, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Step):
    """The end, with or without a name."""

    verb: ClassVar[str] = "end"
    ready: ClassVar[bool] = True

    def arrive(self, walk: Walk) -> Move:
        return Move(ended="end")

    def sentence(self, lang: Lang) -> str:
        return "Fin du parcours" if lang == "fr" else "End of the journey"
