"""Rehearsing a game: the points its plays reach, what comes of its moves, and every way to spoil a move."""

from __future__ import annotations

import json
from collections.abc import Iterator
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


def defined(game: AnyGame) -> GameDefinition:
    """The definition of the game's example."""
    definition: GameDefinition = game.Definition.model_validate(game.example(), context={"languages": LANGUAGES})
    must(not list(definition.faults()), "the example has faults")
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
    must(len(stand.made) < LONGEST_PLAY, "a play does not come to an end")
    move = moves[luck.below(len(moves))]
    return Stand(accepted(game, definition, stand.state, move).state, (*stand.made, move))


def outcomes(game: AnyGame) -> Iterator[Outcome]:
    """What comes of every right move at every stand."""
    definition = defined(game)
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            yield accepted(game, definition, stand.state, move)


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


def play_once(game: AnyGame, state: State, move: Move) -> Outcome | BadMove:
    try:
        return game.play(defined(game), state, move, Luck(0), NOON)
    except Exception as error:
        raise Broken(f"{game.id}: the move {short(move)} raised {error!r} instead of being answered") from error


def accepted(game: AnyGame, definition: GameDefinition, state: State, move: Move) -> Outcome:
    answer = game.play(definition, state, move, Luck(0), NOON)
    if isinstance(answer, BadMove):
        raise Broken(f"{game.id}: a right move was refused: {move}: {answer.en}")
    return answer


def fits(value: object, kind: str | tuple[str, ...]) -> bool:
    if isinstance(kind, tuple):
        return value in kind
    if kind == "set":
        return isinstance(value, list)
    return isinstance(value, {"whole": int, "yes/no": bool}[kind]) and (kind == "yes/no" or value is not True)


def round_trip(value: State | View) -> Any:
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return None


def short(move: object) -> str:
    return repr(move)[:120]


def must(held: bool, sentence: str) -> None:
    if not held:
        raise Broken(sentence)
