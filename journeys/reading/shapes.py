"""What an option of a verb may be written as.  A shape reads a node and gives its value, or says what is wrong.

To add a shape: one small frozen class with `read`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from journeys.facts import Value
from journeys.reading import kinds
from journeys.reading.reading import Reading
from journeys.reading.spelling import near
from journeys.reading.times import Wrong, read_day, read_moment, read_money, read_span
from journeys.texts import Text
from journeys.yamlfile import Listing, Mapping, Node, Scalar

if TYPE_CHECKING:
    from journeys.conditions import Condition
    from journeys.verbs.base import Step

_NUMBER = re.compile(r"-?[0-9]+")
ID = re.compile(r"[a-z][a-z0-9_]*|[A-Z][A-Z0-9_-]*")
_FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z][A-Za-z0-9_-]*)+")
_DOTTED = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
MAX_ID = 64


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    least: int
    most: int

    def read(self, node: Node, reading: Reading) -> int | None:
        text = reading.word(node, "a whole number", "un nombre entier")
        if text is None or not isinstance(node, Scalar):
            return None
        if not node.plain or not _NUMBER.fullmatch(text):
            reading.expected(node, "a whole number", "un nombre entier")
            return None
        if text.lstrip("-") != "0" and text.lstrip("-").startswith("0"):
            reading.say(kinds.LEADING_ZERO, node, text=text[:40], number=str(int(text[:40])))
            return None
        if self.least <= int(text) <= self.most:
            return int(text)
        reading.say(kinds.RANGE, node, least=self.least, most=self.most)
        return None


@dataclass(frozen=True, slots=True)
class Share:
    """A share in per cent, kept in ten-thousandths; two decimals at most."""

    def read(self, node: Node, reading: Reading) -> int | None:
        text = (reading.word(node, "a share such as 45", "une part comme 45") or "").removesuffix("%").strip()
        if not text:
            return None
        if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", text) and Decimal(text) <= 100:
            return int(Decimal(text) * 100)
        reading.expected(node, "a share between 0 and 100", "une part entre 0 et 100")
        return None


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time such as `7d 12h`."""

    def read(self, node: Node, reading: Reading) -> timedelta | None:
        text = reading.word(node, "a span such as 7d 12h", "une durée comme 7d 12h")
        found = read_span(text) if text is not None else None
        if isinstance(found, Wrong):
            reading.expected(node, found.en, found.fr)
            return None
        return found


@dataclass(frozen=True, slots=True)
class Date:
    """A moment, in the journey's zone; a day alone is its first instant, or its last with `end`."""

    end: bool = False

    def read(self, node: Node, reading: Reading) -> datetime | None:
        text = reading.word(node, "a date such as 2026-11-02 09:00", "une date comme 2026-11-02 09:00")
        found = read_moment(text, reading.zone, end=self.end) if text is not None else None
        if isinstance(found, Wrong):
            reading.say(kinds.DATE, node, why_en=found.en, why_fr=found.fr)
            return None
        return found


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, node: Node, reading: Reading) -> str | None:
        text = reading.word(node)
        if text is None or text in self.words:
            return text
        reading.say(kinds.NOT_ONE_OF, node, text=text[:60], words=", ".join(self.words), **near(text, self.words))
        return None


@dataclass(frozen=True, slots=True)
class Id:
    """The id of a step, a label, the name of an object; with `what`, one that the campaign has."""

    what: str | None = None

    def read(self, node: Node, reading: Reading) -> str | None:
        text = reading.word(node, "a name", "un nom")
        if text is None:
            return None
        if not ID.fullmatch(text) or len(text) > MAX_ID:
            reading.say(kinds.BAD_ID, node, text=text[:60])
            return None
        if self.what:
            reading.exists(self.what, text, node)
        return text


@dataclass(frozen=True, slots=True)
class Dotted:
    """A name with or without dots: an event, a consent, an attribute."""

    def read(self, node: Node, reading: Reading) -> str | None:
        text = reading.word(node, "a name", "un nom")
        if text is None or (_DOTTED.fullmatch(text) and len(text) <= MAX_ID):
            return text
        reading.expected(node, "a name such as order.placed", "un nom comme order.placed")
        return None


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names with dots: consents, fields of a form."""

    def read(self, node: Node, reading: Reading) -> tuple[str, ...] | None:
        listing = reading.listing(node, "a list of names", "une liste de noms")
        if listing is None:
            return None
        names = (self._name(item, reading) for item in listing)
        return tuple(dict.fromkeys(name for name in names if name))

    def _name(self, item: Node, reading: Reading) -> str | None:
        if isinstance(item, Mapping) and (name := item.get("name")):
            reading.only(item, ("name",))
            item = name
        return Dotted().read(item, reading)


@dataclass(frozen=True, slots=True)
class Saves:
    """Which outcome goes into which attribute of the CRM profile: `{crm.favourite: choice}`."""

    def read(self, node: Node, reading: Reading) -> tuple[tuple[str, str], ...] | None:
        mapping = reading.mapping(node, "a mapping such as {crm.favourite: choice}", "un objet {crm.favourite: choice}")
        if mapping is None:
            return None
        return tuple((key.text, word) for key, value in mapping if (word := self._pair(key, value, reading)))

    def _pair(self, key: Scalar, value: Node, reading: Reading) -> str | None:
        if not _FIELD.fullmatch(key.text) or not key.text.startswith("crm."):
            reading.expected(key, "an attribute such as crm.favourite", "un attribut comme crm.favourite")
        return Dotted().read(value, reading)


@dataclass(frozen=True, slots=True)
class Literal:
    """A fixed value: yes/no, a number, a text, an amount, a day, or a list of texts."""

    def read(self, node: Node, reading: Reading) -> Value | None:
        value = fact_in(node)
        if value is None:
            reading.expected(node, "a value", "une valeur")
        return value


def fact_in(node: Node) -> Value | None:
    """The fact that a node spells by itself; None for nothing, or for what is no fact."""
    if isinstance(node, Listing):
        items = [item.text for item in node if isinstance(item, Scalar)]
        return frozenset(items) if len(items) == len(node.items) else None
    if not isinstance(node, Scalar):
        return None
    if isinstance(node.value, str):
        for read in (read_money, read_day):
            if not isinstance(found := read(node.text), Wrong):
                return found
    return node.value


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text, plain or one for each language."""

    def read(self, node: Node, reading: Reading) -> Text | None:
        return reading.text(node)


@dataclass(frozen=True, slots=True)
class When:
    """A condition."""

    def read(self, node: Node, reading: Reading) -> Condition | None:
        return reading.condition(node)


@dataclass(frozen=True, slots=True)
class StepList:
    """A list of steps."""

    def read(self, node: Node, reading: Reading) -> tuple[Step, ...] | None:
        return reading.steps(node)
