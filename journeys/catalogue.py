"""The catalogue: everything a condition may ask about a person, with its type and its sentence.

A `Field` is one fact; a `Pattern` a family of facts named after an object (`<game>.score`).
The built-in ones stand in `catalogue.yaml`; a brand's own document of the same shape is laid over them.
To add a field: one entry in `catalogue.yaml`.  To add a type: one line in `TYPES` and its literals in
`journeys.conditions.types`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

import yaml

from journeys.facts import Money, Value
from journeys.problems import Kind, Problem

Type = Literal["yes/no", "whole", "decimal", "money", "text", "choice", "date", "set", "duration", "any"]
TYPES: tuple[Type, ...] = get_args(Type)
PERSONAL = ("none", "identity", "profile", "behaviour", "consent")

LONGEST_NAME = 100
_NAME = re.compile(r"[^\W\d]\w*(\.[\w-]+)+")
_SLOT = re.compile(r"<(\w+)>")
KEYS = {"type", "choices", "unknown", "personal", "source", "en", "fr", "not_en", "not_fr"}

BAD_DOCUMENT = Kind(
    "catalogue.document",
    "error",
    "a catalogue is a mapping of field names",
    "un catalogue est un tableau de noms de champs",
    "write `fields:` and under it one entry per field",
    "écrivez « fields: » puis une entrée par champ",
)
BAD_NAME = Kind(
    "catalogue.name",
    "error",
    "“{name}” is no field name",
    "« {name} » n'est pas un nom de champ",
    "a field name has a dot, as crm.tier",
    "un nom de champ a un point, comme crm.tier",
)
BAD_ENTRY = Kind(
    "catalogue.entry",
    "error",
    "“{name}”: {key} cannot be “{found}”",
    "« {name} » : {key} ne peut pas être « {found} »",
    "use one of: {allowed}",
    "utilisez l'un de : {allowed}",
)
NO_CHOICES = Kind(
    "catalogue.choices",
    "error",
    "“{name}” is a choice without choices",
    "« {name} » est un choix sans valeurs",
    "add choices: [one, two]",
    "ajoutez choices: [un, deux]",
)


@dataclass(frozen=True, slots=True)
class Field:
    """One fact that a condition may ask: its type, who supplies it, and how it reads.

    `en` and `fr` are a claim for yes/no ("is of age"), else a sentence where {} stands for the value;
    without {} they are a label.  `may_be_unknown=False` on a yes/no field: an absent fact is false.
    """

    name: str
    type: Type
    choices: tuple[str, ...] = ()
    may_be_unknown: bool = True
    personal: str = "profile"
    source: str = "brand"
    en: str = ""
    fr: str = ""
    not_en: str = ""
    not_fr: str = ""

    @property
    def absent_is_false(self) -> bool:
        return self.type == "yes/no" and not self.may_be_unknown

    def from_text(self, cell: str, currency: str = "EUR") -> Value | None:
        """The value of one CSV cell: true/false, 12.34, ISO dates, a|b for sets; an empty cell is unknown.

        Durations are whole days.  Raises: ValueError when the cell does not fit the type.
        """
        cell = cell.strip()
        return _READ[self.type](cell, currency) if cell else None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A family of facts named after an object, as `<game>.score`."""

    shape: str
    sample: Field
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shape = _SLOT.sub(r"(?P<\1>[\\w-]+)", self.shape.replace(".", r"\."))
        object.__setattr__(self, "_regex", re.compile(shape))

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(_SLOT.findall(self.shape))

    def match(self, name: str) -> dict[str, str] | None:
        """The objects a name speaks of ({"game": "fibre_quiz"}), or None for another family."""
        found = self._regex.fullmatch(name)
        return found.groupdict() if found else None

    def field(self, objects: Mapping[str, str]) -> Field:
        """The fact of this family that belongs to the given objects."""

        def named(text: str) -> str:
            return _SLOT.sub(lambda slot: objects.get(slot[1], slot[0]), text)

        s = self.sample
        return replace(
            s, name=named(self.shape), en=named(s.en), fr=named(s.fr), not_en=named(s.not_en), not_fr=named(s.not_fr)
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All the facts that conditions may ask, and the families of facts named after objects."""

    fields: Mapping[str, Field]
    patterns: tuple[Pattern, ...] = ()

    def find(self, name: str) -> Field | None:
        """The declared field of that name; families are asked with `families`."""
        return self.fields.get(name)

    def families(self, name: str) -> Iterator[tuple[Pattern, dict[str, str]]]:
        """The families a name could belong to, with the objects it would speak of."""
        for pattern in self.patterns:
            if (objects := pattern.match(name)) is not None:
                yield pattern, objects

    def with_fields(self, fields: Iterable[Field]) -> Catalogue:
        """This catalogue with more fields laid over it."""
        return replace(self, fields={**self.fields, **{f.name: f for f in fields}})

    def infer(self, samples: Mapping[str, Iterable[Value | None]]) -> Catalogue:
        """This catalogue, and for names it does not know a field whose type is read off the samples."""
        new = (_inferred(name, values) for name, values in samples.items() if not self.find(name))
        return self.with_fields(f for f in new if f and not any(self.families(f.name)))


@cache
def builtin_catalogue() -> Catalogue:
    """The facts that every brand has."""
    # The file ships with the package and is covered by tests: the plain safe loader is enough here.
    document = yaml.load(files("journeys").joinpath("catalogue.yaml").read_text("utf-8"), yaml.CSafeLoader)
    catalogue, problems = _read(document, "catalogue.yaml", Catalogue({}))
    if problems:
        raise AssertionError(problems)
    return catalogue


def load_catalogue(
    document: Any, file: str = "catalogue.yaml", over: Catalogue | None = None
) -> Catalogue | tuple[Problem, ...]:
    """A brand's own fields laid over the built-in ones; every mistake at once otherwise.

    `document` is the parsed YAML, plain dicts and lists.  Each problem's values hold `path`, so that
    whoever read the file can say the line.
    """
    catalogue, problems = _read(document, file, over or builtin_catalogue())
    return tuple(problems) or catalogue


def _read(document: Any, file: str, over: Catalogue) -> tuple[Catalogue, list[Problem]]:
    if not isinstance(document, dict) or not set(document) <= {"fields", "patterns"}:
        return over, [Problem(BAD_DOCUMENT, file, values={"path": ()})]
    problems: list[Problem] = []
    found: dict[str, list[Field]] = {"fields": [], "patterns": []}
    for part, kept in found.items():
        entries = document.get(part) or {}
        if not isinstance(entries, dict):
            problems.append(Problem(BAD_DOCUMENT, file, values={"path": (part,)}))
            continue
        for name, entry in entries.items():
            wrong = list(_mistakes(name, entry))
            problems += [Problem(kind, file, values={"path": (part, name), **values}) for kind, values in wrong]
            if not wrong:
                kept.append(_field(name, entry))
    families = over.patterns + tuple(Pattern(f.name, f) for f in found["patterns"])
    return replace(over.with_fields(found["fields"]), patterns=families), problems


def _mistakes(name: Any, entry: Any) -> Iterator[tuple[Kind, dict[str, object]]]:
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not _NAME.fullmatch(_SLOT.sub(r"\1", name)):
        yield BAD_NAME, {"name": name}
    if not isinstance(entry, dict):
        yield BAD_DOCUMENT, {}
        return
    for key in entry.keys() - KEYS:
        yield BAD_ENTRY, {"name": name, "key": key, "found": entry[key], "allowed": ", ".join(sorted(KEYS))}
    for key, allowed in (("type", TYPES[:-1]), ("personal", PERSONAL), ("unknown", ("yes", "no"))):
        if (key in entry and _word(entry[key]) not in allowed) or (key == "type" and key not in entry):
            yield BAD_ENTRY, {"name": name, "key": key, "found": entry.get(key), "allowed": ", ".join(allowed)}
    choices = entry.get("choices")
    if entry.get("type") == "choice" and not (isinstance(choices, list) and choices):
        yield NO_CHOICES, {"name": name}


def _field(name: str, entry: dict[str, Any]) -> Field:
    texts = {key: str(entry[key]) for key in ("personal", "source", "en", "fr", "not_en", "not_fr") if key in entry}
    return Field(
        name,
        cast(Type, entry["type"]),
        choices=tuple(map(str, entry.get("choices") or ())),
        may_be_unknown=_word(entry.get("unknown", True)) == "yes",
        **texts,
    )


def _word(value: Any) -> str:
    """`no` is a word in YAML 1.2 and a truth in 1.1; both are read."""
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _inferred(name: str, values: Iterable[Value | None]) -> Field | None:
    kinds = {type_of(value) for value in values if value is not None}
    if kinds == {"whole", "decimal"}:
        kinds = {"decimal"}
    return Field(name, kinds.pop()) if len(kinds) == 1 and _NAME.fullmatch(name) else None


def type_of(value: Value) -> Type:
    """The type a value has by itself; a text may also be a choice."""
    return next(word for kind, word in _OWN_TYPE if isinstance(value, kind))


_OWN_TYPE: tuple[tuple[type, Type], ...] = (
    (bool, "yes/no"),
    (int, "whole"),
    (Decimal, "decimal"),
    (Money, "money"),
    (str, "text"),
    (date, "date"),
    (timedelta, "duration"),
    (frozenset, "set"),
)


def _yes_no(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(cell)
    return cell == "true"


def _decimal(cell: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", cell):
        raise ValueError(cell)
    return Decimal(cell)


def _whole(cell: str) -> int:
    if (number := _decimal(cell)) % 1:
        raise ValueError(cell)
    return int(number)


def _money(cell: str, currency: str) -> Money:
    cents = _decimal(cell.removesuffix(currency).strip()) * 100
    if cents % 1:
        raise ValueError(cell)
    return Money(int(cents), currency)


_READ: Mapping[Type, Any] = {
    "yes/no": lambda cell, _: _yes_no(cell),
    "whole": lambda cell, _: _whole(cell),
    "decimal": lambda cell, _: _decimal(cell),
    "money": _money,
    "text": lambda cell, _: cell,
    "any": lambda cell, _: cell,
    "choice": lambda cell, _: cell,
    "date": lambda cell, _: date.fromisoformat(cell),
    "set": lambda cell, _: frozenset(filter(None, map(str.strip, cell.split("|")))),
    "duration": lambda cell, _: timedelta(days=_whole(cell.removesuffix("d"))),
}
