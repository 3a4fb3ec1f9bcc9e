"""The rules of a quiz: which questions are asked, what a move does, what it counts.

The state is `{"asked": [question ids], "answers": [[choice ids] per answered question]}`;
the move that is due is the number of answers plus one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from games.contract import Counted, Fields, Game, Outcome, Result, State, View
from games.luck import Luck
from games.moves import Move, Refusal, chosen, one_value, only_fields, refusing, this_move
from games.quiz.definition import Choice, Question, QuizDefinition
from games.quiz.example import EXAMPLE
from games.quiz.seeing import seen_answer, seen_end, seen_question


class Quiz(Game[QuizDefinition]):
    """A scored quiz: a question a move, the same for everybody or drawn from a bank."""

    id = "quiz"
    Definition = QuizDefinition

    def fields(self, definition: QuizDefinition) -> Fields:
        always = {"score": "whole", "plays": "whole"}
        return always | ({"won": "yes/no"} if definition.pass_mark else {})

    def start(self, definition: QuizDefinition, luck: Luck) -> State:
        ids = [question.id for question in definition.questions]
        return {"asked": luck.sample(ids, definition.pick) if definition.pick else ids, "answers": []}

    def view(self, definition: QuizDefinition, state: State, lang: str, tally: Mapping[str, Any] | None = None) -> View:
        if is_over(state):
            return seen_end(definition, marks(definition, state), lang)
        return seen_question(definition, due(definition, state), marks(definition, state), lang)

    @refusing
    def play(self, definition: QuizDefinition, state: State, move: Move, luck: Luck, now: datetime) -> Outcome:
        only_fields(move, ("move", "question", "answer"))
        if is_over(state):
            raise Refusal("game_over")
        this_move(move, len(state["answers"]) + 1)
        question = due(definition, state)
        if one_value(move, "question") != question.id:
            raise Refusal("other_question", "question")
        answer = chosen(move, "answer", [choice.id for choice in question.choices], question.several)
        after = {**state, "answers": [*state["answers"], sorted(answer)]}
        said = seen_answer(definition, question, frozenset(answer))
        return Outcome(after, is_over(after), result(definition, after), said)

    def tally(self, definition: QuizDefinition, results: Counted) -> Mapping[str, Any]:
        scores: Counter[int] = Counter()
        for had, times in results:
            scores[had["score"]] += times
        won = sum(times for score, times in scores.items() if score >= (definition.pass_mark or 0))
        spread = {str(score): scores[score] for score in range(definition.length + 1)}
        return {"plays": scores.total(), "scores": spread, "won": won if definition.pass_mark else None}

    def example(self) -> Mapping[str, Any]:
        return EXAMPLE

    def moves(self, definition: QuizDefinition, state: State) -> Sequence[Move]:
        if is_over(state):
            return ()
        question = due(definition, state)
        due_now = {"move": str(len(state["answers"]) + 1), "question": question.id}
        answers: list[str | list[str]] = [choice.id for choice in question.choices]
        if question.several:
            answers.append(sorted(question.right))
        return tuple({**due_now, "answer": answer} for answer in answers)

    def rekeyed(self, definition: QuizDefinition, state: State, told: State) -> tuple[QuizDefinition, State]:
        kept = told["asked"][: len(told["answers"])]
        other = tuple(q if q.id in kept else _with_another_key(q) for q in definition.questions)
        return definition.model_copy(update={"questions": other}), state


def is_over(state: State) -> bool:
    """Whether every question has its answer."""
    return len(state["answers"]) >= len(state["asked"])


def due(definition: QuizDefinition, state: State) -> Question:
    """The question to be answered now."""
    return definition.question(state["asked"][len(state["answers"])])


def marks(definition: QuizDefinition, state: State) -> list[bool]:
    """Right or not, for each question answered so far: exactly the right choices, no more, no less."""
    answered = zip(state["asked"], state["answers"], strict=False)
    return [frozenset(answer) == definition.question(asked).right for asked, answer in answered]


def result(definition: QuizDefinition, state: State) -> Result:
    """The fields for conditions once the quiz is over: a point for each right answer."""
    if not is_over(state):
        return {}
    score = sum(marks(definition, state))
    return {"score": score} | ({"won": score >= definition.pass_mark} if definition.pass_mark else {})


def _with_another_key(question: Question) -> Question:
    """The question with its right marks moved on by one choice, and another explanation."""
    rights = [choice.right for choice in question.choices]
    moved = rights[-1:] + rights[:-1] if not all(rights) else [False, *rights[1:]]
    choices: tuple[Choice, ...] = tuple(
        choice.model_copy(update={"right": right}) for choice, right in zip(question.choices, moved, strict=True)
    )
    return question.model_copy(update={"choices": choices, "explanation": "another explanation"})
