"""Statements that both databases know, each in its own dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(tx: Session, table: Any) -> Any:
    """An INSERT that can say `on_conflict_do_nothing` and `on_conflict_do_update` on this session's database."""
    return sqlite.insert(table) if tx.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def insert_once(tx: Session, table: Any, values: dict[str, Any]) -> bool:
    """Insert a row unless a unique constraint already holds one like it; says whether it was new.

    A row that another transaction is inserting at this moment is waited for.
    """
    statement = _inserting(table.__table__, tx.get_bind().dialect.name).returning(table.__table__.c.id)
    return tx.execute(statement, values).first() is not None


def insert_new(tx: Session, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of the rows that no unique constraint holds yet; all name the same columns."""
    tx.execute(_inserting(table.__table__, tx.get_bind().dialect.name), rows)


def insert_rows(tx: Session, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that cannot be there yet; all name the same columns."""
    tx.execute(_plain(table.__table__), rows)


@lru_cache
def _plain(table: Table) -> Any:
    return table.insert()


@lru_cache
def _inserting(table: Table, dialect: str) -> Any:
    """The statement, made once: SQLAlchemy then finds its text by identity instead of looking at all its parts."""
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return statement.on_conflict_do_nothing()


def insert_many(tx: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert many rows that cannot be there yet, the fastest way the database has: COPY on PostgreSQL."""
    if not rows:
        return
    if tx.get_bind().dialect.name == "sqlite":
        tx.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    driver: Any = tx.connection().connection.driver_connection
    names = ", ".join(f'"{name}"' for name in columns)
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def know_size(tx: Session, table: Any) -> None:
    """Let PostgreSQL look at a table that was empty a moment ago.

    Until it has, it checks references by any index that begins with the brand, row by row through the whole brand.
    """
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(text(f'ANALYZE "{table.__tablename__}"'))
