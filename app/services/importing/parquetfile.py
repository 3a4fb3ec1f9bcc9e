"""Parquet, read by DuckDB; every column as text, so that all formats have one way of reading a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from app.errors import Invalid
from app.services.importing.faults import UNREADABLE
from app.services.importing.table import Table
from journeys.problems import Problem

ROWS_AT_ONCE = 10_000


def open_parquet(path: Path, _encoding: str) -> Table:
    """The table in a Parquet file; lines are the numbers of its rows.  Raises: Invalid."""
    import duckdb

    try:
        with duckdb.connect() as base:
            columns = base.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)]).description or []
            found = base.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise Invalid([Problem(UNREADABLE, path.name, values={"reason": reason})]) from None
    headers = tuple(column[0] for column in columns)
    return Table(path.name, headers, found[0] if found else 0, partial(_rows, path))


def _rows(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    import duckdb

    with duckdb.connect(config={"threads": 1}) as base:
        base.execute("SET TimeZone = 'UTC'")
        texts = "SELECT coalesce(CAST(COLUMNS(*) AS VARCHAR), '') FROM read_parquet(?)"
        cursor = base.execute(texts, [str(path)])
        before = 0
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from enumerate(rows, before + 1)
            before += len(rows)
