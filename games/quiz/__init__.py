"""The quiz: one question a move, scored, with the answer explained once it has been given.

    definition.py   what an author writes
    rules.py        starting, moving, scoring
    seeing.py       what the fan may see

No answer key leaves the server before the fan has answered, and then only that question's.
"""

from games.quiz.definition import Choice, Question, QuizDefinition
from games.quiz.rules import Quiz

GAME = Quiz()

__all__ = ["GAME", "Choice", "Question", "Quiz", "QuizDefinition"]
