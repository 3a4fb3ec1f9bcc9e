"""What moved a person, as it is kept: enough to decide the same again, and to see whether it comes to the same.

To add an event: nothing here, as long as its fields are texts, yes/no, moments, or facts by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeAlias

from journeys.facts import Facts, Value
from journeys.running.decisions import LookedAt
from journeys.running.effects import Effect
from journeys.running.events import (
    Asked,
    Claim,
    Event,
    Happened,
    MovedOn,
    Offered,
    Played,
    Shown,
    Visited,
    Woken,
)
from journeys.running.state import RunState
from journeys.running.values import Json, value_from_data, value_to_data


@dataclass(frozen=True, slots=True)
class Entered:
    """The person came in, with the event that brought her, if it was one."""

    by: Happened | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The person was moved to another version; `targets` names where people go from steps that are gone."""

    targets: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """The person was let out by staff."""


Cause: TypeAlias = Event | Entered | Moved | Left
_CAUSES: Mapping[str, type[Any]] = {
    cause.__name__.lower(): cause
    for cause in (Visited, Woken, Happened, Played, MovedOn, Offered, Asked, Shown, Entered, Moved, Left)
}


def cause_to_data(cause: Cause, claims: Sequence[Claim] = ()) -> dict[str, Json]:
    """What moved her, ready for JSON; with what became of the coupons that followed at once."""
    said: dict[str, Json] = {"event": type(cause).__name__.lower()}
    for each in fields(cause):
        value = getattr(cause, each.name)
        if value is not None:
            said[each.name] = _to_json(value)
    return {**said, "claims": list(claims)} if claims else said


def cause_from_data(data: Mapping[str, Any]) -> tuple[Cause, tuple[Claim, ...]]:
    """What `cause_to_data` wrote."""
    given = {name: _from_json(name, value) for name, value in data.items() if name not in {"event", "claims"}}
    cause: Cause = _CAUSES[data["event"]](**given)
    return cause, tuple(data.get("claims", ()))


def facts_to_data(facts: Facts, looked_at: LookedAt) -> dict[str, Json]:
    """The facts that were looked at and no others; `orders` are the measures as they came out."""
    values = {name: facts.values[name] for name in sorted(looked_at.names) if name in facts.values}
    data: dict[str, Json] = {name: value_to_data(value) for name, value in values.items()}
    if looked_at.measured:
        data["orders"] = {text: list(measured) for text, measured in looked_at.measured.items()}
    return data


def facts_from_data(data: Mapping[str, Any]) -> Facts:
    """The facts that `facts_to_data` wrote; a measure that was not taken then cannot be asked."""
    values = {name: value_from_data(value) for name, value in data.items() if name != "orders"}
    return Facts(values, (), {text: (value, per) for text, (value, per) in data.get("orders", {}).items()})


def digest_of(state: Mapping[str, Any], effects: Iterable[Effect]) -> str:
    """Sixteen hexadecimal digits by which the same state (as data) and effects are known again."""
    owed = [[effect.kind, effect.step, effect.turn, effect.part, effect.content()] for effect in effects]
    text = json.dumps([state, owed], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def came_to(state: RunState) -> str:
    """Where the person stands then: the step, or how her run ended."""
    return state.at or state.ended or ""


def _to_json(value: Any) -> Json:
    if isinstance(value, Happened):
        return cause_to_data(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: value_to_data(each) for name, each in value.items()}
    return value_to_data(value)


def _from_json(name: str, value: Any) -> Any:
    if name == "by":
        return cause_from_data(value)[0]
    if name == "at":
        return datetime.fromisoformat(value)
    if isinstance(value, dict):
        return {key: value_from_data(each) for key, each in value.items()}
    return value
