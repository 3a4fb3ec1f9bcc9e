"""What is known while one journey file is read, and the problems found so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from journeys.conditions import Condition, Fault, Scope, from_lists, read_condition
from journeys.problems import Kind, Problem
from journeys.reading import kinds
from journeys.reading.spelling import near
from journeys.texts import Text
from journeys.world import World
from journeys.yamlfile import Listing, Mapping, Node, Scalar
from journeys.yamlfile.nodes import Place, descend, plain

if TYPE_CHECKING:
    from journeys.verbs.base import Step

MAX_TEXT = 2000
MAX_CONDITION = 100_000  # a condition has a limit of its own, and says so itself
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
OBJECTS = {
    "game": ("game", "jeu"),
    "pool": ("coupon pool", "lot de coupons"),
    "program": ("program", "programme"),
    "screen": ("screen", "écran"),
    "message": ("message", "message"),
}


@dataclass(frozen=True, slots=True)
class _Written:
    """Where a condition stands: its letters after the blanks before it, or the lists that spell it."""

    node: Node
    shift: int

    def at(self, offset: int) -> Place:
        return self.node.at(offset + self.shift) if isinstance(self.node, Scalar) else self.node.place


@dataclass(slots=True)
class Reading:
    """One file being read: where problems go, and what names, currency, zone and languages mean in it."""

    file: str
    scope: Scope
    world: World | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    problems: list[Problem] = field(default_factory=list)
    read_steps: Callable[[Node, Reading], tuple[Step, ...]] = lambda node, reading: ()
    assumed: set[str] = field(default_factory=set)
    ids: dict[str, Place] = field(default_factory=dict)
    was: list[tuple[str, Node]] = field(default_factory=list)

    def say(self, kind: Kind, at: Node | Place, **values: object) -> None:
        """Note a problem at a node or place."""
        place = at if isinstance(at, tuple) else at.place
        self.problems.append(Problem(kind, self.file, *place, values))

    def expected(self, at: Node, en: str, fr: str, how: tuple[str, str] = ("", "")) -> None:
        """Note that something else was expected here."""
        self.say(kinds.SHAPE, at, what_en=en, what_fr=fr, how_en=how[0], how_fr=how[1])

    def only(self, mapping: Mapping, allowed: Iterable[str]) -> None:
        """Note every key that is not one of these."""
        words = list(allowed)
        for key, _ in mapping:
            if key.text in words:
                continue
            if key.text in ("checked", "ticked", "pre_ticked", "prechecked", "preselected"):
                self.say(kinds.CHECKED, key)
            else:
                self.say(kinds.UNKNOWN_KEY, key, key=key.text[:60], **near(key.text, words))

    def mapping(self, node: Node, en: str, fr: str) -> Mapping | None:
        """The node as a mapping."""
        if isinstance(node, Mapping):
            return node
        self.expected(node, en, fr)
        return None

    def listing(self, node: Node, en: str, fr: str) -> Listing | None:
        """The node as a list; nothing at all is an empty one."""
        if isinstance(node, Listing):
            return node
        if isinstance(node, Scalar) and node.empty:
            return Listing((), *node.place)
        self.expected(node, en, fr)
        return None

    def word(self, node: Node, en: str = "a text", fr: str = "un texte", most: int = MAX_TEXT) -> str | None:
        """The node as one word or text of at most so many letters, as it was written."""
        if isinstance(node, Scalar) and not node.empty and node.text.strip():
            if len(node.text) > most:
                self.say(kinds.TOO_LONG, node, most=most)
                return None
            return node.text.strip()
        self.expected(node, en, fr)
        return None

    def steps(self, node: Node) -> tuple[Step, ...]:
        """The node as a list of steps."""
        return self.read_steps(node, self)

    def condition(self, node: Node) -> Condition | None:
        """The node as a condition, written as one line or as lists of `all`, `any`, `none`."""
        if isinstance(node, Scalar):
            text = self.word(node, "a condition", "une condition", MAX_CONDITION)
            if text is None:
                return None
            shift = len(node.text) - len(node.text.lstrip())
            return self._checked(read_condition(text, self.scope), node, shift)
        return self._checked(from_lists(plain(node), self.scope), node, 0)

    def text(self, node: Node) -> Text | None:
        """The node as a text, plain or one for each language."""
        if not isinstance(node, Mapping):
            said = self.word(node)
            return Text((("", said),)) if said is not None else None
        spoken = tuple((key.text, said) for key, value in node if (said := self._spoken(key, value)) is not None)
        missing = [lang for lang in (self.world.languages if self.world else ()) if lang not in dict(spoken)]
        if missing:
            self.say(kinds.LANGUAGES, node, languages=", ".join(missing))
        return Text(spoken) if spoken else None

    def exists(self, what: str, name: str, at: Node | Place) -> None:
        """Note an object that the campaign does not have; without a campaign it is taken to exist."""
        if self.world is None:
            self.assumed.add(f"{name} ({what})")
        elif name not in self.world.names(what):
            en, fr = OBJECTS[what]
            self.say(
                kinds.NO_OBJECT, at, name=name, what_en=en, what_fr=fr, **near(name, sorted(self.world.names(what)))
            )

    def _spoken(self, key: Scalar, value: Node) -> str | None:
        if _LANGUAGE.fullmatch(key.text):
            return self.word(value)
        self.say(
            kinds.UNKNOWN_KEY, key, key=key.text[:60], near_en="two letters: fr, en", near_fr="deux lettres : fr, en"
        )
        return None

    def _checked(self, found: Condition | tuple[Fault, ...], node: Node, shift: int) -> Condition | None:
        for fault in found if isinstance(found, tuple) else found.remarks:
            leaf = descend(node, fault.path)
            place = leaf.at(fault.start + shift) if isinstance(leaf, Scalar) else leaf.place
            self.problems.append(Problem(fault.kind, self.file, *place, fault.values))
        if isinstance(found, tuple):
            return None
        return replace(found, written=_Written(node, shift))
