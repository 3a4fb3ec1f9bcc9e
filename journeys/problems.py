"""Problems: what is wrong with something a person wrote, where, and how to mend it.

A `Kind` is defined beside the code that finds it; a `Problem` is one finding at a line and column.
To add a problem: write one `Kind` constant with its English and French sentence and hint.
Placeholders in braces are filled from the problem's values.  Then show it: a file in `tests/journeys/corpus/faulty`,
and `make problems`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import walk_packages
from typing import Literal

Level = Literal["error", "warning", "notice"]
Lang = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mistake, with its sentence and hint in both languages."""

    code: str
    level: Level
    en: str
    fr: str
    hint_en: str = ""
    hint_fr: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake at one place.  Lines and columns count from 1."""

    kind: Kind
    file: str
    line: int = 1
    col: int = 1
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def level(self) -> Level:
        return self.kind.level

    def message(self, lang: str = "en") -> str:
        """What is wrong, in one sentence."""
        return _filled(self.kind.fr if lang == "fr" else self.kind.en, self.values)

    def hint(self, lang: str = "en") -> str:
        """How to mend it; empty when the message says it all."""
        return _filled(self.kind.hint_fr if lang == "fr" else self.kind.hint_en, self.values)

    def as_json(self, lang: str = "en") -> dict[str, object]:
        """The problem as `--json` prints it."""
        return {
            "file": self.file,
            "line": self.line,
            "col": self.col,
            "level": self.level,
            "code": self.code,
            "message": self.message(lang),
            "hint": self.hint(lang),
        }

    def text(self, lang: str = "en") -> str:
        """`FILE:LINE:COL: level CODE: message (hint)`."""
        hint = self.hint(lang)
        tail = f" ({hint})" if hint else ""
        return f"{self.file}:{self.line}:{self.col}: {self.level} {self.code}: {self.message(lang)}{tail}"

    def __str__(self) -> str:
        return self.text()


def kinds_of(package: str) -> Mapping[str, tuple[Kind, ...]]:
    """Every kind of mistake that the modules of a package define, by code: the table behind the manual of problems."""
    found: dict[str, list[Kind]] = {}
    for module in walk_packages(import_module(package).__path__, f"{package}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Kind) and value not in found.setdefault(value.code, []):
                found[value.code].append(value)
    return {code: tuple(found[code]) for code in sorted(found)}


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems forbids going on."""
    return any(problem.level == "error" for problem in problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems as one reads the file: from top to bottom, each once."""
    seen = {(p.file, p.line, p.col, p.code, p.message()): p for p in problems}
    return tuple(sorted(seen.values(), key=lambda p: (p.file, p.line, p.col, p.code)))


def _filled(template: str, values: Mapping[str, object]) -> str:
    return template.format_map({name: str(value) for name, value in values.items()}) if values else template
