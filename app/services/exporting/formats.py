"""Opt-ins as text: `machine` for programs, `spreadsheet` for people.

To add a format: one function from rows to pieces of text, and a line in `FORMATS`.
Source: RFC 4180 (machine); OWASP, CSV injection (spreadsheet).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from app.services.exporting.optins import OptIn

COLUMNS = tuple(field.name for field in fields(OptIn) if field.name != "consent_id")
# First characters that make a cell a formula for a spreadsheet, also in the full-width forms that it folds.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"
ROWS_AT_ONCE = 200


def machine(rows: Iterable[OptIn]) -> Iterator[str]:
    """Commas, CRLF, quotes where needed; every cell exactly as it is."""
    return _written(rows, lambda cell: cell, delimiter=",", quoting=csv.QUOTE_MINIMAL)


def spreadsheet(rows: Iterable[OptIn]) -> Iterator[str]:
    """BOM, semicolons, every cell quoted; what might be taken for a formula begins with an apostrophe."""
    yield BOM
    yield from _written(rows, defused, delimiter=";", quoting=csv.QUOTE_ALL)


def defused(cell: str) -> str:
    """The cell so that a spreadsheet shows it and never carries it out."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(DANGEROUS) else cell


def _written(rows: Iterable[OptIn], safe: Callable[[str], str], delimiter: str, quoting: int) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe(cell) for cell in _cells(row)])
        if number % ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _cells(row: OptIn) -> Sequence[str]:
    return [_text(getattr(row, name)) for name in COLUMNS]


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "" if value is None else str(value)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


FORMATS: Mapping[str, Callable[[Iterable[OptIn]], Iterator[str]]] = {
    "csv": machine,
    "machine": machine,
    "spreadsheet": spreadsheet,
}
