"""Replay: what was decided is decided again, from what was looked at then; nothing may come out otherwise.

`replay` takes one run from its entrance to where it stands.  It stops at the first difference, for what follows from a
difference is different too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from journeys.advancing import advance, enter
from journeys.facts import Facts, NotMeasured, Value
from journeys.journey import Journey
from journeys.moving import Passage, decided, leave, move_state
from journeys.running.decisions import Advance, Decision
from journeys.running.effects import Effect
from journeys.running.events import Claim, Claimed
from journeys.running.records import Cause, Entered, Left, Moved, came_to, digest_of
from journeys.running.state import RunState

Said = tuple[Mapping[str, Any], ...]  # decisions as data


@dataclass(frozen=True, slots=True)
class Kept:
    """One advance as it was kept: by which version, what moved her, what was looked at, and what came of it."""

    number: int
    journey: Journey
    cause: Cause
    claims: tuple[Claim, ...]
    facts: Facts
    now: datetime
    came_to: str
    digest: str
    decided: Said
    passage: Passage | None = None  # for a move: from the version before


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a run would go another way now: in which advance, at which step, and what was said then and now."""

    number: int
    step: str
    then: str
    now: str

    def as_json(self) -> dict[str, object]:
        return {"advance": self.number, "step": self.step, "then": self.then, "now": self.now}


@dataclass(slots=True)
class _Again:
    """One advance, worked out again."""

    state: RunState | None
    effects: list[Effect] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    learnt: Mapping[str, Value] = field(default_factory=dict)

    def take(self, came: Advance) -> None:
        """Add what came of one more event."""
        self.state, self.learnt = came.state, came.learnt
        self.effects += came.effects
        self.decisions += came.decisions


def replay(kept: Sequence[Kept], split_key: str, stands: RunState) -> Difference | None:
    """The first difference between what was kept of a run and what would be decided now; None when there is none.

    `stands` is the stored state, which the last advance must have come to.
    """
    state: RunState | None = None
    for each in kept:
        again = _Again(state)
        try:
            _decide(each, again, split_key)
        except NotMeasured as missing:
            step, now = missing.step or _place(each, state), f"asks for {missing}, which was not looked at"
            then = next((_words(said) for said in each.decided if said["step"] == step), _then(each))
            return _decisions_differ(each, again, state, step) or Difference(each.number, step, then, now)
        except (KeyError, ValueError) as error:
            step = _place(each, state)
            return _decisions_differ(each, again, state) or Difference(each.number, step, _then(each), str(error))
        if difference := _decisions_differ(each, again, state) or _outcome_differs(each, again, state):
            return difference
        state = again.state
    if state is not None and state.to_data() != stands.to_data():
        return Difference(kept[-1].number, came_to(stands), f"stands at {came_to(stands)}", f"at {came_to(state)}")
    return None


def _decide(kept: Kept, again: _Again, split_key: str) -> None:
    """Raises: ValueError when the person would not be where the advance begins, NotMeasured."""
    state = again.state
    if isinstance(kept.cause, Entered):
        came = enter(kept.journey, kept.facts, kept.now, split_key, kept.cause.by)
        if not isinstance(came, Advance):
            raise ValueError(f"she would not come in: {came.reason}")
        again.take(came)
    elif state is None:
        raise ValueError("the run has no beginning")
    elif isinstance(kept.cause, Moved | Left):
        again.state = _moved(kept, state)
        again.decisions.append(decided(state, again.state))
    else:
        again.take(advance(kept.journey, state, kept.cause, kept.facts, kept.now))
    _claim(kept, again)


def _claim(kept: Kept, again: _Again) -> None:
    """Let the coupons come out as they did."""
    facts = kept.facts
    for result in kept.claims:
        state = again.state
        if state is None or state.waiting != "give" or state.at is None:
            raise ValueError("no coupon would be given")
        facts = facts.overlay(again.learnt)
        again.take(advance(kept.journey, state, Claimed(state.at, result), facts, kept.now))


def _moved(kept: Kept, state: RunState) -> RunState:
    if not isinstance(kept.cause, Moved) or kept.passage is None:
        return leave(state)
    there = move_state(kept.passage, state, {step: str(goal) for step, goal in kept.cause.targets.items()})
    if not isinstance(there, RunState):
        raise ValueError(f"she would have no step to go to from {there.step}")
    return there


def _decisions_differ(kept: Kept, again: _Again, before: RunState | None, at: str = "") -> Difference | None:
    """The first decision that differs; where the replay broke off (`at` a step), those before it."""
    now = [decision.to_data() for decision in again.decisions]
    for then, said in zip(kept.decided, now, strict=False) if at else zip_longest(kept.decided, now):
        if then != said:
            step = str((then or said or {}).get("step") or _place(kept, before))
            return Difference(kept.number, step, _words(then), _words(said))
    return None


def _outcome_differs(kept: Kept, again: _Again, before: RunState | None) -> Difference | None:
    """Whether the same decisions led elsewhere, or to something else that is owed."""
    state = again.state
    if state is None or digest_of(state.to_data(), again.effects) == kept.digest:
        return None
    owed = "".join(f", {effect.kind} at {effect.step}" for effect in again.effects)
    return Difference(kept.number, _place(kept, before), _then(kept), f"to {came_to(state)}{owed}")


def _words(decision: Mapping[str, Any] | None) -> str:
    """A decision in a few words: `branch joined (program.club: true)`."""
    if decision is None:
        return "no decision"
    leaves = [leaf for verdict in decision["why"].values() for leaf in verdict["leaves"]]
    found = ", ".join(f"{leaf['text']}: {_truth(leaf['held'])}" for leaf in leaves)
    return f"{decision['kind']} {decision['outcome']}" + (f" ({found})" if found else "")


def _truth(held: bool | None) -> str:
    return "unknown" if held is None else "true" if held else "false"


def _place(kept: Kept, before: RunState | None) -> str:
    """The step where an advance began."""
    return (before.at if before else None) or "enter"


def _then(kept: Kept) -> str:
    return f"to {kept.came_to}"
