"""Statements that both databases know, each in its own dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(tx: Session, table: type) -> Any:
    """An INSERT that can say `on_conflict_do_nothing` and `on_conflict_do_update` on this session's database."""
    return sqlite.insert(table) if tx.get_bind().dialect.name == "sqlite" else postgresql.insert(table)
