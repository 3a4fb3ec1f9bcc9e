"""What the campaign's authors know: the right answers of its quizzes, the words of its choices."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from journeys.yamlfile import Document, read_yaml
from tests.servers.web import ROOT

FOLDERS = (ROOT / "app/demo/campaign/games", Path(__file__).parent / "bakery/games")


@cache
def written(game: str) -> Any:
    """A game's file as plain data."""
    file = next(folder / f"{game}.yaml" for folder in FOLDERS if (folder / f"{game}.yaml").is_file())
    document = read_yaml(file.read_bytes(), file.name)
    assert isinstance(document, Document)
    return document.plain()


def right_answers(game: str, question: str, lang: str) -> list[str]:
    """The right answers to a question, as the fan reads them."""
    asked = next(each for each in written(game)["questions"] if each["text"][lang].strip() == question)
    return [each["text"][lang] for each in asked["choices"] if each.get("right")]


def text_of(game: str, choice: str, lang: str) -> str:
    """A choice of a vote, as the fan reads it."""
    return next(each["text"][lang] for each in written(game)["choices"] if each["id"] == choice)
