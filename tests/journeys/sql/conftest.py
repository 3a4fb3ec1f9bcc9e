"""Bases to ask, with nothing in them yet."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.services.simulating.bases import Base, PostgresBase, duck_base, sqlite_base


@pytest.fixture(scope="session")
def bases(source_of) -> Iterator[dict[str, Base]]:
    """One base of each kind that runs here; what is put in replaces what was there."""
    with ExitStack() as stack:
        opened = {
            "duckdb": duck_base(),
            "sqlite": sqlite_base(),
            "postgres": _postgres(source_of("postgresql").empty()),
        }
        yield {name: stack.enter_context(base) for name, base in opened.items()}


@contextmanager
def _postgres(url: str) -> Iterator[PostgresBase]:
    parts = make_url(url)
    host = str(parts.query["host"])
    with psycopg.connect(host=host, user=parts.username, dbname=parts.database) as connection:
        yield PostgresBase(connection)
