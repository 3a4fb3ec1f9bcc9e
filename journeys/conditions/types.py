"""Types: whether each test of a tree asks something that can be answered; every fault at once.

To add a type: its literals in `LITERALS` and its hint in `HINTS`; its row in `journeys.catalogue.TYPES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from journeys.catalogue import Field, Type, type_of
from journeys.conditions.faults import Fault, fault, nearest
from journeys.conditions.measures import MEASURES
from journeys.conditions.operators import OPERATORS
from journeys.conditions.printer import literal, subject
from journeys.conditions.scope import Scope, meant
from journeys.conditions.tree import All, Any, FieldOf, History, Let, Not, Place, Subject, Test, Tree, leaves
from journeys.facts import Money
from journeys.problems import Kind

# Which literals a subject of a type may be compared with.
LITERALS: Mapping[str, frozenset[str]] = {
    "yes/no": frozenset({"yes/no"}),
    "whole": frozenset({"whole", "decimal"}),
    "decimal": frozenset({"whole", "decimal"}),
    "money": frozenset({"money"}),
    "text": frozenset({"text"}),
    "choice": frozenset({"text"}),
    "set": frozenset({"text"}),
    "date": frozenset({"date"}),
    "duration": frozenset({"duration"}),
}

HINTS: Mapping[str, tuple[str, str]] = {
    "yes/no": ("write the field alone, or == true", "écrivez le champ seul, ou == true"),
    "whole": ("write a number, as 7", "écrivez un nombre, comme 7"),
    "decimal": ("write a number, as 7.5", "écrivez un nombre, comme 7.5"),
    "money": ("write an amount with its currency, as 150 EUR", "écrivez un montant avec sa devise, comme 150 EUR"),
    "text": ('write a text in double quotes, as "fibre"', 'écrivez un texte entre guillemets, comme "fibre"'),
    "choice": ("use one of: {choices}", "utilisez l'un de : {choices}"),
    "set": ('ask whether it contains "fibre"', 'demandez s\'il contient : contains "fibre"'),
    "date": ("write a date, as 2026-11-10", "écrivez une date, comme 2026-11-10"),
    "duration": ("write a duration, as 90d", "écrivez une durée, comme 90d"),
}  # fmt: skip

IN_FRENCH: Mapping[str, str] = {
    "yes/no": "oui/non", "whole": "nombre entier", "decimal": "nombre", "money": "montant", "text": "texte",
    "choice": "choix", "set": "ensemble", "date": "date", "duration": "durée",
}  # fmt: skip
IN_ENGLISH: Mapping[str, str] = {
    "yes/no": "yes or no", "whole": "a whole number", "decimal": "a number", "money": "an amount of money",
    "text": "a text", "choice": "a choice", "set": "a set", "date": "a date", "duration": "a duration",
}  # fmt: skip

WRONG_VALUE = Kind(
    "condition.type",
    "error",
    "{subject} is {type_en}; it cannot be compared with {found}",
    "{subject} est de type {type_fr} ; on ne peut le comparer avec {found}",
    "{hint_en}",
    "{hint_fr}",
)
WRONG_WORD = Kind(
    "condition.operator",
    "error",
    "{subject} is {type_en}; “{word}” cannot be asked of it",
    "{subject} est de type {type_fr} ; on ne peut pas lui demander « {word} »",
    "{hint_en}",
    "{hint_fr}",
)
NOT_YES_NO = Kind(
    "condition.not_yes_no",
    "error",
    "{subject} is {type_en}, not yes or no: it needs a comparison",
    "{subject} est de type {type_fr}, pas oui/non : il faut une comparaison",
    "{hint_en}",
    "{hint_fr}",
)
UNKNOWN_CHOICE = Kind(
    "condition.choice",
    "error",
    "{subject} is never “{found}”",
    "{subject} ne vaut jamais « {found} »",
    "{hint_en}",
    "{hint_fr}",
)
CURRENCY = Kind(
    "condition.currency",
    "error",
    "{found} is not in {currency}, the currency used here",
    "{found} n'est pas en {currency}, la devise utilisée ici",
    "write the amount in {currency}",
    "écrivez le montant en {currency}",
)
NEVER_BETWEEN = Kind(
    "condition.never",
    "warning",
    "nothing lies between {low} and {high}",
    "rien ne se trouve entre {low} et {high}",
    "write the smaller one first",
    "écrivez le plus petit d'abord",
)
NEVER_IN_WINDOW = Kind(
    "condition.never",
    "warning",
    "no order lies in this window",
    "aucune commande ne tombe dans cette période",
    "write at least 1d, and the earlier date first",
    "écrivez au moins 1d, et la date la plus ancienne d'abord",
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of types found: the tree with names in full, the fields it asks, faults, remarks."""

    tree: Tree
    fields: Mapping[str, Field]
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]


def check(tree: Tree, scope: Scope) -> Checked:
    """Look every name up and check every test."""
    tree = _in_full(tree, scope)
    fields: dict[str, Field] = {}
    found: list[Fault] = []
    for leaf in leaves(tree):
        if isinstance(leaf, Let):
            found += [] if leaf.name in scope.lets else [scope.unknown_let(leaf.name, leaf.at)]
        elif isinstance(leaf.subject, History):
            found += _checked(leaf, Field(subject(leaf.subject), MEASURES[leaf.subject.measure].type), scope)
        elif isinstance(known := scope.field(leaf.subject.name, leaf.subject.at), Fault):
            found.append(known)
        else:
            fields[known.name] = known
            found += _checked(leaf, known, scope)
    faults = tuple(f for f in found if f.kind.level == "error")
    return Checked(tree, fields, faults, tuple(f for f in found if f.kind.level != "error"))


def _in_full(tree: Tree, scope: Scope) -> Tree:
    match tree:
        case Test(subject=FieldOf(name) as asked):
            return replace(tree, subject=replace(asked, name=scope.full_name(name)))
        case Not(part):
            return Not(_in_full(part, scope))
        case All(parts):
            return All(tuple(_in_full(part, scope) for part in parts))
        case Any(parts):
            return Any(tuple(_in_full(part, scope) for part in parts))
        case _:
            return tree


def _checked(test: Test, asked: Field, scope: Scope) -> Iterator[Fault]:
    yield from _windows(test.subject, scope)
    if asked.type == "any":
        asked = replace(asked, type=type_in_use(test))
    operator = OPERATORS[test.word]
    if asked.type not in operator.types:
        yield fault(NOT_YES_NO if test.word == "yes" else WRONG_WORD, test.at, word=test.word, **_about(asked))
        return
    wrong = list(_values(test, asked, scope))
    yield from wrong
    if not wrong and test.word == "between" and test.values[0] > test.values[1]:  # type: ignore[operator]
        low, high = map(literal, test.values)
        yield fault(NEVER_BETWEEN, test.at, low=low, high=high)


def _values(test: Test, asked: Field, scope: Scope) -> Iterator[Fault]:
    places = test.places or (test.at,) * len(test.values)
    currency = scope.currency
    for value, at in zip(test.values, places, strict=True):
        if type_of(value) not in LITERALS[asked.type]:
            yield fault(WRONG_VALUE, at, found=literal(value), **_about(asked))
        elif asked.choices and asked.type == "choice" and value not in asked.choices:
            near = nearest(str(value), asked.choices)
            hints = meant(near) if near else _hint(asked)
            yield fault(UNKNOWN_CHOICE, at, subject=asked.name, found=value, **hints)
        elif isinstance(value, Money):
            yield from _currency(value, currency, at)
            currency = currency or value.currency


def _windows(asked: Subject, scope: Scope) -> Iterator[Fault]:
    if not isinstance(asked, History):
        return
    if asked.look.over:
        yield from _currency(asked.look.over, scope.currency, asked.at)
    match asked.look.window:
        case None:
            return
        case window if window.word in ("days", "hours") and window.amount == 0:
            yield fault(NEVER_IN_WINDOW, asked.at)
        case window if window.first and window.last and window.first > window.last:
            yield fault(NEVER_IN_WINDOW, asked.at)


def _currency(found: Money, currency: str | None, at: Place) -> Iterator[Fault]:
    if currency and found.currency != currency:
        yield fault(CURRENCY, at, found=literal(found), currency=currency)


def type_in_use(test: Test) -> Type:
    """The type a field taken on trust must have for this test to make sense."""
    if not test.values:
        return "yes/no" if test.word == "yes" else "text"
    kind = type_of(test.values[0])
    return "decimal" if kind == "whole" else kind


def _about(asked: Field) -> dict[str, object]:
    return {
        "subject": asked.name,
        "type_en": IN_ENGLISH[asked.type],
        "type_fr": IN_FRENCH[asked.type],
        **_hint(asked),
    }


def _hint(asked: Field) -> dict[str, object]:
    choices = ", ".join(f'"{choice}"' for choice in asked.choices)
    return {
        f"hint_{lang}": text.format(choices=choices) for lang, text in zip(("en", "fr"), HINTS[asked.type], strict=True)
    }
