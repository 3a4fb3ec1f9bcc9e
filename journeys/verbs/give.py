"""`give`: one coupon out of a pool; other steps when the pool is empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

from journeys.reading.shapes import Span, StepList
from journeys.running.effects import GiveCoupon
from journeys.running.events import Claimed, Event
from journeys.running.walk import Walk
from journeys.texts import Lang, span
from journeys.verbs.base import GO_ON, Branch, Move, Step

EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Give(Step):
    """A coupon: the flow stops here until the pool has answered given, empty or capped."""

    verb: ClassVar[str] = "give"
    once: ClassVar[bool] = True
    ready: ClassVar[bool] = True
    about: ClassVar[str | None] = "pool"

    valid: Annotated[timedelta | None, Span()] = None
    if_empty: Annotated[tuple[Step, ...] | None, StepList()] = None

    @property
    def branches(self) -> tuple[Branch, ...]:
        return (Branch(label=EMPTY, steps=self.if_empty, place=self.place),) if self.if_empty else ()

    def arrive(self, walk: Walk) -> Move:
        if not walk.coupons_left():
            walk.decide("limit", "capped")
            return GO_ON
        walk.owe(GiveCoupon(step=self.id, turn=walk.turn, pool=self.name, valid=self.valid))
        return Move(waiting="give")

    def hear(self, event: Event, walk: Walk) -> Move | None:
        if not isinstance(event, Claimed) or event.step != self.id:
            return None
        walk.decide("result" if event.result == "given" else "limit", event.result)
        if event.result == "given":
            walk.count_coupon()
            walk.learn(f"coupon.{self.name}.given", True)
        if event.result != EMPTY or not self.if_empty:
            return GO_ON
        walk.branch(EMPTY)
        return Move(into=self.if_empty)

    def sentence(self, lang: Lang) -> str:
        given = f"Donner le coupon {self.name}" if lang == "fr" else f"Give the coupon {self.name}"
        if not self.valid:
            return given
        return f"{given}, {'valable' if lang == 'fr' else 'valid for'} {span(self.valid, lang)}"
