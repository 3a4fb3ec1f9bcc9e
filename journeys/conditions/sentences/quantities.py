"""Amounts, dates and texts of a sentence: "at least 7", "before 3 May 2026", "“silver” or “gold”"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from journeys.conditions.printer import literal
from journeys.conditions.sentences.words import Words
from journeys.facts import WEEKDAYS, Money, Value

_FORMS = re.compile(r"\((\w*)\|?(\w+)\)")  # (s), (y|ies)


def quantity(word: str, values: tuple[Value, ...], words: Words, counted: bool = False) -> str:
    """What is asked of a value, as an amount, a day or a list; a word without an amount says it plainly."""
    said = [one(value, words) for value in values]
    phrases: Mapping[str, str] = words.dates if isinstance(values[0], date) else words.amounts
    phrase = phrases.get(word, phrases["plain"])
    if isinstance(values[0], str) and word == "==":
        phrase = phrases["plain"]
    if counted and word == "<":
        phrase = words.fewer
    first, second = (*said, "")[:2]
    return phrase.format(v=first, w=second, all=alternatives(said, words))


def one(value: Value, words: Words) -> str:
    """One value in words."""
    match value:
        case str():
            return words.quote(value)
        case date():
            unit = words.units["first" if value.day == 1 else "date"]
            return unit.format(d=value.day, month=words.months[value.month - 1], y=value.year)
        case timedelta():
            hours = value // timedelta(hours=1)
            unit, n = ("hour", hours) if hours % 24 else ("day", hours // 24)
            return agreeing(words.units[unit], n, words).format(n=n)
        case Money() | Decimal():
            return literal(value).replace(".", words.decimal_point)
        case _:
            return literal(value)


def weekday(value: Value, words: Words) -> str:
    """The name of a day of the week."""
    return words.weekdays[WEEKDAYS.index(str(value))]


def agreeing(template: str, number: Value, words: Words) -> str:
    """The template with its (s) and (y|ies) in the number that the amount asks for."""
    singular = number == 1 or (words.zero_is_singular and isinstance(number, int | Decimal) and -2 < number < 2)

    def form(found: re.Match[str]) -> str:
        one_form, many = (found[1], found[2]) if "|" in found[0] else ("", found[1] + found[2])
        return one_form if singular else many

    return _FORMS.sub(form, template)


def alternatives(texts: list[str], words: Words) -> str:
    """Texts as alternatives: a, b or c."""
    between, last = words.joints[0]
    return texts[0] if len(texts) == 1 else between.join(texts[:-1]) + last + texts[-1]
