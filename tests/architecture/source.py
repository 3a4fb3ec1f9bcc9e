"""The source tree as the rules see it: modules, what they import and where, and breaches."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PRODUCT = ("app", "bench", "games", "journeys")


@dataclass(frozen=True, slots=True)
class Breach:
    """A place where a rule is broken."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, as written: `from a.b import c` is module "a.b", name "c"."""

    module: str
    name: str | None
    line: int
    nested: bool = False  # inside a function
    for_types: bool = False  # under `if TYPE_CHECKING`, so never done by the running program

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its dotted name, its path below the root, its text and its tree."""

    name: str
    file: str
    text: str
    tree: ast.Module
    imports: tuple[Import, ...]

    def within(self, *packages: str) -> bool:
        """Tell whether the module is one of these packages or stands inside one."""
        return any(self.name == package or self.name.startswith(f"{package}.") for package in packages)

    def breach(self, node: ast.AST | Import | int, what: str) -> Breach:
        line = node if isinstance(node, int) else node.line if isinstance(node, Import) else node.lineno  # type: ignore[attr-defined]
        return Breach(self.file, line, what)


def read_tree(root: Path) -> list[Module]:
    """Read every Python file of the product below a root."""
    files = [file for folder in PRODUCT for file in sorted((root / folder).rglob("*.py"))]
    return [read_module(root, file) for file in (*files, *root.glob("wsgi.py"))]


def read_module(root: Path, file: Path) -> Module:
    """Read one Python file."""
    path = file.relative_to(root)
    parts = path.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = file.read_text()
    tree = ast.parse(text, filename=str(path))
    return Module(name, str(path), text, tree, tuple(_imports(tree)))


def _imports(node: ast.AST, nested: bool = False, for_types: bool = False) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, None, child.lineno, nested, for_types) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = child.module or "."
            yield from (Import(module, alias.name, child.lineno, nested, for_types) for alias in child.names)
        else:
            in_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            checks_types = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
            yield from _imports(child, nested or in_function, for_types or checks_types)
