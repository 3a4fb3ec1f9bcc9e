"""The sentence of one test: a field's own sentence from the catalogue, or a measure's from `words`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from journeys.catalogue import Field
from journeys.conditions.operators import OPPOSITE
from journeys.conditions.printer import subject
from journeys.conditions.sentences.quantities import agreeing, alternatives, one, quantity, weekday
from journeys.conditions.sentences.words import Words
from journeys.conditions.tree import History, Look, Test, Window
from journeys.facts import Value


def clause(test: Test, wanted: bool, words: Words, vocabulary: Mapping[str, Field]) -> str:
    """What the test says of a person; its contrary when not `wanted`."""
    if not wanted and test.word in OPPOSITE:
        test, wanted = replace(test, word=OPPOSITE[test.word]), True
    if test.word == "!=":
        test, wanted = replace(test, word="=="), not wanted
    if isinstance(test.subject, History):
        return _of_orders(test, test.subject, wanted, words)
    asked = vocabulary[test.subject.name]
    if test.word in ("known", "unknown"):
        return words.fields[test.word].format(label=asked.name)
    if asked.type == "yes/no" or test.word == "yes":
        return _claim(test, asked, wanted, words)
    return _of_field(test, asked, wanted, words)


def _claim(test: Test, asked: Field, wanted: bool, words: Words) -> str:
    """A yes/no field: its claim or the contrary."""
    values = set(test.values) or {True}
    if len(values) == 2:  # in (true false): all that is asked is that it be known
        return words.fields["known" if wanted else "unknown"].format(label=asked.name)
    yes = (True in values) == wanted
    text = _texts(asked, words)[0 if yes else 1]
    return text or words.fields["yes" if yes else "no"].format(label=_label(asked, words))


def _of_field(test: Test, asked: Field, wanted: bool, words: Words) -> str:
    template = _texts(asked, words)[0 if wanted else 1]
    if "{}" in template and (test.word != "contains" or asked.type == "set"):
        word = test.word if wanted else _plain(test.word)
        said = _days(test.values, words) if asked.name == "now.weekday" else ""
        amount = said or quantity(word, test.values, words, counted=asked.type == "whole")
        return agreeing(template, test.values[-1], words).replace("{}", amount)
    key = {"contains": "contains"}.get(test.word, "is_day" if isinstance(test.values[0], date) else "is")
    key += "" if wanted else "_not"
    amount = quantity(_plain(test.word) if test.word == "==" else test.word, test.values, words)
    return words.fields[key].format(label=_label(asked, words), q=amount)


def _of_orders(test: Test, asked: History, wanted: bool, words: Words) -> str:
    if test.word in ("known", "unknown"):
        return words.fields[test.word].format(label=subject(asked))
    counted = asked.measure in ("count", "distinct_categories")
    if counted:
        test, wanted = _whole(test, wanted)
    if asked.measure == "count" and wanted and (test.word, *test.values) == ("<=", 0):
        return _no_order(asked.look, words)
    word = test.word if wanted else _plain(test.word)
    template = agreeing(words.measures[asked.measure][0 if wanted else 1], test.values[-1], words)
    elsewhere = "over" if asked.measure == "count" else "over_elsewhere"
    return template.format(q=quantity(word, test.values, words, counted), look=_look(asked.look, words, elsewhere))


def _whole(test: Test, wanted: bool) -> tuple[Test, bool]:
    """A test of a count as one says it: `> 0` and `!= 0` are "at least 1"; `< 1` and `== 0` are "at most 0"."""
    match (test.word, wanted, *test.values):
        case (">", True, int(n)):
            return replace(test, word=">=", values=(n + 1,)), True
        case ("<", True, 1) | ("==", True, 0):
            return replace(test, word="<=", values=(0,)), True
        case ("==", False, 0):
            return replace(test, word=">=", values=(1,)), True
        case _:
            return test, wanted


def _no_order(look: Look, words: Words) -> str:
    never, none = words.no_order
    return never if look == Look() else none.format(look=_look(look, words, "over"))


def _look(look: Look, words: Words, over: str) -> str:
    said = words.filters[over].format(one(look.over, words)) if look.over else ""
    said += "".join(words.filters[line.word].format(words.quote(line.text)) for line in look.lines)
    said += words.filters["net"] if look.net else ""
    return said + (_window(look.window, words) if look.window else "")


def _window(window: Window, words: Words) -> str:
    key = {("days", 1): "today", ("hours", 1): "hour"}.get((window.word, window.amount), window.word)
    first, last = (one(day, words) if day else "" for day in (window.first, window.last))
    return words.windows[key].format(n=window.amount, first=first, last=last)


def _texts(asked: Field, words: Words) -> tuple[str, str]:
    """The field's sentence and its contrary; empty when the catalogue gives none."""
    yes, no = (asked.fr, asked.not_fr) if words.lang == "fr" else (asked.en, asked.not_en)
    return (yes, no) if no or "{}" in yes else ("", "")


def _label(asked: Field, words: Words) -> str:
    return (asked.fr if words.lang == "fr" else asked.en) or asked.name


def _plain(word: str) -> str:
    """In a contrary, "exactly 7" is just "7"."""
    return "plain" if word == "==" else word


def _days(values: tuple[Value, ...], words: Words) -> str:
    return alternatives([weekday(value, words) for value in values], words)
