"""The laws every game keeps, each a check that plays a game and says in one sentence what it breaks.

`LAWS` is the contract: the test suite runs each law on each game of the registry, and a game in a
package of its own runs `check(GAME)`.  To add a law: one function with the decorator `law`.

That nothing leaks is shown by non-interference: a game is played beside the same game with other
secrets, and whoever cannot tell the two apart by what is shown has learnt nothing.
Source: Goguen and Meseguer, "Security Policies and Security Models", 1982.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from games.contract import Game, GameDefinition, Outcome, State, View
from games.luck import Luck
from games.moves import LONGEST_VALUE, MOST_FIELDS, MOST_VALUES, BadMove, Move

AnyGame = Game[Any]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LANGUAGES = ("en", "fr")
WALKS = 24
LONGEST_PLAY = 500


class Broken(AssertionError):
    """A game breaks a law."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One point that a play can reach, and the moves that led there."""

    state: State
    made: tuple[Move, ...]


LAWS: list[Callable[[AnyGame], None]] = []


def law(check_one: Callable[[AnyGame], None]) -> Callable[[AnyGame], None]:
    """Make a check part of the contract."""
    LAWS.append(check_one)
    return check_one


def check(game: AnyGame) -> None:
    """Run the whole contract on a game.  Raises: Broken at the first law it does not keep."""
    for check_one in LAWS:
        check_one(game)


@law
def every_play_comes_to_an_end(game: AnyGame) -> None:
    definition = defined(game)
    ends = [stand for stand in stands(game) if not game.moves(definition, stand.state)]
    _must(bool(ends), "a play does not come to an end")
    for stand in ends:
        _must(game.view(definition, stand.state, "en").get("over") is True, "an ended play does not say over")


@law
def all_that_leaves_is_json(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        _must(_round_trip(stand.state) == stand.state, f"the state is not JSON: {stand.state}")
        for lang in LANGUAGES:
            view = game.view(definition, _round_trip(stand.state), lang)
            _must(_round_trip(view) == view, f"the view is not JSON: {view}")
    for outcome in outcomes(game):
        _must(_round_trip(outcome.said) == outcome.said, f"what is said is not JSON: {outcome.said}")
        _must(_round_trip(outcome.result) == outcome.result, f"the result is not JSON: {outcome.result}")


@law
def the_same_luck_gives_the_same_play(game: AnyGame) -> None:
    definition = defined(game)
    for seed in range(20):
        _must(game.start(definition, Luck(seed)) == game.start(definition, Luck(seed)), "the start is not repeatable")
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            once, again = (_play(game, stand.state, move) for _ in range(2))
            _must(once == again, f"the same move {move} came out in two ways")


@law
def a_move_leaves_the_old_state_alone(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            before, sent = deepcopy(stand.state), deepcopy(move)
            _play(game, stand.state, move)
            _must(before == stand.state and sent == move, f"the move {move} changed what it was given")


@law
def what_is_shown_tells_no_secret(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        other = game.rekeyed(definition, stand.state)
        for lang in LANGUAGES:
            shown = game.view(definition, stand.state, lang)
            _must(shown == game.view(other, stand.state, lang), f"the view depends on a secret: {shown}")


@law
def what_is_said_of_a_move_tells_no_later_secret(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            outcome = _accepted(game, definition, stand.state, move)
            other = game.rekeyed(definition, outcome.state)
            twin = _accepted(game, other, stand.state, move)
            _must(outcome == twin, f"the answer to {move} depends on a secret: {outcome.said}")


@law
def a_refusal_tells_no_secret(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        other = game.rekeyed(definition, stand.state)
        for name, move in spoilt_moves(game, definition, stand):
            refused = _play(game, stand.state, move)
            twin = game.play(other, stand.state, move, Luck(0), NOON)
            _must(refused == twin, f"the refusal of a move ({name}) depends on a secret")


@law
def a_scored_game_has_a_key_to_keep(game: AnyGame) -> None:
    definition = defined(game)
    if {"score", "won"} & set(game.fields(definition)):
        other = game.rekeyed(definition, game.start(definition, Luck(0)))
        _must(other != definition, "a game with a score must offer other secrets to be tried with")


@law
def a_spoilt_move_is_refused_and_changes_nothing(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        for name, move in spoilt_moves(game, definition, stand):
            before = deepcopy(stand.state)
            answer = _play(game, stand.state, move)
            if not isinstance(answer, BadMove):
                raise Broken(f"a spoilt move ({name}) was accepted: {_short(move)}")
            _must(stand.state == before, f"a refused move ({name}) changed the state")
            _must(bool(answer.code and answer.en and answer.fr), f"a refusal ({name}) lacks its code or a sentence")


@law
def a_move_sent_again_is_refused(game: AnyGame) -> None:
    for stand in stands(game):
        for made in stand.made:
            answer = _play(game, stand.state, made)
            _must(isinstance(answer, BadMove), f"a move was accepted twice: {made}")


@law
def a_later_move_waits_for_its_turn(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            then = _accepted(game, definition, stand.state, move).state
            for later in game.moves(definition, then):
                _must(isinstance(_play(game, stand.state, later), BadMove), f"out of turn, yet accepted: {later}")


@law
def the_result_comes_at_the_end_with_the_fields_declared(game: AnyGame) -> None:
    fields = game.fields(defined(game))
    for outcome in outcomes(game):
        _must(outcome.over or not outcome.result, f"a result before the end: {outcome.result}")
        for name, value in outcome.result.items():
            _must(name in fields, f"the result's field {name} is not declared")
            _must(_fits(value, fields[name]), f"{name} = {value!r} is not {fields[name]}")
        given = set(fields) - {"plays"}
        _must(not outcome.over or given <= set(outcome.result), f"the result lacks a field: {outcome.result}")


@law
def the_tally_counts_every_play_once(game: AnyGame) -> None:
    definition = defined(game)
    results = [outcome.result for outcome in outcomes(game) if outcome.over]
    one_by_one = game.tally(definition, [(result, 1) for result in results])
    twice = game.tally(definition, [(result, 2) for result in results])
    _must(one_by_one["plays"] == len(results), "the tally does not count each play once")
    _must(twice["plays"] == 2 * len(results), "the tally forgets how often a result was had")
    _must(game.tally(definition, [])["plays"] == 0, "the tally of nothing is not nothing")
    _must(_round_trip(one_by_one) == one_by_one, "the tally is not JSON")


@law
def the_definition_takes_no_unknown_key(game: AnyGame) -> None:
    config = game.Definition.model_config
    _must(config.get("extra") == "forbid" and bool(config.get("frozen")), "the definition is not strict and frozen")
    _must(game.json_schema().get("additionalProperties") is False, "the schema allows unknown keys")


def defined(game: AnyGame) -> GameDefinition:
    """The definition of the game's example."""
    definition: GameDefinition = game.Definition.model_validate(game.example(), context={"languages": LANGUAGES})
    _must(not list(definition.faults()), "the example has faults")
    return definition


def stands(game: AnyGame) -> Iterator[Stand]:
    """Points that plays of the example reach, each once: walks from start to end by chance that is always the same."""
    definition, seen = defined(game), set()
    for seed in range(WALKS):
        luck = Luck(seed)
        stand: Stand | None = Stand(game.start(definition, Luck(seed)), ())
        while stand:
            mark = repr(stand.state)
            if mark not in seen:
                yield stand
            seen.add(mark)
            stand = _next_stand(game, definition, stand, luck)


def _next_stand(game: AnyGame, definition: GameDefinition, stand: Stand, luck: Luck) -> Stand | None:
    moves = game.moves(definition, stand.state)
    if not moves:
        return None
    _must(len(stand.made) < LONGEST_PLAY, "a play does not come to an end")
    move = moves[luck.below(len(moves))]
    return Stand(_accepted(game, definition, stand.state, move).state, (*stand.made, move))


def outcomes(game: AnyGame) -> Iterator[Outcome]:
    """What comes of every right move at every stand."""
    definition = defined(game)
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            yield _accepted(game, definition, stand.state, move)


def spoilt_moves(game: AnyGame, definition: GameDefinition, stand: Stand) -> Iterator[tuple[str, Any]]:
    """A right move spoilt in every way that a forger or a broken client would."""
    yield "empty", {}
    for move in game.moves(definition, stand.state)[:2]:
        for forged in ("score", "is_correct", "fan_id", "brand_id", "won", "now", "__proto__", ""):
            yield f"the extra field {forged!r}", {**move, forged: "1"}
        yield "too many fields", {**move, **{f"more{n}": "1" for n in range(MOST_FIELDS)}}
        for name, value in move.items():
            yield f"without {name}", {other: kept for other, kept in move.items() if other != name}
            for spoilt in _spoilt_values(value):
                yield f"{name} spoilt", {**move, name: spoilt}


def _spoilt_values(value: str | list[str]) -> Iterator[object]:
    one = value if isinstance(value, str) else value[0]
    yield from ("", " ", "no_such_thing", one + " ", f"{one}\0", "<script>", "\u202e" + one, "NaN", "-1", "1e9", "1.0")
    yield from ("0", "00", "9999", "99999999999999999999", "\u0663", one * (LONGEST_VALUE + 1), "x" * 1_000_000)
    yield from ([], [one, one], [one, "no_such_thing"], [one] * (MOST_VALUES + 1), [[one]], [None])
    yield from (None, 1, 1.5, float("nan"), True, {"id": one}, {one}, b"1", [{"id": one}])


def _play(game: AnyGame, state: State, move: Move) -> Outcome | BadMove:
    try:
        return game.play(defined(game), state, move, Luck(0), NOON)
    except Exception as error:
        raise Broken(f"{game.id}: the move {_short(move)} raised {error!r} instead of being answered") from error


def _accepted(game: AnyGame, definition: GameDefinition, state: State, move: Move) -> Outcome:
    answer = game.play(definition, state, move, Luck(0), NOON)
    if isinstance(answer, BadMove):
        raise Broken(f"{game.id}: a right move was refused: {move}: {answer.en}")
    return answer


def _fits(value: object, kind: str | tuple[str, ...]) -> bool:
    if isinstance(kind, tuple):
        return value in kind
    if kind == "set":
        return isinstance(value, list)
    return isinstance(value, {"whole": int, "yes/no": bool}[kind]) and (kind == "yes/no" or value is not True)


def _round_trip(value: State | View) -> Any:
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return None


def _short(move: object) -> str:
    return repr(move)[:120]


def _must(held: bool, sentence: str) -> None:
    if not held:
        raise Broken(sentence)
