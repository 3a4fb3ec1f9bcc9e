"""Reading a file of coupon codes: CSV (or Parquet) with a column `code`, every row looked at before any is loaded.

To add a check of one code: a line in `CHECKS`.  Nothing here knows the database.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.errors import Invalid
from app.services.importing.faults import RAGGED
from app.services.importing.table import Table
from app.services.importing.tables import open_table
from app.services.rewards import faults as no
from app.services.rewards.codes import normal_code
from journeys.problems import Kind, Problem

COLUMN, LAST_DAY = "code", "valid_to"
LONGEST = 64
SHOWN_OF_A_KIND = 20
SAFE_BITS = 20.0  # one guess in a million, for whoever may guess at a till
BLANKS = " \t\u00a0\u2007\u202f\u200b\u2060\ufeff"
_MANGLED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]\d{1,3}")
_FORMULA_SIGNS = ("=", "+", "-", "@")

Fault = tuple[Kind, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Code:
    """One code and the line of the file in which it stands."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file in which every code is sound by itself; `remarks` are its warnings and notices."""

    name: str
    sha256: str
    codes: tuple[Code, ...]
    remarks: tuple[Problem, ...]


@dataclass(slots=True)
class Sieve:
    """Gathers what is wrong: the first twenty of a kind with their lines, and how many there are."""

    file: str
    found: dict[Kind, list[Problem]] = field(default_factory=dict)

    def add(self, kind: Kind, line: int, **values: object) -> None:
        self.found.setdefault(kind, []).append(Problem(kind, self.file, line, 1, values))

    def raise_if_any(self) -> None:
        """Raises: Invalid, when anything was found."""
        if self.found:
            raise Invalid(problem for kind, each in self.found.items() for problem in self._shown(kind, each))

    def _shown(self, kind: Kind, each: list[Problem]) -> Iterator[Problem]:
        yield from each[:SHOWN_OF_A_KIND]
        if len(each) > SHOWN_OF_A_KIND:
            yield Problem(no.MORE, self.file, each[SHOWN_OF_A_KIND].line, 1, {"count": len(each), "code": kind.code})


def read_codes(path: Path, today: date) -> CodeFile:
    """The codes of a file, blanks around them taken away.  Raises: Invalid with everything that is wrong in it."""
    table = open_table(path)
    column, remarks = _columns(table)
    if not table.count:
        raise Invalid([Problem(no.NO_CODES, table.file)])
    sieve, trimmed, codes = Sieve(table.file), 0, []
    for line, cells in _whole_rows(table, sieve):
        text = cells[column].strip(BLANKS)
        trimmed += text != cells[column]
        _check(sieve, text, line)
        _check_day(sieve, table, cells, line, today)
        codes.append(Code(text, line))
    _check_repeats(sieve, codes)
    sieve.raise_if_any()
    remarks += [Problem(no.TRIMMED, table.file, values={"count": trimmed})] if trimmed else []
    texts = [code.text for code in codes]
    found = (*table.notices, *remarks, *_zeros(table.file, texts), *_guessable(table.file, texts))
    return CodeFile(table.file, hashlib.sha256(path.read_bytes()).hexdigest(), tuple(codes), found)


def bits_of(codes: Sequence[str]) -> float:
    """How much the codes differ, in bits: the symbols that their varying places may hold, as far as one can see.

    A place where all codes agree holds nothing to guess; one with digits only holds one of ten.
    """
    places = [{code[place : place + 1] for code in codes} for place in range(max(map(len, codes)))]
    varying = [place for place in places if len(place) > 1 or len(codes) < 3]
    return sum(math.log2(_symbols(place)) for place in varying)


def _symbols(seen: set[str]) -> int:
    text = "".join(seen)
    letters = 26 * (any(map(str.isupper, text)) + any(map(str.islower, text)))
    return max(letters + 10 * any(map(str.isdigit, text)), 2)


def _columns(table: Table) -> tuple[int, list[Problem]]:
    """Where the codes stand, and which columns are left out."""
    names = [header.strip(BLANKS).casefold() for header in table.headers]
    if COLUMN not in names:
        raise Invalid([Problem(no.NO_COLUMN, table.file)])
    others = [header for header, name in zip(table.headers, names, strict=True) if name not in {COLUMN, LAST_DAY}]
    return names.index(COLUMN), [Problem(no.OTHER_COLUMN, table.file, values={"name": name}) for name in others]


def _whole_rows(table: Table, sieve: Sieve) -> Iterator[tuple[int, Sequence[str]]]:
    for line, cells in table.rows():
        if len(cells) == len(table.headers):
            yield line, cells
        elif _MANGLED.fullmatch(text := table.mark.join(cells).strip(BLANKS)):  # cut at its decimal comma
            sieve.add(no.MANGLED, line, code=text)
        else:
            sieve.add(RAGGED, line, found=len(cells), wanted=len(table.headers), mark=table.mark)


def _check(sieve: Sieve, text: str, line: int) -> None:
    for check in CHECKS:
        if fault := check(text):
            kind, values = fault
            sieve.add(kind, line, **values)
            return


def _blank(text: str) -> Fault | None:
    return None if text else (no.BLANK, {})


def _too_long(text: str) -> Fault | None:
    return (no.TOO_LONG, {"found": len(text), "most": LONGEST}) if len(text) > LONGEST else None


def _invisible(text: str) -> Fault | None:
    hidden = next((mark for mark in text if unicodedata.category(mark)[0] in "CZ" and mark != " "), None)
    return (no.INVISIBLE, {"sign": f"{ord(hidden):04X}"}) if hidden else None


def _mangled(text: str) -> Fault | None:
    return (no.MANGLED, {"code": text}) if _MANGLED.fullmatch(text) else None


def _formula(text: str) -> Fault | None:
    return (no.FORMULA, {"code": text}) if text.startswith(_FORMULA_SIGNS) else None


def _look_alike(text: str) -> Fault | None:
    foreign = next((mark for mark in text if not mark.isascii()), None)
    return (no.LOOK_ALIKE, {"mark": foreign, "code": text, "sign": f"{ord(foreign):04X}"}) if foreign else None


def _dashes_only(text: str) -> Fault | None:
    return None if normal_code(text) else (no.BLANK, {})


CHECKS: tuple[Callable[[str], Fault | None], ...] = (
    _blank, _too_long, _invisible, _mangled, _formula, _look_alike, _dashes_only,
)  # fmt: skip


def _check_day(sieve: Sieve, table: Table, cells: Sequence[str], line: int, today: date) -> None:
    """A code that is good until some day must still be good.  The pool's own `valid` decides for those it gives."""
    for header, cell in zip(table.headers, cells, strict=True):
        if header.strip(BLANKS).casefold() != LAST_DAY or not cell.strip(BLANKS):
            continue
        try:
            last = date.fromisoformat(cell.strip(BLANKS))
        except ValueError:
            sieve.add(no.BAD_DAY, line, found=cell[:40])
        else:
            if last < today:
                sieve.add(no.EXPIRED, line, day=last)


def _check_repeats(sieve: Sieve, codes: Sequence[Code]) -> None:
    first: dict[str, int] = {}
    for code in codes:
        line = first.setdefault(normal_code(code.text), code.line)
        if line != code.line and code.text:
            sieve.add(no.REPEATED, code.line, code=code.text[:LONGEST], first=line)


def _zeros(file: str, codes: Sequence[str]) -> Iterator[Problem]:
    """Numbers of different lengths: a spreadsheet may have eaten their zeros."""
    most = max(map(len, codes))
    shorter = sum(len(code) < most for code in codes)
    if shorter and all(code.isdecimal() for code in codes):
        yield Problem(no.ZEROS_LOST, file, values={"count": shorter, "most": most})


def _guessable(file: str, codes: Sequence[str]) -> Iterator[Problem]:
    bits = bits_of([normal_code(code) for code in codes])
    hidden = max(bits - math.log2(len(codes)), 0.0)
    if hidden < SAFE_BITS:
        values = {"bits": round(bits), "odds": f"{max(round(2**hidden), 1):,}".replace(",", "\u202f")}
        yield Problem(no.GUESSABLE, file, values=values)
