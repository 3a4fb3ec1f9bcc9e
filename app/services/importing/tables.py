"""Opening a file: CSV or Parquet become one kind of table of texts, or the Problems that say why not.

To add a format: a module with `open_...(path, encoding) -> Table`, and a line in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.errors import Invalid
from app.services.importing.csvfile import open_csv
from app.services.importing.faults import EMPTY, UNREADABLE, WRONG_FORMAT
from app.services.importing.parquetfile import open_parquet
from app.services.importing.table import Table
from journeys.problems import Problem

FORMATS: tuple[tuple[bytes, Callable[[Path, str], Table]], ...] = ((b"PAR1", open_parquet),)
FOREIGN = (
    (b"PK\x03\x04", "a spreadsheet or a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"%PDF", "a PDF"),
)


def open_table(path: Path, encoding: str = "utf-8") -> Table:
    """The table in a file, its structure checked to the last row.  Raises: Invalid with every problem found."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise Invalid([Problem(UNREADABLE, path.name, values={"reason": error.strerror})]) from None
    if not start:
        raise Invalid([Problem(EMPTY, path.name)])
    for magic, name in FOREIGN:
        if start.startswith(magic):
            raise Invalid([Problem(WRONG_FORMAT, path.name, values={"found": name})])
    open_it = next((opener for magic, opener in FORMATS if start.startswith(magic)), open_csv)
    return open_it(path, encoding)
