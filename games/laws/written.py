"""The laws as written: each plays a game and raises `Broken` with one sentence.  To add one: a function under `law`."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from games.laws.rehearsing import (
    LANGUAGES,
    NOON,
    AnyGame,
    Broken,
    accepted,
    defined,
    fits,
    must,
    outcomes,
    play_once,
    round_trip,
    short,
    spoilt_moves,
    stands,
)
from games.luck import Luck
from games.moves import BadMove

LAWS: list[Callable[[AnyGame], None]] = []


def law(check_one: Callable[[AnyGame], None]) -> Callable[[AnyGame], None]:
    """Make a check part of the contract."""
    LAWS.append(check_one)
    return check_one


@law
def every_play_comes_to_an_end(game: AnyGame) -> None:
    definition = defined(game)
    ends = [stand for stand in stands(game) if not game.moves(definition, stand.state)]
    must(bool(ends), "a play does not come to an end")
    for stand in ends:
        must(game.view(definition, stand.state, "en").get("over") is True, "an ended play does not say over")


@law
def all_that_leaves_is_json(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        must(round_trip(stand.state) == stand.state, f"the state is not JSON: {stand.state}")
        for lang in LANGUAGES:
            view = game.view(definition, round_trip(stand.state), lang)
            must(round_trip(view) == view, f"the view is not JSON: {view}")
    for outcome in outcomes(game):
        must(round_trip(outcome.said) == outcome.said, f"what is said is not JSON: {outcome.said}")
        must(round_trip(outcome.result) == outcome.result, f"the result is not JSON: {outcome.result}")


@law
def the_same_luck_gives_the_same_play(game: AnyGame) -> None:
    definition = defined(game)
    for seed in range(20):
        must(game.start(definition, Luck(seed)) == game.start(definition, Luck(seed)), "the start is not repeatable")
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            once, again = (play_once(game, stand.state, move) for _ in range(2))
            must(once == again, f"the same move {move} came out in two ways")


@law
def a_move_leaves_the_old_state_alone(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            before, sent = deepcopy(stand.state), deepcopy(move)
            play_once(game, stand.state, move)
            must(before == stand.state and sent == move, f"the move {move} changed what it was given")


@law
def what_is_shown_tells_no_secret(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        other, twin = game.rekeyed(definition, stand.state, stand.state)
        for lang in LANGUAGES:
            shown = game.view(definition, stand.state, lang)
            must(shown == game.view(other, twin, lang), f"the view depends on a secret: {shown}")


@law
def what_is_said_of_a_move_tells_no_later_secret(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            outcome = accepted(game, definition, stand.state, move)
            other, twin = game.rekeyed(definition, stand.state, outcome.state)
            told = accepted(game, other, twin, move)
            same = (outcome.said, outcome.over, outcome.result) == (told.said, told.over, told.result)
            must(same, f"the answer to {move} depends on a secret: {outcome.said}")


@law
def a_refusal_tells_no_secret(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        other, twin = game.rekeyed(definition, stand.state, stand.state)
        for name, move in spoilt_moves(game, definition, stand):
            refused = play_once(game, stand.state, move)
            must(
                refused == game.play(other, twin, move, Luck(0), NOON),
                f"the refusal of a move ({name}) depends on a secret",
            )


@law
def a_scored_game_has_a_key_to_keep(game: AnyGame) -> None:
    definition = defined(game)
    if {"score", "won"} & set(game.fields(definition)):
        start = game.start(definition, Luck(0))
        must(
            game.rekeyed(definition, start, start) != (definition, start),
            "a game with a score must offer other secrets to be tried with",
        )


@law
def a_spoilt_move_is_refused_and_changes_nothing(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        for name, move in spoilt_moves(game, definition, stand):
            before = deepcopy(stand.state)
            answer = play_once(game, stand.state, move)
            if not isinstance(answer, BadMove):
                raise Broken(f"a spoilt move ({name}) was accepted: {short(move)}")
            must(stand.state == before, f"a refused move ({name}) changed the state")
            must(bool(answer.code and answer.en and answer.fr), f"a refusal ({name}) lacks its code or a sentence")


@law
def a_move_sent_again_is_refused(game: AnyGame) -> None:
    for stand in stands(game):
        for made in stand.made:
            answer = play_once(game, stand.state, made)
            must(isinstance(answer, BadMove), f"a move was accepted twice: {made}")


@law
def a_later_move_waits_for_its_turn(game: AnyGame) -> None:
    definition = defined(game)
    for stand in stands(game):
        for move in game.moves(definition, stand.state):
            then = accepted(game, definition, stand.state, move).state
            for later in game.moves(definition, then):
                must(isinstance(play_once(game, stand.state, later), BadMove), f"out of turn, yet accepted: {later}")


@law
def the_result_comes_at_the_end_with_the_fields_declared(game: AnyGame) -> None:
    fields = game.fields(defined(game))
    for outcome in outcomes(game):
        must(outcome.over or not outcome.result, f"a result before the end: {outcome.result}")
        for name, value in outcome.result.items():
            must(name in fields, f"the result's field {name} is not declared")
            must(fits(value, fields[name]), f"{name} = {value!r} is not {fields[name]}")
        given = set(fields) - {"plays"}
        must(not outcome.over or given <= set(outcome.result), f"the result lacks a field: {outcome.result}")


@law
def the_tally_counts_every_play_once(game: AnyGame) -> None:
    definition = defined(game)
    results = [outcome.result for outcome in outcomes(game) if outcome.over]
    one_by_one = game.tally(definition, [(result, 1) for result in results])
    twice = game.tally(definition, [(result, 2) for result in results])
    must(one_by_one["plays"] == len(results), "the tally does not count each play once")
    must(twice["plays"] == 2 * len(results), "the tally forgets how often a result was had")
    must(game.tally(definition, [])["plays"] == 0, "the tally of nothing is not nothing")
    must(round_trip(one_by_one) == one_by_one, "the tally is not JSON")


@law
def the_definition_takes_no_unknown_key(game: AnyGame) -> None:
    config = game.Definition.model_config
    must(config.get("extra") == "forbid" and bool(config.get("frozen")), "the definition is not strict and frozen")
    must(game.json_schema().get("additionalProperties") is False, "the schema allows unknown keys")
