"""Moves: what a fan sent, read strictly, and every way it can be wrong.

A move is a flat mapping of form fields.  A game names the fields it takes and reads them with
`one_value` and `several_values`; anything unexpected raises `Refusal`, which `refusing` turns into
a `BadMove`, a plain value with a stable code and a sentence for the fan.
To add a way to be wrong: one line in `SENTENCES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

Move = Mapping[str, str | list[str]]

MOST_FIELDS = 20
MOST_VALUES = 50
LONGEST_VALUE = 200

SENTENCES: Mapping[str, tuple[str, str]] = {
    "unknown_field": ("Unknown field “{field}”.", "Champ inconnu : « {field} »."),
    "missing_field": ("“{field}” is missing.", "Il manque « {field} »."),
    "no_answer": ("Choose an answer first.", "Choisissez d'abord une réponse."),
    "too_many_fields": ("This is more than was asked for.", "C'est plus que ce qui est demandé."),
    "too_many_values": ("“{field}” has too many values.", "« {field} » contient trop de valeurs."),
    "too_long": ("“{field}” is too long.", "« {field} » est trop long."),
    "not_text": ("“{field}” must be text.", "« {field} » doit être du texte."),
    "one_value_wanted": ("Only one answer is possible here.", "Une seule réponse est possible ici."),
    "sent_twice_in_one": ("The same answer is there twice.", "La même réponse y figure deux fois."),
    "unknown_choice": ("This answer does not exist.", "Cette réponse n'existe pas."),
    "other_question": (
        "This answers another question. Here is the one to answer.",
        "Cette réponse concerne une autre question. Voici celle qui vous attend.",
    ),
    "not_a_move_number": ("The move's number cannot be read.", "Le numéro du coup est illisible."),
    "stale_move": (
        "You have already answered this. Your first answer counts.",
        "Vous avez déjà répondu. Votre première réponse compte.",
    ),
    "out_of_order": ("One question at a time, please.", "Une question à la fois, s'il vous plaît."),
    "game_over": ("This game is over.", "Cette partie est terminée."),
    "too_few_choices": ("Choose at least {limit}.", "Choisissez-en au moins {limit}."),
    "too_many_choices": ("Choose at most {limit}.", "Choisissez-en {limit} au plus."),
}

_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class BadMove:
    """A move turned down: nothing has changed.  `code` is stable; `en` and `fr` are for the fan."""

    code: str
    en: str
    fr: str
    field: str | None = None

    def sentence(self, lang: str) -> str:
        """What is wrong, for the fan."""
        return self.fr if lang.partition("-")[0] == "fr" else self.en


class Refusal(Exception):
    """Stops the reading of a move; only `refusing` sees it."""

    def __init__(self, code: str, field: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.bad = bad_move(code, field, **values)


def bad_move(code: str, field: str | None = None, **values: object) -> BadMove:
    """The refusal of a move with its sentence in both languages."""
    en, fr = SENTENCES[code]
    shown = _harmless(field or "")
    return BadMove(code, en.format(field=shown, **values), fr.format(field=shown, **values), shown or None)


P = ParamSpec("P")
R = TypeVar("R")


def refusing(play: Callable[P, R]) -> Callable[P, R | BadMove]:
    """Let a game's `play` stop anywhere by raising `Refusal`, and still answer with a value."""

    @wraps(play)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R | BadMove:
        try:
            return play(*args, **kwargs)
        except Refusal as refusal:
            return refusal.bad

    return answer


def only_fields(move: Mapping[str, object], allowed: Collection[str]) -> None:
    """Nothing but the fields of this game, and every one of a size a person could send.

    Raises: Refusal.
    """
    if len(move) > MOST_FIELDS:
        raise Refusal("too_many_fields")
    for name, value in move.items():
        if name not in allowed:
            raise Refusal("unknown_field", str(name))
        _check_size(name, value)


def one_value(move: Mapping[str, object], field: str) -> str:
    """The one value of a field.  Raises: Refusal when it is missing or a list."""
    value = move.get(field)
    if value is None or value == "":
        raise Refusal("missing_field", field)
    if isinstance(value, list):
        raise Refusal("one_value_wanted", field)
    return str(value)


def several_values(move: Mapping[str, object], field: str) -> tuple[str, ...]:
    """The values of a field that takes several, each once.  Raises: Refusal on a repeat."""
    value = move.get(field)
    values = tuple(value) if isinstance(value, list) else (() if value in (None, "") else (str(value),))
    if len(set(values)) < len(values):
        raise Refusal("sent_twice_in_one", field)
    return values


def chosen(move: Mapping[str, object], field: str, offered: Collection[str], several: bool) -> tuple[str, ...]:
    """The ids the fan chose among those offered.  Raises: Refusal when nothing or something else was chosen."""
    if field not in move:
        raise Refusal("no_answer", field)
    values = several_values(move, field) if several else (one_value(move, field),)
    if not values:
        raise Refusal("no_answer", field)
    if any(value not in offered for value in values):
        raise Refusal("unknown_choice", field)
    return values


def this_move(move: Mapping[str, object], expected: int, field: str = "move") -> None:
    """The move's number is the one that is due: not sent before, none skipped.  Raises: Refusal."""
    written = one_value(move, field)
    if not _NUMBER.fullmatch(written):
        raise Refusal("not_a_move_number", field)
    if int(written) < expected:
        raise Refusal("stale_move", field)
    if int(written) > expected:
        raise Refusal("out_of_order", field)


def _check_size(name: str, value: object) -> None:
    values = value if isinstance(value, list) else [value]
    if len(values) > MOST_VALUES:
        raise Refusal("too_many_values", name)
    for one in values:
        if not isinstance(one, str):
            raise Refusal("not_text", name)
        if len(one) > LONGEST_VALUE:
            raise Refusal("too_long", name)


def _harmless(name: str) -> str:
    """A field's name as it may be shown again: short, and without characters that hide."""
    return "".join(mark for mark in name[:40] if mark.isprintable())
