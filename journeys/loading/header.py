"""Everything above the steps: dates and zone, who enters, who leaves, limits, and named conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from journeys.conditions import RESERVED, Condition, read_condition
from journeys.journey import Enter
from journeys.reading import kinds
from journeys.reading.reading import Reading
from journeys.reading.shapes import Date, Dotted, When, Whole
from journeys.reading.spelling import near
from journeys.reading.times import Wrong, read_clock, read_span
from journeys.running.limits import Limits, Quiet, Rate
from journeys.yamlfile import Mapping, Node, Scalar

_RATE = re.compile(r"([1-9][0-9]{0,3})\s+per\s+(.+)")
_QUIET = re.compile(r"(\S+)\s+to\s+(\S+)")
_LET = re.compile(r"[a-z][a-z0-9_]{0,63}")  # its name may be a branch's label


@dataclass(frozen=True, slots=True)
class Open:
    """When the journey is open (aware UTC); None leaves it to the campaign."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None


def read_zone(root: Mapping, reading: Reading) -> ZoneInfo:
    """The zone of the file's days and hours: its own, else the campaign's, else UTC."""
    opened = root.get("open")
    node = opened.get("timezone") if isinstance(opened, Mapping) else None
    name = reading.word(node) if node is not None else None
    if node is not None and name is not None:
        try:
            return ZoneInfo(name)
        except (LookupError, ValueError, OSError):  # unknown, no name at all, a folder of names
            reading.say(kinds.ZONE, node, text=name[:60], **near(name, sorted(available_timezones())))
    return ZoneInfo((reading.world.timezone if reading.world else None) or "UTC")


def read_open(node: Node | None, reading: Reading) -> Open:
    """When the journey is open; it only narrows the campaign's own dates."""
    own = _options(node, reading, {"from": Date(), "until": Date(end=True), "timezone": None})
    starts, ends = own.get("from"), own.get("until")
    if isinstance(node, Mapping) and starts and ends and ends <= starts:
        reading.say(kinds.DATES_ORDER, node.get("until") or node, line=(node.key("from") or node).place[0])
    world = reading.world
    return Open(
        max((at for at in (starts, world.opens_at if world else None) if at), default=None),
        min((at for at in (ends, world.closes_at if world else None) if at), default=None),
    )


def read_currency(node: Node | None, reading: Reading) -> str | None:
    """The file's one currency, else the brand's."""
    given = reading.world.currency if reading.world else None
    if node is None:
        return given
    text = reading.word(node, "a currency such as EUR", "une devise comme EUR")
    if text is None:
        return given
    if not re.fullmatch(r"[A-Z]{3}", text) or (given and text != given):
        en = given or "a currency such as EUR"
        reading.expected(node, en, given or "une devise comme EUR")
    return text


def read_lets(node: Node | None, reading: Reading) -> dict[str, Condition]:
    """The conditions that have a name; earlier names may be used in later ones."""
    mapping = reading.mapping(node, "names and conditions", "des noms et des conditions") if node is not None else None
    for key, value in mapping or ():
        if not _LET.fullmatch(key.text) or key.text in {"otherwise", *RESERVED}:
            reading.say(kinds.BAD_ID, key, text=key.text[:60])
        found = reading.condition(value) or _stand_in(reading)
        reading.scope = replace(reading.scope, lets={**reading.scope.lets, key.text: found})
    return dict(reading.scope.lets)


def read_enter(node: Node | None, reading: Reading) -> Enter:
    """Who comes in: on a visit, an event or daily at an hour; under which condition; and again or never."""
    own = _options(node, reading, {"on": On(), "when": When(), "again": Again()})
    on, at = own.get("on") or ("visit", None)
    return Enter(on, at, own.get("when"), own.get("again"))


def read_exit(node: Node | None, reading: Reading) -> Condition | None:
    """Who leaves."""
    return _options(node, reading, {"when": When()}).get("when")


def read_limits(node: Node | None, reading: Reading) -> Limits:
    """How much one person may get, and when all is quiet."""
    own = _options(node, reading, {"coupons": Whole(0, 10_000), "messages": PerSpan(), "quiet": QuietHours()})
    return Limits(own.get("coupons"), own.get("messages"), own.get("quiet"))


class On:
    """`visit`, the name of an event, or `daily 09:00`."""

    def read(self, node: Node, reading: Reading) -> tuple[str, time | None] | None:
        text = reading.word(node, "visit, an event's name, or daily 09:00", "visit, un événement, ou daily 09:00") or ""
        if not text.startswith("daily"):
            name = Dotted().read(node, reading) if text else None
            return (name, None) if name else None
        clock = read_clock(text.removeprefix("daily"))
        if isinstance(clock, Wrong):
            reading.expected(node, clock.en, clock.fr)
            return None
        return "daily", clock


class Again:
    """`never`, or `after 30d`."""

    def read(self, node: Node, reading: Reading) -> timedelta | None:
        text = reading.word(node, "never, or after 30d", "never, ou after 30d")
        if text is None or text == "never":
            return None
        span = read_span(text.removeprefix("after ")) if text.startswith("after ") else None
        if isinstance(span, timedelta):
            return span
        reading.expected(node, "never, or after 30d", "never, ou after 30d")
        return None


class PerSpan:
    """So many in any span: `2 per 7d`."""

    def read(self, node: Node, reading: Reading) -> Rate | None:
        found = _RATE.fullmatch(reading.word(node, "a limit such as 2 per 7d", "une limite comme 2 per 7d") or "")
        span = read_span(found[2]) if found else None
        if found and isinstance(span, timedelta):
            return Rate(int(found[1]), span)
        if isinstance(node, Scalar) and not node.empty:
            reading.expected(node, "a limit such as 2 per 7d", "une limite comme 2 per 7d")
        return None


class QuietHours:
    """From one o'clock to another: `21:00 to 09:00`."""

    def read(self, node: Node, reading: Reading) -> Quiet | None:
        found = _QUIET.fullmatch(
            reading.word(node, "hours such as 21:00 to 09:00", "des heures comme 21:00 to 09:00") or ""
        )
        edges = [read_clock(found[1]), read_clock(found[2])] if found else []
        match edges:
            case [time() as start, time() as end] if start != end:
                return Quiet(start, end)
            case [time(), time()]:
                reading.say(kinds.ALWAYS_QUIET, node)
                return None
        if isinstance(node, Scalar) and not node.empty:
            reading.expected(node, "hours such as 21:00 to 09:00", "des heures comme 21:00 to 09:00")
        return None


def _options(node: Node | None, reading: Reading, shapes: dict[str, Any]) -> dict[str, Any]:
    """The values of a small mapping, by name; a shape of None is read elsewhere."""
    if node is None:
        return {}
    words = ", ".join(shapes)
    mapping = reading.mapping(node, f"a mapping with {words}", f"un objet avec {words}")
    if mapping is None:
        return {}
    reading.only(mapping, shapes)
    return {
        key.text: shape.read(value, reading) for key, value in mapping if (shape := shapes.get(key.text)) is not None
    }


def _stand_in(reading: Reading) -> Condition:
    """A condition in the place of one that is wrong, so that its name is not said to be unknown as well."""
    found = read_condition("crm.known", reading.scope)
    assert isinstance(found, Condition)
    return found
