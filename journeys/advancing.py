"""Running a journey: a person enters, something happens, and what comes of it is said.  Pure, for every caller.

`enter` lets a person in and takes her to her first stop; `advance` works one event out.
Both give the next state, the effects owed, the decisions made, and touch nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from journeys.facts import Facts, Moment
from journeys.journey import Journey
from journeys.running.decisions import Advance, Decision, LookedAt, Reason, TurnedAway
from journeys.running.events import Claimed, Event, Happened, Visited, Woken
from journeys.running.state import Ended, RunState
from journeys.running.values import Json
from journeys.running.walk import Walk
from journeys.verbs.base import GO_ON, Move, Step

__all__ = ["Advance", "Json", "TurnedAway", "advance", "enter"]


def enter(
    journey: Journey, facts: Facts, now: datetime, split_key: str, event: Happened | None = None
) -> Advance | TurnedAway:
    """Let a person in, if the journey is open and meant for her, and go to the first stop.

    `now` is aware.  `split_key` is kept for the whole run: the contact's id when linked, else the fan's.
    The fields of the `event` that brought her read as `event.<field>` from now on.
    """
    if refused := _closed(journey, now):
        return TurnedAway(refused, Decision("", "enter", refused))
    brought = {f"event.{name}": value for name, value in event.fields.items()} if event else {}
    facts = facts.overlay(brought) if brought else facts
    when = journey.enter.when
    walk = _walk(journey, RunState(entered_at=now, split_key=split_key, results=brought), facts, now)
    walk.moment = Moment(now, journey.zone)  # before she is in, there is nothing "since entry"
    verdict = walk.judge(when) if when else None
    looked_at = (("enter", verdict),) if verdict else ()
    if verdict and not verdict.held:
        return TurnedAway("not_for_you", Decision("", "enter", "not_for_you", looked_at))
    walk.moment = Moment(now, journey.zone, now)
    walk.decide("enter", "entered", looked_at)
    if _leaves(journey, walk):
        return _done(walk, RunState(entered_at=now, split_key=split_key, results=brought, ended="exit"))
    return _flow(journey, walk, Move(into=journey.steps), None)


def advance(journey: Journey, state: RunState, event: Event, facts: Facts, now: datetime) -> Advance:
    """Work one event out: the new state, what is owed, what was decided.

    The facts are those of this very moment; the run's own results are laid over them.  After a `give` the flow stops
    until the event `Claimed`.  Raises: KeyError when the person stands at a step that this version does not have.
    """
    if state.ended or state.at is None:
        return Advance(state, ignored=not _from_nobody(event))
    walk = _walk(journey, state, facts, now)
    step = journey.step(state.at)
    walk.at = step.id
    if not isinstance(event, Claimed):
        if journey.closes_at and now >= journey.closes_at:
            walk.decide("closed", "closed")
            return _done(walk, _stopped(state, "closed"), ignored=not _from_nobody(event))
        if _leaves(journey, walk):
            return _done(walk, _stopped(state, "exit"))
    if state.waiting is None:
        return replace(_flow(journey, walk, _arrive(step, walk), None), ignored=not _from_nobody(event))
    return _react(journey, walk, state, step, event)


def _react(journey: Journey, walk: Walk, state: RunState, step: Step, event: Event) -> Advance:
    """The event, or the end of the step's time, whichever came first."""
    late = state.wake_at is not None and walk.now >= state.wake_at
    move = step.hear(event, walk) if not late or isinstance(event, Happened | Claimed) else None
    if move is not None:
        return _flow(journey, walk, move, state)
    known = isinstance(event, Visited | Woken | Happened)
    if late:
        return replace(_flow(journey, walk, step.late(walk), state), ignored=not known)
    return Advance(state, ignored=not _from_nobody(event))


def _flow(journey: Journey, walk: Walk, move: Move, state: RunState | None) -> Advance:
    """Follow the moves from step to step until one stops."""
    while not (move.ended or move.waiting or move.here):
        target = move.into[0] if move.into else journey.after(walk.at) if walk.at else None
        move = _arrive(target, walk) if target else Move(ended="end")
    if move.here and state is not None:
        stays = replace(state, at=walk.at, results=dict(walk.results))
        return _done(walk, stays)
    return _done(walk, _standing(walk, move))


def _arrive(step: Step, walk: Walk) -> Move:
    """Come to a step.  Who was moved, and did before what is done once, passes."""
    walk.arrive(step.id)
    if walk.again and step.once:
        walk.decide("result", "already")
        return GO_ON
    return step.arrive(walk)


def _standing(walk: Walk, move: Move) -> RunState:
    return RunState(
        entered_at=walk.entered_at,
        split_key=walk.split_key,
        at=None if move.ended else walk.at,
        since=None if move.ended else walk.since,
        waiting=move.waiting,
        wake_at=move.wake_at,
        results=dict(walk.results),
        turns=dict(walk.turns),
        coupons=walk.coupons,
        sent_at=walk.sent_at,
        ended=move.ended,
        first_names=walk.first_names,
    )


def _stopped(state: RunState, ended: Ended) -> RunState:
    return replace(state, at=None, since=None, waiting=None, wake_at=None, ended=ended)


def _done(walk: Walk, state: RunState, ignored: bool = False) -> Advance:
    looked_at = LookedAt(frozenset(walk.asked), walk.measured)
    decided, trail = tuple(walk.decisions), tuple(walk.trail)
    return Advance(state, tuple(walk.effects), decided, trail, dict(walk.learnt), ignored, looked_at)


def _walk(journey: Journey, state: RunState, facts: Facts, now: datetime) -> Walk:
    return Walk(
        journey=journey.name,
        zone=journey.zone,
        limits=journey.limits,
        closes_at=journey.closes_at,
        now=now,
        entered_at=state.entered_at,
        split_key=state.split_key,
        facts=facts.overlay(state.results) if state.results else facts,
        since=state.since,
        wake_at=state.wake_at,
        results=dict(state.results),
        turns=dict(state.turns),
        coupons=state.coupons,
        sent_at=state.sent_at,
        first_names=state.first_names,
    )


def _from_nobody(event: Event) -> bool:
    """Whether an event is no deed, so that there is nothing to be ignored."""
    return isinstance(event, Visited | Woken)


def _closed(journey: Journey, now: datetime) -> Reason | None:
    if journey.opens_at and now < journey.opens_at:
        return "not_yet"
    return "closed" if journey.closes_at and now >= journey.closes_at else None


def _leaves(journey: Journey, walk: Walk) -> bool:
    """Whether the exit's condition holds; looked at after entry and on every event and wake-up."""
    if journey.exit is None:
        return False
    verdict = walk.judge(journey.exit)
    if verdict.held:
        walk.decide("exit", "left", (("exit", verdict),))
    return bool(verdict.held)
