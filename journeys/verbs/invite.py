"""`invite`: a personal link to pass on to friends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from journeys.reading.shapes import Id, OneOf, Whole
from journeys.running.effects import InviteFriend
from journeys.running.walk import Walk
from journeys.texts import Lang
from journeys.verbs.base import GO_ON, Move, Step
from journeys.yamlfile import Node

if TYPE_CHECKING:
    from journeys.reading.reading import Reading

_POINTS = re.compile(r"([1-9][0-9]{0,5}) points?")


@dataclass(frozen=True, slots=True)
class Gain:
    """What a friend brings: `50 points`, or a coupon's pool."""

    points: int = 0
    pool: str | None = None

    def read(self, node: Node, reading: Reading) -> Gain | None:
        text = reading.word(node, "a gain such as 50 points", "un gain comme 50 points")
        if text is None:
            return None
        if found := _POINTS.fullmatch(text):
            return Gain(points=int(found[1]))
        pool = Id("pool").read(node, reading)
        return Gain(pool=pool) if pool else None

    def said(self) -> str:
        return self.pool or f"{self.points} points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(Step):
    """A link for friends; each who joined or played counts, up to `at_most`."""

    verb: ClassVar[str] = "invite"
    once: ClassVar[bool] = True
    may_be_always: ClassVar[bool] = True

    at_most: Annotated[int | None, Whole(1, 10_000)] = None
    gives: Annotated[Gain | None, Gain()] = None
    counts_when: Annotated[str, OneOf(("joined", "played"))] = "joined"

    def arrive(self, walk: Walk) -> Move:
        gain = self.gives or Gain()
        walk.owe(
            InviteFriend(
                step=self.id,
                turn=walk.turn,
                at_most=self.at_most,
                counts_when=self.counts_when,
                points=gain.points,
                pool=gain.pool,
            )
        )
        return GO_ON

    def sentence(self, lang: Lang) -> str:
        french = lang == "fr"
        words = [f"Inviter des amis ({self.said(lang)})" if french else f"Invite friends ({self.said(lang)})"]
        if self.at_most:
            words.append(f"{self.at_most} au plus" if french else f"{self.at_most} at most")
        if self.gives:
            done = {"joined": ("inscrit", "joined"), "played": ("qui a joué", "played")}[self.counts_when]
            gain = self.gives.said()
            words.append(f"{gain} par ami {done[0]}" if french else f"{gain} for each who {done[1]}")
        return ", ".join(words)
