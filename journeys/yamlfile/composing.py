"""From the parser's events to nodes: no recursion, every refusal noted with its place, limits kept while reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from journeys.problems import Kind, Problem, in_order
from journeys.yamlfile import refusals as no
from journeys.yamlfile.nodes import Document, Listing, Mapping, Node, Place, Scalar

MAX_DEPTH = 40
MAX_NODES = 20_000
MAX_DIGITS = 40
MAX_PROBLEMS = 100

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_NUMBERS = frozenset(sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")) | {
    ".nan",
    ".NaN",
    ".NAN",
}


class _Stop(Exception):
    """Enough was seen: the problems say why."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read; in a mapping, keys and values alternate."""

    start: CollectionStartEvent
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class _Composer:
    text: str
    file: str
    problems: list[Problem] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    root: Node | None = None
    nodes: int = 0
    documents: int = 0

    def say(self, kind: Kind, event: Event, **values: object) -> None:
        self.note(kind, _place(event), values)

    def note(self, kind: Kind, place: Place, values: dict[str, object]) -> None:
        self.problems.append(Problem(kind, self.file, *place, {"line": place[0], **values}))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop

    def read(self, events: Iterable[Event]) -> None:
        """Take every event in; what is refused is noted, and reading goes on while it can."""
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self.open_document(event)
            elif isinstance(event, NodeEvent):
                self.take(event)
            elif isinstance(event, CollectionEndEvent):
                self.close(self.opened.pop())

    def open_document(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if event.version or event.tags:
            self.say(no.DIRECTIVE, event)
        if self.documents > 1:
            self.say(no.TWO_DOCUMENTS, event)
            raise _Stop

    def take(self, event: NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(self.opened) >= MAX_DEPTH:
            self.say(no.TOO_COMPLEX, event, nodes=f"{MAX_NODES:_}".replace("_", " "), depth=MAX_DEPTH)
            raise _Stop
        if event.anchor:
            self.say(no.ALIAS, event)
        if not isinstance(event, AliasEvent) and (tag := getattr(event, "tag", None)):
            self.say(no.TAG, event, tag=tag[:60])
        if isinstance(event, CollectionStartEvent):
            self.opened.append(_Open(event))
        else:
            self.add(self.scalar(event))

    def scalar(self, event: NodeEvent) -> Scalar:
        if not isinstance(event, ScalarEvent):
            return Scalar("", *_place(event))
        plain = not event.style and not event.tag
        raw = self.text[_index(event.start_mark) : _index(event.end_mark)]
        scalar = Scalar(event.value, *_place(event), plain, raw)
        if plain:
            self.look_at_number(event)
        elif code := no.faulty_letter_in(event.value):
            self.say(no.LETTER, event, code=code)
        return scalar

    def look_at_number(self, event: ScalarEvent) -> None:
        word = event.value
        if word in _NOT_NUMBERS or (word[:1] in "+-.0123456789" and _too_long(word)):
            self.say(no.NUMBER, event, start=word[:20] + ("…" if len(word) > 20 else ""))

    def close(self, done: _Open) -> None:
        if isinstance(done.start, MappingStartEvent):
            self.add(Mapping(self.entries(done.children), *_place(done.start)))
        else:
            self.add(Listing(tuple(done.children), *_place(done.start)))

    def entries(self, children: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        first: dict[str, Scalar] = {}
        entries = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar) or key.empty:
                self.note(no.KEY, key.place, {})
            elif key.plain and key.text == "<<":
                self.note(no.MERGE, key.place, {})
            elif (before := first.setdefault(key.text, key)) is not key:
                self.note(no.DUPLICATE, key.place, {"key": key.text[:60], "first": before.line})
            else:
                entries.append((key, value))
        return tuple(entries)

    def add(self, node: Node) -> None:
        if self.opened:
            self.opened[-1].children.append(node)
        else:
            self.root = node


def read_yaml(source: bytes | str, file: str) -> Document | tuple[Problem, ...]:
    """Read one YAML file, or say everything that is wrong with it.

    `file` is the name that problems carry.  At most 256 KiB, 40 levels and 20 000 nodes; hostile files are refused
    in well under a second.
    """
    text = no.text_of(source, file)
    if isinstance(text, Problem):
        return (text,)
    faulty = tuple(no.faulty_letters(text, file))
    if faulty:
        return in_order(faulty)
    composer = _Composer(text, file)
    try:
        composer.read(yaml.parse(text, Loader=_LOADER))
    except _Stop:
        pass
    except no.UNREADABLE as error:
        composer.problems.append(no.syntax_problem(error, file))
    return _document(composer)


def _document(composer: _Composer) -> Document | tuple[Problem, ...]:
    root, file = composer.root, composer.file
    if composer.problems:
        return in_order(composer.problems)
    if isinstance(root, Mapping):
        return Document(root, file)
    if root is None or (isinstance(root, Scalar) and root.empty):
        return (Problem(no.EMPTY, file),)
    found = ("a list", "une liste") if isinstance(root, Listing) else ("a text", "un texte")
    return (Problem(no.NOT_A_MAPPING, file, *root.place, {"found": found[0], "found_fr": found[1]}),)


def _place(event: Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _index(mark: Any) -> int:
    return int(mark.index) if mark else 0


def _too_long(word: str) -> bool:
    """Whether a number has more digits, or a bigger power of ten, than anybody means."""
    digits, power, rest = word.lower().partition("e")
    if not digits.lstrip("+-0").replace(".", "", 1).isdigit() and not word.startswith(("0x", "0o")):
        return False
    return (len(word) > MAX_DIGITS and word.isascii()) or (
        bool(power) and rest.lstrip("+-").isdigit() and len(rest) > 3
    )
