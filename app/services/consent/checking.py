"""Checking that nothing in the ledger was changed, removed or put in another order since it was written.

Every row is looked at, every finding names its row.  A rewrite of the whole chain with its head cannot be seen here:
keep the head's hash that a check prints somewhere else (a mail, a paper), and compare.
To add a check: one function that yields `Finding`s for a row, listed in `CHECKS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.models import Consent
from app.services.consent.canonical import canonical, first_hash, row_hash
from app.services.consent.ledger import Head, columns_in_clear
from app.services.consent.subjects import Subject, position_of
from app.services.keys import fingerprint
from journeys.problems import Kind, Problem

MOST_FINDINGS = 100

CHANGED = Kind(
    "consent.changed",
    "error",
    "row {seq} was changed after it was written ({what})",
    "la ligne {seq} a été modifiée après son écriture ({what})",
)
MISSING = Kind(
    "consent.missing",
    "error",
    "rows {first} to {last} are missing",
    "les lignes {first} à {last} manquent",
)
OUT_OF_CHAIN = Kind(
    "consent.out_of_chain",
    "error",
    "row {seq} does not follow the row before it: one of them was changed, moved or put in later",
    "la ligne {seq} ne suit pas celle qui la précède : l'une d'elles a été modifiée, déplacée ou ajoutée",
)
WRONG_HEAD = Kind(
    "consent.head",
    "error",
    "the chain ends at row {seq}, but its head speaks of row {head}: rows were removed or added at the end",
    "la chaîne finit à la ligne {seq}, mais sa tête parle de la ligne {head} : "
    "des lignes ont été ôtées ou ajoutées à la fin",
)
NOTICE_GONE = Kind(
    "consent.notice",
    "error",
    "the words shown for row {seq} are missing or were changed",
    "les mots affichés pour la ligne {seq} manquent ou ont été modifiés",
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are checked against: the keys that still exist, and the notices by their hash."""

    subjects: Mapping[UUID, Subject] = field(default_factory=dict)
    notices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at one row."""

    kind: Kind
    seq: int
    values: Mapping[str, object] = field(default_factory=dict)

    def problem(self, ledger: str) -> Problem:
        """The finding as it is shown: the ledger's name in place of a file, the row in place of a line."""
        return Problem(self.kind, ledger, max(self.seq, 1), 1, {"seq": self.seq, **self.values})


@dataclass(slots=True)
class Walk:
    """A walk along a chain, row by row; `end` is where it stands, `findings` the first hundred of `broken`."""

    end: Head
    rows: int = 0
    broken: int = 0
    findings: list[Finding] = field(default_factory=list)

    def step(self, row: Consent, around: Surroundings) -> None:
        """Look at the next row: by itself, and whether it follows the one before."""
        self.step_over(row.seq, row.hash, follows=row.previous_hash == self.end.hash)
        for finding in findings_in(row, around):
            self.note(finding)

    def step_over(self, seq: int, row_hash: str, follows: bool) -> None:
        """Go one row on, which may follow the row before or not."""
        if seq != self.end.seq + 1:
            self.note(Finding(MISSING, seq, {"first": self.end.seq + 1, "last": seq - 1}))
        elif not follows:
            self.note(Finding(OUT_OF_CHAIN, seq))
        self.end = Head(self.end.brand_id, seq, row_hash)
        self.rows += 1

    def close(self, head: Head) -> None:
        """Compare the end of the walk with what the head row says."""
        if (self.end.seq, self.end.hash) != (head.seq, head.hash):
            self.note(Finding(WRONG_HEAD, self.end.seq, {"head": head.seq}))

    def note(self, finding: Finding) -> None:
        self.broken += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def findings_in(row: Consent, around: Surroundings) -> Iterator[Finding]:
    """What is wrong with a row by itself: hash, columns, seal, notice."""
    for check in CHECKS:
        yield from check(row, around)


def start_of(brand_id: UUID) -> Head:
    """What stands before the first row of a brand."""
    return Head(brand_id, 0, first_hash(brand_id))


def _hash(row: Consent, _around: Surroundings) -> Iterator[Finding]:
    if row.hash != row_hash(row.previous_hash, row.clear, row.sealed):
        yield Finding(CHANGED, row.seq, {"what": "hash"})


def _columns(row: Consent, _around: Surroundings) -> Iterator[Finding]:
    clear = _clear(row)
    if clear is None:
        yield Finding(CHANGED, row.seq, {"what": "clear"})
        return
    wrong = [name for name, value in columns_in_clear(row).items() if clear.get(name) != value]
    if wrong:
        yield Finding(CHANGED, row.seq, {"what": ", ".join(wrong)})


def _seal(row: Consent, around: Surroundings) -> Iterator[Finding]:
    subject = around.subjects.get(row.subject_id)
    if subject and subject.unseal(row.sealed, position_of(row.brand_id, row.seq, row.id)) is None:
        yield Finding(CHANGED, row.seq, {"what": "sealed"})


def _notice(row: Consent, around: Surroundings) -> Iterator[Finding]:
    named = (_clear(row) or {}).get("notice_hash")
    if named and fingerprint(around.notices.get(str(named), "")) != named:
        yield Finding(NOTICE_GONE, row.seq)


def _clear(row: Consent) -> dict[str, object] | None:
    try:
        found = json.loads(row.clear)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and canonical(found) == row.clear else None


CHECKS: tuple[Callable[[Consent, Surroundings], Iterator[Finding]], ...] = (_hash, _columns, _seal, _notice)
