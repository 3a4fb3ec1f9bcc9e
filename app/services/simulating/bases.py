"""Databases that answer questions about everybody: the relations `fans` and `orders` are put in, queries are asked.

To add one: a class with a dialect, `put` and `ask`, and a line where engines are chosen.
"""

from __future__ import annotations

import csv
import hashlib
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlglot import exp

from journeys.conditions.sql import DIALECTS, Column, Dialect, row_of, sql_type
from journeys.conditions.sql.columns import MICROSECOND
from journeys.conditions.sql.values import EPOCH
from journeys.facts import Facts, OrderLine

TEXTS = ("category", "product", "maker", "shop", "channel")
FANS = {"fan_id": "TEXT", "place": "BIGINT"}  # place: her turn, where coupons are short
ORDERS = {
    "fan_id": "TEXT",
    "order_id": "TEXT",
    "ordered_at": "BIGINT",
    "cents": "BIGINT",
    **dict.fromkeys(TEXTS, "TEXT"),
}
READ_CSV = (
    "read_csv(?, columns = ?, header = false, auto_detect = false,"
    " delim = ',', quote = '\"', escape = '\"', nullstr = '')"
)
Row = Sequence[Any]
Person = tuple[str, Facts]


class Base(Protocol):
    """A database with room for two relations."""

    @property
    def dialect(self) -> Dialect: ...

    def put(self, table: str, types: Mapping[str, str], rows: Iterable[Row]) -> None:
        """Put a relation in; one of that name is replaced."""

    def ask(self, query: exp.Query) -> list[tuple[Any, ...]]:
        """Give the rows of a query."""


class DuckBase:
    """DuckDB, in the memory of this process."""

    dialect = DIALECTS["duckdb"]

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def put(self, table: str, types: Mapping[str, str], rows: Iterable[Row]) -> None:
        self.connection.execute(_create(table, types, self.dialect))
        with tempfile.NamedTemporaryFile("w", prefix="fanfare-", suffix=".csv", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
            file.flush()
            if Path(file.name).stat().st_size:
                named = exp.to_identifier(table).sql(dialect="duckdb")
                self.connection.execute(f"INSERT INTO {named} SELECT * FROM {READ_CSV}", [file.name, dict(types)])

    def ask(self, query: exp.Query) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(query.sql(dialect=self.dialect.name)).fetchall()
        return found


class SqliteBase:
    """SQLite, in the memory of this process."""

    dialect = DIALECTS["sqlite"]

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.create_function("share_hash", 1, share_hash, deterministic=True)

    def put(self, table: str, types: Mapping[str, str], rows: Iterable[Row]) -> None:
        self.connection.execute(f"DROP TABLE IF EXISTS {exp.to_identifier(table).sql(dialect='sqlite')}")
        self.connection.execute(_create(table, types, self.dialect))
        marks = [exp.Placeholder() for _ in types]
        into = exp.insert(exp.values([tuple(marks)]), table).sql(dialect="sqlite")
        self.connection.executemany(into, ([_plain(cell) for cell in row] for row in rows))

    def ask(self, query: exp.Query) -> list[tuple[Any, ...]]:
        return self.connection.execute(query.sql(dialect=self.dialect.name)).fetchall()


class PostgresBase:
    """PostgreSQL: tables of the session, gone with it."""

    dialect = DIALECTS["postgres"]

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        connection.execute("SET LOCAL jit = off")  # compiling a long query takes longer than running it

    def put(self, table: str, types: Mapping[str, str], rows: Iterable[Row]) -> None:
        named = exp.to_identifier(table).sql(dialect="postgres")
        self.connection.execute(f"DROP TABLE IF EXISTS pg_temp.{named}".encode())
        self.connection.execute(_create(table, types, self.dialect, temporary=True).encode())
        with self.connection.cursor() as cursor, cursor.copy(f"COPY pg_temp.{named} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        self.connection.execute(f"ANALYZE pg_temp.{named}".encode())

    def ask(self, query: exp.Query) -> list[tuple[Any, ...]]:
        return self.connection.execute(query.sql(dialect=self.dialect.name).encode()).fetchall()


@contextmanager
def duck_base() -> Iterator[DuckBase]:
    """DuckDB for one question."""
    import duckdb

    with duckdb.connect() as connection:
        yield DuckBase(connection)


@contextmanager
def sqlite_base() -> Iterator[SqliteBase]:
    """SQLite for one question."""
    connection = sqlite3.connect(":memory:")
    try:
        yield SqliteBase(connection)
    finally:
        connection.close()


def put_people(base: Base, columns: Sequence[Column], people: Iterable[Person]) -> bool:
    """Put people in: their facts as far as the columns go, and their orders.

    Gives whether every line is an order of its own, so that no lines need be put together.
    """
    dialect = base.dialect
    types = {**FANS, **{column.name: sql_type(column.kind, dialect) for column in columns}}
    lines: list[Row] = []

    def rows() -> Iterator[Row]:
        for place, (key, facts) in enumerate(people):
            lines.extend(_lines(key, facts.orders, len(lines)))
            yield key, place, *row_of(facts, columns, dialect)

    base.put("fans", types, rows())
    base.put("orders", ORDERS, lines)
    return not any(order.startswith("order ") for _, order, *_ in lines)


def share_hash(text: str) -> int:
    """What SQLite is lent for splits: the first eight hexadecimal digits of an MD5 as a number."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)


def _lines(key: str, lines: Iterable[OrderLine], before: int) -> Iterator[Row]:
    """The lines of one person; one without an order's name is an order of its own."""
    for number, line in enumerate(lines, before):
        order = f"line {number}" if line.order_id is None else f"order {line.order_id}"
        at = (line.ordered_at - EPOCH) // MICROSECOND
        yield key, order, at, line.amount_cents, *(getattr(line, name) for name in TEXTS)


def _create(table: str, types: Mapping[str, str], dialect: Dialect, *, temporary: bool = False) -> str:
    replaces = dialect.name == "duckdb"
    columns = [exp.ColumnDef(this=exp.to_identifier(n), kind=exp.DataType.build(t)) for n, t in types.items()]
    marks = exp.Properties(expressions=[exp.TemporaryProperty()]) if temporary else None
    schema = exp.Schema(this=exp.to_table(table), expressions=columns)
    return exp.Create(this=schema, kind="TABLE", properties=marks, replace=replaces).sql(dialect=dialect.name)


def _plain(cell: Any) -> Any:
    return int(cell) if isinstance(cell, bool) else cell
