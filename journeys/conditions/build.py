"""From lark's parse to the typed tree: names, values and places; faults for values that make no sense."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from lark import Token
from lark import Tree as Parsed

from journeys.conditions.faults import Fault, fault
from journeys.conditions.measures import FILTERS
from journeys.conditions.tree import (
    FieldOf,
    History,
    Let,
    LineFilter,
    Look,
    Not,
    Place,
    Subject,
    Test,
    Tree,
    Window,
    all_of,
    any_of,
)
from journeys.facts import Money, Value, tidy_text
from journeys.problems import Kind

LONGEST_SPAN_DAYS = 100_000
YEARS = range(1800, 3000)

EMPTY_TEXT = Kind(
    "condition.empty_text",
    "error",
    "an empty text says nothing: it is unknown",
    "un texte vide ne dit rien : il est inconnu",
    "write `is known` or `is unknown`",
    "écrivez « is known » ou « is unknown »",
)
BAD_DATE = Kind(
    "condition.date",
    "error",
    "{found} is no day of the calendar",
    "{found} n'est pas un jour du calendrier",
    "write year-month-day, as 2026-11-10, in the years 1800 to 2999",
    "écrivez année-mois-jour, comme 2026-11-10, entre 1800 et 2999",
)
TOO_BIG = Kind(
    "condition.too_big",
    "error",
    "{found} is too big or too fine",
    "{found} est trop grand ou trop précis",
    "at most 15 digits, 9 decimals, {days} days",
    "au plus 15 chiffres, 9 décimales, {days} jours",
)
CENTS = Kind(
    "condition.cents",
    "error",
    "{found} has more than two decimals",
    "{found} a plus de deux décimales",
    "money is whole cents, as 12.50 EUR",
    "les montants sont en centimes entiers, comme 12.50 EUR",
)
FILTER_TWICE = Kind(
    "condition.filter_twice",
    "error",
    "“{found}” is given twice in the same orders( )",
    "« {found} » est donné deux fois dans le même orders( )",
    "keep one, or test two orders( ) with or",
    "gardez-en un, ou testez deux orders( ) avec or",
)


class _Found(Exception):
    """A fault on its way out of the building; never leaves this module."""

    def __init__(self, found: Fault) -> None:
        self.fault = found


def built(parsed: Parsed[Token]) -> Tree | tuple[Fault, ...]:
    """The typed tree.  The parse is at most as deep as the limit on characters lets it be."""
    try:
        return _tree(parsed)
    except _Found as stop:
        return (stop.fault,)


def _tree(parsed: Parsed[Token]) -> Tree:
    match parsed.data:
        case "any_of":
            return any_of(tuple(map(_tree, _branches(parsed))))
        case "all_of":
            return all_of(tuple(map(_tree, _branches(parsed))))
        case "not_":
            return Not(_tree(_branches(parsed)[0]))
        case "let":
            return Let(_name(parsed.children[0]), _place(parsed))
        case _:
            return _test(parsed)


def _test(parsed: Parsed[Token]) -> Test:
    """A test is called after its row in `OPERATORS`, but for comparisons, which are called after their sign."""
    word = parsed.data
    rest = parsed.children[1:]
    if word == "comparison":
        word, rest = str(rest[0]), rest[1:]
    values = [part for part in rest if isinstance(part, Parsed)]
    return Test(
        word,
        _subject(_branches(parsed)[0]),
        tuple(_value(value.children[0]) for value in values),
        _place(parsed),
        tuple(map(_place, values)),
    )


def _subject(parsed: Parsed[Token]) -> Subject:
    if parsed.data == "field":
        return FieldOf(_name(parsed.children[0]), _place(parsed))
    *parts, measure = parsed.children
    window: Window | None = None
    found: dict[str, Token] = {}
    for part in (part for part in parts if isinstance(part, Parsed)):
        if part.data == "filter":
            _keep(found, part)
        else:
            window = _window(part)
    return History(_look(window, found), str(measure), _place(parsed))


def _keep(found: dict[str, Token], parsed: Parsed[Token]) -> None:
    """One more filter: its word and its value (the word itself for `net`)."""
    word = str(parsed.children[0])
    if word in found:
        raise _Found(fault(FILTER_TWICE, _place(parsed), found=word))
    found[word] = _token(parsed.children[-1])


def _look(window: Window | None, found: dict[str, Token]) -> Look:
    lines = tuple(LineFilter(word, _text(found[word])) for word in FILTERS if word in found)
    over = _money(found["over"]) if "over" in found else None
    return Look(window, lines, over, net="net" in found)


def _window(parsed: Parsed[Token]) -> Window:
    tokens = [_token(child) for child in parsed.children]
    match parsed.data:
        case "last":
            _duration(tokens[0])
            return Window("days" if tokens[0].endswith("d") else "hours", int(tokens[0][:-1]))
        case "dates":
            return Window("dates", first=_date(tokens[0]), last=_date(tokens[1]))
        case word:
            return Window(word)


def _value(child: Parsed[Token] | Token) -> Value:
    token = _token(child)
    match token.type:
        case "TEXT":
            return _text(token)
        case "MONEY":
            return _money(token)
        case "DURATION":
            return _duration(token)
        case "DATE":
            return _date(token)
        case "NUMBER":
            number = _number(token, str(token))
            return int(number) if number == number.to_integral_value() else number
        case _:
            return token.type == "TRUE"


def _text(token: Token) -> str:
    text = tidy_text(re.sub(r'\\(["\\])', r"\1", token[1:-1]))
    if text is None:
        raise _Found(fault(EMPTY_TEXT, _span(token)))
    return text


def _number(token: Token, digits: str) -> Decimal:
    whole, _, rest = digits.lstrip("-").partition(".")
    if len(whole) > 15 or len(rest) > 9:
        raise _too_big(token)
    return Decimal(digits)


def _money(token: Token) -> Money:
    cents = _number(token, token[:-3].strip()) * 100
    if cents != cents.to_integral_value():
        raise _Found(fault(CENTS, _span(token), found=str(token)))
    return Money(int(cents), token[-3:])


def _duration(token: Token) -> timedelta:
    hours = int(_number(token, token[:-1])) * (24 if token.endswith("d") else 1)
    if hours > LONGEST_SPAN_DAYS * 24:
        raise _too_big(token)
    return timedelta(hours=hours)


def _date(token: Token) -> date:
    try:
        day = date.fromisoformat(token)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise _Found(fault(BAD_DATE, _span(token), found=str(token)))
    return day


def _too_big(token: Token) -> _Found:
    found = str(token) if len(token) <= 40 else f"{token[:37]}..."
    return _Found(fault(TOO_BIG, _span(token), found=found, days=LONGEST_SPAN_DAYS))


def _name(child: Parsed[Token] | Token) -> str:
    return unicodedata.normalize("NFC", str(child))


def _token(child: Parsed[Token] | Token) -> Token:
    if isinstance(child, Token):
        return child
    raise AssertionError(f"the grammar gives a token here, not {child.data}")


def _branches(parsed: Parsed[Token]) -> list[Parsed[Token]]:
    return [child for child in parsed.children if isinstance(child, Parsed)]


def _span(token: Token) -> Place:
    start = token.start_pos or 0
    return start, token.end_pos or start


def _place(parsed: Parsed[Token]) -> Place:
    return parsed.meta.start_pos, parsed.meta.end_pos
