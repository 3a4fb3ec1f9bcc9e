"""Faults: what is wrong with a game's definition, where, and how to mend it, in English and French.

A definition is read by pydantic; `from_pydantic` says its findings in an author's words.  What a
game finds by itself it makes with `fault`.  To add a kind: one line in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class GameFault:
    """One mistake at one path of the document.  `at_key` points to the key rather than its value."""

    path: Path
    code: str
    en: str
    fr: str
    hint_en: str = ""
    hint_fr: str = ""
    at_key: bool = False

    def message(self, lang: str = "en") -> str:
        """What is wrong, in one sentence."""
        return self.fr if lang == "fr" else self.en

    def hint(self, lang: str = "en") -> str:
        """How to mend it; empty when the message says it all."""
        return self.hint_fr if lang == "fr" else self.hint_en


# code: English, French, hint in English, hint in French.  `place` is the path as one writes it.
# fmt: off
KINDS: Mapping[str, tuple[str, str, str, str]] = {
    "game.kind": (
        "there is no game “{found}”", "il n'y a pas de jeu « {found} »",
        "the games are: {known}{guess_en}", "les jeux sont : {known}{guess_fr}",
    ),
    "game.not_mapping": (
        "a game is written as keys and values", "un jeu s'écrit en clés et valeurs",
        "start with “game: quiz”", "commencez par « game: quiz »",
    ),
    "game.unknown_key": (
        "unknown key “{key}”", "clé inconnue « {key} »",
        "the keys here are: {known}{guess_en}", "les clés possibles ici : {known}{guess_fr}",
    ),
    "game.missing_key": ("“{key}” is missing", "il manque « {key} »", "add “{key}:”", "ajoutez « {key}: »"),
    "game.text_wanted": (
        "“{place}” must be a text", "« {place} » doit être un texte",
        "put it in quotes, or give one text per language", "mettez-le entre guillemets, ou un texte par langue",
    ),
    "game.text_empty": ("“{place}” is empty", "« {place} » est vide", "write a text", "écrivez un texte"),
    "game.text_long": (
        "“{place}” is longer than {limit} characters", "« {place} » dépasse {limit} caractères", "", "",
    ),
    "game.text_hidden": (
        "“{place}” holds the hidden character {found}", "« {place} » contient le caractère caché {found}",
        "type the text again without it", "retapez le texte sans lui",
    ),
    "game.text_missing": (
        "“{place}” has no text in: {missing}", "« {place} » n'a pas de texte en : {missing}",
        "a campaign's texts are complete in all its languages",
        "les textes d'une campagne sont complets dans toutes ses langues",
    ),
    "game.text_language": (
        "“{found}” is not a language", "« {found} » n'est pas une langue",
        "write fr, en, pt-BR…", "écrivez fr, en, pt-BR…",
    ),
    "game.number_wanted": ("“{place}” must be a whole number", "« {place} » doit être un nombre entier", "", ""),
    "game.yes_no_wanted": (
        "“{place}” must be true or false", "« {place} » doit être true ou false", "", "",
    ),
    "game.list_wanted": (
        "“{place}” must be a list", "« {place} » doit être une liste",
        "start each item with “- ”", "commencez chaque élément par « - »",
    ),
    "game.keys_wanted": (
        "“{place}” must hold keys and values", "« {place} » doit contenir des clés et des valeurs", "", "",
    ),
    "game.word_wanted": (
        "“{place}” must be one of: {expected}", "« {place} » doit être l'un de : {expected}", "", "",
    ),
    "game.id": (
        "“{found}” cannot be an id", "« {found} » ne peut pas être un identifiant",
        "small letters, digits and _ , starting with a letter",
        "des minuscules, des chiffres et _ , en commençant par une lettre",
    ),
    "game.too_few": (
        "“{place}” needs at least {limit}", "« {place} » en demande au moins {limit}", "", "",
    ),
    "game.too_many": (
        "“{place}” takes at most {limit}", "« {place} » en accepte au plus {limit}", "", "",
    ),
    "game.same_id": (
        "the id “{found}” is there twice", "l'identifiant « {found} » figure deux fois",
        "give each its own id", "donnez à chacun son propre identifiant",
    ),
    "game.no_right_answer": (
        "the question “{found}” has no right answer", "la question « {found} » n'a aucune bonne réponse",
        "write “right: true” at a choice", "écrivez « right: true » à l'un des choix",
    ),
    "game.several_right": (
        "the question “{found}” has several right answers but takes one",
        "la question « {found} » a plusieurs bonnes réponses mais n'en accepte qu'une",
        "add “several: true” to the question", "ajoutez « several: true » à la question",
    ),
    "game.picture_without_words": (
        "the picture “{found}” has no words for people who do not see it",
        "l'image « {found} » n'a pas de texte pour qui ne la voit pas",
        "add “alt:” with what is to be seen", "ajoutez « alt: » avec ce qu'on y voit",
    ),
    "game.not_valid": ("“{place}” is not valid", "« {place} » n'est pas valable", "", ""),
}

_PYDANTIC: Mapping[str, str] = {
    "extra_forbidden": "game.unknown_key", "invalid_key": "game.unknown_key",
    "missing": "game.missing_key",
    "text_type": "game.text_wanted", "string_type": "game.text_wanted",
    "text_empty": "game.text_empty",
    "text_long": "game.text_long", "string_too_long": "game.text_long",
    "text_hidden": "game.text_hidden",
    "text_missing": "game.text_missing",
    "text_language": "game.text_language",
    "int_type": "game.number_wanted", "int_from_float": "game.number_wanted",
    "bool_type": "game.yes_no_wanted",
    "tuple_type": "game.list_wanted",
    "model_type": "game.keys_wanted", "model_attributes_type": "game.keys_wanted",
    "literal_error": "game.word_wanted",
    "string_pattern_mismatch": "game.id",
    "too_short": "game.too_few", "greater_than_equal": "game.too_few",
    "too_long": "game.too_many", "less_than_equal": "game.too_many",
}
# fmt: on
_LIMITS = ("limit", "max_length", "min_length", "ge", "le")


def fault(code: str, path: Path, **values: object) -> GameFault:
    """One mistake of a kind, with its sentences filled in."""
    kind = KINDS[code]
    filled = {"place": place(path), "key": path[-1] if path else "", **values}
    en, fr, hint_en, hint_fr = (sentence.format_map(_Filled(filled)) for sentence in kind)
    return GameFault(path, code, en, fr, hint_en, hint_fr, at_key=code == "game.unknown_key")


def unknown_word(code: str, path: Path, found: str, known: list[str]) -> GameFault:
    """A word that is not known here, with the ones that are and the nearest of them."""
    near = get_close_matches(found, known, 1)
    guess_en = f"; did you mean “{near[0]}”?" if near else ""
    guess_fr = f" ; vouliez-vous dire « {near[0]} » ?" if near else ""
    return fault(code, path, found=found, known=", ".join(known), guess_en=guess_en, guess_fr=guess_fr)


def same_ids(ids: Iterable[str], path: Path) -> Iterator[GameFault]:
    """A fault at each id of a list that was there before."""
    seen: set[str] = set()
    for index, found in enumerate(ids):
        if found in seen:
            yield fault("game.same_id", (*path, index, "id"), found=found)
        seen.add(found)


def from_pydantic(error: ValidationError, schema: Mapping[str, Any]) -> tuple[GameFault, ...]:
    """Pydantic's findings in an author's words; the schema gives the keys for “did you mean”."""
    return tuple(_said(found, schema) for found in findings(error))


def findings(error: ValidationError) -> list[Any]:
    """Pydantic's findings, one for each fault of `from_pydantic` and in its order."""
    return [found for found in error.errors(include_url=False) if not _echo(found)]


def place(path: Path) -> str:
    """The path as one reads it: `questions 2 › choices 1 › text`, counted from 1."""
    words = ""
    for part in path:
        words += f" {part + 1}" if isinstance(part, int) else f" › {part}" if words else str(part)
    return words


def _echo(found: Any) -> bool:
    """A list called too short only because some of its items are wrong: those are told anyway."""
    return bool(found["type"] == "too_short" and len(found["input"]) >= found["ctx"]["min_length"])


def _said(found: Any, schema: Mapping[str, Any]) -> GameFault:
    path: Path = tuple(found["loc"])
    code = _PYDANTIC.get(found["type"], "game.not_valid")
    context = found.get("ctx", {})
    if code == "game.unknown_key":
        return unknown_word(code, path, str(path[-1]), _keys_at(schema, path[:-1]))
    limit = next((context[name] for name in _LIMITS if name in context), "")
    words = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    values = {"found": found["input"], "limit": limit, **context, "expected": words}
    return fault(code, path, **{name: str(value)[:80] for name, value in values.items()})


def _keys_at(schema: Mapping[str, Any], path: Path) -> list[str]:
    """The keys that the schema knows at a path."""
    node: Mapping[str, Any] = schema
    for part in path:
        node = _resolved(node, schema)
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
    return list(_resolved(node, schema).get("properties", {}))


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else node


class _Filled(dict[str, object]):
    """Values of a sentence; what nobody gave stays empty rather than breaking the message."""

    def __missing__(self, key: str) -> str:
        return ""
