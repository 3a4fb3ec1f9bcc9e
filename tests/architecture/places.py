"""What stands in one place only: the commit, the queue, the web framework, the last resort for errors."""

import ast
from collections.abc import Sequence

from tests.architecture.source import Breach, Module

COMMITS = "app.db"
QUEUE = ("app.jobs",)
EDGE = ("app.factory", "app.web", "app.cli", "app.demo", "bench", "wsgi")
LAST_RESORT = ("app.jobs",)


def commit_stands_in_one_place(modules: Sequence[Module]) -> list[Breach]:
    """Only `transaction()` commits; everyone else returns or raises."""
    return [
        module.breach(node, f"only {COMMITS} commits")
        for module in modules
        if module.name != COMMITS and not module.within("bench")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def rq_stays_in_jobs(modules: Sequence[Module]) -> list[Breach]:
    """The queue is a doorbell that only the jobs know."""
    return [
        module.breach(wanted, "rq is known in app/jobs only")
        for module in modules
        if not module.within(*QUEUE)
        for wanted in module.imports
        if wanted.top == "rq"
    ]


def flask_stays_at_the_edge(modules: Sequence[Module]) -> list[Breach]:
    """Flask and its extensions are known to the pages, the commands and create_app."""
    return [
        module.breach(wanted, f"{wanted.module} is known at the edge only, not in {module.name}")
        for module in modules
        if not module.within(*EDGE)
        for wanted in module.imports
        if wanted.top == "flask" or wanted.top.startswith("flask_")
    ]


def nothing_swallows_every_error(modules: Sequence[Module]) -> list[Breach]:
    """A bug stays loud: `except Exception` ends well only where jobs and deliveries are run."""
    return [
        module.breach(node, "catch the errors that are meant, not every one")
        for module in modules
        if not module.within(*LAST_RESORT)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type)
        if not isinstance(node.body[-1], ast.Raise)
    ]


def _catches_all(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in ("Exception", "BaseException") for name in names)
