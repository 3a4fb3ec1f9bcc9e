"""Texts in several languages, and how spans, money and shares are said in French and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

Lang: TypeAlias = Literal["en", "fr"]

_UNITS: Mapping[str, tuple[tuple[int, str, str], ...]] = {
    "en": ((86_400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "minutes")),
    "fr": ((86_400, "jour", "jours"), (3600, "heure", "heures"), (60, "minute", "minutes")),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text, the same for all languages or one for each.  `by_lang` has "" for a text that names no language."""

    by_lang: tuple[tuple[str, str], ...]

    def say(self, lang: str) -> str:
        """The text in this language, else in the first one it has."""
        spoken = dict(self.by_lang)
        return spoken.get(lang) or spoken.get("") or next(iter(spoken.values()), "")


def span(length: timedelta, lang: Lang) -> str:
    """A span in words: "7 days 12 hours"."""
    left, words = int(length.total_seconds()), []
    for seconds, one, many in _UNITS[lang]:
        count, left = divmod(left, seconds)
        if count:
            words.append(f"{count} {one if count == 1 else many}")
    return " ".join(words) or f"0 {_UNITS[lang][-1][2]}"


def listed(words: list[str], lang: Lang) -> str:
    """Words in a row: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {'et' if lang == 'fr' else 'and'} {words[-1]}"


def words_of(name: str) -> str:
    """An identifier as words: "fibre quiz"."""
    return name.replace("_", " ")


def quoted(text: str, lang: Lang) -> str:
    """A name between the quotes of the language."""
    return f"« {text} »" if lang == "fr" else f"“{text}”"
