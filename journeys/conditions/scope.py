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
    "“{object}” is a {object_kind} and gives no “{found}”",
    "« {object} » ({object_kind}) ne donne pas « {found} »",
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
            if len(pattern.slots) == 1:
                (slot,) = pattern.slots
                ids = (name for name, kind in self.objects.items() if kind == slot)
                full = (pattern.shape.replace(f"<{slot}>", name) for name in ids)
                yield from (name for name in full if self._is_given(name))

    def _is_given(self, name: str) -> bool:
        """Whether a game, when its fields are known, gives this one."""
        owner, _, last = name.rpartition(".")
        return owner not in self.gives or last in self.gives[owner]

    def _objection(self, objects: Mapping[str, str], name: str, at: Place) -> Fault | None:
        """Why a name of a family is refused: its object is another kind of thing, misspelt, or not there."""
        for slot, found in objects.items():
            if slot not in OBJECTS:
                continue
            kind, last = self.objects.get(found), name.rpartition(".")[2]
            if kind == slot and self._is_given(name):
                continue
            if kind is not None:
                near = nearest(name, (n for n in self.names() if n.startswith(f"{found}.")))
                return fault(NOT_GIVEN, at, object=found, object_kind=kind, found=last, **meant(near))
            if not self.assumed or self._looks_misspelt(found, slot):
                return fault(UNKNOWN_FIELD, at, found=name, **meant(nearest(name, self.names())))
        return None

    def _looks_misspelt(self, found: str, slot: str) -> bool:
        """Whether an id looks like one that is there; another number (RETOUR15, RETOUR25) is another id."""
        ids = (name for name, kind in self.objects.items() if kind == slot)
        return any(_letters(near) != _letters(found) for near in nearest(found, ids, 0.85))

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


def _letters(name: str) -> str:
    return "".join(character for character in name if not character.isdigit())


def _trusted(name: str) -> Field:
    label = name.partition(".")[2]
    return Field(name, "any", source="event" if name.startswith("event.") else "crm", en=label, fr=label)
