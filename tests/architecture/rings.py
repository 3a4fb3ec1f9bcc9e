"""Which part may import which, that imports make no cycle, and that they stand at the top of the file."""

import sys
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from tests.architecture.source import PRODUCT, Breach, Import, Module

# The ring a module belongs to is the longest name here that it starts with; it may import its own ring and these.
SHARED = ("app.db", "app.errors", "app.settings")
RINGS: dict[str, tuple[str, ...]] = {
    "journeys": (),
    "games": (),
    "app.models": (),
    "app.settings": (),
    "app.errors": ("app.settings", "journeys"),
    "app.db": ("app.settings", "app.errors", "app.models"),
    "app.services": (*SHARED, "app.models", "journeys", "games"),
    "app.logs": (),
    "app.metrics": (),
    "app.web": (*SHARED, "app.logs", "app.metrics", "app.services", "app.models", "journeys", "games"),
    "app.jobs": (*SHARED, "app.logs", "app.metrics", "app.services", "app.models", "journeys", "games"),
    "app.demo": (*SHARED, "app.web", "app.services", "app.models", "journeys", "games"),
    "app": (),
    "app.factory": PRODUCT,  # create_app puts the parts together
    "app.cli": PRODUCT,
    "bench": PRODUCT,
    "wsgi": PRODUCT,
}
# Where the parts are put together, an import may wait until it is needed.
MAY_IMPORT_LATE = ("app.factory", "app.cli", "bench")


def ring_of(name: str) -> str | None:
    """Give the ring of a dotted name, or None when it is not ours."""
    found = [ring for ring in RINGS if name == ring or (name.startswith(f"{ring}.") and ring != "app")]
    if not found and name.startswith("app."):
        return ".".join(name.split(".")[:2])
    return max(found, key=len, default=None)


def imports_go_one_way(modules: Sequence[Module]) -> list[Breach]:
    """Pages, jobs and commands call services; services call tables, journeys and games; nothing calls back."""
    return [
        module.breach(wanted, f"{module.name} must not import {target}")
        for module in modules
        for wanted, target in targets(module, modules)
        if not _may_import(ring_of(module.name), ring_of(target))
    ]


def _may_import(importer: str | None, imported: str | None) -> bool:
    if imported == importer:
        return True
    if imported == "app.factory":
        return importer in ("app.cli", "bench", "wsgi")  # only those that start the application
    allowed = RINGS.get(importer or "", SHARED)
    return any(imported == ring or (imported or "").startswith(f"{ring}.") for ring in allowed)


def targets(module: Module, modules: Sequence[Module]) -> Iterator[tuple[Import, str]]:
    """Give each import of one of our own modules, with the dotted name of the module that it reaches."""
    known = {each.name for each in modules}
    for wanted in module.imports:
        if wanted.top in (*PRODUCT, "wsgi"):
            inner = f"{wanted.module}.{wanted.name}"
            yield wanted, inner if inner in known else wanted.module


def imports_make_no_cycle(modules: Sequence[Module]) -> list[Breach]:
    """No module needs itself by way of others, not even when it imports late."""
    by_name = {module.name: module for module in modules}
    graph = {
        module.name: {target for wanted, target in targets(module, modules) if not wanted.for_types} - {module.name}
        for module in modules
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return [by_name[cycle[0]].breach(1, f"import cycle: {' <- '.join(cycle)}")]
    return []


def imports_stand_at_the_top(modules: Sequence[Module]) -> list[Breach]:
    """Only a heavy library from outside may be imported inside a function, so that a web process stays small."""
    return [
        module.breach(wanted, f"import {wanted.module} at the top of the file")
        for module in modules
        for wanted in module.imports
        if wanted.nested and not module.within(*MAY_IMPORT_LATE)
        if wanted.top in PRODUCT or wanted.top in sys.stdlib_module_names
    ]
