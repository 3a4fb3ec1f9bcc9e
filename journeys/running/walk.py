"""One go through the steps: what the verbs read and write while an event is worked out.

A walk lives inside one call of `enter` or `advance` and is never seen outside; what it gathered leaves as an `Advance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from journeys.conditions import Condition, Verdict
from journeys.facts import Facts, Measured, Moment, NotMeasured, Value
from journeys.running.decisions import Decision, DecisionKind
from journeys.running.effects import Effect
from journeys.running.limits import Limits

COUPONS_GIVEN = "limits.coupons"
MESSAGES_SENT = "limits.messages"


@dataclass(slots=True)
class Walk:
    """The person, the moment, and what has come of it so far.

    Two facts may be given by the caller for the limits: `limits.coupons`, the coupons this person got in this journey
    in all runs, and `limits.messages`, the messages the brand sent her within the journey's span (`2 per 7d`).
    What this run itself gave and sent is counted in any case; the greater number holds.
    """

    journey: str
    zone: ZoneInfo
    limits: Limits
    closes_at: datetime | None
    now: datetime
    entered_at: datetime
    split_key: str
    facts: Facts
    at: str = ""
    since: datetime | None = None
    wake_at: datetime | None = None
    results: dict[str, Value] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    coupons: int = 0
    sent_at: tuple[datetime, ...] = ()
    first_names: Mapping[str, str] = field(default_factory=dict)
    again: bool = False  # whether the step was reached before the person was moved to this version
    asked: set[str] = field(default_factory=set)
    measured: dict[str, Measured] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    learnt: dict[str, Value] = field(default_factory=dict)
    moment: Moment = field(init=False)

    def __post_init__(self) -> None:
        self.moment = Moment(self.now, self.zone, self.entered_at)

    @property
    def turn(self) -> int:
        """Which arrival at the present step this is, from 1."""
        return self.turns.get(self.at, 1)

    def arrive(self, step: str) -> None:
        """Stand at a step."""
        self.at, self.since, self.wake_at = step, self.now, None
        self.again = self.turns.get(step) == 0
        self.turns[step] = self.turns.get(step, 0) + 1
        self.trail.append(step)

    def note(self, results: Mapping[str, Value]) -> None:
        """Keep results of this run: they overlay the facts from now on."""
        self.results.update(results)
        self.facts = self.facts.overlay(results)

    def learn(self, name: str, value: Value) -> None:
        """Take what an effect makes true as true for the rest of this go; the base knows it afterwards."""
        self.learnt[name] = value
        self.facts = self.facts.overlay({name: value})

    def owe(self, effect: Effect) -> None:
        """Owe the person an effect."""
        first_name = self.first_names.get(effect.step)
        self.effects.append(replace(effect, first_name=first_name) if first_name else effect)

    def fact(self, name: str) -> Value | None:
        """What is known of the person; None when it is not."""
        self.asked.add(name)
        return self.facts.values.get(name)

    def judge(self, condition: Condition) -> Verdict:
        """Whether a condition holds of the person now, and what it looked at."""
        try:
            verdict = condition.verdict(self.facts, self.moment)
        except NotMeasured as missing:
            missing.step = self.at
            raise
        self.asked |= condition.fields
        self.measured.update(verdict.measured)
        return verdict

    def decide(self, kind: DecisionKind, outcome: str, looked_at: tuple[tuple[str, Verdict], ...] = ()) -> None:
        """Write down a decision at the present step."""
        self.decisions.append(Decision(self.at, kind, outcome, looked_at))

    def branch(self, label: str) -> None:
        """Write the branch taken on the trail."""
        self.trail.append(f"{self.at}/{label}")

    def coupons_left(self) -> bool:
        """Whether the journey's limit allows one more coupon."""
        cap = self.limits.coupons
        return cap is None or max(self.coupons, self._whole(COUPONS_GIVEN)) < cap

    def messages_left(self) -> bool:
        """Whether the journey's limit allows one more message now."""
        rate = self.limits.messages
        if rate is None:
            return True
        recent = sum(1 for at in self.sent_at if self.now - at < rate.per)
        return max(recent, self._whole(MESSAGES_SENT)) < rate.count

    def count_message(self) -> None:
        """Count one message against the limit."""
        self.sent_at = (*self.sent_at, self.now)
        self.learn(MESSAGES_SENT, self._whole(MESSAGES_SENT) + 1)

    def count_coupon(self) -> None:
        """Count one coupon against the limit."""
        self.coupons += 1
        self.learn(COUPONS_GIVEN, self._whole(COUPONS_GIVEN) + 1)

    def _whole(self, name: str) -> int:
        value = self.fact(name)
        return value if isinstance(value, int) else 0
