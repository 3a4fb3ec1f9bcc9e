"""What was decided, and why; and what one go through a journey comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from journeys.conditions import Verdict
from journeys.facts import Measured, Value
from journeys.running.effects import Effect
from journeys.running.state import RunState
from journeys.running.values import Json

DecisionKind = Literal["enter", "branch", "split", "limit", "exit", "closed", "late", "result", "moved"]
Reason = Literal["closed", "not_yet", "not_for_you"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision at one step.

    `outcome` is the branch's label, or what became of it: `dropped`, `later`, `capped`, `empty`, `given`.
    `looked_at` are the conditions that were tried, by label, in their order; the last one decided.
    """

    step: str
    kind: DecisionKind
    outcome: str
    looked_at: tuple[tuple[str, Verdict], ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The verdict of the condition that decided; None when no condition did."""
        return self.looked_at[-1][1] if self.looked_at else None

    def to_data(self) -> dict[str, Json]:
        """The decision, ready for JSON; `why` has each condition's leaves, what held and what was found."""
        why: dict[str, Json] = {label: _verdict_data(verdict) for label, verdict in self.looked_at}
        return {"step": self.step, "kind": self.kind, "outcome": self.outcome, "why": why}


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was asked about a person: names of facts, and what measures of her orders came to."""

    names: frozenset[str] = frozenset()
    measured: Mapping[str, Measured] = field(default_factory=dict)

    def and_then(self, more: LookedAt) -> LookedAt:
        """The same, with what was asked after it."""
        return LookedAt(self.names | more.names, {**self.measured, **more.measured})


@dataclass(frozen=True, slots=True)
class Advance:
    """What came of one event.

    `trail` names the steps arrived at and the branches taken (`maturity/active`), in their order.  `learnt` are facts
    that the effects make true (a program joined, points added): a caller without a base overlays them itself.
    `looked_at` is all that was asked about her.  With `ignored` the event was not for where the person stands; the
    state may still have moved when a wait was over.
    """

    state: RunState
    effects: tuple[Effect, ...] = ()
    decisions: tuple[Decision, ...] = ()
    trail: tuple[str, ...] = ()
    learnt: Mapping[str, Value] = field(default_factory=dict)
    ignored: bool = False
    looked_at: LookedAt = field(default_factory=lambda: LookedAt())


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The person does not enter, and why."""

    reason: Reason
    decision: Decision


def _verdict_data(verdict: Verdict) -> Json:
    leaves: list[Json] = [
        {"text": leaf.text, "held": leaf.held, "found": None if leaf.found is None else str(leaf.found)}
        for leaf in verdict.leaves
    ]
    return {"held": verdict.held, "leaves": leaves}
