"""Which column of a file is which field: known names, misspelt ones, missing ones, and a brand's own attributes.

A saved mapping is a dictionary from the file's headers to our names; it is applied before anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from app.errors import Invalid
from app.services.importing.cells import BadCell, Reader, looks_like_a_formula
from app.services.importing.faults import FORMULA, MISSING, NEEDED, NO_HEADER, RAGGED, TWICE, UNKNOWN
from app.services.importing.findings import Findings
from app.services.importing.table import Table
from journeys.problems import Kind, Problem


@dataclass(frozen=True, slots=True)
class Spec:
    """One field that a file may have: its name, how its cells are read, whether it must be there and filled."""

    name: str
    read: Reader
    needed: bool = False
    free_text: bool = False  # typed by people, so that a formula may hide in it
    also: tuple[str, ...] = ()  # other headers that mean the same


@dataclass(frozen=True, slots=True)
class Bound:
    """A table whose columns are known: rows come out as values, and what is wrong goes to the findings."""

    table: Table
    specs: tuple[Spec, ...]  # in the order of the file's columns
    findings: Findings

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(spec.name for spec in self.specs)

    def values(self, line: int, cells: Sequence[str]) -> dict[str, object] | None:
        """The row's values by field name, none for an empty cell; None when the row has an error."""
        if len(cells) != len(self.specs):
            wanted = {"found": len(cells), "wanted": len(self.specs), "mark": self.table.mark}
            self.findings.add(RAGGED, line, 1, **wanted)
            return None
        found: dict[str, object] = {}
        sound = True
        for col, (spec, cell) in enumerate(zip(self.specs, cells, strict=True), 1):
            cell = cell.strip()
            if not cell:
                found[spec.name] = None
                if spec.needed:
                    sound = self._refuse(NEEDED, line, col)
                continue
            try:
                found[spec.name] = spec.read(cell)
            except BadCell as bad:
                sound = self._refuse(bad.kind, line, col, bad.values)
                continue
            if spec.free_text and looks_like_a_formula(cell):
                self.findings.add(FORMULA, line, col, column=self.table.headers[col - 1])
        return found if sound else None

    def _refuse(self, kind: Kind, line: int, col: int, values: Mapping[str, object] | None = None) -> bool:
        self.findings.add(kind, line, col, **{"column": self.table.headers[col - 1], **(values or {})})
        return False


@dataclass(slots=True)
class _Header:
    """The header row while it is read."""

    table: Table
    specs: Mapping[str, Spec]
    problems: list[Problem] = field(default_factory=list)

    def say(self, kind: Kind, col: int, **values: object) -> None:
        self.problems.append(Problem(kind, self.table.file, 1, col, {"col": col, **values}))


def bind(table: Table, specs: Sequence[Spec], findings: Findings, mapping: Mapping[str, str] | None = None) -> Bound:
    """Find each column's field.  Raises: Invalid with every header that is unknown, missing or given twice."""
    by_name: dict[str, Spec] = {}
    for each in specs:
        for alias in (each.name, *each.also):
            by_name.setdefault(alias, each)  # who comes first has the name
    header = _Header(table, by_name)
    found: list[Spec] = []
    seen: dict[str, int] = {}
    for col, raw in enumerate(table.headers, 1):
        name = tidy_header((mapping or {}).get(raw, raw))
        spec = by_name.get(name)
        if not name:
            header.say(NO_HEADER, col)
        elif spec is None:
            header.say(UNKNOWN, col, name=raw, **_guess(name, by_name))
        elif spec.name in seen:
            header.say(TWICE, col, name=raw, first=seen[spec.name])
        else:
            seen[spec.name] = col
            found.append(spec)
    for each in specs:
        if each.needed and each.name not in seen:
            header.say(MISSING, 1, name=each.name)
    if header.problems:
        raise Invalid(header.problems)
    return Bound(table, tuple(found), findings)


def tidy_header(text: str) -> str:
    """A header as names are compared: small letters, no spaces around, underscores inside."""
    return "_".join(text.strip().strip('"').lower().replace("-", "_").split())


def _guess(name: str, known: Mapping[str, Spec]) -> dict[str, str]:
    close = get_close_matches(name, known, n=1)
    if close:
        return {"guess": f"did you mean “{close[0]}”?", "devine": f"vouliez-vous dire « {close[0]} » ?"}
    names = ", ".join(dict.fromkeys(spec.name for spec in known.values()))
    return {"guess": f"known columns: {names}", "devine": f"colonnes connues : {names}"}
