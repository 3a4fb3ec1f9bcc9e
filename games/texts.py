"""Texts: an author's words, either plain (the same for everybody) or one per language.

`Text` is the type of a definition's field; `say` picks the words for a reader.
A campaign's languages are given when the definition is read: a missing one is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

Words = str | Mapping[str, str]

LONGEST = 2000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
# Control characters except line ends, and the marks that turn the reading direction round unseen.
_INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def say(text: Words, lang: str) -> str:
    """The words for a reader: her language, else its main language, else English, else the first there is."""
    if isinstance(text, str):
        return text
    for wanted in (lang, lang.partition("-")[0], "en"):
        if wanted in text:
            return text[wanted]
    return next(iter(text.values()))


def spoken(value: Any, lang: str) -> Any:
    """A stored value with every text by language in it said to one reader."""
    if isinstance(value, Mapping):
        if value and all(isinstance(words, str) and _LANGUAGE.fullmatch(key) for key, words in value.items()):
            return say(value, lang)
        return {name: spoken(part, lang) for name, part in value.items()}
    return [spoken(part, lang) for part in value] if isinstance(value, list) else value


def _read_text(value: object, info: ValidationInfo) -> Words:
    """Accept a text or a mapping of languages; a bare number is taken as it is written."""
    if isinstance(value, Mapping):
        return _read_languages(value, (info.context or {}).get("languages", ()))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    return _read_words(value)


def _read_languages(value: Mapping[object, object], wanted: tuple[str, ...]) -> dict[str, str]:
    strange = [str(key) for key in value if not (isinstance(key, str) and _LANGUAGE.fullmatch(key))]
    if strange or not value:
        raise PydanticCustomError("text_language", "not a language", {"found": ", ".join(strange) or "{}"})
    missing = [lang for lang in wanted if lang not in value]
    if missing:
        raise PydanticCustomError("text_missing", "missing language", {"missing": ", ".join(missing)})
    return {str(lang): _read_words(words) for lang, words in value.items()}


def _read_words(value: object) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("text_type", "not a text")
    if not value.strip():
        raise PydanticCustomError("text_empty", "empty text")
    if len(value) > LONGEST:
        raise PydanticCustomError("text_long", "text too long", {"limit": LONGEST})
    words = value.replace("\r\n", "\n").strip()
    if hidden := _INVISIBLE.search(words):
        raise PydanticCustomError("text_hidden", "hidden character", {"found": f"U+{ord(hidden[0]):04X}"})
    return words


_SCHEMA = {
    "description": "A text, or one text per language",
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": LONGEST},
        {"type": "number"},
        {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": f"^{_LANGUAGE.pattern}$"},
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        },
    ],
}

Text = Annotated[Words, PlainValidator(_read_text), WithJsonSchema(_SCHEMA)]
