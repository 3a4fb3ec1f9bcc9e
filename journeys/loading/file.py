"""One journey file, from its bytes to a `Journey` or to its problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from journeys.checking import check
from journeys.conditions import Scope
from journeys.facts import Value
from journeys.journey import Journey
from journeys.loading import header
from journeys.loading.cases import read_cases
from journeys.loading.names import scope_of
from journeys.loading.steps import read_always, read_steps
from journeys.problems import Problem, has_errors, in_order
from journeys.reading import kinds
from journeys.reading.reading import Reading
from journeys.reading.shapes import Id
from journeys.texts import Text
from journeys.verbs.base import Step
from journeys.world import World
from journeys.yamlfile import Document, Node, read_yaml
from journeys.yamlfile import Mapping as Entries

KEYS = (
    "journey",
    "title",
    "currency",
    "open",
    "enter",
    "exit",
    "limits",
    "let",
    "always",
    "steps",
    "tests",
    "forecast",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A journey and what is to be said about it; no journey when there is an error."""

    journey: Journey | None
    problems: tuple[Problem, ...]


def load_journey(
    source: bytes | str,
    file: str,
    world: World | None = None,
    samples: Mapping[str, Iterable[Value]] | None = None,
    checked: bool = True,
) -> Loaded:
    """Read a journey file, strictly, and say everything that is wrong at once.

    `file` is the name that problems carry.  Without a world, the objects that the file names are taken to exist.
    `samples` are known values of `crm.` fields that no catalogue declares, for their types.  `checked=False`: only
    read, for a file that was checked before it went live.
    """
    document = read_yaml(source, file)
    if isinstance(document, tuple):
        return Loaded(None, document)
    reading = Reading(file, Scope(), world, read_steps=read_steps)
    journey = _journey(document, reading, samples or {})
    found = check(journey, world, whole=not has_errors(reading.problems)) if checked else ()
    problems = in_order((*reading.problems, *found))
    return Loaded(None if has_errors(problems) else journey, problems)


def _journey(document: Document, reading: Reading, samples: Mapping[str, Iterable[Value]]) -> Journey:
    root = document.root
    reading.only(root, KEYS)
    for key in ("journey", "steps"):
        if root.get(key) is None:
            reading.say(kinds.MISSING_KEY, root, key=key, where="journey")
    reading.zone = header.read_zone(root, reading)
    currency = header.read_currency(root.get("currency"), reading)
    reading.scope = scope_of(root, currency, reading.world, samples)
    opened = header.read_open(root.get("open"), reading)
    lets = header.read_lets(root.get("let"), reading)
    journey = Journey(
        name=_name(root, reading),
        file=reading.file,
        title=_title(root.get("title"), reading),
        currency=currency,
        zone=reading.zone,
        opens_at=opened.opens_at,
        closes_at=opened.closes_at,
        lets=lets,
        enter=header.read_enter(root.get("enter"), reading),
        exit=header.read_exit(root.get("exit"), reading),
        limits=header.read_limits(root.get("limits"), reading),
        always=read_always(node, reading) if (node := root.get("always")) is not None else (),
        steps=_steps(root.get("steps"), reading),
    )
    for was, at in reading.was:
        if was in reading.ids:
            reading.say(kinds.WAS_UNKNOWN, at, name=was, line=reading.ids[was][0])
    cases = read_cases(root.get("tests"), journey, reading)
    if reading.assumed:
        reading.say(kinds.ASSUMED, root, names=", ".join(sorted(reading.assumed)))
    return replace(journey, tests=cases, scope=reading.scope)


def _name(root: Entries, reading: Reading) -> str:
    node = root.get("journey")
    return (Id().read(node, reading) if node is not None else None) or "journey"


def _title(node: Node | None, reading: Reading) -> Text | None:
    return reading.text(node) if node is not None else None


def _steps(node: Node | None, reading: Reading) -> tuple[Step, ...]:
    if node is None:
        return ()
    steps = read_steps(node, reading)
    if not steps and not reading.problems:
        reading.expected(node, "at least one step", "au moins une étape")
    return steps
