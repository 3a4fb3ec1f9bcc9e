"""One person led through a journey, with the answers that a test gives her."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from journeys.advancing import advance, enter
from journeys.facts import Facts
from journeys.journey import Journey
from journeys.running.decisions import Advance, TurnedAway
from journeys.running.effects import AddPoints, Effect, EnterDraw, SendMessage
from journeys.running.events import Asked, Claimed, Event, Happened, MovedOn, Offered, Played, Shown, Woken
from journeys.running.state import RunState
from journeys.testing.case import Case, Occurrence

MAX_EVENTS = 10_000
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Trial:
    """The person on her way: where she has been, what she got, what was sent to her."""

    journey: Journey
    case: Case
    facts: Facts
    now: datetime
    trail: list[str] = field(default_factory=list)
    got: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    turned_away: str | None = None
    _tries: dict[str, int] = field(default_factory=dict)
    _stock: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Lead her from the entrance to where nothing more happens."""
        entered = enter(self.journey, self.facts, self.now, self.case.name)
        if isinstance(entered, TurnedAway):
            self.turned_away = entered.reason
            return
        state = self._take(entered)
        waiting = sorted(self.case.events, key=lambda event: event.after)
        for _ in range(MAX_EVENTS):
            if state.ended or (event := self._next(state, waiting)) is None:
                return
            state = self._take(advance(self.journey, state, event, self.facts, self.now))

    def _take(self, came: Advance) -> RunState:
        self.trail += came.trail
        self.facts = self.facts.overlay(came.learnt) if came.learnt else self.facts
        for effect in came.effects:
            self._receive(effect)
        return came.state

    def _receive(self, effect: Effect) -> None:
        if isinstance(effect, AddPoints):
            self.got.append(f"{effect.points} points")
        elif isinstance(effect, EnterDraw):
            self.got.append(effect.draw)
        elif isinstance(effect, SendMessage):
            self.sent.append(effect.template)

    def _next(self, state: RunState, waiting: list[Occurrence]) -> Event | None:
        """Her answer where she stands; else what happens next, or the end of the wait."""
        if (answer := self._answer(state)) is not None:
            return answer
        due = state.wake_at
        if waiting and (due is None or self.case.now + waiting[0].after <= due):
            return self._happens(waiting.pop(0))
        if due is None:
            return None
        self.now = max(due, self.now)
        return Woken()

    def _happens(self, occurrence: Occurrence) -> Event:
        self.now = max(self.case.now + occurrence.after, self.now)
        if occurrence.order:
            self.facts = Facts(self.facts.values, (*self.facts.orders, occurrence.order))
        return Happened(occurrence.name, self.now, occurrence.fields)

    def _answer(self, state: RunState) -> Event | None:
        step = self.journey.step(state.at or "")
        match state.waiting:
            case "give":
                return self._claim(step.id, step.name)
            case "show":
                return Shown(step.id)
            case "play":
                return self._play(step.id, step.name)
            case "offer" if reply := _given(self.case.offers, step.id, step.name):
                return Offered(step.id, reply.joined, reply.consents)
            case "ask" if (answers := _given(self.case.asks, step.id, step.name)) is not None:
                return Asked(step.id, answers)
        return None

    def _claim(self, id: str, pool: str) -> Event:
        left = self._stock.setdefault(pool, self.case.stock.get(pool, 1_000_000))
        self._stock[pool] = left - 1
        if left <= 0:
            return Claimed(id, "empty")
        self.got.append(pool)
        return Claimed(id, "given")

    def _play(self, id: str, game: str) -> Event | None:
        tries = _given(self.case.plays, id, game)
        if tries is None:
            return None
        done = self._tries.get(id, 0)
        self._tries[id] = done + 1
        return Played(id, tries[done]) if done < len(tries) else MovedOn(id)


def _given(answers: Mapping[str, Answer], id: str, name: str) -> Answer | None:
    """The answer for a step, by its id or by what it is about."""
    return answers.get(id, answers.get(name))


def attempt(journey: Journey, case: Case) -> Trial:
    """Lead the person of a test through the journey."""
    shares = {f"{step}.share": label for step, label in case.splits.items()}
    trial = Trial(journey, case, case.facts.overlay(shares) if shares else case.facts, case.now)
    trial.run()
    return trial
