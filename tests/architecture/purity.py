"""journeys/ and games/ are pure: no clock, no chance, no files, no network, no framework."""

import ast
from collections.abc import Sequence

from tests.architecture.source import Breach, Module

PURE = ("journeys", "games")
WORLD = {
    "asyncio", "flask", "ftplib", "glob", "http", "httpx", "logging", "multiprocessing", "os", "pathlib", "psycopg",
    "random", "redis", "requests", "rq", "secrets", "shutil", "smtplib", "socket", "sqlalchemy", "sqlite3",
    "subprocess", "tempfile", "threading", "time", "urllib", "uuid6",
}  # fmt: skip
CALLS = {"input", "open", "print"}
# A method's name is enough: a value of the pure rings has no such method.
METHODS = {
    "now", "open", "read_bytes", "read_text", "today", "urandom", "utcnow", "uuid1", "uuid4", "uuid7", "write_bytes",
    "write_text",
}  # fmt: skip


def pure_rings_import_nothing_of_the_world(modules: Sequence[Module]) -> list[Breach]:
    """What a decision needs from the world is given to it as a value."""
    return [
        module.breach(wanted, f"{module.name} must not import {wanted.module}: it is pure")
        for module in modules
        if module.within(*PURE)
        for wanted in module.imports
        if wanted.top in WORLD or wanted.top.startswith("flask")
    ]


def pure_rings_do_no_input_or_output(modules: Sequence[Module]) -> list[Breach]:
    """`now` and luck are arguments, and what was read is given."""
    return [
        module.breach(node, f"{_called(node)}() does not belong into {module.name}: it is pure")
        for module in modules
        if module.within(*PURE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _reaches_out(node.func)
    ]


def _reaches_out(func: ast.expr) -> bool:
    if isinstance(func, ast.Name):
        return func.id in CALLS
    return isinstance(func, ast.Attribute) and func.attr in METHODS and not _shipped(func)


def _shipped(func: ast.expr) -> bool:
    """Tell whether this reads a file that ships with the code: `files("journeys").joinpath(...)`."""
    while isinstance(func, ast.Attribute | ast.Call):
        if isinstance(func, ast.Call) and isinstance(func.func, ast.Name) and func.func.id == "files":
            return True
        func = func.func if isinstance(func, ast.Call) else func.value
    return False


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func)
