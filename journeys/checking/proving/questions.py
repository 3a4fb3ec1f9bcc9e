"""A test of a condition as a question: which subject it asks, and with which answers it is true.

A subject is a field of the person, whether that field is known, whether it contains a text, or a measure of her orders.
To add a word of conditions: one line in `ANSWERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import cast

from journeys.catalogue import Field
from journeys.checking.proving.answers import LEAST, MOST, Answers, Number, Ranges, Words, between, met
from journeys.conditions.measures import MEASURES
from journeys.conditions.operators import NUMBERS
from journeys.conditions.tree import History, Look, Test
from journeys.conditions.types import type_in_use
from journeys.facts import WEEKDAYS, Money, Value

YES_NO = Words(frozenset({True, False}), others=False, unknown=False)
SOME_WORD, SOME_NUMBER = Words(unknown=False), Ranges(unknown=False)
NEVER_NEGATIVE = between((0, 0), MOST)
COUNTED = Ranges(NEVER_NEGATIVE.stretches, unknown=False, whole=True)

# Answers that the product itself works out, so that no others come.
CLOSED: Mapping[str, Answers] = {
    "now.hour": Ranges((((0, 0), (23, 0)),), unknown=False, whole=True),
    "now.weekday": Words(frozenset(WEEKDAYS), others=False, unknown=False),
    **{f"rfm.{part}": Ranges((((1, 0), (5, 0)),), whole=True) for part in ("recency", "frequency", "monetary")},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about.  `part`: "value", "known", or "contains" with its text; of orders, a measure."""

    of: str | Look
    part: str = "value"
    text: str = ""  # that is contained; of an amount, its currency
    kind: str = ""  # the type that a value is taken for


@dataclass(frozen=True, slots=True)
class Question:
    """A test: its subject, every answer the subject may have, and those that make the test true, or false."""

    asked: Asked
    whole: Answers
    true: Answers
    false: Answers


def question(test: Test, fields: Mapping[str, Field]) -> Question:
    """The question that a checked test asks."""
    if isinstance(test.subject, History):
        return _of_orders(test, test.subject)
    return _of_field(test, fields[test.subject.name])


def measured(look: Look, measure: str) -> tuple[Asked, Ranges]:
    """A measure of orders, and every answer that it may have."""
    asked = Asked(look, measure, kind=MEASURES[measure].type)
    if not MEASURES[measure].known:
        signed = measure == "total" and look.net
        return asked, Ranges(unknown=False, whole=True) if signed else COUNTED
    whole = measure in ("age", "first_age", "biggest")
    positive = not look.net or measure in ("age", "first_age", "interval")
    return asked, Ranges(NEVER_NEGATIVE.stretches if positive else Ranges().stretches, True, whole)


def _of_orders(test: Test, subject: History) -> Question:
    asked, whole = measured(subject.look, subject.measure)
    per = 24 if subject.measure in ("age", "first_age") else 1
    points = [Fraction(_number(value), per) if per > 1 else _number(value) for value in test.values]
    return _question(asked, whole, test.word, points)


def _of_field(test: Test, field: Field) -> Question:
    kind = type_in_use(test) if field.type == "any" else field.type
    apart = field.type in ("any", "money", "set")  # known, and yet no answer to a comparison
    if test.word in ("known", "unknown") and apart:
        return _question(Asked(field.name, "known"), YES_NO, "yes" if test.word == "known" else "no", [])
    if test.word == "contains":
        part = Asked(field.name, "contains", str(test.values[0]), field.type)
        return _question(part, Words(YES_NO.words, others=False), "yes", [])
    currency = next((value.currency for value in test.values if isinstance(value, Money)), "")
    asked = Asked(field.name, text=currency, kind=kind)
    if kind in NUMBERS:
        return _question(asked, _numbers(field, kind), test.word, [_number(value) for value in test.values])
    return _question(asked, _words(field, kind), test.word, list(test.values))


def _question(asked: Asked, whole: Answers, word: str, points: Sequence[object]) -> Question:
    true = ANSWERS[word](whole, list(points))
    if word in ("known", "unknown"):
        return Question(asked, whole, true, true.apart())
    false = true.apart()
    known = SOME_NUMBER if isinstance(false, Ranges) else SOME_WORD
    return Question(asked, whole, true, met(false, known))


def _numbers(field: Field, kind: str) -> Ranges:
    if field.name in CLOSED:
        return cast(Ranges, CLOSED[field.name])
    declared_by_brand = field.name.startswith(("crm.", "event."))  # its type may be a guess from samples
    return Ranges(unknown=field.may_be_unknown, whole=kind in ("whole", "date") and not declared_by_brand)


def _words(field: Field, kind: str) -> Words:
    if field.name in CLOSED:
        return cast(Words, CLOSED[field.name])
    if kind == "yes/no":
        return Words(YES_NO.words, others=False, unknown=field.may_be_unknown)
    return Words(unknown=field.may_be_unknown)


def _number(value: Value) -> int | Fraction:
    """A value on the line of numbers: cents, hours, days since the year 1."""
    match value:
        case Money(cents):
            return cents
        case timedelta():
            return Fraction(value // timedelta(microseconds=1), 3_600_000_000)
        case date():
            return value.toordinal()
        case Decimal():
            return Fraction(value)
        case _:
            return int(cast(int, value))


def _these(whole: Answers, points: list[object]) -> Answers:
    if isinstance(whole, Words):
        return Words(frozenset(points), others=False, unknown=False)
    ends = sorted(set(cast(list[Number], points)))
    return Ranges(tuple(((end, 0), (end, 0)) for end in ends), unknown=False)


def _not_these(whole: Answers, points: list[object]) -> Answers:
    other = _these(whole, points).apart()
    return other.meet(SOME_NUMBER) if isinstance(other, Ranges) else other.meet(SOME_WORD)


def _known(whole: Answers, points: list[object]) -> Answers:
    return SOME_NUMBER if isinstance(whole, Ranges) else SOME_WORD


# Which answers make a test true, by its word; `p` are the values it is asked with.
ANSWERS: Mapping[str, Callable[[Answers, list], Answers]] = {  # type: ignore[type-arg]
    "yes": lambda whole, p: Words(frozenset({True}), others=False, unknown=False),
    "no": lambda whole, p: Words(frozenset({False}), others=False, unknown=False),
    "==": _these,
    "in": _these,
    "!=": _not_these,
    "<": lambda whole, p: between(LEAST, (p[0], -1)),
    "<=": lambda whole, p: between(LEAST, (p[0], 0)),
    ">": lambda whole, p: between((p[0], 1), MOST),
    ">=": lambda whole, p: between((p[0], 0), MOST),
    "between": lambda whole, p: between((p[0], 0), (p[1], 0)),
    "known": _known,
    "unknown": lambda whole, p: _known(whole, p).apart(),
}
