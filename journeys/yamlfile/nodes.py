"""What a YAML file holds: scalars, mappings and listings, each with its line and column.

A scalar keeps its text as written; `Scalar.value` is what YAML 1.2 core makes of it, and `Scalar.at` finds the place
of any letter of it in the file, through quotes, escapes and folded lines.

Source: YAML 1.2.2, chapter 10.3 (core schema), less leading zeros, which stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

Place: TypeAlias = tuple[int, int]  # line and column, both from 1
Plain: TypeAlias = Any  # str | int | Decimal | bool | None | list | dict, as JSON has them

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_JOINED = re.compile(r"\\(?=\r|\n)")
_ESCAPES = {"'": re.compile("''"), '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)")}
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word, number or text.  `raw` is the same as it stands in the file, quotes and all."""

    text: str
    line: int
    col: int
    plain: bool = True
    raw: str = ""

    @property
    def place(self) -> Place:
        return self.line, self.col

    @property
    def empty(self) -> bool:
        """Whether nothing was written here, or `null`."""
        return self.plain and self.text in _NULL

    @property
    def value(self) -> str | int | Decimal | bool | None:
        """What YAML 1.2 core makes of the word; a quoted one is always a text."""
        if not self.plain:
            return self.text
        if self.text in _NULL:
            return None
        if self.text in _BOOL:
            return _BOOL[self.text]
        return number_in(self.text)

    def at(self, offset: int) -> Place:
        """The line and column of the letter number `offset` (from 0) of the text."""
        if not self.raw or (offset <= 0 and self.plain):
            return self.place
        before = self.raw[: _raw_offset(self, offset)]
        breaks = list(_BREAK.finditer(before))
        if not breaks:
            return self.line, self.col + len(before)
        return self.line + len(breaks), len(before) - breaks[-1].end() + 1


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, `- ` by `- ` or in brackets."""

    items: tuple[Node, ...]
    line: int
    col: int

    @property
    def place(self) -> Place:
        return self.line, self.col

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names and what they stand for, in the order of the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    col: int

    @property
    def place(self) -> Place:
        return self.line, self.col

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def get(self, name: str) -> Node | None:
        """What stands under a name; None when the name is not there."""
        return next((value for key, value in self.entries if key.text == name), None)

    def key(self, name: str) -> Scalar | None:
        """The name itself, with its place; None when it is not there."""
        return next((key for key, _ in self.entries if key.text == name), None)


Node: TypeAlias = Scalar | Listing | Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file, read."""

    root: Mapping
    file: str

    def plain(self) -> Plain:
        """The file as plain values: texts, whole numbers, decimals, yes/no, lists and mappings, order kept."""
        return plain(self.root)

    def position(self, path: tuple[str | int, ...], key: bool = False) -> Place:
        """Where a path of names and list positions (from 0) stands in the file.

        `key=True` asks for the name itself instead of its value.  A path that is not there gives the place of the
        nearest part of it that is.
        """
        node: Node = self.root
        place = node.place
        for step in path:
            found = _child(node, step)
            if found is None:
                return place
            name, node = found
            place = name.place if key and name is not None else node.place
        return place


def descend(node: Node, path: tuple[str | int, ...]) -> Node:
    """The node at a path of names and list positions, or the nearest one above it."""
    for step in path:
        found = _child(node, step)
        if found is None:
            return node
        node = found[1]
    return node


def plain(node: Node) -> Plain:
    """A node as plain values."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def number_in(text: str) -> str | int | Decimal:
    """The number that a plain word spells, or the word itself."""
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text


def _child(node: Node, step: str | int) -> tuple[Scalar | None, Node] | None:
    if isinstance(node, Mapping):
        return next(((key, value) for key, value in node.entries if key.text == step), None)
    if isinstance(node, Listing) and isinstance(step, int) and 0 <= step < len(node.items):
        return None, node.items[step]
    return None


def _raw_offset(scalar: Scalar, offset: int) -> int:
    """How far into `raw` the letter number `offset` of the text stands: both are walked side by side."""
    raw, text = scalar.raw, scalar.text
    style = "" if scalar.plain else raw[0]
    here = _opening(raw, style)
    for letter in text[:offset]:
        here = _after_blanks(raw, here, style)
        if not letter.isspace():
            here += _width(raw, here, style)
    if offset < len(text) and not text[offset].isspace():
        here = _after_blanks(raw, here, style)
    return min(here, len(raw))


def _opening(raw: str, style: str) -> int:
    if style not in ("|", ">"):
        return len(style)
    header = _BREAK.search(raw)
    return header.end() if header else len(raw)


def _after_blanks(raw: str, here: int, style: str) -> int:
    while raw[here : here + 1].isspace() or (style == '"' and _JOINED.match(raw, here)):
        here += 1
    return here


def _width(raw: str, here: int, style: str) -> int:
    """How many letters of the file one letter of the text takes."""
    escape = _ESCAPES[style].match(raw, here) if style in _ESCAPES else None
    return len(escape.group()) if escape else 1
