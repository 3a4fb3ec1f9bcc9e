"""Moving a person to another version of her journey: to the same step, to one named for her, or out.

`passage` tells how the steps of one version are called in another, `move_state` moves one person, `leave` lets her go,
`lost_ahead` says where she may come to and could not go on.
All of it is pure.  What she got or sent is never got or sent again: arrivals at what is done once are counted anew (see
`RunState`), so that it keeps its key, and steps that were renamed keep the key of their first name.  What may be done
again, because she is sent back to before it, counts on: her newer answer is saved like the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from operator import eq
from typing import Final

from journeys.catalogue import Field
from journeys.conditions.tree import NOWHERE
from journeys.facts import Money, Value
from journeys.journey import Journey
from journeys.running.decisions import Decision
from journeys.running.state import RunState
from journeys.verbs.base import Step

EXIT: Final = "exit"  # a target: the person leaves


@dataclass(frozen=True, slots=True)
class NoTarget:
    """A person cannot be moved: her step is gone, or what was named instead is no step of the new version."""

    step: str
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """From one version to another: how the old steps are called in the new one, and which games others replaced.

    `names`: old step -> new step, for those that go on.  `replaced`: new steps whose game is another one now.
    """

    old: Journey
    new: Journey
    names: Mapping[str, str]
    replaced: frozenset[str]

    @property
    def renamed(self) -> dict[str, str]:
        """Steps that go on under another name."""
        return {old: new for old, new in self.names.items() if old != new}


def passage(versions: Sequence[Journey], same_game: Callable[[str, str], bool] = eq) -> Passage:
    """The passage from the first version to the last.

    `versions` are those in between too, so that a step that was renamed twice is found; a name that comes back means
    the same step.  `same_game` says whether a game of the first version and one of the last, by name, are one game.
    """
    old, new = versions[0], versions[-1]
    names = {step.id: step.id for step in old.all_steps()}
    for before, after in pairwise(versions):
        pairs = _pairs(before, after)
        names = {first: pairs[name] for first, name in names.items() if name in pairs}
    names |= {id: id for id in _ids(old) & _ids(new)}
    games = ((old.step(first).name, new.step(name)) for first, name in names.items() if _plays(old, first))
    replaced = frozenset(step.id for game, step in games if step.about != "game" or not same_game(game, step.name))
    return Passage(old, new, names, replaced)


def move_state(passage: Passage, state: RunState, targets: Mapping[str, str]) -> RunState | NoTarget:
    """Where a person stands in the new version, with all that she did; or why she cannot be moved.

    At the same step, waiting for the same thing, she goes on waiting, for as long as the new version says.  Else she is
    on her way to it (`waiting` None), and arrives there with the next event.  `targets` names a step of the new
    version, or `exit`, for steps that are gone.
    """
    old, new = passage.old, passage.new
    if state.ended or state.at is None:
        return state
    at = old.step(state.at).id
    goal = targets.get(at) or passage.names.get(at)
    if goal is None:
        return NoTarget(at)
    if goal == EXIT and EXIT not in _ids(new):
        return leave(state)
    if not new.has_step(goal):
        return NoTarget(at, goal)
    carried, step = _carried(passage, state), new.step(goal)
    stays = _same_wait(passage, state, old.step(at), step) and step.open_to(carried.results)
    if not stays or state.since is None:
        return replace(carried, at=step.id, since=None, waiting=None, wake_at=None)
    turns = {**carried.turns, step.id: state.turns.get(at, 1)}
    return replace(carried, at=step.id, turns=turns, wake_at=step.over_at(state.since, new.closes_at))


def lost_ahead(passage: Passage, step: str, *, arrived: bool = True) -> frozenset[str]:
    """Steps that the new version does not have, where somebody who stands at an old one may stand next.

    Any step after it counts, for what lies between may be passed; the step itself does while she is on her way there.
    """
    if not passage.old.has_step(step):
        return frozenset()
    ahead = {each.id for each in passage.old.stops_after(step)} | (set() if arrived else {passage.old.step(step).id})
    return frozenset(ahead - passage.names.keys())


def leave(state: RunState) -> RunState:
    """The person is out, at once; what she got stays hers."""
    return replace(state, at=None, since=None, waiting=None, wake_at=None, ended="exit")


def decided(state: RunState, there: RunState) -> Decision:
    """The decision that staff made for her: from where she stood, to where she stands now or out."""
    return Decision(state.at or "", "moved", there.at or EXIT)


def _pairs(old: Journey, new: Journey) -> dict[str, str]:
    """How the steps of a version are called in the next: by the same name, by `was`, or as they were called before."""
    before, after = _ids(old), _ids(new)
    pairs = {step.was: step.id for step in new.all_steps() if step.was in before}
    pairs |= {step.id: step.was for step in old.all_steps() if step.was in after and step.id not in pairs}
    return {name: name if name in after else pairs[name] for name in before if name in after or name in pairs}


def _plays(journey: Journey, step: str) -> bool:
    return journey.step(step).about == "game"


def _ids(journey: Journey) -> frozenset[str]:
    return frozenset(step.id for step in journey.all_steps())


def _same_wait(passage: Passage, state: RunState, was: Step, step: Step) -> bool:
    """Whether what she waits for at the old step is what people wait for at the new one."""
    if state.waiting is None or state.waiting != step.waits_for or step.id in passage.replaced:
        return False
    return was.verb == step.verb and (step.about != "program" or was.name == step.name)


def _carried(passage: Passage, state: RunState) -> RunState:
    """What she did, under the names of the new version, as far as it means the same there."""
    renamed = passage.renamed
    turns = {
        renamed.get(step, step): _turns_after(passage.new, renamed.get(step, step), n)
        for step, n in state.turns.items()
    }
    first = {renamed.get(step, step): name for step, name in state.first_names.items()}
    for old, new in renamed.items():
        if old in state.turns:
            first[new] = state.first_names.get(old, old)
    first_names = {step: name for step, name in first.items() if step != name}
    return replace(state, turns=turns, first_names=first_names, results=_results(passage, state.results))


def _turns_after(new: Journey, step: str, turns: int) -> int:
    """How often she counts as having come to a step: anew where it is done once, onward where it may be done again."""
    return turns if new.has_step(step) and not new.step(step).once else 0


def _results(passage: Passage, results: Mapping[str, Value]) -> dict[str, Value]:
    """Her results; those of another game, and those that are of another kind now, are no results any more."""
    renamed = passage.renamed
    carried = dict(results)
    for name, value in results.items():
        owner, _, rest = name.partition(".")
        if owner in renamed:
            carried[f"{renamed[owner]}.{rest}"] = value
    new = passage.new
    gone = {owner for id in passage.replaced for owner in (id, new.step(id).name)}
    return {
        name: value
        for name, value in carried.items()
        if name.partition(".")[0] not in gone and _fits(new.scope.field(name, NOWHERE), value)
    }


_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "yes/no": bool, "whole": int, "decimal": (int, Decimal), "money": Money, "text": str, "choice": str,
    "date": date, "set": frozenset, "duration": timedelta,
}  # fmt: skip


def _fits(field: object, value: Value) -> bool:
    """Whether a value is of the field's type; what no condition may ask about is left alone."""
    if not isinstance(field, Field) or field.type == "any":
        return True
    return isinstance(value, _KINDS[field.type]) and (field.type == "yes/no") == isinstance(value, bool)
