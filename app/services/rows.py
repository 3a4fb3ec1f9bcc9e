"""Statements that both databases know, each in its own dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(tx: Session, table: Any) -> Any:
    """An INSERT that can say `on_conflict_do_nothing` and `on_conflict_do_update` on this session's database."""
    return sqlite.insert(table) if tx.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def insert_once(tx: Session, table: Any, values: dict[str, Any]) -> bool:
    """Insert a row unless a unique constraint already holds one like it; says whether it was new.

    A row that another transaction is inserting at this moment is waited for.
    """
    statement = insert_into(tx, table).values(**values).on_conflict_do_nothing()
    return bool(tx.execute(statement.returning(table.id)).first())
