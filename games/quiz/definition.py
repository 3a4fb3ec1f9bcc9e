"""What the author of a quiz writes: questions with choices, which of them are right, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from games.contract import GameDefinition, Id, ImageId, Part
from games.faults import GameFault, Path, fault, same_ids
from games.texts import Text


class Choice(Part):
    """One answer to choose; its text also describes its picture."""

    id: Id
    text: Text
    image: ImageId | None = None
    right: bool = False


class Question(Part):
    """One question.  With `several`, exactly all the right choices must be ticked."""

    id: Id
    text: Text
    image: ImageId | None = None
    alt: Text | None = None
    several: bool = False
    choices: Annotated[tuple[Choice, ...], Field(strict=False, min_length=2, max_length=12)]
    explanation: Text | None = None

    @property
    def right(self) -> frozenset[str]:
        """The ids of the right choices: the key."""
        return frozenset(choice.id for choice in self.choices if choice.right)


class QuizDefinition(GameDefinition):
    """A quiz.  `pick` questions are drawn from the bank; `pass` points win.

    `feedback` after an answer: `full` (right or not, the right answers, the explanation),
    `verdict` (right or not) or `none`.
    """

    intro: Text | None = None
    pick: Annotated[int, Field(ge=1)] | None = None
    pass_mark: Annotated[int, Field(ge=1)] | None = Field(default=None, alias="pass")
    feedback: Literal["full", "verdict", "none"] = "full"
    questions: Annotated[tuple[Question, ...], Field(strict=False, min_length=1, max_length=200)]

    @property
    def length(self) -> int:
        """How many questions one play has."""
        return self.pick or len(self.questions)

    def question(self, wanted: str) -> Question:
        """The question with this id."""
        return next(question for question in self.questions if question.id == wanted)

    def faults(self) -> Iterator[GameFault]:
        """Ids given twice, questions that cannot be answered, numbers beyond what there is."""
        yield from same_ids((q.id for q in self.questions), ("questions",))
        for at, question in enumerate(self.questions):
            yield from _question_faults(question, ("questions", at))
        if self.pick and self.pick > len(self.questions):
            yield fault("game.too_many", ("pick",), limit=len(self.questions))
        if self.pass_mark and self.pass_mark > self.length:
            yield fault("game.too_many", ("pass",), limit=self.length)


def _question_faults(question: Question, at: Path) -> Iterator[GameFault]:
    yield from same_ids((choice.id for choice in question.choices), (*at, "choices"))
    if not question.right:
        yield fault("game.no_right_answer", (*at, "choices"), found=question.id)
    if len(question.right) > 1 and not question.several:
        yield fault("game.several_right", at, found=question.id)
    if question.image and not question.alt:
        yield fault("game.picture_without_words", (*at, "image"), found=question.image)
