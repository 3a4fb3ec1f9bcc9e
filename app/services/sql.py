"""SQL that both databases speak but SQLAlchemy spells per dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_for(tx: Session, table: Any) -> Any:
    """An INSERT that knows ON CONFLICT on the session's database."""
    dialect = tx.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def insert_once(tx: Session, table: Any, values: dict[str, Any]) -> bool:
    """Insert a row unless a unique constraint already holds one like it; says whether it was new.

    A row that another transaction is inserting at this moment is waited for.
    """
    statement: Insert = insert_for(tx, table).values(**values).on_conflict_do_nothing()
    return bool(tx.execute(statement.returning(table.id)).first())
