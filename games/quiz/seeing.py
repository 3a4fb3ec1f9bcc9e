"""What the fan may see of a quiz: the question that is due, what became of an answer, the end.

Each view is made from named pieces, never from a whole question, so that the key cannot slip in.
"""

from __future__ import annotations

from typing import Any

from games.contract import View
from games.quiz.definition import Choice, Question, QuizDefinition
from games.texts import say


def seen_question(definition: QuizDefinition, question: Question, marks: list[bool], lang: str) -> View:
    """The question that is due, with its number and the stamps earned so far."""
    return {
        **_progress(definition, marks, lang),
        "over": False,
        "intro": say(definition.intro, lang) if definition.intro and not marks else None,
        "move": str(len(marks) + 1),
        "question": {
            "id": question.id,
            "text": say(question.text, lang),
            "image": question.image,
            "alt": say(question.alt, lang) if question.alt else "",
            "several": question.several,
            "choices": [_choice(choice, lang) for choice in question.choices],
        },
    }


def seen_end(definition: QuizDefinition, marks: list[bool], lang: str) -> View:
    """The end of a quiz: the score, and whether it was enough where that matters."""
    score = sum(marks)
    won = score >= definition.pass_mark if definition.pass_mark else None
    return {**_progress(definition, marks, lang), "over": True, "score": score, "won": won}


def seen_answer(definition: QuizDefinition, question: Question, answer: frozenset[str]) -> View:
    """What may be said of the answer just given, in the author's languages."""
    said: dict[str, Any] = {"question": question.id, "answer": sorted(answer)}
    if definition.feedback != "none":
        said["right"] = answer == question.right
    if definition.feedback == "full":
        said["right_answers"] = [choice.text for choice in question.choices if choice.right]
        said["explanation"] = question.explanation
    return said


def _progress(definition: QuizDefinition, marks: list[bool], lang: str) -> dict[str, Any]:
    stamps = marks if definition.feedback != "none" else [None] * len(marks)
    total = definition.length
    number = min(len(marks) + 1, total)
    return {"title": say(definition.title, lang), "number": number, "total": total, "stamps": stamps}


def _choice(choice: Choice, lang: str) -> dict[str, Any]:
    return {"id": choice.id, "text": say(choice.text, lang), "image": choice.image}
