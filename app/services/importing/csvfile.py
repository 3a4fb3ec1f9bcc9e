"""CSV, read strictly: UTF-8 to the last byte, every quote closed, no NUL, no endless cell.

The file is read twice: once for its structure, so that a broken file changes nothing, and once for its rows.
Source: RFC 4180; the separator is found in the header, for spreadsheets write `;` where the comma is a decimal sign.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from app.errors import Invalid
from app.services.importing.faults import (
    DELIMITER,
    EMPTY,
    ENCODING,
    LONG_CELL,
    NOT_ENCODED,
    NOT_UTF8,
    NUL,
    OPEN_QUOTE,
    STRAY_QUOTE,
)
from app.services.importing.table import Table
from journeys.problems import Kind, Problem

MARKS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
CHUNK_BYTES = 1 << 20
LONGEST_CELL = 131_072  # characters; the csv module's own limit
ENCODINGS = {"utf-8": "utf-8-sig", "windows-1252": "windows-1252"}


def open_csv(path: Path, encoding: str) -> Table:
    """The table in a CSV file.  Raises: Invalid."""
    check_bytes(path, encoding)
    codec = ENCODINGS[encoding]
    with path.open(encoding=codec, newline="") as file:
        mark = separator(file.readline())
    rows = partial(_rows, path, codec, mark)
    numbered = rows()
    try:
        _, headers = next(numbered)
    except StopIteration:
        raise Invalid([Problem(EMPTY, path.name)]) from None
    count = sum(1 for _ in numbered)
    notices = [Problem(DELIMITER, path.name, values={"mark": MARKS[mark]})] if mark != "," else []
    notices += [Problem(ENCODING, path.name, values={"encoding": encoding})] if encoding != "utf-8" else []
    return Table(path.name, tuple(headers), count, partial(_after_header, rows), tuple(notices), mark)


def check_bytes(path: Path, codec: str) -> None:
    """Every byte means something in the encoding, none is NUL.  Raises: Invalid with the byte (from 0) and its line."""
    decoder = codecs.getincrementaldecoder(codec)()
    before, line = 0, 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
                at, kind = chunk.find(b"\0"), NUL
            except UnicodeDecodeError as error:
                at, kind = error.start - held, NOT_UTF8 if codec.startswith("utf-8") else NOT_ENCODED
            if at != -1 or kind is not NUL:
                values = {"byte": before + at, "encoding": codec}
                raise Invalid([Problem(kind, path.name, line + chunk.count(b"\n", 0, max(at, 0)), 1, values)])
            before += len(chunk)
            line += chunk.count(b"\n")
    _check_end(path, decoder, before, line)


def _check_end(path: Path, decoder: codecs.IncrementalDecoder, size: int, line: int) -> None:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Invalid([Problem(NOT_UTF8, path.name, line, 1, {"byte": size})]) from None


def separator(header: str) -> str:
    """What separates the columns: the mark that the header holds most often outside its quotes."""
    outside = "".join(header.split('"')[::2])
    return max(MARKS, key=outside.count)


def _after_header(rows: partial[Iterator[tuple[int, Sequence[str]]]]) -> Iterator[tuple[int, Sequence[str]]]:
    numbered = rows()
    next(numbered)
    return numbered


def _rows(path: Path, codec: str, mark: str) -> Iterator[tuple[int, Sequence[str]]]:
    """(line where the row starts, its cells); empty lines are passed over."""
    with path.open(encoding=codec, newline="") as file:
        reader = csv.reader(file, delimiter=mark, strict=True)
        line, row = 1, 0
        try:
            for cells in reader:
                row += 1
                if cells:
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            kind = _kind_of(error)
            raise Invalid([Problem(kind, path.name, line, 1, {"row": row + 1, "most": LONGEST_CELL})]) from None


def _kind_of(error: csv.Error) -> Kind:
    said = str(error)
    if "field larger" in said:
        return LONG_CELL
    return OPEN_QUOTE if "unexpected end of data" in said else STRAY_QUOTE
