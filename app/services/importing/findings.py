"""What an import has found and done, as it is counted and shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from journeys.problems import Kind, Problem

MOST_KEPT = 100


@dataclass(slots=True)
class Findings:
    """The problems of one file: the first hundred, and how many there are of each kind."""

    file: str
    kept: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    errors: int = 0

    def add(self, kind: Kind, line: int, col: int = 1, **values: object) -> None:
        self.counts[kind.code] += 1
        self.errors += kind.level == "error"
        if len(self.kept) < MOST_KEPT:
            self.kept.append(Problem(kind, self.file, line, col, values))


@dataclass(slots=True)
class Tally:
    """How many contacts or orders were new, changed, the same as before, or of people who asked to be forgotten."""

    new: int = 0
    changed: int = 0
    same: int = 0
    erased: int = 0

    def __iadd__(self, other: Tally) -> Tally:
        self.new += other.new
        self.changed += other.changed
        self.same += other.same
        self.erased += other.erased
        return self


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import.  `rows` were read; `problems` are the first hundred, `counts` all of them by code."""

    file: str
    kind: str
    rows: int
    tally: Tally
    problems: tuple[Problem, ...]
    counts: dict[str, int]
    errors: int
    dry_run: bool = False

    def summary(self, lang: str = "en") -> str:
        """One line that says what was done."""
        tally = self.tally
        if lang == "fr":
            said = f"{tally.new} nouveaux, {tally.changed} modifiés, {tally.same} inchangés"
            said += f", {tally.erased} effacés et laissés de côté" if tally.erased else ""
            end = f", {self.errors} erreurs" if self.errors else ""
            return f"{self.rows} lignes lues : {said}{end}" + (" (rien n'a été écrit)" if self.dry_run else "")
        said = f"{tally.new} new, {tally.changed} changed, {tally.same} same"
        said += f", {tally.erased} erased and left out" if tally.erased else ""
        end = f", {self.errors} errors" if self.errors else ""
        return f"{self.rows} rows read: {said}{end}" + (" (nothing was written)" if self.dry_run else "")
