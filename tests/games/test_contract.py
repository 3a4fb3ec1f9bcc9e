"""The one contract test: every game in the registry keeps every law, and the laws catch games that do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from games.laws import LAWS, Broken, check
from games.luck import Luck
from games.moves import BadMove
from games.quiz import Quiz
from games.registry import GAMES
from games.vote import Vote


def with_example(kind: type, **changes: Any) -> Any:
    """The game with another example, so that the laws play that one."""

    class Variant(kind):
        def example(self) -> Mapping[str, Any]:
            return {**super().example(), **changes}

    return Variant()


VARIANTS = {
    "quiz, whole bank, nothing told": with_example(Quiz, pick=None, feedback="none"),
    "quiz, verdict only, no pass mark": with_example(Quiz, feedback="verdict", **{"pass": None}),
    "vote, two or three choices": with_example(Vote, at_least=2, at_most=3),
    "vote, hidden results": with_example(Vote, results="hidden"),
}


@pytest.mark.parametrize("keeps", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("game", [*GAMES.values(), *VARIANTS.values()], ids=[*GAMES, *VARIANTS])
def test_every_game_keeps_the_law(game, keeps):
    keeps(game)


class ShowsTheKey(Quiz):
    def view(self, definition, state, lang, tally=None):
        view = dict(super().view(definition, state, lang, tally))
        return view | {"right": [sorted(question.right) for question in definition.questions]}


class ExplainsTooEarly(Quiz):
    def view(self, definition, state, lang, tally=None):
        view = super().view(definition, state, lang, tally)
        if view["over"]:
            return view
        asked = definition.question(view["question"]["id"])
        return {**view, "hint": asked.explanation}


class TellsTheNextAnswer(Quiz):
    def play(self, definition, state, move, luck, now):
        outcome = super().play(definition, state, move, luck, now)
        if isinstance(outcome, BadMove):
            return outcome
        keys = [sorted(question.right) for question in definition.questions]
        return type(outcome)(outcome.state, outcome.over, outcome.result, {**outcome.said, "keys": keys})


class TellsInTheRefusal(Quiz):
    def play(self, definition, state, move, luck, now):
        answer = super().play(definition, state, move, luck, now)
        if isinstance(answer, BadMove):
            return BadMove(answer.code, f"try {sorted(definition.questions[0].right)}", answer.fr)
        return answer


class SortsRightAnswersFirst(Quiz):
    def view(self, definition, state, lang, tally=None):
        view = super().view(definition, state, lang, tally)
        if view["over"]:
            return view
        right = definition.question(view["question"]["id"]).right
        choices = sorted(view["question"]["choices"], key=lambda choice: choice["id"] not in right)
        return {**view, "question": {**view["question"], "choices": choices}}


class HidesItsKeyFromTheLaw(Quiz):
    def rekeyed(self, definition, state, told):
        return definition, state


class IgnoresTheMoveNumber(Quiz):
    def play(self, definition, state, move, luck, now):
        number = str(len(state["answers"]) + 1)
        return super().play(definition, state, {**move, "move": number}, luck, now)


class TakesForgedFields(Quiz):
    def play(self, definition, state, move, luck, now):
        known = {name: value for name, value in move.items() if name in ("move", "question", "answer")}
        return super().play(definition, state, known, luck, now)


class ChangesTheStateInPlace(Vote):
    def play(self, definition, state, move, luck, now):
        outcome = super().play(definition, state, move, luck, now)
        if not isinstance(outcome, BadMove):
            state["chosen"].extend(outcome.state["chosen"])
        return outcome


class VotesTwice(Vote):
    def play(self, definition, state, move, luck, now):
        return super().play(definition, {"chosen": []}, move, luck, now)


class TrustsItsInput(Vote):
    def play(self, definition, state, move, luck, now):
        if move["choice"] not in definition.ids:
            raise KeyError(move["choice"])
        return super().play(definition, state, move, luck, now)


class KeepsASetInTheState(Vote):
    def start(self, definition, luck):
        return {"chosen": set()}


class DrawsFromNowhere(Quiz):
    draws = iter(range(10_000))

    def start(self, definition, luck):
        return super().start(definition, Luck(next(self.draws)))


class GivesAFieldItDidNotDeclare(Vote):
    def fields(self, definition):
        return {"plays": "whole"}


class NeverEnds(Vote):
    def view(self, definition, state, lang, tally=None):
        return {**super().view(definition, state, lang, tally), "over": False}


class NeverLetsGo(Vote):
    def play(self, definition, state, move, luck, now):
        outcome = super().play(definition, state, move, luck, now)
        return outcome if isinstance(outcome, BadMove) else type(outcome)({"chosen": []}, False, {}, {})


class CountsAFavourite(Vote):
    def tally(self, definition, results):
        counted = super().tally(definition, results)
        return {**counted, "plays": counted["plays"] + 1}


BREAKERS: tuple[tuple[Callable[[], Any], str], ...] = (
    (ShowsTheKey, "view depends on a secret"),
    (ExplainsTooEarly, "view depends on a secret"),
    (SortsRightAnswersFirst, "view depends on a secret"),
    (TellsTheNextAnswer, "answer to .* depends on a secret"),
    (TellsInTheRefusal, "refusal .* depends on a secret"),
    (HidesItsKeyFromTheLaw, "must offer other secrets"),
    (IgnoresTheMoveNumber, "spoilt move|depends on a secret"),
    (TakesForgedFields, "extra field 'score'"),
    (ChangesTheStateInPlace, "changed what it was given|view depends|refused|two ways"),
    (VotesTwice, "accepted twice"),
    (TrustsItsInput, "raised KeyError"),
    (KeepsASetInTheState, "not JSON"),
    (DrawsFromNowhere, "not repeatable"),
    (GivesAFieldItDidNotDeclare, "not declared"),
    (NeverEnds, "does not say over"),
    (NeverLetsGo, "does not come to an end"),
    (CountsAFavourite, "does not count each play once"),
)


@pytest.mark.parametrize(("breaker", "sentence"), BREAKERS, ids=[kind.__name__ for kind, _ in BREAKERS])
def test_the_contract_catches_a_game_that(breaker, sentence):
    with pytest.raises(Broken, match=sentence):
        check(breaker())
