"""The names that a file's conditions may use, gathered before any condition is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from journeys.catalogue import Catalogue, builtin_catalogue
from journeys.conditions import Scope
from journeys.facts import Value
from journeys.reading.shapes import fact_in
from journeys.verbs import VERBS
from journeys.verbs.base import Step
from journeys.world import World
from journeys.yamlfile import Listing, Node, Scalar
from journeys.yamlfile import Mapping as Entries


def scope_of(root: Entries, currency: str | None, world: World | None, samples: Mapping[str, Iterable[Value]]) -> Scope:
    """What conditions may speak of: the catalogue, and the objects of the campaign and of the steps.

    Without a campaign, undeclared `crm.` fields take their type from the samples and from the file's tests.
    """
    lent = dict(_lent(root))
    objects = {**_objects(world), **lent} if world is None else {**lent, **_objects(world)}
    if world is None:
        catalogue = builtin_catalogue().infer({**dict(_told(root)), **samples})
        return Scope(catalogue, currency, objects=objects, assumed=True, undeclared_crm_ok=True)
    games = {**world.games, **{step: world.games[game] for step, game in _second_names(root) if game in world.games}}
    return Scope(
        _with(world.catalogue, samples),
        currency,
        objects=objects,
        gives={game: frozenset(fields) | {"plays"} for game, fields in games.items()},
        choices={game: tuple(f["choice"]) for game, f in games.items() if isinstance(f.get("choice"), list | tuple)},
    )


def name_of(verb: type[Step], mapping: Entries) -> tuple[str, str]:
    """A step's name and id as they are written, right or wrong."""
    named, own = mapping.get(verb.verb), mapping.get("id")
    name = named.text.strip() if isinstance(named, Scalar) and not named.empty else ""
    id = own.text.strip() if isinstance(own, Scalar) and not own.empty else name.replace(".", "_")
    return name, id or verb.verb


def verb_of(mapping: Entries) -> type[Step] | None:
    """The verb that a mapping of the file has, if it is a step."""
    return next((VERBS[key.text] for key, _ in mapping if key.text in VERBS), None)


def _with(catalogue: Catalogue, samples: Mapping[str, Iterable[Value]]) -> Catalogue:
    return catalogue.infer(samples) if samples else catalogue


def _objects(world: World | None) -> dict[str, str]:
    if world is None:
        return {}
    kinds = {"game": world.games, "program": world.programs, "pool": world.pools}
    return {name: kind for kind, names in kinds.items() for name in names}


def _mappings(node: Node | None) -> Iterator[Entries]:
    if isinstance(node, Entries):
        yield node
        for _, value in node:
            yield from _mappings(value)
    elif isinstance(node, Listing):
        for item in node:
            yield from _mappings(item)


def _steps(root: Entries) -> Iterator[tuple[type[Step], Entries]]:
    for part in ("steps", "always"):
        for mapping in _mappings(root.get(part)):
            if verb := verb_of(mapping):
                yield verb, mapping


def _lent(root: Entries) -> Iterator[tuple[str, str]]:
    journey = root.get("journey")
    if isinstance(journey, Scalar):
        yield journey.text, "journey"
    for verb, mapping in _steps(root):
        yield from verb.lends(*name_of(verb, mapping)).items()


def _second_names(root: Entries) -> Iterator[tuple[str, str]]:
    for verb, mapping in _steps(root):
        name, id = name_of(verb, mapping)
        if verb.about == "game" and name != id:
            yield id, name


def _told(root: Entries) -> Iterator[tuple[str, list[Value]]]:
    """The `crm.` facts of the people in the file's tests."""
    found: dict[str, list[Value]] = {}
    tests = root.get("tests")
    for test in tests if isinstance(tests, Listing) else ():
        person = test.get("person") if isinstance(test, Entries) else None
        for key, node in person if isinstance(person, Entries) else ():
            if key.text.startswith("crm.") and (value := fact_in(node)) is not None:
                found.setdefault(key.text, []).append(value)
    yield from found.items()
