"""Putting the rows of a file together to orders, however they are scattered in it, in constant memory.

Sound rows wait in a private temporary database, which disappears by itself, and come out order by order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any

from app.services.importing.faults import TWO_CONTACTS
from app.services.importing.findings import Findings
from app.services.importing.orders import LineRow, OrderRow

COLUMNS = ("order_id", "contact", "ordered_at", "shop", "channel", "amount", "category", "product", "maker")
IN_MEMORY_KIB = 64 * 1024


class Spool:
    """Rows go in as they are read and come out as orders, each with its lines in the order of the file."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        base.execute(f"PRAGMA cache_size = -{IN_MEMORY_KIB}")
        base.execute("PRAGMA journal_mode = OFF")
        base.execute(f"CREATE TABLE row (line INTEGER PRIMARY KEY, {', '.join(COLUMNS)})")
        base.execute("BEGIN")

    def add(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """Keep rows: (line, values by field name)."""
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        self._base.executemany(f"INSERT INTO row VALUES ({marks})", (_flat(line, values) for line, values in rows))

    def count(self) -> int:
        """How many orders are waiting."""
        found: int = self._base.execute("SELECT count(DISTINCT order_id) FROM row").fetchone()[0]
        return found

    def orders(self, findings: Findings) -> Iterator[OrderRow]:
        """The orders, by their ids.  One that names two contacts is a problem and left out."""
        rows = self._base.execute(f"SELECT line, {', '.join(COLUMNS)} FROM row ORDER BY order_id, line")
        for order_id, group in groupby(rows, key=lambda row: row[1]):
            lines = list(group)
            stray = next((line for line in lines if line[2] != lines[0][2]), None)
            if stray:
                findings.add(TWO_CONTACTS, stray[0], 1, found=order_id)
            else:
                yield _order(lines)


@contextmanager
def spool() -> Iterator[Spool]:
    """A spool until the block ends."""
    base = sqlite3.connect("", isolation_level=None)
    try:
        yield Spool(base)
    finally:
        base.close()


def _flat(line: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return (line, *(_text(values.get(name)) for name in COLUMNS))


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _order(rows: list[tuple[Any, ...]]) -> OrderRow:
    """One order of its rows; its time is that of its first bought line, as returns may come later."""
    first = rows[0]
    bought = [row[3] for row in rows if row[6] >= 0]
    return OrderRow(
        line=first[0],
        external_id=first[1],
        contact=first[2],
        ordered_at=datetime.fromisoformat(min(bought or [row[3] for row in rows])),
        shop=next((row[4] for row in rows if row[4]), None),
        channel=next((row[5] for row in rows if row[5]), None),
        lines=tuple(LineRow(*row[6:]) for row in rows),
    )
