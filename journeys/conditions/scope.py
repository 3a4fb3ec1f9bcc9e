"""The scope: what a condition may speak of, and what each of its names turns out to be.

A name is looked for in the catalogue, then among the families named after objects (`<game>.score`),
then among the fields that are taken on trust (`event.*`, undeclared `crm.*`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from journeys.catalogue import Catalogue, Field, builtin_catalogue
from journeys.conditions.faults import Fault, fault, nearest
from journeys.conditions.tree import Place
from journeys.problems import Kind

if TYPE_CHECKING:
    from journeys.conditions.condition import Condition

OBJECTS = frozenset({"game", "wait", "program", "pool", "journey"})  # what an id may be; other slots are free
PURPOSE = "newsletter"  # consent.email is consent.newsletter.email

UNKNOWN_FIELD = Kind(
    "condition.unknown_field",
    "error",
    "there is no field “{found}”",
    "il n'y a pas de champ « {found} »",
    "{hint_en}",
    "{hint_fr}",
)
UNKNOWN_LET = Kind(
    "condition.unknown_name",
    "error",
    "“{found}” is no name given under let, and a field has a dot",
    "« {found} » n'est pas un nom donné sous let, et un champ a un point",
    "{hint_en}",
    "{hint_fr}",
)
NOT_GIVEN = Kind(
    "condition.not_given",
    "error",
    "“{object}” is a {kind} and gives no “{found}”",
    "« {object} » ({kind}) ne donne pas « {found} »",
    "{hint_en}",
    "{hint_fr}",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What surrounds a condition.

    `objects`: id -> game, wait, program, pool or journey.  `gives`: game -> the fields it gives, when
    known.  `choices`: game -> the answers it may give.  `assumed`: objects that are not listed are taken
    on trust, unless they look like a misspelt one.
    """

    catalogue: Catalogue = field(default_factory=builtin_catalogue)
    currency: str | None = None
    lets: Mapping[str, Condition] = field(default_factory=dict)
    objects: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gives: Mapping[str, frozenset[str]] = field(default_factory=dict)
    assumed: bool = False
    undeclared_crm_ok: bool = False

    def full_name(self, name: str) -> str:
        """The name in full: `consent.email` is `consent.newsletter.email`."""
        head, _, channel = name.partition(".")
        return f"consent.{PURPOSE}.{channel}" if head == "consent" and "." not in channel else name

    def field(self, name: str, at: Place) -> Field | Fault:
        """The field a full name stands for, or why it stands for none."""
        if declared := self.catalogue.find(name):
            return declared
        wrong: Fault | None = None
        for pattern, objects in self.catalogue.families(name):
            wrong = self._objection(objects, name, at)
            if wrong is None:
                return self._with_choices(pattern.field(objects), objects)
        if name.startswith("event.") or (self.undeclared_crm_ok and name.startswith("crm.")):
            return _trusted(name)
        return wrong or fault(UNKNOWN_FIELD, at, found=name, **meant(nearest(name, self.names())))

    def unknown_let(self, name: str, at: Place) -> Fault:
        """The fault of a name without a dot that no `let` gives."""
        near = nearest(name, self.lets) or nearest(name, self.objects) or self._ending_in(name)
        return fault(UNKNOWN_LET, at, found=name, **meant(near))

    def names(self) -> Iterator[str]:
        """Every name that this scope can list, for completion and for "did you mean"."""
        yield from self.catalogue.fields
        for pattern in self.catalogue.patterns:
            for slot in pattern.slots:
                for name, kind in self.objects.items():
                    if kind == slot and "<" not in (full := pattern.shape.replace(f"<{slot}>", name)):
                        if kind != "game" or full.rpartition(".")[2] in self.gives.get(name, {full.rpartition(".")[2]}):
                            yield full

    def _objection(self, objects: Mapping[str, str], name: str, at: Place) -> Fault | None:
        """Why a name of a family is refused: its object is another kind of thing, misspelt, or not there."""
        for slot, found in objects.items():
            if slot not in OBJECTS:
                continue
            kind, last = self.objects.get(found), name.rpartition(".")[2]
            gives = self.gives.get(found)
            if kind == slot and (slot != "game" or gives is None or last in gives):
                continue
            if kind is not None:
                near = nearest(name, (n for n in self.names() if n.startswith(f"{found}.")))
                return fault(NOT_GIVEN, at, object=found, kind=kind, found=last, **meant(near))
            near = nearest(name, self.names())
            if near or not self.assumed:
                return fault(UNKNOWN_FIELD, at, found=name, **meant(near))
        return None

    def _with_choices(self, found: Field, objects: Mapping[str, str]) -> Field:
        choices = self.choices.get(objects.get("game", ""))
        return replace(found, type="choice", choices=choices) if choices and found.name.endswith(".choice") else found

    def _ending_in(self, name: str) -> list[str]:
        return [full for full in self.names() if full.rpartition(".")[2] == name][:3]


def meant(near: list[str]) -> dict[str, object]:
    """The hint values of "did you mean", in both languages."""
    words = ", ".join(near)
    return {
        "hint_en": f"did you mean {words}?" if near else "",
        "hint_fr": f"vouliez-vous dire {words} ?" if near else "",
    }


def _trusted(name: str) -> Field:
    label = name.partition(".")[2]
    return Field(name, "any", source="event" if name.startswith("event.") else "crm", en=label, fr=label)
