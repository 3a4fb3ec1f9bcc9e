"""Where a person stands in a journey, and what this run has found out about her."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from journeys.facts import Value
from journeys.running.values import Json, value_from_data, value_to_data

Waiting = Literal["play", "offer", "ask", "show", "wait", "give"]
Ended = Literal["end", "exit", "closed"]


@dataclass(frozen=True, slots=True)
class RunState:
    """One run of one person.  All moments are aware UTC.

    `at` is the step where she stands since `since`, waiting for `waiting` until `wake_at` at the latest.
    `results` overlay her facts (`fibre_quiz.score`, `purchase.came`); `turns` counts arrivals at each step.
    `coupons` and `sent_at` count what this run gave and sent, for the journey's limits.

    Somebody who was moved to another version may be on her way: `at` a step without `waiting`, where she arrives with
    the next event.  A turn of 0 is an arrival before the move: what was done there once is not done again.
    `first_names` are those under which steps that were renamed since did it.
    """

    entered_at: datetime
    split_key: str
    at: str | None = None
    since: datetime | None = None
    waiting: Waiting | None = None
    wake_at: datetime | None = None
    results: Mapping[str, Value] = field(default_factory=dict)
    turns: Mapping[str, int] = field(default_factory=dict)
    coupons: int = 0
    sent_at: tuple[datetime, ...] = ()
    ended: Ended | None = None
    first_names: Mapping[str, str] = field(default_factory=dict)

    def to_data(self) -> dict[str, Json]:
        """The state, ready for JSON."""
        named: dict[str, Json] = {"first_names": dict(self.first_names)} if self.first_names else {}
        return {
            **named,
            "entered_at": self.entered_at.isoformat(),
            "split_key": self.split_key,
            "at": self.at,
            "since": _iso(self.since),
            "waiting": self.waiting,
            "wake_at": _iso(self.wake_at),
            "results": {name: value_to_data(value) for name, value in self.results.items()},
            "turns": dict(self.turns),
            "coupons": self.coupons,
            "sent_at": [at.isoformat() for at in self.sent_at],
            "ended": self.ended,
        }

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> RunState:
        """The state that `to_data` wrote."""
        return RunState(
            entered_at=datetime.fromisoformat(data["entered_at"]),
            split_key=data["split_key"],
            at=data["at"],
            since=_moment(data["since"]),
            waiting=cast("Waiting | None", data["waiting"]),
            wake_at=_moment(data["wake_at"]),
            results={name: value_from_data(value) for name, value in data["results"].items()},
            turns=dict(data["turns"]),
            coupons=data["coupons"],
            sent_at=tuple(datetime.fromisoformat(at) for at in data["sent_at"]),
            ended=cast("Ended | None", data["ended"]),
            first_names=dict(data.get("first_names", {})),
        )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
